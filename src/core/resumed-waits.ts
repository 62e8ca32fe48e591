import type { OpenDelivery } from './open-delivery.ts';

/**
 * How long each of these deliveries waits for its next attempt when their runs go on now, in milliseconds of provider
 * time. In real time what is overdue is due at once; else provider time has stood still since the runs ended.
 */
export function resumedWaits(
  open: readonly OpenDelivery[],
  timeScale: number,
  now: Date,
): (one: OpenDelivery) => number {
  if (timeScale === 1) return ({ dueAt }) => Math.max(0, dueAt.getTime() - now.getTime());
  const startOf = startsByRun(open);
  return ({ dueAt, context }) => dueAt.getTime() - (startOf.get(context.run) ?? dueAt.getTime());
}

/** Each run goes on from the latest attempt that was made. */
function startsByRun(open: readonly OpenDelivery[]): Map<string, number> {
  const starts = new Map<string, number>();
  for (const { attempt, lastAt, context } of open) {
    // Before the first attempt none has been made, whenever it was due.
    if (attempt > 1) starts.set(context.run, Math.max(starts.get(context.run) ?? 0, lastAt.getTime()));
  }
  // What was overdue when the run ended is due at once.
  for (const { dueAt, context } of open) {
    starts.set(context.run, Math.min(starts.get(context.run) ?? Infinity, dueAt.getTime()));
  }
  return starts;
}
