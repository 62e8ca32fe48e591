import type { HeaderList } from './headers.ts';
import type { SignedHeader } from './signing/scheme.ts';

/** One event for one endpoint; keeps its id over all attempts. */
export interface Delivery {
  id: string;
  /** Id of the provider whose conventions it follows; `generic` for a body of one's own. */
  provider: string;
  eventType?: string;
  variant?: string;
  slug?: string;
  /** Id of the recording that this repeats. */
  replayOf?: string;
  method: string;
  /** Absolute http(s) URL, without credentials. */
  url: string;
  /** Name of the saved endpoint that it is for. */
  endpoint?: string;
  /** All headers but the ones that frame the message (Host, Connection, Content-Length), in wire order. */
  headers: readonly SignedHeader[];
  body: Uint8Array;
}

/** One HTTP request, ready for the wire. */
export interface HttpRequest {
  method: string;
  url: string;
  headers: HeaderList;
  body: Uint8Array;
  /**
   * Set for a request that is passed on: the request-target, as it stands in the request line. The headers are then all
   * there are, Host and Content-Length in their places; only Connection is added.
   */
  passedOn?: { target: string };
}

export interface DeliverOptions {
  /** From the start of the attempt to the last byte of the answer. */
  timeoutMs: number;
  /** Bytes of the answer that are read; 1 MiB without it. */
  maxAnswerBytes?: number;
  /** Aborting it ends the attempt as `cancelled`. */
  signal?: AbortSignal;
  /**
   * Called once all but the last byte of the body is written; the last follows when it resolves. For slow bodies, and
   * for deliveries that are to arrive at the same moment.
   */
  beforeLastByte?: () => Promise<void>;
}

/** Why an attempt got no answer. */
export type FailureReason =
  | 'refused'
  | 'dns'
  | 'tls'
  | 'timeout'
  | 'reset'
  | 'unreachable'
  | 'not-http'
  | 'proxy'
  | 'cancelled'
  /** Simulated: nothing was sent. */
  | 'outage'
  | 'other';

export interface AnsweredAttempt {
  kind: 'answered';
  status: number;
  statusText: string;
  /** As received: order, case, repeats. */
  headers: HeaderList;
  /** At most the cap of the client; `bodyTruncated` tells that there was more. */
  body: Uint8Array;
  bodyTruncated: boolean;
  /** From the start of the attempt to the head of the answer. */
  firstByteMs: number;
  /** From the start of the attempt to the last byte of the answer that was read. */
  durationMs: number;
}

export interface FailedAttempt {
  kind: 'failed';
  reason: FailureReason;
  /** One sentence in a person's words: what happened. */
  message: string;
  /** What to do next. */
  next: string;
  /** Addresses that were tried, as `127.0.0.1:3000` or `[::1]:3000`. */
  tried: readonly string[];
  durationMs: number;
}

/** Outcome of one attempt. A status of 500 is an answer, not an error. */
export type AttemptResult = AnsweredAttempt | FailedAttempt;

const NOBODY_THERE: readonly FailureReason[] = ['refused', 'dns', 'tls', 'unreachable', 'proxy'];

/** True for an attempt that found no receiver, unlike one that was not answered by it. */
export function isNobodyThere({ reason }: Pick<FailedAttempt, 'reason'>): boolean {
  return NOBODY_THERE.includes(reason);
}

/** Sends one request and reads its answer. Never throws for anything that the network or the receiver does. */
export type Deliver = (request: HttpRequest, options: DeliverOptions) => Promise<AttemptResult>;

/** Connection settings shared by all HTTP clients. */
export interface ConnectionOptions {
  /** Accept any certificate. */
  insecure?: boolean;
  /** PEM text of further certificate authorities. */
  ca?: string;
  /** URL of an HTTP(S) proxy. */
  proxy?: string;
  /** Most connections open at once. */
  connections?: number;
}

/** A client that keeps connections; `close` ends them. */
export interface HttpClient {
  deliver: Deliver;
  close(): Promise<void>;
}
