import type { HeaderList } from './headers.ts';

/** A request as it arrived, read whole. */
export interface ReceivedRequest {
  id: string;
  receivedAt: Date;
  /** `address:port` of the client. */
  peer: string;
  method: string;
  /** Path and query as sent. */
  target: string;
  httpVersion: string;
  headers: HeaderList;
  body: Uint8Array;
  /** True where something on the way wrote the body anew, so that a signature over its bytes may not match. */
  isRewritten?: boolean;
}

/** What the listener answers. */
export interface Answer {
  status: number;
  /** The reason phrase; absent for the usual one of the status. */
  statusText?: string;
  headers: HeaderList;
  body: Uint8Array;
  /** True where the delivery could not be kept, so that whoever handed it over has to do so again. */
  isNotKept?: boolean;
}

/** What happens instead of an answer: the connection is closed, left open in silence, or reset. */
export type Silence = 'drop' | 'hang' | 'reset';

/** An answer that goes on until its connection ends, as a stream of events does. */
export interface StreamedAnswer {
  status: number;
  headers: HeaderList;
  /** Writes the body: `send` resolves when there is room for more. The signal is aborted with the connection. */
  stream: (send: (text: string) => Promise<void>, signal: AbortSignal) => Promise<void>;
}

/** What a request meets. */
export type Reaction = Answer | { silence: Silence };

/** An answer of one JSON object. */
export function jsonAnswer(status: number, content: Readonly<Record<string, unknown>>): Answer {
  const body = new TextEncoder().encode(`${JSON.stringify(content)}\n`);
  return { status, headers: [['Content-Type', 'application/json']], body };
}

/** Why a request was refused before it became a delivery. */
export type RefusedReason =
  | 'body-too-large'
  | 'headers-too-large'
  | 'too-slow'
  | 'malformed'
  | 'connection-lost'
  | 'too-many-connections';

/** A request that the server turned away itself. */
export interface RefusedRequest {
  reason: RefusedReason;
  /** One sentence in a person's words. */
  message: string;
  peer: string;
  /** The status answered, where an answer was possible. */
  status?: number;
  refusedAt: Date;
}

/** Answers a request that was read whole; what it throws becomes a 500. */
export type HandleRequest = (request: ReceivedRequest) => Promise<Reaction | StreamedAnswer>;

export interface ServerOptions {
  host: string;
  /** 0 picks a free one. */
  port: number;
  maxBodyBytes: number;
  newId: () => string;
  now: () => Date;
  handle: HandleRequest;
  onRefused: (refused: RefusedRequest) => void;
  /** Told of what `handle` threw, and of faults of the listening socket; the server goes on. */
  onError: (error: unknown) => void;
}

export interface RunningServer {
  /** Channel that is read beside it. */
  channel?: string;
  /** Base URL, with the port that was chosen. */
  url: string;
  port: number;
  /** Stops accepting, lets requests under way finish for at most `graceMs`, then ends every connection. */
  stop(graceMs: number): Promise<void>;
}
