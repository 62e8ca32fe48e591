import type { AttemptResult } from '../../core/delivery.ts';
import type { HeaderList } from '../../core/headers.ts';
import type { Answer } from '../../core/received.ts';
import type { Direction, RecordedAttempt, Recording, RecordingSummary } from '../../core/recording.ts';
import { maskCredentials, maskSecretHeaders } from '../../core/secret-headers.ts';
import type { Verdicts } from '../../core/verdict.ts';
import type { SqlRow, SqlValue } from './sqlite.ts';

export const SUMMARY_COLUMNS = [
  'id',
  'direction',
  'at',
  'provider',
  'event_type',
  'slug',
  'variant',
  'idempotency_key',
  'method',
  'target',
  'status',
  'duration_ms',
  'size_bytes',
  'is_failed',
  'is_invalid',
  'replay_of',
] as const;

/** What `deliveries` holds: besides the summary what decides how long it is kept. */
export const DELIVERY_COLUMNS = [...SUMMARY_COLUMNS, 'imported_at'] as const;

export function deliveryValues(recording: Recording): SqlValue[] {
  return [
    recording.id,
    recording.direction,
    recording.at.getTime(),
    recording.provider ?? null,
    recording.eventType ?? null,
    recording.slug ?? null,
    recording.variant ?? null,
    recording.idempotencyKey ?? null,
    recording.method,
    recording.target,
    recording.status ?? null,
    recording.durationMs ?? null,
    recording.sizeBytes,
    Number(recording.isFailed),
    Number(recording.isInvalid),
    recording.replayOf ?? null,
    recording.importedAt?.getTime() ?? null,
  ];
}

export const CONTENT_COLUMNS = [
  'id',
  'peer',
  'http_version',
  'headers',
  'verdicts',
  'answer_status',
  'answer_headers',
  'answer_body',
  'body',
] as const;

/** Whatever the caller did: no credentials of a header reach the disk; by names alone a signature would go as well. */
export function headersValue(headers: HeaderList): string {
  return JSON.stringify(maskCredentials(headers));
}

export function contentValues({
  id,
  peer,
  httpVersion,
  headers,
  verdicts,
  answer,
  body,
}: Recording): SqlValue[] {
  return [
    id,
    peer ?? null,
    httpVersion ?? null,
    headersValue(headers),
    verdicts === undefined ? null : JSON.stringify(verdicts),
    ...answerValues(answer),
    body,
  ];
}

/** Status, headers and body of our answer. */
export function answerValues(answer: Answer | undefined): SqlValue[] {
  if (answer === undefined) return [null, null, null];
  return [answer.status, JSON.stringify(maskSecretHeaders(answer.headers)), answer.body];
}

export const ATTEMPT_COLUMNS = ['id', 'attempt', 'at', 'result', 'body', 'provider_at'] as const;

export function attemptValues(
  id: string,
  { attempt, url, startedAt, providerAt, result }: RecordedAttempt,
): SqlValue[] {
  const { body, rest } = withoutBody(result);
  return [
    id,
    attempt,
    startedAt.getTime(),
    JSON.stringify({ ...rest, url }),
    body,
    providerAt?.getTime() ?? null,
  ];
}

function withoutBody(result: AttemptResult): { body: Uint8Array | null; rest: object } {
  if (result.kind === 'failed') return { body: null, rest: result };
  const { body, ...rest } = result;
  return { body, rest: { ...rest, headers: maskSecretHeaders(rest.headers) } };
}

export function toSummary(row: SqlRow): RecordingSummary {
  return withoutNulls({
    id: String(row.id),
    direction: row.direction as Direction,
    at: new Date(Number(row.at)),
    provider: row.provider,
    eventType: row.event_type,
    slug: row.slug,
    variant: row.variant,
    idempotencyKey: row.idempotency_key,
    method: row.method,
    target: row.target,
    status: row.status,
    durationMs: row.duration_ms,
    sizeBytes: row.size_bytes,
    isFailed: row.is_failed === 1,
    isInvalid: row.is_invalid === 1,
    replayOf: row.replay_of,
  }) as unknown as RecordingSummary;
}

export function toRecording(
  summary: RecordingSummary,
  content: SqlRow,
  attempts: readonly SqlRow[],
): Recording {
  return {
    ...summary,
    ...withoutNulls({ peer: content.peer, httpVersion: content.http_version }),
    headers: JSON.parse(String(content.headers)) as HeaderList,
    body: content.body as Uint8Array,
    ...(content.verdicts !== null && { verdicts: JSON.parse(String(content.verdicts)) as Verdicts }),
    ...(content.answer_status !== null && { answer: toAnswer(content) }),
    attempts: attempts.map(toAttempt),
  };
}

function toAnswer(content: SqlRow): Answer {
  return {
    status: Number(content.answer_status),
    headers: JSON.parse(String(content.answer_headers)) as HeaderList,
    body: content.answer_body as Uint8Array,
  };
}

function toAttempt(row: SqlRow): RecordedAttempt {
  const { url, ...result } = JSON.parse(String(row.result)) as AttemptResult & { url?: string };
  return {
    attempt: Number(row.attempt),
    ...(url !== undefined && { url }),
    startedAt: new Date(Number(row.at)),
    ...(row.provider_at !== null && { providerAt: new Date(Number(row.provider_at)) }),
    result: result.kind === 'answered' ? { ...result, body: row.body as Uint8Array } : result,
  };
}

function withoutNulls(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
