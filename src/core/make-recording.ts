import type { AttemptResult, Delivery } from './delivery.ts';
import { isTaken } from './forwarding/forward-answer.ts';
import type { Judgement } from './judge.ts';
import type { Reaction, ReceivedRequest } from './received.ts';
import type { RecordedAttempt, Recording } from './recording.ts';
import { maskSecretHeaders, shownHeaders } from './secret-headers.ts';
import { shownUrl } from './shown-url.ts';
import { isAsExpected } from './verdict.ts';

/** What came of a received delivery, as far as it has come. */
export interface ReceivedOutcome {
  /** Absent until it is known. */
  reaction?: Reaction;
  /** From the last byte of the request to the answer. */
  durationMs: number;
  /** In the order in which they were made; the last to each target counts. */
  attempts: readonly RecordedAttempt[];
}

/**
 * What is kept of a delivery that came in; `secretHeaders` names headers of this run whose values are secrets,
 * `signatureHeaders` those that a signature is verified by.
 */
export function receivedRecording(
  request: ReceivedRequest,
  { verdicts, slug }: Judgement,
  { reaction, durationMs, attempts }: ReceivedOutcome,
  {
    secretHeaders,
    signatureHeaders,
  }: { secretHeaders: readonly string[]; signatureHeaders: readonly string[] },
): Recording {
  const answer = reaction && 'status' in reaction ? reaction : undefined;
  const lastOf = new Map(attempts.map((attempt) => [attempt.url, attempt]));
  const isAnswered = answer !== undefined && answer.status >= 200 && answer.status <= 299;
  return {
    id: request.id,
    direction: 'received',
    at: request.receivedAt,
    ...(verdicts.provider !== undefined && { provider: verdicts.provider }),
    ...(verdicts.eventType !== undefined && { eventType: verdicts.eventType }),
    ...(slug !== undefined && { slug }),
    ...(verdicts.idempotencyKey !== undefined && { idempotencyKey: verdicts.idempotencyKey }),
    method: request.method,
    target: shownUrl(request.target),
    ...(answer && { status: answer.status }),
    durationMs,
    sizeBytes: request.body.length,
    isFailed: !isAnswered || [...lastOf.values()].some(({ result }) => !isTaken(result)),
    isInvalid: !isAsExpected(verdicts),
    peer: request.peer,
    httpVersion: request.httpVersion,
    headers: maskSecretHeaders(request.headers, secretHeaders, signatureHeaders),
    body: request.body,
    verdicts,
    ...(answer && { answer }),
    attempts,
  };
}

/** What is kept of a delivery that we sent, with all its attempts so far. */
export function sentRecording(
  id: string,
  delivery: Delivery,
  attempts: readonly RecordedAttempt[],
  isFailed: boolean,
): Recording {
  const last = attempts.at(-1);
  return {
    id,
    direction: 'sent',
    at: attempts[0]?.startedAt ?? new Date(0),
    provider: delivery.provider,
    ...(delivery.eventType !== undefined && { eventType: delivery.eventType }),
    ...(delivery.slug !== undefined && { slug: delivery.slug }),
    ...(delivery.variant !== undefined && { variant: delivery.variant }),
    idempotencyKey: delivery.id,
    method: delivery.method,
    target: delivery.url,
    ...(last && statusOf(last.result)),
    sizeBytes: delivery.body.length,
    isFailed,
    isInvalid: false,
    ...(delivery.replayOf !== undefined && { replayOf: delivery.replayOf }),
    headers: shownHeaders(delivery.headers),
    body: delivery.body,
    attempts,
  };
}

/** What is kept of a delivery before its first attempt has come to an end: nothing has failed so far. */
export function openRecording(id: string, delivery: Delivery, at: Date): Recording {
  return { ...sentRecording(id, delivery, [], false), at };
}

/** What of the last attempt lists show. */
export function statusOf(result: AttemptResult): { status?: number; durationMs: number } {
  return result.kind === 'answered'
    ? { status: result.status, durationMs: result.durationMs }
    : { durationMs: result.durationMs };
}
