import type { AttemptResult } from './delivery.ts';
import { shapeOf } from './diagnosis/scheme-shape.ts';
import { HooksError } from './errors.ts';
import type { HeaderList } from './headers.ts';
import type { Recording } from './recording.ts';
import { redactBody } from './redact-body.ts';
import { MASK } from './secret-headers.ts';
import type {
  ParsedSecret,
  RefusalReason,
  SignatureScheme,
  SignedHeader,
  SigningInput,
} from './signing/scheme.ts';

export interface Redaction {
  paths: readonly string[];
  /** Scheme of the recorded signature. */
  scheme: SignatureScheme;
  /** What is signed with instead; meant to be made public. */
  secrets: readonly ParsedSecret[];
  /** `skip`, for a selection of several event types, leaves a path out where it leads to nothing. */
  unknownPaths?: 'refuse' | 'skip';
}

const EMPTY = new Uint8Array();
const NO_SIGNATURE: readonly RefusalReason[] = [
  'header-missing',
  'header-repeated',
  'header-malformed',
  'timestamp-malformed',
];

/**
 * The recording with values of its body replaced, and signed anew under the given secrets for the same id and time, so
 * that it verifies at the time it was recorded. Headers keep their order. A signature that nobody could read stays as it
 * is. Answers lose their bodies, which may repeat the same values. Throws HooksError `usage` for a path
 * that leads to nothing and is not to be skipped, and as `redactBody` does.
 */
export function redactRecording(recording: Recording, redaction: Redaction): Recording {
  const { body, replaced, unknownPaths } = redactBody(recording.body, redaction.paths);
  const [unknown] = unknownPaths;
  if (unknown !== undefined && redaction.unknownPaths !== 'skip') throw unknownPath(unknown);
  const { verdicts, idempotencyKey, answer } = recording;
  const key = (text: string) => replaced.get(text) ?? text;
  return {
    ...recording,
    ...(idempotencyKey !== undefined && { idempotencyKey: key(idempotencyKey) }),
    ...(verdicts?.idempotencyKey !== undefined && {
      verdicts: { ...verdicts, idempotencyKey: key(verdicts.idempotencyKey) },
    }),
    sizeBytes: body.length,
    headers: withLength(signedAnew(recording, body, redaction), recording.body.length, body.length),
    body,
    ...(answer && { answer: { ...answer, body: EMPTY } }),
    attempts: recording.attempts.map((attempt) => ({ ...attempt, result: withoutBody(attempt.result) })),
  };
}

function unknownPath(path: string): HooksError {
  return new HooksError('usage', `the body has nothing at '${path}'`, {
    next: 'see its fields with `hooks history show`; * stands for every item, as in items[*].email',
  });
}

function withoutBody(result: AttemptResult): AttemptResult {
  if (result.kind === 'failed') return result;
  return { ...result, body: EMPTY, bodyTruncated: result.bodyTruncated || result.body.length > 0 };
}

function signedAnew(recording: Recording, body: Uint8Array, { scheme, secrets }: Redaction): HeaderList {
  const input = recordedInput(recording, body, scheme);
  return input === undefined
    ? recording.headers
    : recording.headers.map(replaceWith(scheme.sign(input, secrets), scheme));
}

/** What was signed, as the headers tell, with the new body; undefined where there is no signature to replace. */
function recordedInput(
  recording: Recording,
  body: Uint8Array,
  scheme: SignatureScheme,
): SigningInput | undefined {
  const { headers, idempotencyKey, id, at } = recording;
  const atSeconds = Math.floor(at.getTime() / 1000);
  // Without secrets the verdict is a refusal, but it tells what the headers say.
  const verdict = scheme.verify({ headers, body: recording.body, nowSeconds: atSeconds }, []);
  if (!verdict.ok && NO_SIGNATURE.includes(verdict.reason)) return undefined;
  return {
    id: verdict.id ?? idempotencyKey ?? id.toLowerCase(),
    timestampSeconds: verdict.timestampSeconds ?? atSeconds,
    body,
  };
}

/** Puts the new value under the name that was recorded, which may be another one that the scheme reads. */
function replaceWith(signed: readonly SignedHeader[], scheme: SignatureScheme) {
  const values = new Map<string, string>();
  for (const { name, value, isSecret } of signed) {
    for (const each of namesOf(name, scheme)) values.set(each.toLowerCase(), isSecret ? MASK : value);
  }
  return ([name, value]: HeaderList[number]): HeaderList[number] => [
    name,
    values.get(name.toLowerCase()) ?? value,
  ];
}

function namesOf(name: string, { id }: SignatureScheme): string[] {
  const shape = shapeOf({ scheme: id });
  const fields = [shape?.idField, shape?.timestampField, shape?.signatureField];
  return [name, ...(fields.find((field) => field?.name === name)?.otherNames ?? [])];
}

function withLength(headers: HeaderList, before: number, after: number): HeaderList {
  return headers.map(([name, value]) =>
    name.toLowerCase() === 'content-length' && value === String(before)
      ? [name, String(after)]
      : [name, value],
  );
}
