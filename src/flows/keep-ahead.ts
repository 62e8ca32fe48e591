import type { Warning } from '../core/run-event.ts';
import type { Keeper } from './keep-course.ts';
import type { Course, Retrier } from './retry-run.ts';
import type { SendPlan } from './send.ts';

/** As many deliveries are made and kept before the first attempt: each is held in memory until it begins. */
export const MOST_KEPT_AHEAD = 10_000;

// So many share a transaction.
const KEPT_AT_ONCE = 500;

/** The note that an interrupted run cannot go on with all of its deliveries. */
export function keptAheadWarning(count: number): Warning | undefined {
  if (count <= MOST_KEPT_AHEAD) return undefined;
  const message = `of ${count} deliveries the first ${MOST_KEPT_AHEAD} are kept before they begin, the others when they do: an interrupted run goes on with those alone`;
  return { type: 'warning', code: 'kept-ahead', message };
}

/** Makes the deliveries of a run and keeps them before any of them begins; gives them by their number. */
export async function keepAhead(
  { count, create }: Pick<SendPlan, 'count' | 'create'>,
  retrier: Retrier,
  { keeper, now, signal }: { keeper: Keeper; now: () => Date; signal: AbortSignal },
): Promise<Map<number, Course>> {
  const courses = new Map<number, Course>();
  const most = Math.min(count, MOST_KEPT_AHEAD);
  for (let from = 0; from < most && !signal.aborted; from += KEPT_AT_ONCE) {
    const chunk = Array.from({ length: Math.min(KEPT_AT_ONCE, most - from) }, (_, offset) => from + offset);
    await Promise.all(
      chunk.map(async (index) => {
        const course = retrier.begin(index, (at) => create(index, at), true);
        courses.set(index, course);
        course.recordingId = await keeper.begin(course.delivery, now(), retrier.open(course));
      }),
    );
  }
  return courses;
}
