import type { AttemptResult } from '../delivery.ts';
import type { Answer } from '../received.ts';
import type { RecordedAttempt, Recording } from '../recording.ts';
import { bodyText } from './body-text.ts';

/** Everything of a recording as plain JSON: times in ISO 8601, bodies as base64 and text. */
export function recordingRecord({ body, ...rest }: Recording) {
  return { ...deliveryRecord(rest), headers: rest.headers, body: bodyText(body) };
}

/** A recording as plain JSON, without the request itself. */
export function deliveryRecord(recording: Omit<Recording, 'body'>) {
  const { id, direction, at, provider, eventType, slug, variant, idempotencyKey, replayOf } = recording;
  const { method, target, peer, httpVersion, status, durationMs, isFailed, isInvalid } = recording;
  const { verdicts, answer, attempts } = recording;
  return {
    id,
    direction,
    at: at.toISOString(),
    provider,
    eventType,
    slug,
    variant,
    idempotencyKey,
    replayOf,
    method,
    target,
    peer,
    httpVersion,
    status,
    durationMs,
    isFailed,
    isInvalid,
    verdicts,
    answer: answer && answerRecord(answer),
    attempts: attempts.map(attemptRecord),
  };
}

function answerRecord({ status, headers, body }: Answer) {
  return { status, headers, body: bodyText(body) };
}

function attemptRecord({ attempt, url, startedAt, providerAt, result }: RecordedAttempt) {
  return {
    attempt,
    url,
    startedAt: startedAt.toISOString(),
    providerAt: providerAt?.toISOString(),
    result: resultRecord(result),
  };
}

function resultRecord(result: AttemptResult) {
  if (result.kind === 'failed') return result;
  const { body, ...rest } = result;
  return { ...rest, body: bodyText(body) };
}
