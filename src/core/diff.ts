import { createHash } from 'node:crypto';
import { compareHeaders, type HeaderDiff } from './diff-headers.ts';
import { compareJson, type JsonChange } from './diff-json.ts';
import { headerValues } from './headers.ts';
import { parseJsonBytes } from './json.ts';
import type { Recording } from './recording.ts';
import type { SignatureScheme } from './signing/scheme.ts';

/** One thing that both recordings have, or could have. */
export interface Comparison<T> {
  before?: T;
  after?: T;
  isSame: boolean;
}

/** What a signature is made over. */
export interface SignatureInputs {
  id: Comparison<string>;
  timestampSeconds: Comparison<number>;
  body: Comparison<{ sizeBytes: number; sha256: string }>;
}

export type BodyDiff =
  | { kind: 'same' }
  | {
      /** Both are JSON. Without changes they are the same JSON in different bytes. */
      kind: 'json';
      changes: JsonChange[];
      isKeyOrderDifferent: boolean;
      /** Of the first byte that differs. */
      firstDifferenceAt: number;
    }
  | { kind: 'bytes'; firstDifferenceAt: number };

export interface RecordingDiff {
  headers: HeaderDiff;
  signatureInputs: SignatureInputs;
  body: BodyDiff;
}

/**
 * Where two recordings differ. With their schemes, id and time are those that were signed; without, the id is the
 * idempotency key and there is no time.
 */
export function diffRecordings(
  before: Recording,
  after: Recording,
  schemes: { before?: SignatureScheme; after?: SignatureScheme } = {},
): RecordingDiff {
  return {
    headers: compareHeaders(before.headers, after.headers),
    signatureInputs: compareInputs(signedOf(before, schemes.before), signedOf(after, schemes.after)),
    body: compareBodies(before.body, after.body),
  };
}

interface Signed {
  id?: string;
  timestampSeconds?: number;
  body: { sizeBytes: number; sha256: string };
}

function signedOf(
  { headers, body, idempotencyKey, at }: Recording,
  scheme: SignatureScheme | undefined,
): Signed {
  const nowSeconds = Math.floor(at.getTime() / 1000);
  // Without secrets the verdict is a refusal, but it tells what the headers say.
  const claims = scheme?.verify({ headers, body, nowSeconds }, []);
  const written = scheme?.idHeader === undefined ? undefined : headerValues(headers, scheme.idHeader)[0];
  const id = claims?.id ?? written ?? idempotencyKey;
  return {
    ...(id !== undefined && { id }),
    ...(claims?.timestampSeconds !== undefined && { timestampSeconds: claims.timestampSeconds }),
    body: { sizeBytes: body.length, sha256: createHash('sha256').update(body).digest('hex') },
  };
}

function compareInputs(before: Signed, after: Signed): SignatureInputs {
  return {
    id: compare(before.id, after.id),
    timestampSeconds: compare(before.timestampSeconds, after.timestampSeconds),
    body: { before: before.body, after: after.body, isSame: before.body.sha256 === after.body.sha256 },
  };
}

function compare<T>(before: T | undefined, after: T | undefined): Comparison<T> {
  return {
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    isSame: before === after,
  };
}

function compareBodies(before: Uint8Array, after: Uint8Array): BodyDiff {
  const firstDifferenceAt = firstDifference(before, after);
  if (firstDifferenceAt === undefined) return { kind: 'same' };
  if ('problem' in parseJsonBytes(before) || 'problem' in parseJsonBytes(after)) {
    return { kind: 'bytes', firstDifferenceAt };
  }
  const [left, right] = [before, after].map((bytes) => new TextDecoder().decode(bytes));
  return { kind: 'json', ...compareJson(left ?? '', right ?? ''), firstDifferenceAt };
}

/** Position of the first byte that differs; where one body begins like the other, of its end. */
function firstDifference(before: Uint8Array, after: Uint8Array): number | undefined {
  const shorter = Math.min(before.length, after.length);
  for (let at = 0; at < shorter; at++) if (before[at] !== after[at]) return at;
  return before.length === after.length ? undefined : shorter;
}
