import type { AttemptResult } from './delivery.ts';
import type { HeaderList } from './headers.ts';
import type { Answer } from './received.ts';
import type { Verdicts } from './verdict.ts';

export type Direction = 'received' | 'sent';

/** One attempt of a delivery that we sent, or passed on. */
export interface RecordedAttempt {
  /** Counted from 1, over all targets where it was passed on to several. */
  attempt: number;
  /** Where a received delivery was passed on to, as it may be shown. */
  url?: string;
  startedAt: Date;
  /** When it was in the time of the provider, where that is another than ours. */
  providerAt?: Date;
  result: AttemptResult;
}

/** What lists show of a recorded delivery. */
export interface RecordingSummary {
  /** A ULID: sorts by time. */
  id: string;
  direction: Direction;
  at: Date;
  provider?: string;
  eventType?: string;
  slug?: string;
  variant?: string;
  idempotencyKey?: string;
  method: string;
  /** Path and query of a received delivery, URL of a sent one. */
  target: string;
  /** Status of our answer, or of the last answer that we got. */
  status?: number;
  durationMs?: number;
  sizeBytes: number;
  /** Sent, and not answered as expected; received, and not answered 2xx, or not taken by a target it was passed on to. */
  isFailed: boolean;
  /** Received, and its signature was refused, its body departs from its schema, or its event type is not known. */
  isInvalid: boolean;
  /** Id of the recording that this is a replay of. */
  replayOf?: string;
}

/** True for one that is to be sent, and that no attempt has come to an end of. */
export function isNotAttempted({ direction, durationMs, status }: RecordingSummary): boolean {
  return direction === 'sent' && status === undefined && durationMs === undefined;
}

/** A delivery as it is kept: raw bytes, raw headers in order, case and repeats; secret headers masked. */
export interface Recording extends RecordingSummary {
  /** When it was imported: its age counts from then. Not read back. */
  importedAt?: Date;
  peer?: string;
  httpVersion?: string;
  headers: HeaderList;
  body: Uint8Array;
  verdicts?: Verdicts;
  answer?: Answer;
  attempts: readonly RecordedAttempt[];
}
