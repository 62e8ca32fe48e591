import { parseDuration } from '../duration.ts';
import { HooksError } from '../errors.ts';

/** A stretch of time in which the rate (per second) goes evenly from one value to another. */
export interface Segment {
  fromRate: number;
  toRate: number;
  durationMs: number;
}

/** When each delivery of an open loop is due, whatever becomes of the ones before it. */
export interface Schedule {
  durationMs: number;
  /** How many deliveries are due before the end. */
  total: number;
  /** Milliseconds from the start to the nth delivery, counted from 0. */
  dueMs(index: number): number;
  /** Deliveries per second that are asked for at that moment. */
  rateAt(ms: number): number;
}

interface Placed extends Segment {
  startMs: number;
  /** Deliveries due before it. */
  before: number;
}

// Below what a sum of a few rates can be off by, far above what counts as a delivery.
const ROUNDING = 1e-6;

/** The segments one after the other. */
export function createSchedule(segments: readonly Segment[]): Schedule {
  const placed: Placed[] = [];
  let startMs = 0;
  let before = 0;
  for (const segment of segments) {
    placed.push({ ...segment, startMs, before });
    startMs += segment.durationMs;
    before += ((segment.fromRate + segment.toRate) / 2) * (segment.durationMs / 1000);
  }
  const durationMs = startMs;
  return {
    durationMs,
    total: Math.max(0, Math.ceil(before - ROUNDING)),
    dueMs(index) {
      const segment = placed.findLast((one) => one.before <= index + ROUNDING && one.durationMs > 0);
      return segment === undefined ? 0 : segment.startMs + offsetMs(segment, index - segment.before);
    },
    rateAt(ms) {
      const segment = placed.findLast((one) => one.startMs <= ms) ?? placed[0];
      if (segment === undefined) return 0;
      const share = Math.min(1, (ms - segment.startMs) / segment.durationMs);
      return segment.fromRate + (segment.toRate - segment.fromRate) * share;
    },
  };
}

/** When `count` deliveries of the segment have become due: the root of a t + slope t² / 2 = count. */
function offsetMs({ fromRate, toRate, durationMs }: Segment, count: number): number {
  if (count <= 0) return 0;
  const slope = (toRate - fromRate) / (durationMs / 1000);
  // In this form nothing is lost where the slope is small, or zero.
  const root = Math.sqrt(Math.max(0, fromRate ** 2 + 2 * slope * count));
  return ((2 * count) / (fromRate + root)) * 1000;
}

/** `100..5000/30s` as a segment. Throws HooksError `usage` for anything else. */
export function parseRamp(text: string): Segment {
  const match = /^(\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)\/(.+)$/.exec(text);
  const [fromRate, toRate] = [Number(match?.[1]), Number(match?.[2])];
  if (match?.[3] === undefined || !(fromRate + toRate > 0)) {
    throw new HooksError('usage', `'${text}' is not a ramp`, {
      next: 'write it as 100..5000/30s: from 100 to 5000 deliveries a second within 30 seconds',
    });
  }
  const durationMs = parseDuration(match[3]);
  if (durationMs > 0) return { fromRate, toRate, durationMs };
  throw new HooksError('usage', `the ramp '${text}' takes no time`, { next: 'give it a time, e.g. 30s' });
}
