import type { RefusalReason } from './signing/scheme.ts';

/** Whether a delivery is what its sender says. */
export type SignatureCheck =
  | { state: 'genuine'; scheme: string; secretIndex: number; ageSeconds?: number }
  | {
      state: 'refused';
      scheme: string;
      reason: RefusalReason | 'secret-unusable';
      message: string;
      ageSeconds?: number;
    }
  | {
      state: 'not-verified';
      reason: 'no-secret' | 'not-signed' | 'switched-off' | 'unknown-scheme';
      message: string;
    };

/** One place where a body departs from its schema. */
export interface SchemaProblem {
  /** JSON Pointer into the body. */
  pointer: string;
  message: string;
}

/** Whether a body is what its event type promises. */
export type SchemaCheck =
  | { state: 'valid'; warnings: SchemaProblem[] }
  | { state: 'invalid'; errors: SchemaProblem[]; warnings: SchemaProblem[] }
  | { state: 'not-json'; message: string }
  | { state: 'no-schema' };

/** Everything that `listen` says of one delivery. */
export interface Verdicts {
  provider?: string;
  eventType?: string;
  /** False for an event type that the provider's catalogue does not have; absent where no provider was recognised. */
  isKnownEventType?: boolean;
  signature: SignatureCheck;
  schema: SchemaCheck;
  /** The same idempotency key came before. */
  isDuplicate: boolean;
  idempotencyKey?: string;
}

/** True if nothing about the delivery is wrong; a signature that was not checked does not count against it. */
export function isAsExpected({ signature, schema, isKnownEventType }: Verdicts): boolean {
  return (
    signature.state !== 'refused' &&
    (schema.state === 'valid' || schema.state === 'no-schema') &&
    isKnownEventType !== false
  );
}

/**
 * True if the delivery was shown to be right, as `--expect-valid` asks. One that was not verified counts against it; only
 * where there is no signature to verify, or the user switched that off, a known event type with a valid body is enough.
 */
export function isProven(verdicts: Verdicts): boolean {
  if (!isAsExpected(verdicts)) return false;
  const { signature, schema, isKnownEventType } = verdicts;
  if (signature.state === 'genuine') return true;
  const needsNone =
    signature.state === 'not-verified' &&
    (signature.reason === 'not-signed' || signature.reason === 'switched-off');
  return needsNone && isKnownEventType === true && schema.state === 'valid';
}

/** The status by which `--strict` tells the sender the verdict: 401 for the signature, 422 for the body, else 200. */
export function strictStatus(verdicts: Verdicts): { status: number; why: string } {
  const { signature, schema } = verdicts;
  if (signature.state === 'refused') return { status: 401, why: signature.message };
  if (schema.state === 'not-json') return { status: 422, why: schema.message };
  if (schema.state === 'invalid') {
    const [first] = schema.errors;
    return {
      status: 422,
      why: `${first?.pointer || 'the body'} ${first?.message ?? 'does not fit its schema'}`,
    };
  }
  if (verdicts.isKnownEventType === false) {
    return { status: 422, why: `unknown event type ${JSON.stringify(verdicts.eventType ?? null)}` };
  }
  return { status: 200, why: 'as expected' };
}
