import type { RunEvent } from '../core/run-event.ts';
import type { View } from '../views/open.ts';

/** Shows every event of a run and gives the one that sums it up. A run that the view ends early cleans up after itself. */
export async function showRun<T extends RunEvent['type']>(
  run: AsyncIterable<RunEvent>,
  view: View,
  summary: T,
): Promise<Extract<RunEvent, { type: T }>> {
  let last: RunEvent | undefined;
  try {
    for await (const event of run) {
      await view(event);
      last = event;
    }
  } finally {
    view.close?.();
  }
  if (last?.type !== summary) throw new Error(`the run ended without ${summary}`);
  return last as Extract<RunEvent, { type: T }>;
}
