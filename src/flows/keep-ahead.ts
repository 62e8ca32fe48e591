import type { Warning } from '../core/run-event.ts';
import type { Keeper } from './keep-course.ts';
import type { Course, Retrier } from './retry-run.ts';
import type { SendPlan } from './send.ts';

/** As many deliveries are made and kept before the first attempt: each is held in memory until it begins. */
export const MOST_KEPT_AHEAD = 10_000;
const MOST_BYTES_AHEAD = 64 * 1024 * 1024;

// So many share a transaction.
const KEPT_AT_ONCE = 500;

/** The note that an interrupted run cannot go on with all of its deliveries. */
export function keptAheadWarning(count: number, kept: number): Warning | undefined {
  if (kept >= count) return undefined;
  const message = `of ${count} deliveries the first ${kept} are kept before they begin, the others when they do: an interrupted run goes on with those alone`;
  return { type: 'warning', code: 'kept-ahead', message };
}

/** Makes the deliveries of a run and keeps them before any of them begins; gives them by their number. */
export async function keepAhead(
  { count, create }: Pick<SendPlan, 'count' | 'create'>,
  retrier: Retrier,
  { keeper, now, signal }: { keeper: Keeper; now: () => Date; signal: AbortSignal },
): Promise<Map<number, Course>> {
  const courses = new Map<number, Course>();
  let bytes = 0;

  /** So many that share a transaction, or fewer where they are large. */
  function* chunk(): Generator<Course> {
    for (let made = 0; made < KEPT_AT_ONCE; made++) {
      const index = courses.size;
      if (index >= Math.min(count, MOST_KEPT_AHEAD) || bytes >= MOST_BYTES_AHEAD) return;
      const course = retrier.begin(index, (at) => create(index, at), true);
      bytes += course.delivery.body.length;
      courses.set(index, course);
      yield course;
    }
  }

  for (let made = [...chunk()]; made.length > 0 && !signal.aborted; made = [...chunk()]) {
    await Promise.all(
      made.map(async (course) => {
        course.recordingId = await keeper.begin(course.delivery, now(), retrier.open(course));
      }),
    );
  }
  return courses;
}
