import type { AttemptResult, Deliver, Delivery } from '../core/delivery.ts';
import { type Expectations, unmetExpectations } from '../core/expectation.ts';
import type {
  AttemptFailed,
  AttemptFinished,
  AttemptStarted,
  RunEvent,
  RunFinished,
} from '../core/run-event.ts';
import { maskSecretHeaders, shownHeaders } from '../core/secret-headers.ts';
import { shownUrl } from '../core/shown-url.ts';
import { createEventQueue } from './event-queue.ts';
import { type RecordAttempt, recordOrSay } from './not-recorded.ts';
import { wireRequest } from './wire-request.ts';

export interface SendPlan {
  /** Makes the nth delivery, counted from 0; called when it is due, so that its timestamp is right. */
  create: (index: number) => Delivery;
  count: number;
  concurrency: number;
  /** When the nth delivery is due, from the start; absent starts each as soon as a connection is free. */
  dueMs?: (index: number) => number;
  timeoutMs: number;
  expectations: Expectations;
}

export interface SendPorts {
  deliver: Deliver;
  now: () => Date;
  /** Milliseconds that only ever grow. */
  clockMs: () => number;
  /** Resolves after that time, or at once when the signal is aborted. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  signal: AbortSignal;
  /** Keeps what was sent and what came of it; absent keeps nothing. */
  record?: RecordAttempt;
}

// Enough that the network never waits for the view, few enough that a slow view holds the run back.
const QUEUE_CAPACITY = 1000;

/** Delivers `count` deliveries and says of each attempt how it went; the last event sums up. Throws what `create` throws. */
export async function* send(plan: SendPlan, ports: SendPorts): AsyncGenerator<RunEvent, RunFinished> {
  const startedMs = ports.clockMs();
  const queue = createEventQueue<RunEvent>(QUEUE_CAPACITY);
  const tally = { delivered: 0, failed: 0, unreachable: 0, latencies: [] as number[] };
  const stopping = new AbortController();
  const signal = AbortSignal.any([ports.signal, stopping.signal]);
  let next = 0;
  const record = recordOrSay(ports.record, queue);

  async function work(): Promise<void> {
    try {
      await deliverNext();
    } catch (error) {
      // The others finish what they have begun, and begin nothing more.
      stopping.abort();
      throw error;
    }
  }

  async function deliverNext(): Promise<void> {
    while (next < plan.count && !signal.aborted) {
      const index = next++;
      if (plan.dueMs !== undefined) {
        const dueMs = startedMs + plan.dueMs(index);
        await ports.sleep(Math.max(0, dueMs - ports.clockMs()), signal);
        if (signal.aborted) return;
      }
      const delivery = plan.create(index);
      const startedAt = ports.now();
      await queue.push(attemptStarted(delivery, startedAt));
      const result = await ports.deliver(wireRequest(delivery), {
        timeoutMs: plan.timeoutMs,
        signal: ports.signal,
      });
      const outcome = attemptOutcome(delivery, result, plan.expectations);
      count(tally, outcome);
      const isFailed = outcome.type === 'attempt.failed' || !outcome.isAsExpected;
      await record(delivery, { attempt: 1, startedAt, result }, isFailed);
      await queue.push(outcome);
    }
  }

  const workers = Promise.allSettled(
    Array.from({ length: Math.min(plan.concurrency, plan.count) }, work),
  ).finally(() => queue.end());
  try {
    yield* queue;
  } finally {
    // A reader that leaves early wants nothing more to be sent; what is under way is recorded before the caller goes on.
    stopping.abort();
    queue.end();
    await workers;
  }
  const failed = (await workers).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  const finished = runFinished(tally, ports.clockMs() - startedMs, ports.signal.aborted);
  yield finished;
  return finished;
}

interface Tally {
  delivered: number;
  failed: number;
  unreachable: number;
  latencies: number[];
}

function count(tally: Tally, outcome: AttemptFinished | AttemptFailed): void {
  if (outcome.type === 'attempt.failed') {
    // What the user interrupted says nothing about the endpoint.
    if (outcome.reason !== 'cancelled') tally.unreachable++;
    return;
  }
  tally.latencies.push(outcome.durationMs);
  if (outcome.isAsExpected) tally.delivered++;
  else tally.failed++;
}

function attemptStarted(delivery: Delivery, at: Date): AttemptStarted {
  return {
    type: 'attempt.started',
    deliveryId: delivery.id,
    attempt: 1,
    method: delivery.method,
    url: shownUrl(delivery.url),
    ...endpointOf(delivery),
    provider: delivery.provider,
    ...(delivery.eventType !== undefined && { eventType: delivery.eventType }),
    ...(delivery.slug !== undefined && { slug: delivery.slug }),
    ...(delivery.variant !== undefined && { variant: delivery.variant }),
    headers: shownHeaders(delivery.headers),
    sizeBytes: delivery.body.length,
    at: at.toISOString(),
  };
}

function attemptOutcome(
  delivery: Delivery,
  result: AttemptResult,
  expectations: Expectations,
): AttemptFinished | AttemptFailed {
  const { id, url } = delivery;
  const attempt = { deliveryId: id, attempt: 1, url: shownUrl(url), ...endpointOf(delivery) };
  if (result.kind === 'failed') {
    const { reason, message, next, tried, durationMs } = result;
    return { type: 'attempt.failed', ...attempt, reason, message, next, tried, durationMs };
  }
  const unmet = unmetExpectations(result, expectations);
  return {
    type: 'attempt.finished',
    ...attempt,
    status: result.status,
    statusText: result.statusText,
    durationMs: result.durationMs,
    headers: maskSecretHeaders(result.headers),
    body: result.body,
    isBodyTruncated: result.bodyTruncated,
    isAsExpected: unmet.length === 0,
    unmet,
  };
}

function endpointOf({ endpoint }: Delivery): { endpoint?: string } {
  return endpoint === undefined ? {} : { endpoint };
}

function runFinished(
  { latencies, ...counts }: Tally,
  durationMs: number,
  isInterrupted: boolean,
): RunFinished {
  const sorted = latencies.sort((a, b) => a - b);
  // The nearest rank: at least that share is not above it.
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return {
    type: 'run.finished',
    ...counts,
    durationMs,
    ...(sorted.length > 0 && { latencyMs: { min: at(0), median: at(0.5), p95: at(0.95), max: at(1) } }),
    isInterrupted,
  };
}
