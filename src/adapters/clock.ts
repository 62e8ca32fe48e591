import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Waits that long, or until the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // Many wait for the one signal of a run: that is no leak.
  setMaxListeners(0, signal);
  // A timer that is set for longer fires at once.
  for (let left = ms; left >= 0 && !signal.aborted; left -= LONGEST_TIMER_MS) {
    await sleep(Math.min(left, LONGEST_TIMER_MS), undefined, { signal }).catch(() => {});
  }
}

/** Milliseconds that only ever grow; for durations. */
export function clockMs(): number {
  return performance.now();
}
