import type { Deliver, Delivery } from '../core/delivery.ts';
import type { RecordedAttempt } from '../core/recording.ts';
import type { Keeper } from './keep-course.ts';
import { createRetrier, type RetryPlan } from './retry-run.ts';
import { wireRequest } from './wire-request.ts';

interface AttemptPorts {
  deliver: Deliver;
  now: () => Date;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  keeper: Keeper;
}

/** What came of a delivery with all its attempts. */
export interface Attempted {
  attempts: RecordedAttempt[];
  /** Provider time from the first attempt to the last. */
  providerMs: number;
  /** The run was interrupted, and there are attempts to come. */
  isOpen: boolean;
  /** Keeps the last attempt, once it has been judged. */
  finish: (isFailed: boolean) => Promise<void>;
}

/**
 * Delivers one delivery until its provider takes it for delivered or gives it up. Before each attempt it is kept, so that
 * an interrupted run can be gone on with. `index` places its delays within the jitter.
 */
export async function attemptsOf(
  delivery: Delivery,
  index: number,
  plan: RetryPlan,
  { deliver, now, sleep, keeper }: AttemptPorts,
  signal: AbortSignal,
): Promise<Attempted> {
  const retrier = createRetrier(plan, 1, now);
  const course = retrier.begin(index, () => delivery);
  const attempts: RecordedAttempt[] = [];
  const attempted = (isOpen: boolean, finish: Attempted['finish']): Attempted => {
    const providerMs = course.providerAt.getTime() - course.firstAt.getTime();
    return { attempts, providerMs, isOpen, finish };
  };
  const leftOpen = () => attempted(true, async () => {});
  for (;;) {
    const signed = retrier.prepare(course, attempts.length > 0);
    const startedAt = now();
    course.recordingId ??= await keeper.begin(signed, startedAt, retrier.open(course));
    const { attempt, providerAt, context } = course;
    const result =
      retrier.outageOf(course) ??
      (await deliver(wireRequest(signed), { timeoutMs: context.timeoutMs, signal }));
    const recorded = { attempt, startedAt, providerAt, result };
    attempts.push(recorded);
    // The attempt stays to be made.
    if (result.kind === 'failed' && result.reason === 'cancelled') return leftOpen();
    const decision = retrier.decide(course, startedAt, result);
    if (decision.kind !== 'retry') {
      return attempted(false, (isFailed) => keeper.add(course.recordingId, { attempt: recorded, isFailed }));
    }
    const { realDelayMs } = retrier.advance(course, decision);
    await keeper.add(course.recordingId, { attempt: recorded, isFailed: true, open: retrier.open(course) });
    await sleep(realDelayMs, signal);
    if (signal.aborted) return leftOpen();
  }
}
