import type { AttemptFailed, AttemptFinished, RunFinished } from '../core/run-event.ts';

/** What the deliveries of a run have come to so far. */
export interface Tally {
  delivered: number;
  failed: number;
  unreachable: number;
  latencies: number[];
}

export function createTally(): Tally {
  return { delivered: 0, failed: 0, unreachable: 0, latencies: [] };
}

/** Counts an attempt; that of a delivery only when it is its last. */
export function countAttempt(tally: Tally, outcome: AttemptFinished | AttemptFailed): void {
  if (outcome.type === 'attempt.finished') tally.latencies.push(outcome.durationMs);
  if (outcome.willBeRetried) return;
  if (outcome.type === 'attempt.failed') {
    // What the user interrupted says nothing about the endpoint.
    if (outcome.reason !== 'cancelled') tally.unreachable++;
  } else if (outcome.isAsExpected) tally.delivered++;
  else tally.failed++;
}

export function runFinished(
  { latencies, ...counts }: Tally,
  durationMs: number,
  isInterrupted: boolean,
): RunFinished {
  const sorted = latencies.sort((a, b) => a - b);
  // The nearest rank: at least that share is not above it.
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  return {
    type: 'run.finished',
    ...counts,
    durationMs,
    ...(sorted.length > 0 && { latencyMs: { min: at(0), median: at(0.5), p95: at(0.95), max: at(1) } }),
    isInterrupted,
  };
}
