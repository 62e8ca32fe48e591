import { setMaxListeners } from 'node:events';
import type { AttemptResult, DeliverOptions } from '../../core/delivery.ts';
import type { HeaderList } from '../../core/headers.ts';
import {
  type AttemptPhase,
  describeCancellation,
  describeFailure,
  describeTimeout,
  type Failure,
  isWriteFailure,
} from './connection-failure.ts';

/** Bytes of an answer that are read without another wish; what follows is abandoned. */
const BODY_CAP_BYTES = 1024 * 1024;

const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface AnswerHead {
  status: number;
  statusText: string;
  headers: HeaderList;
  firstByteMs: number;
}

/** One attempt under way, whichever client makes it: settled once, by its answer, a failure, the clock or the signal. */
export class AttemptProgress {
  phase: AttemptPhase = 'connecting';
  tried: string[] = [];
  isSettled = false;
  /** Ends the connection; called when nothing more is wanted of it. */
  abandon: () => void = () => {};
  /** Called right before a timeout is described: last chance to set `phase` and `tried`. */
  inspect: () => void = () => {};

  readonly #url: URL;
  readonly #timeoutMs: number;
  readonly #capBytes: number;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (result: AttemptResult) => void;
  readonly #reject: (error: unknown) => void;
  readonly #startedAt = performance.now();
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Uint8Array[] = [];
  #sizeBytes = 0;
  #head: AnswerHead | undefined;

  constructor(
    url: URL,
    { timeoutMs, maxAnswerBytes = BODY_CAP_BYTES, signal }: DeliverOptions,
    resolve: (result: AttemptResult) => void,
    reject: (error: unknown) => void,
  ) {
    this.#url = url;
    this.#timeoutMs = timeoutMs;
    this.#capBytes = maxAnswerBytes;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(this.#expire, Math.min(timeoutMs, LONGEST_TIMER_MS));
    if (signal?.aborted) this.cancel();
    else if (signal) {
      // Any number of attempts may hang on one signal.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', this.cancel);
    }
  }

  head(status: number, statusText: string, headers: HeaderList): void {
    this.phase = 'answering';
    this.#head = { status, statusText, headers, firstByteMs: this.#elapsedMs() };
  }

  chunk(bytes: Uint8Array): void {
    if (this.isSettled) return;
    const room = this.#capBytes - this.#sizeBytes;
    this.#chunks.push(bytes.byteLength > room ? bytes.subarray(0, room) : bytes);
    this.#sizeBytes += Math.min(bytes.byteLength, room);
    if (bytes.byteLength > room) this.complete(true);
  }

  complete(bodyTruncated = false): void {
    const head = this.#head;
    if (!head || this.isSettled) return;
    this.#settle();
    // Field by field: spreading objects would cost as much as all the rest of a delivery's own work.
    this.#resolve({
      kind: 'answered',
      status: head.status,
      statusText: head.statusText,
      headers: head.headers,
      body: this.#body(),
      bodyTruncated,
      firstByteMs: head.firstByteMs,
      durationMs: this.#elapsedMs(),
    });
    this.abandon();
  }

  /** For errors of the connection; any other is a bug and rejects. */
  fail(error: unknown): void {
    if (this.isSettled) return;
    // A receiver may answer and hang up before it has read the whole request: its answer counts.
    if (this.#head && isWriteFailure(error)) {
      this.complete(true);
      return;
    }
    const failure = describeFailure(error, this.#context());
    if (failure) {
      this.#failWith(failure);
      return;
    }
    this.#settle();
    this.#reject(error);
    this.abandon();
  }

  readonly cancel = () => this.#failWith(describeCancellation(this.#context()));

  #failWith(failure: Failure): void {
    if (this.isSettled) return;
    this.#settle();
    this.#resolve({ kind: 'failed', ...failure, durationMs: this.#elapsedMs() });
    this.abandon();
  }

  #settle(): void {
    this.isSettled = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.cancel);
  }

  readonly #expire = () => {
    this.inspect();
    this.#failWith(describeTimeout(this.#context()));
  };

  #context() {
    const { phase, tried } = this;
    const status = this.#head && { status: this.#head.status };
    return { url: this.#url, timeoutMs: this.#timeoutMs, phase, tried, ...status };
  }

  #body(): Uint8Array {
    const [first] = this.#chunks;
    if (!first) return new Uint8Array();
    return this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
  }

  #elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }
}

/** `name, value, name, value, …` as pairs. */
export function pairHeaders(raw: readonly string[]): HeaderList {
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2)
    headers.push([raw[index] ?? '', raw[index + 1] ?? '']);
  return headers;
}
