import type { RunEvent } from '../core/run-event.ts';
import type { Agenda, AgendaItem } from './agenda.ts';
import { attemptOutcome, attemptStarted } from './attempt-events.ts';
import type { EventQueue } from './event-queue.ts';
import type { Keeper } from './keep-course.ts';
import type { Course, Retrier } from './retry-run.ts';
import type { SendPlan, SendPorts } from './send.ts';
import { countAttempt, type Tally } from './send-tally.ts';
import { wireRequest } from './wire-request.ts';

interface RetryWork {
  plan: SendPlan;
  ports: SendPorts;
  queue: EventQueue<RunEvent>;
  tally: Tally;
  agenda: Agenda<Course>;
  retrier: Retrier;
  keeper: Keeper;
  /** What was made and kept before it began. */
  ahead: Map<number, Course>;
}

/** Makes the function that does one item of the agenda: an attempt, and what follows from it. */
export function createRetryWorker(work: RetryWork) {
  const { plan, ports, queue, tally, agenda, retrier, keeper, ahead } = work;

  return async (item: AgendaItem<Course>): Promise<void> => {
    if ('later' in item) return attempt(item.later, true);
    const course = ahead.get(item.first) ?? retrier.begin(item.first, (at) => plan.create(item.first, at));
    ahead.delete(item.first);
    return attempt(course, course.attempt > 1);
  };

  async function attempt(course: Course, isRetry: boolean): Promise<void> {
    const delivery = retrier.prepare(course, isRetry);
    const startedAt = ports.now();
    // What was kept earlier was not signed for this moment.
    const begun = isRetry || course.recordingId === undefined ? undefined : delivery;
    // Before it is sent, so that a run that is killed meanwhile can go on with it.
    course.recordingId ??= await keeper.begin(delivery, startedAt, retrier.open(course));
    const { attempt: number, providerAt, context } = course;
    await queue.push(attemptStarted(delivery, { attempt: number, at: startedAt, providerAt }));
    const options = { timeoutMs: context.timeoutMs, signal: ports.signal };
    const result = retrier.outageOf(course) ?? (await ports.deliver(wireRequest(delivery), options));
    const outcome = attemptOutcome(delivery, number, result, plan.expectations);
    if (outcome.type === 'attempt.failed' && outcome.reason === 'cancelled') {
      // The attempt stays to be made.
      await queue.push(outcome);
      return;
    }
    const decision = retrier.decide(course, startedAt, result);
    if (decision.kind === 'retry') outcome.willBeRetried = true;
    countAttempt(tally, outcome);
    const isFailed = outcome.type === 'attempt.failed' || !outcome.isAsExpected;
    const scheduled = decision.kind === 'retry' ? retrier.advance(course, decision) : undefined;
    const open = scheduled && retrier.open(course);
    const recorded = { attempt: number, startedAt, providerAt, result };
    await keeper.add(course.recordingId, { attempt: recorded, isFailed, open, begun });
    await queue.push(outcome);
    if (scheduled !== undefined) {
      await queue.push(scheduled);
      agenda.putOff(course, scheduled.realDelayMs);
    } else if (decision.kind === 'given-up') await queue.push(retrier.giveUp(course, decision));
  }
}
