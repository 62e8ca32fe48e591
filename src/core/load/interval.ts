import type { StatusMatch } from '../status-match.ts';
import type { LatencyData } from './histogram.ts';
import type { IntervalStats } from './shard.ts';

/** What several threads did in the same stretch of time, as one. */
export function mergeIntervals(all: readonly IntervalStats[]): IntervalStats {
  const sum = (pick: (one: IntervalStats) => number) => all.reduce((total, one) => total + pick(one), 0);
  return {
    atMs: Math.max(0, ...all.map(({ atMs }) => atMs)),
    started: sum(({ started }) => started),
    statuses: mergeCounts(all.map(({ statuses }) => statuses)),
    inTime: sum(({ inTime }) => inTime),
    failures: mergeCounts(all.map(({ failures }) => failures)),
    late: sum(({ late }) => late),
    held: sum(({ held }) => held),
    unsent: sum(({ unsent }) => unsent),
    inFlight: sum(({ inFlight }) => inFlight),
    corrected: mergeLatencies(all.map(({ corrected }) => corrected)),
    service: mergeLatencies(all.map(({ service }) => service)),
    // The busiest thread is the one that holds the load up.
    busy: Math.max(0, ...all.map(({ busy }) => busy)),
  };
}

function mergeCounts<T extends Partial<Record<string | number, number>>>(all: readonly T[]): T {
  const merged: Record<string, number> = {};
  for (const counts of all) {
    for (const [key, count] of Object.entries(counts)) merged[key] = (merged[key] ?? 0) + Number(count);
  }
  return merged as T;
}

function mergeLatencies(all: readonly LatencyData[]): LatencyData {
  const counts = new Map<number, number>();
  for (const { buckets } of all) {
    for (let at = 0; at < buckets.length; at += 2) {
      const us = buckets[at] ?? 0;
      counts.set(us, (counts.get(us) ?? 0) + (buckets[at + 1] ?? 0));
    }
  }
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    sumMs: all.reduce((sum, { sumMs }) => sum + sumMs, 0),
    minMs: Math.min(...all.map(({ minMs }) => minMs)),
    maxMs: Math.max(0, ...all.map(({ maxMs }) => maxMs)),
    buckets: [...counts].sort(([a], [b]) => a - b).flat(),
  };
}

export function answersOf({ statuses }: Pick<IntervalStats, 'statuses'>): number {
  return Object.values(statuses).reduce((sum, count) => sum + count, 0);
}

/** Deliveries without an answer; what the user interrupted says nothing about the endpoint. */
export function failuresOf({ failures }: Pick<IntervalStats, 'failures'>): number {
  return Object.entries(failures).reduce(
    (sum, [reason, count]) => (reason === 'cancelled' ? sum : sum + (count ?? 0)),
    0,
  );
}

export function unexpectedOf({ statuses }: Pick<IntervalStats, 'statuses'>, isExpected: StatusMatch): number {
  return Object.entries(statuses).reduce(
    (sum, [status, count]) => (isExpected(Number(status)) ? sum : sum + count),
    0,
  );
}
