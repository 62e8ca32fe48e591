import { setTimeout as sleep } from 'node:timers/promises';

/** Waits that long, or until the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}

/** Milliseconds that only ever grow; for durations. */
export function clockMs(): number {
  return performance.now();
}
