import { formatDuration } from '../core/duration.ts';
import { HooksError } from '../core/errors.ts';
import type { StagePlan } from '../core/load/engine.ts';
import type { LimitSearchOptions } from '../core/load/limit-search.ts';
import { createSchedule, type Segment } from '../core/load/schedule.ts';
import type { LatencyThreshold } from '../core/load/thresholds.ts';
import type { LoadStarted } from '../core/run-event.ts';

/** What one types to say how much is sent. */
export interface ShapeFlags {
  rate?: number;
  ramp?: Segment;
  concurrency?: number;
  findLimit?: boolean;
  duration?: number;
  warmup?: number;
  maxInFlight?: number;
  maxLatency?: LatencyThreshold[];
}

export interface LoadShape {
  mode: LoadStarted['mode'];
  stage: StagePlan;
  search?: LimitSearchOptions;
}

const DEFAULT_RATE = 50;
const DEFAULT_DURATION_MS = 10_000;
const DEFAULT_IN_FLIGHT = 500;
const FIRST_LIMIT_RATE = 100;
const STEP_MS = 5000;
const STEP_WARMUP_MS = 1000;
const SEARCH = { maxRate: 1_000_000, precision: 0.05, maxSteps: 40 };

/** The load that the flags ask for. Throws HooksError `usage` for flags that contradict each other. */
export function shapeOf(flags: ShapeFlags): LoadShape {
  refuseContradictions(flags);
  const { rate = DEFAULT_RATE, ramp, concurrency, maxInFlight = DEFAULT_IN_FLIGHT } = flags;
  if (flags.duration === 0) {
    throw new HooksError('usage', 'a load of no duration sends nothing', {
      next: 'give it some time: --duration 30s',
    });
  }
  if (flags.findLimit) {
    const startRate = flags.rate ?? FIRST_LIMIT_RATE;
    const stage = open([steady(startRate, flags.duration ?? STEP_MS)], flags.warmup ?? STEP_WARMUP_MS);
    return { mode: 'limit', stage: { ...stage, maxInFlight }, search: { ...SEARCH, startRate } };
  }
  const warmupMs = flags.warmup ?? 0;
  if (concurrency !== undefined) {
    const durationMs = warmupMs + (flags.duration ?? DEFAULT_DURATION_MS);
    return { mode: 'closed', stage: { durationMs, warmupMs, maxInFlight: concurrency } };
  }
  if (ramp === undefined) {
    const stage = open([steady(rate, flags.duration ?? DEFAULT_DURATION_MS)], warmupMs);
    return { mode: 'constant', stage: atLeastOne({ ...stage, maxInFlight }) };
  }
  const heldMs = Math.max(0, (flags.duration ?? ramp.durationMs) - ramp.durationMs);
  const segments = heldMs > 0 ? [ramp, steady(ramp.toRate, heldMs)] : [ramp];
  const stage = open(segments, warmupMs);
  // A ramp that is cut short keeps its slope.
  const durationMs = Math.min(stage.durationMs, warmupMs + (flags.duration ?? ramp.durationMs));
  return { mode: 'ramp', stage: atLeastOne({ ...cut(stage, durationMs), maxInFlight }) };
}

function steady(rate: number, durationMs: number): Segment {
  return { fromRate: rate, toRate: rate, durationMs };
}

/** The segments behind a warm-up at their first rate. */
function open(segments: Segment[], warmupMs: number): Omit<StagePlan, 'maxInFlight'> {
  const warmup = warmupMs > 0 ? [steady(segments[0]?.fromRate ?? 0, warmupMs)] : [];
  const all = [...warmup, ...segments];
  return { segments: all, durationMs: all.reduce((sum, one) => sum + one.durationMs, 0), warmupMs };
}

function cut(stage: Omit<StagePlan, 'maxInFlight'>, durationMs: number): Omit<StagePlan, 'maxInFlight'> {
  if (durationMs >= stage.durationMs) return stage;
  let leftMs = durationMs;
  const segments = (stage.segments ?? []).map(({ fromRate, toRate, durationMs: wholeMs }) => {
    const keptMs = Math.min(leftMs, wholeMs);
    leftMs -= keptMs;
    return { fromRate, toRate: fromRate + ((toRate - fromRate) * keptMs) / wholeMs, durationMs: keptMs };
  });
  return { ...stage, segments: segments.filter((one) => one.durationMs > 0), durationMs };
}

function atLeastOne(stage: StagePlan): StagePlan {
  const schedule = createSchedule(stage.segments ?? []);
  if (schedule.total > 0 && schedule.dueMs(schedule.total - 1) >= stage.warmupMs) return stage;
  throw new HooksError(
    'usage',
    `at this rate nothing is due in ${formatDuration(stage.durationMs - stage.warmupMs)}`,
    { next: 'give a higher --rate or a longer --duration' },
  );
}

function refuseContradictions(flags: ShapeFlags): void {
  const given = (['ramp', 'concurrency', 'findLimit'] as const).filter((name) => flags[name] !== undefined);
  const names = { rate: '--rate', ramp: '--ramp', concurrency: '--concurrency', findLimit: '--find-limit' };
  const [first, second] = [
    ...given,
    ...(flags.rate === undefined || given[0] === 'findLimit' ? [] : (['rate'] as const)),
  ];
  if (first !== undefined && second !== undefined) {
    throw new HooksError('usage', `${names[first]} and ${names[second]} cannot be combined`, {
      why: 'each of them says by itself how much is sent',
      next: 'choose one of --rate, --ramp, --concurrency and --find-limit',
    });
  }
  if (flags.concurrency !== undefined && flags.maxInFlight !== undefined) {
    throw new HooksError('usage', '--concurrency and --max-in-flight cannot be combined', {
      why: 'in a closed loop they are the same',
      next: 'leave --max-in-flight out',
    });
  }
  if (flags.findLimit && flags.maxLatency === undefined) {
    throw new HooksError('usage', '--find-limit has no latency to keep', {
      next: 'add e.g. --max-latency p99=200ms',
    });
  }
}
