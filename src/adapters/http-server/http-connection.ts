import type { Socket } from 'node:net';
import type { Answer, ReceivedRequest, ServerOptions, Silence, StreamedAnswer } from '../../core/received.ts';
import { type Exchange, formatRefusal, sendAnswer, streamAnswer } from './http-answer.ts';
import { receiveRequest } from './receive-request.ts';
import { type Fault, TOO_SLOW } from './request-faults.ts';
import { formatPeer } from './server-address.ts';
import type { ServerLimits } from './server-limits.ts';

interface ConnectionSettings {
  options: ServerOptions;
  limits: ServerLimits;
  isStopping: () => boolean;
}

/** One client's connection. Its requests are read, handled and answered one after the other. */
export interface Connection {
  take(exchange: Exchange): void;
  /** Refuses what arrives now, once everything before it is answered, and closes. Only the first refusal counts. */
  refuse(fault: Fault): void;
  /** Closes now, or after the request under way. */
  finish(): void;
}

const VANISHED = 'the client broke off the connection before its request was complete';
const STOPPED = 'the listener stopped before the request was complete';
const FAILED: Answer = {
  status: 500,
  headers: [['Content-Type', 'text/plain; charset=utf-8']],
  body: Buffer.from('the listener failed to handle this request\n'),
};

export function createConnection(socket: Socket, settings: ConnectionSettings): Connection {
  const { options, limits, isStopping } = settings;
  const peer = formatPeer(socket.remoteAddress, socket.remotePort);
  const waiting: Exchange[] = [];
  let current: Exchange | undefined;
  let isReceiving = false;
  /** An answer is under way, or none, that has no end of its own. */
  let isOpenEnded = false;
  let giveUp = () => {};
  let takesNoMore = false;
  let fault: Fault | undefined;
  /** Nothing more is said about this connection. */
  let isRefused = false;
  let bytesTaken = 0;
  let restTimer: NodeJS.Timeout | undefined;

  function take(exchange: Exchange): void {
    if (takesNoMore || isRefused || fault || isStopping()) {
      exchange.request.resume();
      return;
    }
    // Node's parser loses its place behind an upgrade that is not taken up: nothing after one is believed.
    takesNoMore = exchange.request.headers.upgrade !== undefined;
    waiting.push(exchange);
    clearTimeout(restTimer);
    if (!current) work().catch(breakOff);
    else holdBack();
  }

  /** Nothing more is read while whole requests wait: a client could pipeline without end. */
  function holdBack(): void {
    if (waiting.length > 0) socket.pause();
  }

  async function work(): Promise<void> {
    for (current = waiting.shift(); current; current = waiting.shift()) {
      if (waiting.length === 0 && socket.isPaused()) socket.resume();
      await serve(current);
      if (isStopping() || socket.destroyed) break;
    }
    current = undefined;
    if (isRefused) return;
    if (fault) turnAway(fault);
    else if (isStopping() || takesNoMore || socket.destroyed) socket.destroySoon();
    else restTimer = setTimeout(endRest, limits.keepAliveTimeoutMs + limits.headersTimeoutMs);
  }

  /** Node's own timer starts anew with every byte, and empty lines before a request are no part of it. */
  function endRest(): void {
    if (socket.bytesRead > bytesTaken) refuse(TOO_SLOW);
    else socket.destroy();
  }

  async function serve(exchange: Exchange): Promise<void> {
    isReceiving = true;
    const givenUp = new Promise<void>((resolve) => {
      giveUp = resolve;
    });
    const received = await receiveRequest(exchange, peer, options, limits, givenUp);
    if (received === undefined) return;
    isReceiving = false;
    if ('reason' in received) {
      turnAway(received, exchange.request.method === 'HEAD');
      return;
    }
    bytesTaken = socket.bytesRead;
    await answer(exchange, received);
  }

  async function answer(exchange: Exchange, received: ReceivedRequest): Promise<void> {
    const send = (what: Answer) =>
      sendAnswer(exchange, what, {
        isLast: isStopping() || (takesNoMore && waiting.length === 0),
        timeoutMs: limits.answerTimeoutMs,
      });
    try {
      const reaction = await options.handle(received);
      if ('silence' in reaction) await keepSilent(reaction.silence);
      else if ('stream' in reaction) await keepStreaming(exchange, reaction);
      else await send(reaction);
    } catch (error) {
      options.onError(error);
      await send(FAILED);
    }
  }

  /** Ends with the connection, or when the server stops. */
  async function keepStreaming(exchange: Exchange, answer: StreamedAnswer): Promise<void> {
    isOpenEnded = true;
    if (isStopping()) socket.destroySoon();
    else await streamAnswer(exchange, answer);
  }

  /** Ends with the connection: here, or when the client has had enough. */
  function keepSilent(silence: Silence): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      if (socket.destroyed) resolve();
      else socket.once('close', () => resolve());
    });
    if (silence === 'reset') socket.resetAndDestroy();
    else if (silence === 'drop' || isStopping()) socket.destroySoon();
    else isOpenEnded = true;
    return closed;
  }

  function refuse(found: Fault): void {
    if (fault || isRefused) return;
    fault = found;
    const newest = waiting.at(-1) ?? current;
    if (newest && !newest.request.complete) {
      if (waiting.pop() === undefined) giveUp();
      newest.request.resume();
    }
    if (!current) turnAway(found);
  }

  function turnAway(found: Fault, omitBody = false): void {
    if (isRefused) return;
    isRefused = true;
    isReceiving = false;
    const status = socket.writable ? found.status : undefined;
    report(found, status);
    if (status === undefined) {
      socket.destroySoon();
      return;
    }
    socket.end(formatRefusal(found, options.now(), omitBody), 'latin1');
    // Closing with unread bytes would reset the connection, and the client might never see the answer.
    for (const { request } of [...(current ? [current] : []), ...waiting.splice(0)]) request.resume();
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), limits.lingerMs);
    socket.once('close', () => clearTimeout(timer));
  }

  function report({ reason, message }: Fault, status?: number): void {
    const answered = status === undefined ? {} : { status };
    options.onRefused({ reason, message, peer, ...answered, refusedAt: options.now() });
  }

  function breakOff(error: unknown): void {
    socket.destroy();
    options.onError(error);
  }

  // Node resumes at the end of every message that it has parsed.
  socket.on('resume', holdBack);
  socket.once('close', (hadError) => {
    clearTimeout(restTimer);
    if (isRefused) return;
    isRefused = true;
    const wasCutShort = isReceiving || waiting.length > 0 || (hadError && socket.bytesRead > bytesTaken);
    if (fault) report(fault);
    else if (wasCutShort) report({ reason: 'connection-lost', message: isStopping() ? STOPPED : VANISHED });
  });

  return { take, refuse, finish: () => (isOpenEnded || !current) && socket.destroySoon() };
}
