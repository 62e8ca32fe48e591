import type { Compression } from './diagnosis/compression-mistakes.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import type { NamedScheme } from './diagnosis/other-schemes.ts';
import type { KnownSecret } from './diagnosis/secret-mistakes.ts';
import { HooksError } from './errors.ts';
import type { WrittenDelivery } from './raw-request.ts';
import type { ParsedSecret, SchemeParameters, SignatureScheme, SignatureVerdict } from './signing/scheme.ts';
import type { Verification } from './verification.ts';

export interface ExaminePlan {
  delivery: WrittenDelivery;
  scheme: SignatureScheme;
  /** Those that make the scheme. */
  parameters: SchemeParameters;
  caveats: readonly string[];
  provider?: string;
  eventType?: string;
  secrets: readonly string[];
  knownSecrets: readonly KnownSecret[];
  otherSchemes: readonly NamedScheme[];
  otherDeliveries: readonly WrittenDelivery[];
  /** The moment at which the age is judged. */
  at: Date;
  compression: Compression;
  showsExpected: boolean;
}

/** A secret as the scheme reads it, with its position among those given. */
interface UsableSecret {
  index: number;
  secret: ParsedSecret;
}

/**
 * Verifies one delivery and explains a refusal. Throws HooksError `secret-unusable` when no secret fits the scheme and
 * that is not the explanation itself.
 */
export function examine(plan: ExaminePlan): Verification {
  const { delivery, scheme, secrets } = plan;
  const { usable, failure } = parseSecrets(scheme, secrets);
  const { headers, body } = delivery;
  const nowSeconds = Math.floor(plan.at.getTime() / 1000);
  const verdict =
    usable.length > 0
      ? scheme.verify(
          { headers, body, nowSeconds },
          usable.map(({ secret }) => secret),
        )
      : undefined;
  const expected = plan.showsExpected ? expectedHeaders(plan, verdict, usable) : { notes: [] };
  const facts = {
    type: 'verification' as const,
    source: delivery.name,
    isGenuine: verdict?.ok ?? false,
    ...(plan.provider !== undefined && { provider: plan.provider }),
    ...(plan.eventType !== undefined && { eventType: plan.eventType }),
    scheme: scheme.id,
    secretCount: secrets.length,
    ...claimsOf(verdict),
    ...(expected.headers !== undefined && { expected: expected.headers }),
    notes: [...delivery.notes, ...expected.notes],
    caveats: [...plan.caveats],
  };
  if (verdict?.ok) {
    const index = usable[verdict.secretIndex]?.index;
    return { ...facts, ...(index !== undefined && { secretIndex: index }) };
  }
  const { diagnosis, tried, isComplete } = diagnose({ ...plan, headers, body, nowSeconds });
  if (verdict === undefined && diagnosis === undefined) throw failure;
  const { reason, message } = verdict ?? {
    reason: 'secret-unusable' as const,
    message: failure?.message ?? '',
  };
  const notes = [...facts.notes, ...ageNotes(plan, verdict)];
  return { ...facts, notes, reason, message, ...(diagnosis && { diagnosis }), tried, isComplete };
}

function parseSecrets(scheme: SignatureScheme, texts: readonly string[]) {
  const usable: UsableSecret[] = [];
  let failure: HooksError | undefined;
  for (const [index, text] of texts.entries()) {
    try {
      usable.push({ index, secret: scheme.parseSecret(text) });
    } catch (error) {
      if (!(error instanceof HooksError)) throw error;
      failure = error;
    }
  }
  return { usable, failure };
}

function claimsOf(verdict: SignatureVerdict | undefined) {
  const { id, timestampSeconds, ageSeconds } = verdict ?? {};
  return {
    ...(id !== undefined && { deliveryId: id }),
    ...(timestampSeconds !== undefined && { signedAt: new Date(timestampSeconds * 1000).toISOString() }),
    ...(ageSeconds !== undefined && { ageSeconds }),
  };
}

/** A recording is as old as it is: its age says something only as of when it came. */
function ageNotes({ delivery, at }: ExaminePlan, verdict: SignatureVerdict | undefined): string[] {
  if (verdict?.ok !== false || verdict.reason !== 'timestamp-too-old') return [];
  const { receivedAt } = delivery;
  if (receivedAt === undefined || Math.abs(receivedAt.getTime() - at.getTime()) < 1000) return [];
  return [`it was received at ${receivedAt.toISOString()}; --at with this time judges its age as of then`];
}

/** The headers that would be right for this id, time and body, but never those that hold the secret itself. */
function expectedHeaders(
  { delivery, scheme }: ExaminePlan,
  verdict: SignatureVerdict | undefined,
  usable: readonly UsableSecret[],
): { headers?: NonNullable<Verification['expected']>; notes: string[] } {
  const { id, timestampSeconds } = verdict ?? {};
  if (!scheme.covers.body)
    return { notes: ['what would be expected is the secret itself, which is never shown'] };
  const missing = [
    ...(scheme.covers.id && id === undefined ? ['id'] : []),
    ...(scheme.covers.timestamp && timestampSeconds === undefined ? ['timestamp'] : []),
  ];
  if (missing.length > 0) {
    return { notes: [`the expected signature can't be computed without a usable ${missing.join(' and ')}`] };
  }
  const signers = usable.filter(({ secret }) => secret.canSign);
  if (signers.length === 0)
    return { notes: ['a public key verifies signatures, but makes none to be shown'] };
  const input = { id: id ?? '', timestampSeconds: timestampSeconds ?? 0, body: delivery.body };
  try {
    const headers = signers.map(({ index, secret }) => ({
      secretIndex: index,
      headers: scheme
        .sign(input, [secret])
        .filter(({ isSecret }) => !isSecret)
        .map(({ name, value }) => [name, value] as const),
    }));
    return { headers, notes: [] };
  } catch (error) {
    if (error instanceof HooksError)
      return { notes: [`the expected signature can't be computed: ${error.message}`] };
    throw error;
  }
}
