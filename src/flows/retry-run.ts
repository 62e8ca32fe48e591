import type { AttemptResult, Delivery } from '../core/delivery.ts';
import { formatDuration } from '../core/duration.ts';
import { seededShare } from '../core/identifiers.ts';
import type { OpenDelivery, RetryContext } from '../core/open-delivery.ts';
import { afterAttempt, type RetryDecision } from '../core/retry-policy.ts';
import type { DeliveryGivenUp, RetryScheduled, RetrySummary, Timeline } from '../core/run-event.ts';
import { shownUrl } from '../core/shown-url.ts';
import { type EndpointHistory, switchOffOf } from '../core/switch-off.ts';

/** How the deliveries of a run are tried again. */
export interface RetryPlan {
  /** What holds for a delivery. */
  contextOf: (delivery: Delivery, index: number) => RetryContext;
  /** So many times as fast as the provider; 1 is real time. */
  timeScale: number;
  /** Provider time at the start of the run. */
  startsAt: Date;
  /** When the nth is due for the first time, in provider milliseconds from the start; without it at once. */
  providerDueMs?: (index: number) => number;
  /** The delivery for another attempt at that moment of the provider: same id, same body, signed as the provider would. */
  again: (delivery: Delivery, moment: AttemptMoment) => Delivery;
  /** From the start on nothing arrives for so long, in provider time; what waits then comes all at once. */
  outageMs: number;
  /** Deliveries hold times that no new signature puts right: none is made before it is due. */
  isMadeWhenDue?: boolean;
  /** The nth delivery where an interrupted run has left it. */
  resumed?: (index: number) => { delivery: Delivery; open: OpenDelivery; recordingId: string };
}

export interface AttemptMoment {
  providerAt: Date;
  /** Provider time of the first attempt. */
  firstAt: Date;
  context: RetryContext;
}

/** One delivery on its way through its attempts. */
export interface Course {
  delivery: Delivery;
  context: RetryContext;
  recordingId?: string | undefined;
  /** The attempt that is next or under way. */
  attempt: number;
  /** Its provider time. */
  providerAt: Date;
  firstAt: Date;
  timeline?: Timeline;
}

// More than these nobody reads one by one.
const MOST_TIMELINES = 10;
const OUTAGE: AttemptResult = {
  kind: 'failed',
  reason: 'outage',
  message: 'the outage: nothing was sent, and the attempt counts as failed',
  next: 'leave --outage out to have it sent',
  tried: [],
  durationMs: 0,
};

/** What a run with retries knows of all its deliveries. */
export interface Retrier {
  /** `isAhead` makes it before it is due, as of the moment at which it is. */
  begin: (index: number, create: (at: Date) => Delivery, isAhead?: boolean) => Course;
  /** Before an attempt: its moment and, for a retry, its signature. */
  prepare: (course: Course, isRetry: boolean) => Delivery;
  /** The result of an attempt that an outage swallows. */
  outageOf: (course: Course) => AttemptResult | undefined;
  decide: (course: Course, startedAt: Date, result: AttemptResult) => RetryDecision;
  /** Moves the course on to its next attempt; gives the event. */
  advance: (course: Course, decision: RetryDecision & { kind: 'retry' }) => RetryScheduled;
  giveUp: (course: Course, decision: RetryDecision & { kind: 'given-up' }) => DeliveryGivenUp;
  open: (course: Course) => OpenDelivery;
  summary: () => RetrySummary;
}

export function createRetrier(plan: RetryPlan, count: number, now: () => Date): Retrier {
  const timelines: Timeline[] = [];
  const counts = { attempts: 0, retried: 0, givenUp: 0, ended: 0, begun: 0 };
  const byAttempt = new Map<number, { made: number; delivered: number }>();
  const endpoints = new Map<string, EndpointHistory>();
  // What is resumed may be from before the start.
  const outageEndsMs = plan.outageMs === 0 ? -Infinity : plan.startsAt.getTime() + plan.outageMs;
  const lastAts = new WeakMap<Course, Date>();

  function begin(index: number, create: (at: Date) => Delivery, isAhead = false): Course {
    counts.begun++;
    const course =
      plan.resumed === undefined ? newCourse(index, create, isAhead) : resumedCourse(plan.resumed(index));
    // What is resumed has failed since its first attempt.
    if (course.attempt > 1) noteFailure(endpoints, course, course.firstAt);
    if (count <= MOST_TIMELINES) {
      const { id, url } = course.delivery;
      const timeline: Timeline = {
        deliveryId: id,
        url: shownUrl(url),
        attemptsBefore: course.attempt - 1,
        entries: [],
        outcome: 'open',
      };
      course.timeline = timeline;
      timelines.push(timeline);
    }
    return course;
  }

  function newCourse(index: number, create: (at: Date) => Delivery, isAhead: boolean): Course {
    const dueMs = plan.providerDueMs?.(index) ?? 0;
    const at = plan.timeScale === 1 && !isAhead ? now() : new Date(plan.startsAt.getTime() + dueMs);
    const delivery = create(at);
    const context = plan.contextOf(delivery, index);
    return { delivery, context, attempt: 1, providerAt: at, firstAt: at };
  }

  /** In real time the clock is the truth; else the moment follows from the schedule alone. */
  function timeOf(course: Course): Date {
    return course.context.timeScale === 1 ? now() : course.providerAt;
  }

  return {
    begin,
    prepare(course, isRetry) {
      course.providerAt = timeOf(course);
      if (!isRetry) course.firstAt = course.providerAt;
      const { providerAt, firstAt, context } = course;
      course.delivery = plan.again(course.delivery, { providerAt, firstAt, context });
      return course.delivery;
    },
    outageOf: ({ providerAt }) => (providerAt.getTime() < outageEndsMs ? OUTAGE : undefined),
    decide(course, startedAt, result) {
      const { attempt, providerAt, firstAt, context } = course;
      const decision = afterAttempt(context.rules, {
        attempt,
        result,
        sinceFirstMs: providerAt.getTime() - firstAt.getTime(),
        now: context.isSigningNow ? now() : providerAt,
        share: seededShare(`${context.jitterSeed}/${attempt}`),
      });
      lastAts.set(course, providerAt);
      counts.attempts++;
      if (attempt === 2) counts.retried++;
      const seen = byAttempt.get(attempt) ?? { made: 0, delivered: 0 };
      const isDelivered = decision.kind === 'delivered';
      byAttempt.set(attempt, { made: seen.made + 1, delivered: seen.delivered + Number(isDelivered) });
      follow(endpoints, course, decision);
      if (course.timeline !== undefined) {
        course.timeline.entries.push(entryOf(course, startedAt, result));
        if (decision.kind !== 'retry') course.timeline.outcome = decision.kind;
      }
      if (decision.kind !== 'retry') counts.ended++;
      if (decision.kind === 'given-up') counts.givenUp++;
      return withBurst(decision, providerAt);
    },
    advance(course, { attempt, delayMs, why, notes }) {
      const { id, url } = course.delivery;
      const from = course.context.timeScale === 1 ? now() : course.providerAt;
      course.attempt = attempt;
      course.providerAt = new Date(from.getTime() + delayMs);
      return {
        type: 'retry.scheduled',
        deliveryId: id,
        url: shownUrl(url),
        attempt,
        delayMs,
        realDelayMs: delayMs / course.context.timeScale,
        providerAt: course.providerAt.toISOString(),
        why,
        notes,
      };
    },
    giveUp({ delivery, attempt, providerAt }, { reason, message }) {
      return {
        type: 'delivery.given-up',
        deliveryId: delivery.id,
        url: shownUrl(delivery.url),
        attempts: attempt,
        reason,
        message,
        providerAt: providerAt.toISOString(),
      };
    },
    open: (course) => ({
      attempt: course.attempt,
      dueAt: course.providerAt,
      firstAt: course.firstAt,
      lastAt: lastAts.get(course) ?? course.firstAt,
      context: course.context,
    }),
    summary: () => ({
      timeScale: plan.timeScale,
      attempts: counts.attempts,
      retried: counts.retried,
      givenUp: counts.givenUp,
      // What is resumed is kept, whether it has begun again or not.
      open: (plan.resumed === undefined ? counts.begun : count) - counts.ended,
      byAttempt: [...byAttempt]
        .sort(([a], [b]) => a - b)
        .map(([attempt, numbers]) => ({ attempt, ...numbers })),
      timelines,
      switchOff: [...endpoints.values()].map(switchOffOf).filter((one) => one !== undefined),
    }),
  };

  /** What would come after the outage comes when it ends, with all the others. */
  function withBurst(decision: RetryDecision, providerAt: Date): RetryDecision {
    if (decision.kind !== 'retry' || providerAt.getTime() >= outageEndsMs) return decision;
    const leftMs = outageEndsMs - providerAt.getTime();
    if (decision.delayMs < leftMs) return decision;
    return { ...decision, delayMs: leftMs, notes: [...decision.notes, 'with the end of the outage'] };
  }
}

function resumedCourse({
  delivery,
  open,
  recordingId,
}: {
  delivery: Delivery;
  open: OpenDelivery;
  recordingId: string;
}): Course {
  const { attempt, dueAt, firstAt, context } = open;
  return { delivery, context, recordingId, attempt, providerAt: dueAt, firstAt };
}

/** Notes how an endpoint fares. */
function follow(endpoints: Map<string, EndpointHistory>, course: Course, decision: RetryDecision): void {
  const { providerAt } = course;
  const history = noteFailure(endpoints, course, providerAt);
  if (decision.kind === 'delivered') delete history.failingSince;
  if (decision.kind === 'given-up' && decision.isDisabled) history.disabledAt ??= providerAt;
}

function noteFailure(
  endpoints: Map<string, EndpointHistory>,
  { delivery, context }: Course,
  at: Date,
): EndpointHistory {
  const url = shownUrl(delivery.url);
  const history = endpoints.get(url) ?? { url, rules: context.rules, lastAt: at };
  endpoints.set(url, history);
  if (history.lastAt < at) history.lastAt = at;
  if (history.failingSince === undefined || at < history.failingSince) history.failingSince = at;
  return history;
}

function entryOf({ attempt, providerAt, firstAt }: Course, startedAt: Date, result: AttemptResult) {
  return {
    attempt,
    at: startedAt.toISOString(),
    providerAt: providerAt.toISOString(),
    sinceFirstMs: providerAt.getTime() - firstAt.getTime(),
    ...(result.kind === 'answered' && { status: result.status }),
    answer:
      result.kind === 'answered'
        ? `${`${result.status} ${result.statusText}`.trim()} in ${formatDuration(result.durationMs)}`
        : result.message,
  };
}
