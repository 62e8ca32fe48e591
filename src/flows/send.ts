import type { Deliver, Delivery } from '../core/delivery.ts';
import type { Expectations } from '../core/expectation.ts';
import type { DisorderSummary, RunEvent, RunFinished } from '../core/run-event.ts';
import { createAgenda } from './agenda.ts';
import { attemptOutcome, attemptStarted } from './attempt-events.ts';
import { createEventQueue } from './event-queue.ts';
import { keepAhead, keptAheadWarning } from './keep-ahead.ts';
import { type KeepCourse, keepOrSay } from './keep-course.ts';
import { type RecordAttempt, recordOrSay } from './not-recorded.ts';
import { type Course, createRetrier, type RetryPlan } from './retry-run.ts';
import { createRetryWorker } from './retry-worker.ts';
import { countAttempt, createTally, runFinished } from './send-tally.ts';
import { wireRequest } from './wire-request.ts';

export interface SendPlan {
  /**
   * Makes the nth delivery, counted from 0; called when it is due, so that its timestamp is right. With retries `at` is
   * the moment of the provider.
   */
  create: (index: number, at?: Date) => Delivery;
  count: number;
  concurrency: number;
  /** When the nth delivery is due, from the start; absent starts each as soon as a connection is free. */
  dueMs?: (index: number) => number;
  timeoutMs: number;
  expectations: Expectations;
  /** How what fails is tried again; absent tries once. */
  retries?: RetryPlan;
  /** What disorder has made of the deliveries; goes into the summary. */
  disorder?: DisorderSummary;
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
  /** The same for deliveries that are tried again. */
  keep?: KeepCourse;
}

// Enough that the network never waits for the view, few enough that a slow view holds the run back.
const QUEUE_CAPACITY = 1000;

/** Delivers `count` deliveries and says of each attempt how it went; the last event sums up. Throws what `create` throws. */
export async function* send(plan: SendPlan, ports: SendPorts): AsyncGenerator<RunEvent, RunFinished> {
  const startedMs = ports.clockMs();
  const queue = createEventQueue<RunEvent>(QUEUE_CAPACITY);
  const tally = createTally();
  const stopping = new AbortController();
  const { signal } = stopping;
  // Not AbortSignal.any: the first that a process makes takes milliseconds.
  const interrupted = () => stopping.abort();
  ports.signal.addEventListener('abort', interrupted, { once: true });
  if (ports.signal.aborted) interrupted();
  const record = recordOrSay(ports.record, queue);
  const retrier = plan.retries && createRetrier(plan.retries, plan.count, ports.now);
  const keeper = keepOrSay(ports.keep, queue);
  const ahead = await keptAhead();
  // Its clock starts here: keeping takes no time of the run.
  const agenda = createAgenda<Course>(plan, { ...ports, signal });
  const retryWorker =
    retrier &&
    createRetryWorker({ plan: { ...plan, create }, ports, queue, tally, agenda, retrier, keeper, ahead });

  /** One delivery is kept when it begins, which is at once. */
  async function keptAhead(): Promise<Map<number, Course>> {
    const { resumed, isMadeWhenDue } = plan.retries ?? {};
    if (!retrier || !ports.keep || resumed || isMadeWhenDue || plan.count < 2) return new Map();
    const courses = await keepAhead(plan, retrier, { keeper, now: ports.now, signal });
    const warning = signal.aborted ? undefined : keptAheadWarning(plan.count, courses.size);
    if (warning) await queue.push(warning);
    return courses;
  }

  async function work(): Promise<void> {
    try {
      for (;;) {
        const item = await agenda.take();
        if (item === undefined || signal.aborted) return;
        if (retryWorker !== undefined) await retryWorker(item);
        else if ('first' in item) await deliverOnce(item.first);
        agenda.done();
      }
    } catch (error) {
      // The others finish what they have begun, and begin nothing more.
      stopping.abort();
      throw error;
    }
  }

  /** Where a delivery cannot be made, no other is begun: not even by who has been given one in this moment. */
  function create(index: number, at?: Date): Delivery {
    try {
      return plan.create(index, at);
    } catch (error) {
      stopping.abort();
      throw error;
    }
  }

  async function deliverOnce(index: number): Promise<void> {
    const delivery = create(index);
    const startedAt = ports.now();
    await queue.push(attemptStarted(delivery, { attempt: 1, at: startedAt }));
    const options = { timeoutMs: plan.timeoutMs, signal: ports.signal };
    const result = await ports.deliver(wireRequest(delivery), options);
    const outcome = attemptOutcome(delivery, 1, result, plan.expectations);
    countAttempt(tally, outcome);
    const isFailed = outcome.type === 'attempt.failed' || !outcome.isAsExpected;
    await record(delivery, { attempt: 1, startedAt, result }, isFailed);
    await queue.push(outcome);
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
    ports.signal.removeEventListener('abort', interrupted);
  }
  const failed = (await workers).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  const finished: RunFinished = {
    ...runFinished(tally, ports.clockMs() - startedMs, ports.signal.aborted),
    ...(retrier && { retries: retrier.summary() }),
    ...(plan.disorder && { disorder: plan.disorder }),
  };
  yield finished;
  return finished;
}
