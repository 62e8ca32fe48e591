import type { IntervalStats, ShardPlan } from './shard.ts';

/** What the sending threads do together, one stage after the other. */
export type StagePlan = Omit<ShardPlan, 'index' | 'count'>;

export interface StageOutcome {
  /** What the first delivery without an answer died of, in a person's words. */
  firstFailure?: { message: string; next: string };
}

/** Sends loads. */
export interface LoadEngine {
  /** Threads that send. */
  workers: number;
  /**
   * Plays a stage to its end: all that was started has ended, or was cancelled. Tells once a second what has happened
   * since, and once at the end.
   */
  run(
    stage: StagePlan,
    onInterval: (stats: IntervalStats) => void,
    signal: AbortSignal,
  ): Promise<StageOutcome>;
  close(): Promise<void>;
}

/** One thread's share of a stage; what cannot be divided evenly goes to the first. */
export function shareOf(stage: StagePlan, index: number, count: number): ShardPlan {
  const least = Math.floor(stage.maxInFlight / count);
  const maxInFlight = Math.max(1, least + (index < stage.maxInFlight % count ? 1 : 0));
  return { ...stage, maxInFlight, index, count };
}
