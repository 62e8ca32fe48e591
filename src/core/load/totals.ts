import type { LoadResult } from '../run-event.ts';
import type { StatusMatch } from '../status-match.ts';
import {
  type CreateHistogram,
  type CurvePoint,
  type LatencyHistogram,
  percentileCurve,
  summarise,
} from './histogram.ts';
import { answersOf, failuresOf, mergeIntervals, unexpectedOf } from './interval.ts';
import type { IntervalStats } from './shard.ts';
import { formatShare, judgeThresholds, type ThresholdResult, type Thresholds } from './thresholds.ts';

/** What a load is judged by. */
export interface Demands {
  thresholds: Thresholds;
  isExpected: StatusMatch;
  /** Latencies are measured from the moment a delivery was due. */
  isOpen: boolean;
}

export interface Totals {
  add(stats: IntervalStats): void;
  /** What it came to; `measuredMs` is the time that it was to take, or took before it was stopped, without the warm-up. */
  result(demands: Demands, measuredMs: number): LoadResult;
  curve(): CurvePoint[];
}

/** A load of which less was sent in time has not been played. */
const LEAST_IN_TIME = 0.99;
/** A thread with less to do than this is not what holds a load up. */
const SATURATED = 0.9;

/** Adds the intervals of a load, or of a step, up. Its memory does not grow with their number. */
export function createTotals(createHistogram: CreateHistogram): Totals {
  const corrected = createHistogram();
  const service = createHistogram();
  let sum: IntervalStats | undefined;
  let busiest = 0;

  return {
    add(stats) {
      corrected.add(stats.corrected);
      service.add(stats.service);
      busiest = Math.max(busiest, stats.busy);
      const bare = { ...stats, corrected: NOTHING, service: NOTHING };
      sum = sum === undefined ? bare : mergeIntervals([sum, bare]);
    },
    result(demands, measuredMs) {
      const counts = countsOf(sum, demands);
      const { started, unsent, late, held, answered } = counts;
      const due = started + unsent;
      const isLimited = due > 0 && (unsent + late + held) / due > 1 - LEAST_IN_TIME;
      const isSenders = busiest >= SATURATED || late > held + unsent;
      const thresholds = [
        ...judgeThresholds(demands.thresholds, {
          latency: demands.isOpen ? corrected : service,
          ended: answered + counts.failed,
          errors: counts.unexpected + counts.failed,
        }),
        ...(unsent > 0 ? [sentInTime(due, unsent)] : []),
      ];
      const latency = latencyOf(corrected, service, demands.isOpen);
      const limitedBy = demands.isOpen
        ? isLimited && (isSenders ? 'sender' : 'in-flight')
        : busiest >= SATURATED && 'sender';
      return {
        ...counts,
        rate: measuredMs <= 0 ? 0 : ((sum?.inTime ?? 0) * 1000) / measuredMs,
        busy: busiest,
        ...(latency && { latency }),
        ...(limitedBy && { limitedBy }),
        thresholds,
        isPassed: thresholds.every(({ isMet }) => isMet),
      };
    },
    curve: () => percentileCurve(corrected),
  };
}

const NOTHING = { count: 0, sumMs: 0, minMs: Number.POSITIVE_INFINITY, maxMs: 0, buckets: [] };

function countsOf(sum: IntervalStats | undefined, { isExpected }: Demands) {
  if (sum === undefined) return { ...NO_COUNTS, statuses: {}, failures: {} };
  const answered = answersOf(sum);
  const unexpected = unexpectedOf(sum, isExpected);
  const { started, late, held, unsent, statuses, failures } = sum;
  const failed = failuresOf(sum);
  const delivered = answered - unexpected;
  return { started, answered, delivered, unexpected, failed, late, held, unsent, statuses, failures };
}

const NO_COUNTS = {
  started: 0,
  answered: 0,
  delivered: 0,
  unexpected: 0,
  failed: 0,
  late: 0,
  held: 0,
  unsent: 0,
};

function latencyOf(corrected: LatencyHistogram, service: LatencyHistogram, isOpen: boolean) {
  const [due, sent] = [summarise(corrected), summarise(service)];
  return sent && { ...(isOpen && due && { corrected: due }), service: sent };
}

function sentInTime(due: number, unsent: number): ThresholdResult {
  return {
    rule: `not sent in time <= ${formatShare(1 - LEAST_IN_TIME)}`,
    actual: formatShare(unsent / due),
    isMet: unsent / due <= 1 - LEAST_IN_TIME,
  };
}
