import type { Deliver, Delivery } from '../core/delivery.ts';
import type { RecordedAttempt } from '../core/recording.ts';
import { createRetrier, type RetryPlan } from './retry-run.ts';
import { wireRequest } from './wire-request.ts';

interface AttemptPorts {
  deliver: Deliver;
  now: () => Date;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Delivers one delivery until its provider takes it for delivered or gives it up; gives all attempts. */
export async function attemptsOf(
  delivery: Delivery,
  plan: RetryPlan,
  { deliver, now, sleep }: AttemptPorts,
  signal: AbortSignal,
): Promise<RecordedAttempt[]> {
  const retrier = createRetrier(plan, 1, now);
  const course = retrier.begin(0, () => delivery);
  const attempts: RecordedAttempt[] = [];
  for (;;) {
    const signed = retrier.prepare(course, attempts.length > 0);
    const startedAt = now();
    const { attempt, providerAt, context } = course;
    const result = await deliver(wireRequest(signed), { timeoutMs: context.timeoutMs, signal });
    attempts.push({ attempt, startedAt, providerAt, result });
    if (signal.aborted) return attempts;
    const decision = retrier.decide(course, startedAt, result);
    if (decision.kind !== 'retry') return attempts;
    await sleep(retrier.advance(course, decision).realDelayMs, signal);
    if (signal.aborted) return attempts;
  }
}
