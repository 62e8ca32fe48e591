import { Int32Histogram } from 'hdr-histogram-js';
import type { LatencyHistogram } from '../../core/load/histogram.ts';

/** One hour: more is counted as that. */
const HIGHEST_US = 3600 * 1_000_000;
const SIGNIFICANT_DIGITS = 3;

/** A histogram of microseconds, exact to three digits; least, greatest and mean are exact. */
export function createHdrHistogram(): LatencyHistogram {
  const histogram = new Int32Histogram(1, HIGHEST_US, SIGNIFICANT_DIGITS);
  let sumMs = 0;
  let minMs = Number.POSITIVE_INFINITY;
  let maxMs = 0;

  function note(least: number, greatest: number): void {
    if (least < minMs) minMs = least;
    if (greatest > maxMs) maxMs = greatest;
  }

  function buckets(): number[] {
    const list: number[] = [];
    for (let index = 0; index < histogram.countsArrayLength; index++) {
      const count = histogram.getCountAtIndex(index);
      if (count > 0) list.push(histogram.valueFromIndex(index), count);
    }
    return list;
  }

  return {
    record(ms) {
      histogram.recordValue(Math.min(HIGHEST_US, Math.max(0, Math.round(ms * 1000))));
      sumMs += ms;
      note(ms, ms);
    },
    add(data) {
      if (data.count === 0) return;
      for (let at = 0; at < data.buckets.length; at += 2) {
        histogram.recordValueWithCount(data.buckets[at] ?? 0, data.buckets[at + 1] ?? 0);
      }
      sumMs += data.sumMs;
      note(data.minMs, data.maxMs);
    },
    take() {
      const data = { count: histogram.totalCount, sumMs, minMs, maxMs, buckets: buckets() };
      histogram.reset();
      sumMs = 0;
      minMs = Number.POSITIVE_INFINITY;
      maxMs = 0;
      return data;
    },
    // The value of a bucket is its greatest, which may lie above what was measured.
    percentile: (percent) =>
      histogram.totalCount === 0
        ? 0
        : Math.min(maxMs, Math.max(minMs, histogram.getValueAtPercentile(percent) / 1000)),
    get count() {
      return histogram.totalCount;
    },
    get meanMs() {
      return histogram.totalCount === 0 ? 0 : sumMs / histogram.totalCount;
    },
    get minMs() {
      return histogram.totalCount === 0 ? 0 : minMs;
    },
    get maxMs() {
      return maxMs;
    },
  };
}
