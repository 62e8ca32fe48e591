import type { RunEvent } from '../../core/run-event.ts';

/** What the progress line shows of a run. */
export interface ProgressState {
  total: number;
  delivered: number;
  failed: number;
  unreachable: number;
  /** Time of the latest answer. */
  latencyMs?: number;
  isFinished: boolean;
}

export function startProgress(total: number): ProgressState {
  return { total, delivered: 0, failed: 0, unreachable: 0, isFinished: false };
}

/** The state after one more event of the run. */
export function nextProgress(state: ProgressState, event: RunEvent): ProgressState {
  switch (event.type) {
    case 'attempt.finished': {
      if (event.willBeRetried) return { ...state, latencyMs: event.durationMs };
      const counted = event.isAsExpected ? { delivered: state.delivered + 1 } : { failed: state.failed + 1 };
      return { ...state, ...counted, latencyMs: event.durationMs };
    }
    case 'attempt.failed':
      return event.reason === 'cancelled' || event.willBeRetried
        ? state
        : { ...state, unreachable: state.unreachable + 1 };
    case 'run.finished':
      return { ...state, isFinished: true };
    default:
      return state;
  }
}

/** How many deliveries have come to an end. */
export function doneCount({ delivered, failed, unreachable }: ProgressState): number {
  return delivered + failed + unreachable;
}
