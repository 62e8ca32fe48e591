import type { CallbackReceived, CallbackSummary } from './callbacks/callback-event.ts';
import type { FailureReason } from './delivery.ts';
import type { HeaderList } from './headers.ts';
import type { CurvePoint, LatencySummary } from './load/histogram.ts';
import type { ThresholdResult } from './load/thresholds.ts';
import type { RefusedReason, Silence } from './received.ts';
import type { CaseResult, Severity, Tally } from './report.ts';
import type { GiveUpReason } from './retry-policy.ts';
import type { SwitchOff } from './switch-off.ts';
import type { Verdicts } from './verdict.ts';

export interface AttemptStarted {
  type: 'attempt.started';
  deliveryId: string;
  attempt: number;
  method: string;
  url: string;
  /** Name of the endpoint, where it was saved under one. */
  endpoint?: string;
  provider: string;
  eventType?: string;
  /** Short name of the event type. */
  slug?: string;
  variant?: string;
  headers: HeaderList;
  sizeBytes: number;
  at: string;
  /** With retries: the same moment in the provider's time. */
  providerAt?: string;
}

export interface AttemptFinished {
  type: 'attempt.finished';
  deliveryId: string;
  attempt: number;
  url: string;
  /** Name of the endpoint, where it was saved under one. */
  endpoint?: string;
  status: number;
  statusText: string;
  durationMs: number;
  headers: HeaderList;
  body: Uint8Array;
  isBodyTruncated: boolean;
  isAsExpected: boolean;
  /** What was expected and did not come, one sentence each. */
  unmet: string[];
  /** Another attempt of the delivery follows. */
  willBeRetried?: true;
}

export interface AttemptFailed {
  type: 'attempt.failed';
  deliveryId: string;
  attempt: number;
  url: string;
  /** Name of the endpoint, where it was saved under one. */
  endpoint?: string;
  reason: FailureReason;
  message: string;
  next: string;
  tried: readonly string[];
  durationMs: number;
  /** Another attempt of the delivery follows. */
  willBeRetried?: true;
}

/** Another attempt of a delivery will be made. */
export interface RetryScheduled {
  type: 'retry.scheduled';
  deliveryId: string;
  url: string;
  /** The attempt that follows. */
  attempt: number;
  /** In the provider's time. */
  delayMs: number;
  /** How long it takes here, with the time scale. */
  realDelayMs: number;
  /** When it is due, in the provider's time. */
  providerAt: string;
  why: string;
  /** What made the delay another than that of the schedule, one sentence each. */
  notes: string[];
}

/** The provider would make no further attempt. */
export interface DeliveryGivenUp {
  type: 'delivery.given-up';
  deliveryId: string;
  url: string;
  attempts: number;
  reason: GiveUpReason;
  message: string;
  /** In the provider's time. */
  providerAt: string;
}

/** One attempt of a timeline. */
export interface TimelineEntry {
  attempt: number;
  at: string;
  providerAt: string;
  /** Provider time since the first attempt. */
  sinceFirstMs: number;
  status?: number;
  /** What came of it: status and time, or why there was no answer. */
  answer: string;
}

/** All attempts of one delivery. */
export interface Timeline {
  deliveryId: string;
  url: string;
  /** Attempts that an interrupted run before this one has made. */
  attemptsBefore: number;
  entries: TimelineEntry[];
  outcome: 'delivered' | 'given-up' | 'open';
}

/** What became of a run with retries. */
export interface RetrySummary {
  /** So many times as fast as the provider. */
  timeScale: number;
  attempts: number;
  /** Deliveries that needed more than one attempt. */
  retried: number;
  givenUp: number;
  /** Deliveries with attempts to come, because the run was interrupted. */
  open: number;
  /** How many nth attempts there were, and how many of them the provider takes for delivered. */
  byAttempt: { attempt: number; made: number; delivered: number }[];
  /** Of each delivery where there are few. */
  timelines: Timeline[];
  switchOff: SwitchOff[];
}

/** What disorder has made of a run. */
export interface DisorderSummary {
  /** Makes the same disorder again. */
  seed: string;
  dropped: number;
  duplicated: number;
  /** How many came behind one that should have come after them. */
  moved: number;
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
  retries?: RetrySummary;
  disorder?: DisorderSummary;
  callbacks?: CallbackSummary;
}

export interface ListenReady {
  type: 'ready';
  /** Where deliveries are received: the address, or the channel of a relay. */
  url: string;
  /** The channel that is read beside the address. */
  channel?: string;
  provider?: string;
  isVerifying: boolean;
}

/** What a sender was told. */
export interface DeliveryAnswer {
  /** Absent where it got no answer. */
  status?: number;
  /** What happened instead of an answer. */
  silence?: Silence;
  /** Why it is not the usual one. */
  why?: string;
  /** The target whose answer it is. */
  from?: string;
}

/** One attempt to pass a delivery on. */
export interface ForwardOutcome {
  /** URL of the target, as it may be shown. */
  target: string;
  attempt: number;
  result:
    | { kind: 'answered'; status: number; durationMs: number }
    | { kind: 'failed'; reason: FailureReason; message: string; durationMs: number };
  /** When the next attempt follows; absent where none does. */
  retryInMs?: number;
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
  answer: DeliveryAnswer;
  /** The first attempt at each target that it was passed on to; of the first of them is the answer. */
  forwards: ForwardOutcome[];
  /** From the last byte of the request to the answer. */
  durationMs: number;
  /** Whether `--events` lets it be shown; what is hidden counts as that alone. */
  isShown: boolean;
  /** Short name of a known event type. */
  slug?: string;
  /** What a person wants to see first, as named by the manifest. */
  highlights: string[];
}

/** A further attempt to pass a delivery on, after `--forward-retries`. */
export interface ForwardRetried extends ForwardOutcome {
  type: 'forward.retried';
  deliveryId: string;
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
  /** Like all that follow, without those that `--events` hides. */
  received: number;
  hidden: number;
  genuine: number;
  refused: number;
  notVerified: number;
  invalid: number;
  duplicates: number;
  /** Not taken by a target at the last attempt, or still to be passed on when the run ended. */
  notForwarded: number;
  requestsRefused: number;
  /** Why it ended. */
  reason: 'exit-after' | 'until' | 'timeout' | 'interrupted';
  /** What was expected and did not come, one sentence each. */
  unmet: string[];
  durationMs: number;
}

/** Start of `hooks relay`. */
export interface RelayReady {
  type: 'relay.ready';
  url: string;
  channels: { name: string; url: string }[];
}

/** A delivery that is on the relay's disk. */
export interface RelayAccepted {
  type: 'relay.accepted';
  deliveryId: string;
  channel: string;
  at: string;
  peer: string;
  method: string;
  sizeBytes: number;
}

/** A reader of a channel. */
export interface RelayReader {
  type: 'relay.reader';
  channel: string;
  peer: string;
  state: 'came' | 'went' | 'refused';
}

export interface RelayFinished {
  type: 'relay.finished';
  accepted: number;
  requestsRefused: number;
  durationMs: number;
}

/** Start of `hooks serve`: what listens now. */
export interface ServeReady {
  type: 'serve.ready';
  /** Address of the page; the API stands below it. */
  url: string;
  /** Address of the API, as its clients are given it. */
  apiUrl: string;
  provider: string;
  /** How many subscriptions, endpoints and the like are there already. */
  resources: number;
  /** How many details of the stand-in are not published by the provider. */
  assumed: number;
}

/** A call of the API, or a change that the page asked for. */
export interface ApiCalled {
  type: 'api.called';
  at: string;
  peer: string;
  method: string;
  target: string;
  /** operationId of the OpenAPI document. */
  operation?: string;
  status: number;
  /** Why it was refused. */
  why?: string;
  durationMs: number;
}

/** What became of a delivery of `hooks serve`. */
export interface DeliverySent {
  type: 'delivery.sent';
  deliveryId: string;
  messageId: string;
  eventType: string;
  slug?: string;
  resourceId: string;
  url: string;
  outcome: 'delivered' | 'failed';
  status?: number;
  why?: string;
  durationMs: number;
}

export interface ServeFinished {
  type: 'serve.finished';
  calls: number;
  delivered: number;
  failed: number;
  durationMs: number;
}

/** Start of `hooks test` or `hooks run`. */
export interface TestStarted {
  type: 'test.started';
  command: 'test' | 'run';
  /** What is tested, for headings: the endpoint's URL, or the title of a scenario. */
  title: string;
  url: string;
  provider?: string;
  scheme?: string;
  /** Gives the same ids and payloads again. */
  seed: string;
  cases: number;
  at: string;
}

export interface CaseFinished extends CaseResult {
  type: 'case.finished';
}

/** End of `hooks test` or `hooks run`. */
export interface TestFinished extends Tally {
  type: 'test.finished';
  /** 0 to 100; see `scoreOf`. */
  score: number;
  /** By group, in the order in which they began. */
  groups: ({ group: string; score: number } & Tally)[];
  /** From which severity on a failed case fails the run. */
  failOn: Severity;
  isPassed: boolean;
  /** With a baseline: what has changed since; what failed then does not fail this run. */
  baseline?: {
    newlyFailing: string[];
    fixed: string[];
    stillFailing: string[];
    added: number;
    vanished: number;
  };
  /** Why it ended before all cases were played. */
  stopped?: 'baseline' | 'unreachable' | 'interrupted';
  durationMs: number;
}

/** Start of `hooks load`. */
export interface LoadStarted {
  type: 'load.started';
  url: string;
  provider: string;
  eventType?: string;
  slug?: string;
  variant?: string;
  scheme: string;
  isSigned: boolean;
  /** `constant`, `ramp` and `limit` are open loops: each delivery is due at its time, whatever became of the others. */
  mode: 'constant' | 'ramp' | 'closed' | 'limit';
  /** Deliveries per second, at the start. */
  rate?: number;
  /** At the end of a ramp. */
  toRate?: number;
  /** Most deliveries under way at once; in a closed loop always as many. */
  maxInFlight: number;
  /** Of one step, where a limit is searched. */
  durationMs: number;
  warmupMs: number;
  timeoutMs: number;
  workers: number;
  at: string;
}

/** A second of a load; the warm-up is not counted. */
export interface LoadTick {
  type: 'load.tick';
  /** From the start of the load, or of the step, to the end of this second. */
  elapsedMs: number;
  /** Length of this second; the last one is shorter. */
  intervalMs: number;
  /** Deliveries per second that were asked for. */
  targetRate?: number;
  started: number;
  answered: number;
  /** Unexpected answers and deliveries without one. */
  errors: number;
  /** Started late, or not at all. */
  late: number;
  inFlight: number;
  /** Of what ended in this second, from the moment it was due. */
  latencyMs?: { p50: number; p99: number; max: number };
}

/** What a load came to, or one step of the search for a limit. */
export interface LoadResult {
  started: number;
  answered: number;
  /** Answered as expected. */
  delivered: number;
  /** Answered, but not as expected. */
  unexpected: number;
  /** Not answered. */
  failed: number;
  /** Started late because the sender did not get to it in time. */
  late: number;
  /** Started late because as many as allowed were under way. */
  held: number;
  /** Due, but not started before the end. */
  unsent: number;
  statuses: Record<string, number>;
  failures: Partial<Record<FailureReason, number>>;
  /** Answers per second, of those that came within the time of the load. */
  rate: number;
  /** Share of the time in which the busiest sending thread had something to do. */
  busy: number;
  latency?: {
    /** From the moment a delivery was due: corrected for coordinated omission. Absent in a closed loop. */
    corrected?: LatencySummary;
    /** From the moment it was sent. */
    service: LatencySummary;
  };
  /** Why the load was less than what was asked for: the sender, or as many as allowed were under way. */
  limitedBy?: 'sender' | 'in-flight';
  thresholds: ThresholdResult[];
  isPassed: boolean;
}

/** One step of the search for a limit. */
export interface LoadStep extends LoadResult {
  type: 'load.step';
  targetRate: number;
  isConfirmation: boolean;
}

/** End of `hooks load`; of a search the numbers of the step that found the limit, or of the last. */
export interface LoadFinished extends LoadResult {
  type: 'load.finished';
  url: string;
  mode: LoadStarted['mode'];
  /** Of the whole run. */
  durationMs: number;
  /** Latency over percentile, corrected where there is a correction. */
  curve: CurvePoint[];
  limit?: {
    /** Highest rate that was kept; absent where none was. */
    rate?: number;
    isConfirmed: boolean;
    /** Nothing above it was missed. */
    isHighestTried: boolean;
    steps: number;
    /** What held the next higher rate back, where it was not the receiver. */
    limitedBy?: 'sender' | 'in-flight';
  };
  /** What the first delivery without an answer died of. */
  firstFailure?: { message: string; next: string };
  /** Why it ended early. */
  stopped?: 'unreachable' | 'interrupted';
}

/** `hooks load --export` has written a script for another engine. */
export interface LoadExported {
  type: 'load.exported';
  engine: 'k6' | 'artillery';
  directory: string;
  files: string[];
  /** The command that runs it. */
  run: string;
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
  | RetryScheduled
  | DeliveryGivenUp
  | CallbackReceived
  | RunFinished
  | ListenReady
  | DeliveryReceived
  | ForwardRetried
  | RequestRefused
  | ListenFinished
  | RelayReady
  | RelayAccepted
  | RelayReader
  | RelayFinished
  | ServeReady
  | ApiCalled
  | DeliverySent
  | ServeFinished
  | TestStarted
  | CaseFinished
  | TestFinished
  | LoadStarted
  | LoadTick
  | LoadStep
  | LoadFinished
  | LoadExported
  | Warning
  | RunFailed;
