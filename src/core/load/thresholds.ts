import { formatDuration, parseDuration } from '../duration.ts';
import { HooksError } from '../errors.ts';
import type { LatencyHistogram } from './histogram.ts';

/** A latency that must not be exceeded. */
export interface LatencyThreshold {
  /** As it was written: `p99`, `max`, `mean`. */
  name: string;
  /** A percentile from 0 to 100, or one of the two others. */
  of: number | 'mean' | 'max';
  limitMs: number;
}

export interface Thresholds {
  latency: readonly LatencyThreshold[];
  /** Greatest share of deliveries that may fail, 0 to 1. */
  errorShare: number;
}

/** What a run is measured by. */
export interface Measured {
  latency: LatencyHistogram;
  /** Deliveries that have come to an end. */
  ended: number;
  errors: number;
}

/** One threshold and what came of it. */
export interface ThresholdResult {
  /** `p99 <= 200 ms`. */
  rule: string;
  /** What was measured, as text. */
  actual: string;
  isMet: boolean;
}

const FORM = 'write it as p99=200ms; p50 to p99.99, mean and max can be limited';

/** `p99=200ms`, `p99.9=1s`, `mean=50ms`, `max=2s`. Throws HooksError `usage` for anything else. */
export function parseLatencyThreshold(text: string): LatencyThreshold {
  const match = /^(p(\d{1,2}(?:\.\d+)?|100)|mean|max)=(.+)$/i.exec(text);
  if (match?.[1] === undefined || match[3] === undefined) {
    throw new HooksError('usage', `'${text}' is not a limit of latency`, { next: FORM });
  }
  const name = match[1].toLowerCase();
  const limitMs = parseDuration(match[3]);
  if (limitMs <= 0) throw new HooksError('usage', `the limit '${text}' is zero`, { next: FORM });
  const of = name === 'mean' || name === 'max' ? name : Number(match[2]);
  return { name, of, limitMs };
}

/** A share from 0 to 1 of `1%`. Throws HooksError `usage` for anything else. */
export function parseErrorShare(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(text);
  const share = Number(match?.[1]) / 100;
  if (share >= 0 && share <= 1) return share;
  throw new HooksError('usage', `'${text}' is not a share of errors`, {
    next: 'write it as 1%, 0.1% or 0%',
  });
}

/** Every threshold with what was measured; without a single answer no latency is met. */
export function judgeThresholds(
  { latency, errorShare }: Thresholds,
  { latency: histogram, ended, errors }: Measured,
): ThresholdResult[] {
  const share = ended === 0 ? 0 : errors / ended;
  return [
    ...latency.map((threshold) => judgeLatency(threshold, histogram)),
    {
      rule: `errors <= ${formatShare(errorShare)}`,
      actual: formatShare(share),
      isMet: ended > 0 && share <= errorShare,
    },
  ];
}

function judgeLatency({ name, of, limitMs }: LatencyThreshold, histogram: LatencyHistogram): ThresholdResult {
  const rule = `${name} <= ${formatDuration(limitMs)}`;
  if (histogram.count === 0) return { rule, actual: 'no answer', isMet: false };
  const actualMs =
    of === 'mean' ? histogram.meanMs : of === 'max' ? histogram.maxMs : histogram.percentile(of);
  return { rule, actual: formatDuration(actualMs), isMet: actualMs <= limitMs };
}

/** `0.25 %`; never 0 % for what is more than nothing. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.01) return '< 0.01 %';
  return `${Number(percent.toFixed(2))} %`;
}
