import { HooksError } from '../core/errors.ts';
import { headerValues } from '../core/headers.ts';
import {
  type Answer,
  jsonAnswer,
  type ReceivedRequest,
  type RunningServer,
  type StreamedAnswer,
} from '../core/received.ts';
import { splitTarget } from '../core/relay/channel-name.ts';
import { EXACT_EVENT, EXACT_REQUEST, exactData } from '../core/relay/exact-event.ts';
import { smeeData } from '../core/relay/smee-event.ts';
import { formatEvent } from '../core/relay/sse.ts';
import type { RelayFinished, RunEvent } from '../core/run-event.ts';
import { createEventQueue } from './event-queue.ts';
import type { ListenPorts } from './listen.ts';
import { notRecorded } from './not-recorded.ts';
import { requestRefused } from './request-refused.ts';

/** What a relay keeps; see `adapters/relay/relay-store.ts`. */
export interface RelayBuffer {
  add(channel: string, request: ReceivedRequest): Promise<number>;
  after(channel: string, position: number, limit: number): { position: number; request: ReceivedRequest }[];
  servedUpTo(channel: string): number;
  serve(channel: string, position: number): void;
  newest(): number;
}

export interface RelayPlan {
  channels: readonly string[];
  /** Time between two signs of life to a reader. */
  pingMs: number;
}

export interface RelayPorts {
  serve: ListenPorts['serve'];
  buffer: RelayBuffer;
  /** Tells whether a text is the token of the readers; takes the same time for every text. */
  isToken: (text: string) => boolean;
  clockMs: () => number;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  signal: AbortSignal;
}

const QUEUE_CAPACITY = 1000;
const GRACE_MS = 2000;
// Of the deliveries that wait, so many are in memory at once for each reader.
const PAGE = 20;

/**
 * Takes deliveries for readers that are elsewhere, and streams them to these, until the signal is aborted. A delivery is
 * answered 2xx once it is on disk. Throws HooksError `port-unavailable` when it cannot listen.
 */
export async function* relay(plan: RelayPlan, ports: RelayPorts): AsyncGenerator<RunEvent, RelayFinished> {
  const startedMs = ports.clockMs();
  const queue = createEventQueue<RunEvent>(QUEUE_CAPACITY);
  const wakers = new Set<() => void>();
  const counts = { accepted: 0, requestsRefused: 0 };
  let failure: unknown;

  async function handle(request: ReceivedRequest): Promise<Answer | StreamedAnswer> {
    const { channel, rest } = splitTarget(request.target);
    if (!plan.channels.includes(channel)) return jsonAnswer(404, { error: 'there is no such channel' });
    if (request.method === 'GET' || request.method === 'HEAD') return asRead(request, channel);
    return take(channel, { ...request, target: rest });
  }

  async function take(channel: string, request: ReceivedRequest): Promise<Answer> {
    try {
      await ports.buffer.add(channel, request);
    } catch (error) {
      if (!(error instanceof HooksError)) throw error;
      await queue.push(notRecorded(error));
      return jsonAnswer(503, { error: error.message });
    }
    counts.accepted++;
    for (const wake of wakers) wake();
    await queue.push({
      type: 'relay.accepted',
      deliveryId: request.id,
      channel,
      at: request.receivedAt.toISOString(),
      peer: request.peer,
      method: request.method,
      sizeBytes: request.body.length,
    });
    return jsonAnswer(202, { id: request.id });
  }

  function asRead(request: ReceivedRequest, channel: string): Answer | StreamedAnswer {
    const accepted = headerValues(request.headers, 'accept');
    if (request.method === 'HEAD' || !accepted.some((value) => value.includes('text/event-stream'))) {
      // Some senders look whether there is anything before they deliver.
      return jsonAnswer(200, { channel, note: 'POST deliveries here; read them as an event stream' });
    }
    const token = tokenOf(request);
    if (token === undefined || !ports.isToken(token)) {
      void queue.push({ type: 'relay.reader', channel, peer: request.peer, state: 'refused' });
      const why = token === undefined ? 'a token is needed to read' : 'this is not the token to read with';
      const refusal = jsonAnswer(401, { error: why });
      return { ...refusal, headers: [...refusal.headers, ['WWW-Authenticate', 'Bearer']] };
    }
    const headers: StreamedAnswer['headers'] = [
      ['Content-Type', 'text/event-stream; charset=utf-8'],
      ['Cache-Control', 'no-store'],
      ['X-Accel-Buffering', 'no'],
    ];
    return { status: 200, headers, stream: (send, signal) => stream(request, channel, send, signal) };
  }

  async function stream(
    request: ReceivedRequest,
    channel: string,
    send: (text: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const [name, value] = EXACT_REQUEST;
    const isExact = headerValues(request.headers, name).includes(value);
    await queue.push({ type: 'relay.reader', channel, peer: request.peer, state: 'came' });
    try {
      let position = startOf(request, channel);
      // With its place: a reader that is gone before its first delivery can say where it was.
      await send(formatEvent({ id: String(position), event: 'ready', data: '{}' }));
      while (!signal.aborted) {
        const page = ports.buffer.after(channel, position, PAGE);
        for (const delivery of page) {
          await send(eventOf(delivery, isExact));
          if (signal.aborted) return;
          position = delivery.position;
          ports.buffer.serve(channel, position);
        }
        // Nothing can have come in between: what comes from now on is heard.
        if (page.length === 0 && !(await nextArrival(signal)))
          await send(formatEvent({ event: 'ping', data: '{}' }));
      }
    } finally {
      await queue.push({ type: 'relay.reader', channel, peer: request.peer, state: 'went' });
    }
  }

  /** Where a reader was last; one that does not say goes on where the channel was last read. */
  function startOf({ headers }: ReceivedRequest, channel: string): number {
    const [last] = headerValues(headers, 'last-event-id');
    const position = /^\d{1,15}$/.test(last ?? '') ? Number(last) : undefined;
    // Beyond the newest: of a buffer that is gone.
    return position === undefined || position > ports.buffer.newest()
      ? ports.buffer.servedUpTo(channel)
      : position;
  }

  /** True once something has come, false when it is time for a sign of life. */
  async function nextArrival(signal: AbortSignal): Promise<boolean> {
    const waiting = new AbortController();
    const wake = () => waiting.abort();
    wakers.add(wake);
    await ports.sleep(plan.pingMs, AbortSignal.any([signal, waiting.signal]));
    wakers.delete(wake);
    return waiting.signal.aborted || signal.aborted;
  }

  const server: RunningServer = await ports.serve({
    handle,
    onRefused(refused) {
      counts.requestsRefused++;
      void queue.push(requestRefused(refused));
    },
    onError(error) {
      failure ??= error;
      void stop();
    },
  });
  let stopping: Promise<void> | undefined;
  function stop(): Promise<void> {
    stopping ??= server.stop(GRACE_MS).finally(() => queue.end());
    return stopping;
  }
  const interrupted = () => void stop();
  ports.signal.addEventListener('abort', interrupted, { once: true });
  if (ports.signal.aborted) interrupted();
  try {
    yield {
      type: 'relay.ready',
      url: server.url,
      channels: plan.channels.map((name) => ({ name, url: `${server.url}/${name}` })),
    };
    yield* queue;
  } finally {
    ports.signal.removeEventListener('abort', interrupted);
    await stop();
  }
  if (failure !== undefined) throw failure;
  const finished: RelayFinished = {
    type: 'relay.finished',
    ...counts,
    durationMs: ports.clockMs() - startedMs,
  };
  yield finished;
  return finished;
}

function tokenOf({ headers, target }: ReceivedRequest): string | undefined {
  const [bearer] = headerValues(headers, 'authorization').flatMap(
    (value) => /^Bearer (.+)$/i.exec(value)?.[1] ?? [],
  );
  return bearer ?? new URL(target, 'http://localhost').searchParams.get('token') ?? undefined;
}

function eventOf(
  { position, request }: { position: number; request: ReceivedRequest },
  isExact: boolean,
): string {
  const id = String(position);
  return isExact
    ? formatEvent({ id, event: EXACT_EVENT, data: exactData(request) })
    : formatEvent({ id, data: smeeData(request) });
}
