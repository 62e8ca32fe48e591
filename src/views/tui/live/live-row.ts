import { isTaken } from '../../../core/forwarding/forward-answer.ts';
import type { RecordingSummary } from '../../../core/recording.ts';
import type { DeliveryReceived, ForwardOutcome, RequestRefused } from '../../../core/run-event.ts';
import type { SchemaCheck, SignatureCheck, Verdicts } from '../../../core/verdict.ts';
import { visible } from '../../../core/visible.ts';
import { type ShownAnswer, shownAnswer } from './forwards.ts';

/** One line of the list: what is kept of a delivery in memory, without headers and body. */
export interface LiveRow {
  /** Grows with time; tells rows apart where ids do not. */
  seq: number;
  /** Id of the delivery; absent for a request that was turned away. */
  id?: string;
  kind: 'received' | 'sent' | 'turned-away';
  at: Date;
  provider?: string;
  /** Event type, or what came instead. */
  name: string;
  /** What a person wants to see first. */
  title: string;
  signature?: SignatureCheck['state'];
  body?: SchemaCheck['state'] | 'noted';
  isUnknownType: boolean;
  isDuplicate: boolean;
  isFailed: boolean;
  answer: ShownAnswer;
  durationMs?: number;
  sizeBytes?: number;
  forwards: readonly ForwardOutcome[];
  /** What a filter looks at, in lower case. */
  search: string;
}

/** The row after one more attempt to pass its delivery on. */
export function withForward(row: LiveRow, forward: ForwardOutcome): LiveRow {
  const forwards = [...row.forwards, forward];
  return { ...row, forwards, isFailed: isFailed(row.answer, forwards) };
}

/** As the history has it: not answered 2xx, or not taken by a target at the last attempt. */
function isFailed({ status = 0 }: ShownAnswer, forwards: readonly ForwardOutcome[]): boolean {
  const lastOf = new Map(forwards.map(({ target, result }) => [target, result]));
  return status < 200 || status > 299 || [...lastOf.values()].some((result) => !isTaken(result));
}

type Facts = Omit<LiveRow, 'search' | 'seq'>;

export function rowOfDelivery(event: DeliveryReceived, seq: number): LiveRow {
  const { verdicts, receivedAt, deliveryId, highlights, body, durationMs, slug } = event;
  const answer = shownAnswer(event.answer);
  return searchable(seq, event.target, {
    id: deliveryId,
    kind: 'received',
    at: new Date(receivedAt),
    ...(verdicts.provider !== undefined && { provider: verdicts.provider }),
    name: visible(slug ?? verdicts.eventType ?? (verdicts.provider ? 'no event type' : 'unknown provider')),
    title: visible(highlights.join(' · ')),
    ...judged(verdicts),
    isFailed: isFailed(answer, event.forwards),
    answer,
    durationMs,
    sizeBytes: body.length,
    forwards: event.forwards,
  });
}

export function rowOfRefusal({ at, message, status }: RequestRefused, seq: number): LiveRow {
  return searchable(seq, '', {
    kind: 'turned-away',
    at: new Date(at),
    name: visible(message),
    title: '',
    isUnknownType: false,
    isDuplicate: false,
    isFailed: true,
    answer: status === undefined ? { instead: 'closed' } : { status },
    forwards: [],
  });
}

export function rowOfRecording(
  summary: RecordingSummary,
  verdicts: Verdicts | undefined,
  seq: number,
): LiveRow {
  const { id, direction, at, provider, slug, eventType, method, target, status, durationMs } = summary;
  return searchable(seq, target, {
    id,
    kind: direction,
    at,
    ...(provider !== undefined && { provider }),
    name: visible(slug ?? eventType ?? `${method} ${target}`),
    title: direction === 'sent' ? visible(`→ ${target}`) : '',
    ...(verdicts === undefined ? { isUnknownType: false, isDuplicate: false } : judged(verdicts)),
    isFailed: summary.isFailed,
    answer: status === undefined ? { instead: 'none' } : { status },
    ...(durationMs !== undefined && { durationMs }),
    sizeBytes: summary.sizeBytes,
    forwards: [],
  });
}

function judged({ signature, schema, isKnownEventType, isDuplicate }: Verdicts) {
  const isNoted = schema.state === 'valid' && schema.warnings.length > 0;
  return {
    signature: signature.state,
    body: isNoted ? ('noted' as const) : schema.state,
    isUnknownType: isKnownEventType === false,
    isDuplicate,
  };
}

function searchable(seq: number, target: string, facts: Facts): LiveRow {
  const { answer, signature, body } = facts;
  const words = [
    facts.id,
    facts.kind,
    facts.provider,
    facts.name,
    facts.title,
    target,
    signature,
    // Not `invalid`, which a filter for `valid` would find as well.
    body === 'invalid' ? 'schema-error' : body,
    answer.status ?? answer.instead,
    answer.status === undefined ? undefined : `${Math.floor(answer.status / 100)}xx`,
    facts.isDuplicate ? 'duplicate' : undefined,
    facts.isUnknownType ? 'unknown-type' : undefined,
    facts.isFailed ? 'failed' : undefined,
  ];
  return {
    ...facts,
    seq,
    search: words
      .filter((word) => word !== undefined)
      .join(' ')
      .toLowerCase(),
  };
}

/** Makes the test of a filter: every word has to stand in the row, one with `!` in front must not. */
export function createFilter(text: string): ((row: LiveRow) => boolean) | undefined {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '!');
  if (words.length === 0) return undefined;
  return ({ search }) =>
    words.every((word) => (word.startsWith('!') ? !search.includes(word.slice(1)) : search.includes(word)));
}
