import { parseJsonBytes } from './json.ts';
import { parsePointer, valueAt } from './json-pointer.ts';
import type { PayloadEdit } from './payload.ts';
import type { ProviderManifest } from './provider.ts';

/** The edit that gives a body another delivery id; none where the provider's receivers do not look for it in the body. */
export function idEdits(manifest: ProviderManifest | undefined, body: Uint8Array, id: string): PayloadEdit[] {
  const location = manifest?.idempotencyKey.value;
  if (location?.in !== 'body') return [];
  const parsed = parseJsonBytes(body);
  if ('problem' in parsed) return [];
  const path = location.paths.find(
    (candidate) => valueAt(parsed.value, parsePointer(candidate)) !== undefined,
  );
  return path === undefined ? [] : [{ kind: 'set', path, value: id }];
}
