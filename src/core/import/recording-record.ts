import type { AttemptResult, FailureReason } from '../delivery.ts';
import type { Answer } from '../received.ts';
import type { RecordedAttempt, Recording } from '../recording.ts';
import {
  base64,
  count,
  duration,
  type Fields,
  fieldsOf,
  flag,
  headerPairs,
  ifGiven,
  invalid,
  list,
  method,
  oneOf,
  recordingId,
  required,
  status,
  target,
  text,
  time,
} from './fields.ts';
import { parseVerdicts } from './verdicts.ts';

const FAILURES = Object.keys({
  refused: true,
  dns: true,
  tls: true,
  timeout: true,
  reset: true,
  unreachable: true,
  'not-http': true,
  proxy: true,
  cancelled: true,
  outage: true,
  other: true,
} satisfies Record<FailureReason, true>) as FailureReason[];

/** What `recordingRecord` wrote. Throws HooksError `invalid-input`. */
export function parseRecordingRecord(fields: Fields): Recording {
  const body = required(fields, 'body', parseBody);
  const headers = required(fields, 'headers', headerPairs);
  return { ...parseDeliveryRecord(fields), headers, body, sizeBytes: body.length };
}

/** What `deliveryRecord` wrote. Throws HooksError `invalid-input`. */
export function parseDeliveryRecord(fields: Fields): Omit<Recording, 'headers' | 'body' | 'sizeBytes'> {
  return {
    id: required(fields, 'id', recordingId),
    direction: required(fields, 'direction', oneOf('received', 'sent')),
    at: required(fields, 'at', time),
    ...ifGiven(fields, 'provider', text),
    ...ifGiven(fields, 'eventType', text),
    ...ifGiven(fields, 'slug', text),
    ...ifGiven(fields, 'variant', text),
    ...ifGiven(fields, 'idempotencyKey', text),
    ...ifGiven(fields, 'replayOf', recordingId),
    method: required(fields, 'method', method),
    target: required(fields, 'target', target),
    ...ifGiven(fields, 'peer', text),
    ...ifGiven(fields, 'httpVersion', text),
    ...ifGiven(fields, 'status', status),
    ...ifGiven(fields, 'durationMs', duration),
    isFailed: required(fields, 'isFailed', flag),
    isInvalid: required(fields, 'isInvalid', flag),
    ...ifGiven(fields, 'verdicts', parseVerdicts),
    ...ifGiven(fields, 'answer', parseAnswer),
    attempts: required(fields, 'attempts', parseAttempts),
  };
}

function parseBody(value: unknown, place: string): Uint8Array {
  return required(fieldsOf(value, place), 'base64', base64);
}

function parseAnswer(value: unknown, place: string): Answer {
  const fields = fieldsOf(value, place);
  return {
    status: required(fields, 'status', status),
    headers: required(fields, 'headers', headerPairs),
    body: required(fields, 'body', parseBody),
  };
}

function parseAttempts(value: unknown, place: string): RecordedAttempt[] {
  const attempts = list(parseAttempt)(value, place);
  if (new Set(attempts.map(({ attempt }) => attempt)).size < attempts.length)
    throw invalid(place, 'count one attempt twice');
  return attempts;
}

function parseAttempt(value: unknown, place: string): RecordedAttempt {
  const fields = fieldsOf(value, place);
  return {
    attempt: required(fields, 'attempt', count),
    ...ifGiven(fields, 'url', text),
    startedAt: required(fields, 'startedAt', time),
    ...ifGiven(fields, 'providerAt', time),
    result: required(fields, 'result', parseResult),
  };
}

function parseResult(value: unknown, place: string): AttemptResult {
  const fields = fieldsOf(value, place);
  const kind = required(fields, 'kind', oneOf('answered', 'failed'));
  const durationMs = required(fields, 'durationMs', duration);
  if (kind === 'failed') {
    return {
      kind,
      reason: required(fields, 'reason', oneOf(...FAILURES)),
      message: required(fields, 'message', text),
      next: required(fields, 'next', text),
      tried: required(fields, 'tried', list(text)),
      durationMs,
    };
  }
  return {
    kind,
    status: required(fields, 'status', status),
    statusText: required(fields, 'statusText', text),
    headers: required(fields, 'headers', headerPairs),
    body: required(fields, 'body', parseBody),
    bodyTruncated: required(fields, 'bodyTruncated', flag),
    firstByteMs: required(fields, 'firstByteMs', duration),
    durationMs,
  };
}
