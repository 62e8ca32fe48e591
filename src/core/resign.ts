import type { Delivery } from './delivery.ts';
import { type HeaderOverride, overrideHeaders } from './delivery-headers.ts';
import { signatureHeaders } from './secret-headers.ts';
import type { ParsedSecret, SignatureScheme } from './signing/scheme.ts';

/**
 * The delivery for another attempt: same id, same body, signed at the given moment. `overrides` are the headers that the
 * user has given, which hold here as well. Without secrets it stays as it is.
 */
export function signedAgain(
  delivery: Delivery,
  { scheme, secrets }: { scheme: SignatureScheme; secrets: readonly ParsedSecret[] },
  overrides: readonly HeaderOverride[],
  signedAt: Date,
): Delivery {
  if (secrets.length === 0) return delivery;
  const names = new Set(scheme.headerNames.map((name) => name.toLowerCase()));
  const { id, body } = delivery;
  const timestampSeconds = Math.floor(signedAt.getTime() / 1000);
  const kept = delivery.headers.filter(({ name }) => !names.has(name.toLowerCase()));
  const signature = signatureHeaders(scheme.sign({ id, timestampSeconds, body }, secrets));
  return { ...delivery, headers: overrideHeaders([...kept, ...signature], overrides) };
}
