import { type Answered, type CallPorts, createApi, refused } from '../core/control-plane/answer-call.ts';
import { answerOwn, isPageCall, type PagePorts } from '../core/control-plane/answer-page.ts';
import { assumptionsOf } from '../core/control-plane/assumptions.ts';
import { basePath } from '../core/control-plane/document.ts';
import type { KeptDelivery } from '../core/control-plane/resource.ts';
import { HooksError } from '../core/errors.ts';
import type {
  Answer,
  HandleRequest,
  ReceivedRequest,
  RefusedRequest,
  RunningServer,
} from '../core/received.ts';
import type { DeliverySent, RunEvent, ServeFinished } from '../core/run-event.ts';
import { shownUrl } from '../core/shown-url.ts';
import { aborted } from './aborted.ts';
import { createEventQueue } from './event-queue.ts';
import { createOutbox } from './outbox.ts';

/** What came of sending a delivery once. */
export type SendResult =
  | { outcome: 'delivered' | 'failed'; status?: number; why?: string; durationMs: number }
  | { outcome: 'cancelled' };

export interface ServePorts extends CallPorts, Omit<PagePorts, 'openApi'> {
  provider: string;
  serve: (on: {
    handle: HandleRequest;
    onRefused: (refused: RefusedRequest) => void;
    onError: (error: unknown) => void;
  }) => Promise<RunningServer>;
  openApiFor: (url: string) => object;
  /** Signs and sends it once, and records it. Never throws for what the network does. */
  send: (delivery: KeptDelivery, signal: AbortSignal) => Promise<SendResult>;
  /** Short name of an event type. */
  slugOf: (eventType: string) => string | undefined;
  clockMs: () => number;
  signal: AbortSignal;
}

const QUEUE_CAPACITY = 1000;
const GRACE_MS = 2000;
const SENT_AT_ONCE = 10;

/**
 * Stands in for a provider's control plane until the signal is aborted: answers its API and our page, and makes the
 * deliveries that follow, after the answer. Throws HooksError `port-unavailable` when it cannot listen.
 */
export async function* serve(ports: ServePorts): AsyncGenerator<RunEvent, ServeFinished> {
  const startedMs = ports.clockMs();
  const queue = createEventQueue<RunEvent>(QUEUE_CAPACITY);
  const tally = { calls: 0, delivered: 0, failed: 0 };
  const ending = new AbortController();
  const outbox = createOutbox(SENT_AT_ONCE, deliver);
  const api = createApi(ports);
  let openApi: object = {};
  let failure: unknown;

  async function handle(request: ReceivedRequest): Promise<Answer> {
    const arrivedMs = ports.clockMs();
    const { answer, send, operation, why } = await answerRequest(request);
    for (const delivery of send) outbox.add(delivery);
    if (!isQuietRead(request, answer)) {
      tally.calls++;
      await queue.push({
        type: 'api.called',
        at: request.receivedAt.toISOString(),
        peer: request.peer,
        method: request.method,
        target: shownUrl(request.target),
        ...(operation !== undefined && { operation }),
        status: answer.status,
        ...(why !== undefined && { why }),
        durationMs: ports.clockMs() - arrivedMs,
      });
    }
    return answer;
  }

  async function answerRequest(request: ReceivedRequest): Promise<Answered> {
    const pathname = request.target.split('?')[0] ?? '';
    const page = { ...ports, openApi };
    try {
      return (
        (await answerOwn(request, pathname, page)) ??
        (await api(request, pathname, isPageCall(request, page)))
      );
    } catch (error) {
      if (!(error instanceof HooksError)) throw error;
      const problem = error.kind === 'store-unusable' ? 'unavailable' : 'invalid';
      return refused({ problem, message: error.message }, ports);
    }
  }

  async function deliver(delivery: KeptDelivery): Promise<void> {
    if (ending.signal.aborted) return;
    const attemptedAt = ports.now();
    const result = await ports.send(delivery, ending.signal);
    if (result.outcome === 'cancelled') return;
    const { outcome, status, why, durationMs } = result;
    tally[outcome]++;
    const details = {
      ...(status !== undefined && { status }),
      ...(why !== undefined && { why }),
      durationMs,
    };
    const { attempts } = delivery;
    ports.store.saveDelivery({ ...delivery, outcome, attempts: attempts + 1, attemptedAt, ...details });
    const slug = ports.slugOf(delivery.eventType);
    await queue.push({
      type: 'delivery.sent',
      deliveryId: delivery.id,
      messageId: delivery.messageId,
      eventType: delivery.eventType,
      ...(slug !== undefined && { slug }),
      resourceId: delivery.resourceId,
      url: shownUrl(delivery.url),
      outcome,
      ...details,
    } satisfies DeliverySent);
  }

  function fail(error: unknown): void {
    failure ??= error;
    ending.abort();
  }

  const server = await ports.serve({
    handle,
    onRefused({ refusedAt, ...refusal }) {
      void queue.push({ type: 'request.refused', at: refusedAt.toISOString(), ...refusal });
    },
    onError: fail,
  });
  openApi = ports.openApiFor(server.url);
  const stopped = aborted(ending.signal)
    .then(() => server.stop(GRACE_MS))
    .then(() => outbox.settled())
    .finally(() => queue.end());
  // Their errors are thrown below; without this they would count as unhandled while events are still read.
  stopped.catch(() => {});
  outbox.failed.catch(fail);
  const interrupted = () => ending.abort();
  ports.signal.addEventListener('abort', interrupted, { once: true });
  if (ports.signal.aborted) interrupted();
  try {
    const kinds = Object.keys(ports.document['x-hooks-kinds']);
    yield {
      type: 'serve.ready',
      url: server.url,
      apiUrl: server.url + basePath(ports.document),
      provider: ports.provider,
      resources: kinds.flatMap((kind) => ports.store.resources(kind)).length,
      assumed: assumptionsOf(ports.document).length,
    };
    yield* queue;
  } finally {
    ending.abort();
    ports.signal.removeEventListener('abort', interrupted);
    await stopped.catch(() => {});
  }
  await stopped;
  if (failure !== undefined) throw failure;
  const finished: ServeFinished = {
    type: 'serve.finished',
    ...tally,
    durationMs: ports.clockMs() - startedMs,
  };
  yield finished;
  return finished;
}

/** The page asks for its state every other second: nobody wants to read of it. */
function isQuietRead({ method, target }: ReceivedRequest, { status }: Answer): boolean {
  return method === 'GET' && status === 200 && (target === '/' || target.startsWith('/_hooks/state'));
}
