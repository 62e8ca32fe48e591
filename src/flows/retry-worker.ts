import { HooksError } from '../core/errors.ts';
import type { OpenDelivery } from '../core/open-delivery.ts';
import type { RecordedAttempt } from '../core/recording.ts';
import type { RunEvent } from '../core/run-event.ts';
import type { Agenda, AgendaItem } from './agenda.ts';
import { attemptOutcome, attemptStarted } from './attempt-events.ts';
import type { EventQueue } from './event-queue.ts';
import { notRecorded } from './not-recorded.ts';
import type { Course, KeepCourse, Retrier } from './retry-run.ts';
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
}

/** Makes the function that does one item of the agenda: an attempt, and what follows from it. */
export function createRetryWorker({ plan, ports, queue, tally, agenda, retrier }: RetryWork) {
  const keeper = keepOrSay(ports.keep, queue);

  return async (item: AgendaItem<Course>): Promise<void> => {
    if ('later' in item) return attempt(item.later, true);
    const course = retrier.begin(item.first, (at) => plan.create(item.first, at));
    return attempt(course, course.attempt > 1);
  };

  async function attempt(course: Course, isRetry: boolean): Promise<void> {
    const delivery = retrier.prepare(course, isRetry);
    const startedAt = ports.now();
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
    await keeper.add(course.recordingId, recorded, isFailed, open);
    await queue.push(outcome);
    if (scheduled !== undefined) {
      await queue.push(scheduled);
      agenda.putOff(course, scheduled.realDelayMs);
    } else if (decision.kind === 'given-up') await queue.push(retrier.giveUp(course, decision));
  }
}

interface Keeper {
  /** Undefined where it could not be kept. */
  begin: (...values: Parameters<KeepCourse['begin']>) => Promise<string | undefined>;
  add: (
    recordingId: string | undefined,
    attempt: RecordedAttempt,
    isFailed: boolean,
    open: OpenDelivery | undefined,
  ) => Promise<void>;
}

/** Keeps what can be kept; one note is enough for the run. */
function keepOrSay(keep: KeepCourse | undefined, queue: EventQueue<RunEvent>): Keeper {
  let hasSaid = false;

  async function orSay<T>(kept: Promise<T> | undefined): Promise<T | undefined> {
    try {
      return await kept;
    } catch (error) {
      if (!(error instanceof HooksError)) throw error;
      if (!hasSaid) await queue.push(notRecorded(error));
      hasSaid = true;
      return undefined;
    }
  }

  return {
    begin: (...values) => orSay(keep?.begin(...values)),
    async add(recordingId, ...values) {
      if (recordingId !== undefined) await orSay(keep?.add(recordingId, ...values));
    },
  };
}
