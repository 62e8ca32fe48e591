/** Latencies as they travel between threads: how often each was measured, within 0.1 %. */
export interface LatencyData {
  count: number;
  sumMs: number;
  /** Infinity where nothing was measured. */
  minMs: number;
  maxMs: number;
  /** Microseconds, count, microseconds, count, …, rising. */
  buckets: number[];
}

/** A histogram of latencies with a high dynamic range. */
export interface LatencyHistogram {
  record(ms: number): void;
  /** Takes in what another one has measured. */
  add(data: LatencyData): void;
  /** What has been recorded since the last call. */
  take(): LatencyData;
  /** The latency that this share (0 to 100) of all stays at or below, in ms; 0 where nothing was measured. */
  percentile(percent: number): number;
  readonly count: number;
  readonly meanMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

export type CreateHistogram = () => LatencyHistogram;

/** What is reported of latencies, in ms. */
export interface LatencySummary {
  count: number;
  min: number;
  mean: number;
  p50: number;
  p75: number;
  p90: number;
  p95: number;
  p99: number;
  p999: number;
  p9999: number;
  max: number;
}

/** Undefined where nothing was measured. */
export function summarise(histogram: LatencyHistogram): LatencySummary | undefined {
  if (histogram.count === 0) return undefined;
  const at = (percent: number) => rounded(histogram.percentile(percent));
  return {
    count: histogram.count,
    min: rounded(histogram.minMs),
    mean: rounded(histogram.meanMs),
    p50: at(50),
    p75: at(75),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    p9999: at(99.99),
    max: rounded(histogram.maxMs),
  };
}

/** A point of the curve of latency over percentile. */
export interface CurvePoint {
  percent: number;
  ms: number;
}

// Evenly spread over "how many nines".
const CURVE_STEPS_PER_DECADE = 8;

/** The curve from the median half to as many nines as there are measurements for. */
export function percentileCurve(histogram: LatencyHistogram): CurvePoint[] {
  const { count } = histogram;
  if (count === 0) return [];
  const points: CurvePoint[] = [];
  const decades = Math.min(5, Math.log10(Math.max(10, count)));
  for (let step = 0; step <= decades * CURVE_STEPS_PER_DECADE; step++) {
    const percent = 100 * (1 - 10 ** (-step / CURVE_STEPS_PER_DECADE));
    points.push({ percent: Number(percent.toFixed(6)), ms: rounded(histogram.percentile(percent)) });
  }
  return points;
}

/** To the microsecond: what lies below is noise of the clock. */
export function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
