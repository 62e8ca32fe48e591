import type { FailureReason } from './delivery.ts';
import type { HeaderList } from './headers.ts';
import type { RefusedReason } from './received.ts';
import type { Verdicts } from './verdict.ts';

export interface AttemptStarted {
  type: 'attempt.started';
  deliveryId: string;
  attempt: number;
  method: string;
  url: string;
  provider: string;
  eventType?: string;
  /** Short name of the event type. */
  slug?: string;
  variant?: string;
  headers: HeaderList;
  sizeBytes: number;
  at: string;
}

export interface AttemptFinished {
  type: 'attempt.finished';
  deliveryId: string;
  attempt: number;
  url: string;
  status: number;
  statusText: string;
  durationMs: number;
  headers: HeaderList;
  body: Uint8Array;
  isBodyTruncated: boolean;
  isAsExpected: boolean;
  /** What was expected and did not come, one sentence each. */
  unmet: string[];
}

export interface AttemptFailed {
  type: 'attempt.failed';
  deliveryId: string;
  attempt: number;
  url: string;
  reason: FailureReason;
  message: string;
  next: string;
  tried: readonly string[];
  durationMs: number;
}

/** End of a run of deliveries. */
export interface RunFinished {
  type: 'run.finished';
  delivered: number;
  /** Answered, but not as expected. */
  failed: number;
  /** Not answered at all. */
  unreachable: number;
  durationMs: number;
  latencyMs?: { min: number; median: number; p95: number; max: number };
  isInterrupted: boolean;
}

export interface ListenReady {
  type: 'ready';
  url: string;
  provider?: string;
  isVerifying: boolean;
}

export interface DeliveryReceived {
  type: 'delivery.received';
  deliveryId: string;
  receivedAt: string;
  peer: string;
  method: string;
  target: string;
  headers: HeaderList;
  body: Uint8Array;
  verdicts: Verdicts;
  answer: { status: number; why?: string };
  /** From the last byte of the request to the answer. */
  durationMs: number;
  /** Whether `--events` lets it be shown; it counts either way. */
  isShown: boolean;
  /** Short name of a known event type. */
  slug?: string;
  /** What a person wants to see first, as named by the manifest. */
  highlights: string[];
}

export interface RequestRefused {
  type: 'request.refused';
  at: string;
  peer: string;
  reason: RefusedReason;
  message: string;
  status?: number;
}

export interface ListenFinished {
  type: 'listen.finished';
  received: number;
  genuine: number;
  refused: number;
  notVerified: number;
  invalid: number;
  duplicates: number;
  requestsRefused: number;
  /** Why it ended. */
  reason: 'exit-after' | 'until' | 'timeout' | 'interrupted';
  /** What was expected and did not come, one sentence each. */
  unmet: string[];
  durationMs: number;
}

export interface Warning {
  type: 'warning';
  code: string;
  message: string;
  next?: string;
}

/** The last line of a run that an error ended. */
export interface RunFailed {
  type: 'run.failed';
  kind: string;
  message: string;
  why?: string;
  next?: string;
  exitCode: number;
}

/**
 * Everything that can happen in a run; with `--json` each is one line, as it is but for bodies: those are written as
 * `{sizeBytes, base64, text}`. No event holds a secret.
 */
export type RunEvent =
  | AttemptStarted
  | AttemptFinished
  | AttemptFailed
  | RunFinished
  | ListenReady
  | DeliveryReceived
  | RequestRefused
  | ListenFinished
  | Warning
  | RunFailed;
