import type { Client, Dispatcher } from 'undici';
import type { FailureReason } from '../../core/delivery.ts';
import type { Outcome } from '../../core/load/shard.ts';
import { ProxyFailure } from '../http-client/proxy-failure.ts';

/** One connection and the delivery on it; the handler of all its answers, in undici's older form. */
export class Line implements Dispatcher.DispatchHandler {
  readonly client: Client;
  dueMs = 0;
  sentMs = 0;
  isConnected = false;
  readonly #forwarderUrl: URL | undefined;
  readonly #ended: (line: Line, outcome: Outcome) => void;
  readonly #failed: (line: Line, error: Error) => void;
  #status = 0;
  #abort: ((error: Error) => void) | undefined;
  #givenUp: FailureReason | undefined;

  constructor(
    client: Client,
    forwarderUrl: URL | undefined,
    ended: (line: Line, outcome: Outcome) => void,
    failed: (line: Line, error: Error) => void,
  ) {
    this.client = client;
    this.#forwarderUrl = forwarderUrl;
    this.#ended = ended;
    this.#failed = failed;
  }

  send(request: Dispatcher.DispatchOptions, dueMs: number, sentMs: number): void {
    this.dueMs = dueMs;
    this.sentMs = sentMs;
    this.isConnected = false;
    this.#status = 0;
    this.#abort = undefined;
    this.#givenUp = undefined;
    this.client.dispatch(request, this);
  }

  /** Ends the connection, if there is one; undici drops a delivery that waits for its own. */
  giveUp(reason: FailureReason): void {
    if (this.#givenUp !== undefined) return;
    this.#givenUp = reason;
    if (this.#abort) this.#abort(new Error(reason));
  }

  onConnect(abort: (error: Error) => void): void {
    this.isConnected = true;
    this.#abort = abort;
    if (this.#givenUp !== undefined) abort(new Error(this.#givenUp));
  }

  onHeaders(status: number): boolean {
    this.#status = status;
    return true;
  }

  onData(): boolean {
    return true;
  }

  onComplete(): void {
    if (this.#status === 407 && this.#forwarderUrl) {
      this.#failed(this, new ProxyFailure(this.#forwarderUrl, { status: 407 }));
    } else this.#ended(this, this.#status);
  }

  /** Told a moment later: the client is still clearing up, and its end may be the start of the next delivery. */
  onError(error: Error): void {
    setImmediate(() => {
      if (this.#givenUp !== undefined) this.#ended(this, this.#givenUp);
      else this.#failed(this, error);
    });
  }
}
