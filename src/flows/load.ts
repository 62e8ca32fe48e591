import { isNobodyThere } from '../core/delivery.ts';
import type { LoadEngine, StageOutcome, StagePlan } from '../core/load/engine.ts';
import { type CreateHistogram, rounded } from '../core/load/histogram.ts';
import { answersOf, failuresOf, unexpectedOf } from '../core/load/interval.ts';
import {
  type LimitSearchOptions,
  type LimitStep,
  nextLimitStep,
  noteLimitStep,
  startLimitSearch,
} from '../core/load/limit-search.ts';
import { createSchedule, type Schedule } from '../core/load/schedule.ts';
import type { IntervalStats } from '../core/load/shard.ts';
import { createTotals, type Demands, type Totals } from '../core/load/totals.ts';
import type {
  LoadFinished,
  LoadResult,
  LoadStarted,
  LoadStep,
  LoadTick,
  RunEvent,
} from '../core/run-event.ts';
import { createEventQueue } from './event-queue.ts';

export interface LoadPlan {
  /** What is known beforehand. */
  about: Omit<LoadStarted, 'type' | 'at' | 'workers'>;
  /** The load; of a search its first step. */
  stage: StagePlan;
  demands: Demands;
  /** Looks for the highest rate that meets the demands. */
  search?: LimitSearchOptions;
}

export interface LoadPorts {
  engine: LoadEngine;
  createHistogram: CreateHistogram;
  now: () => Date;
  /** Milliseconds that only ever grow. */
  clockMs: () => number;
  signal: AbortSignal;
}

interface Played {
  result: LoadResult;
  totals: Totals;
  outcome: StageOutcome;
  isUnreachable: boolean;
}

// More than a run has intervals waiting when nobody reads.
const QUEUE_CAPACITY = 100_000;

/** Sends a load and says once a second how it goes; the last event sums up. */
export async function* load(plan: LoadPlan, ports: LoadPorts): AsyncGenerator<RunEvent, LoadFinished> {
  const startedMs = ports.clockMs();
  const { engine, now } = ports;
  yield { type: 'load.started', ...plan.about, workers: engine.workers, at: now().toISOString() };
  const { played, limit } =
    plan.search === undefined
      ? { played: yield* playStage(plan.stage, plan, ports), limit: undefined }
      : yield* findLimit(plan, plan.search, ports);
  const { firstFailure } = played.outcome;
  const isInterrupted = ports.signal.aborted;
  const finished: LoadFinished = {
    type: 'load.finished',
    url: plan.about.url,
    mode: plan.about.mode,
    ...played.result,
    ...(limit && { isPassed: limit.rate !== undefined }),
    durationMs: ports.clockMs() - startedMs,
    curve: played.totals.curve(),
    ...(limit && { limit }),
    ...(firstFailure && { firstFailure }),
    ...(played.isUnreachable && { stopped: 'unreachable' as const }),
    ...(isInterrupted && { stopped: 'interrupted' as const }),
  };
  yield finished;
  return finished;
}

async function* playStage(
  stage: StagePlan,
  plan: LoadPlan,
  { engine, createHistogram, signal }: LoadPorts,
): AsyncGenerator<RunEvent, Played> {
  const schedule = stage.segments && createSchedule(stage.segments);
  const totals = createTotals(createHistogram);
  const queue = createEventQueue<IntervalStats>(QUEUE_CAPACITY);
  const stopping = new AbortController();
  let elapsedMs = 0;
  let answered = 0;
  let isUnreachable = false;
  const running = engine
    .run(stage, (stats) => void queue.push(stats), AbortSignal.any([signal, stopping.signal]))
    .finally(() => queue.end());
  // It is awaited below; until then an error must not end the process.
  running.catch(() => {});
  try {
    for await (const stats of queue) {
      totals.add(stats);
      answered += answersOf(stats);
      const intervalMs = stats.atMs - elapsedMs;
      elapsedMs = stats.atMs;
      yield tick(stats, { elapsedMs, intervalMs }, schedule, plan.demands, createHistogram);
      if (answered > 0 || !foundNobody(stats)) continue;
      isUnreachable = true;
      stopping.abort();
    }
  } finally {
    stopping.abort();
  }
  const outcome = await running;
  const isStopped = signal.aborted || isUnreachable;
  const playedMs = isStopped ? Math.min(elapsedMs, stage.durationMs) : stage.durationMs;
  const measuredMs = playedMs - stage.warmupMs;
  return { result: totals.result(plan.demands, measuredMs), totals, outcome, isUnreachable };
}

function foundNobody({ failures }: IntervalStats): boolean {
  const reasons = Object.keys(failures) as (keyof IntervalStats['failures'])[];
  const told = reasons.filter((reason) => reason !== 'cancelled');
  return told.length > 0 && told.every((reason) => isNobodyThere({ reason }));
}

function tick(
  stats: IntervalStats,
  { elapsedMs, intervalMs }: { elapsedMs: number; intervalMs: number },
  schedule: Schedule | undefined,
  { isExpected, isOpen }: Demands,
  createHistogram: CreateHistogram,
): LoadTick {
  const latency = createHistogram();
  latency.add(isOpen ? stats.corrected : stats.service);
  return {
    type: 'load.tick',
    elapsedMs: Math.round(elapsedMs),
    intervalMs: Math.round(intervalMs),
    ...(schedule && { targetRate: rounded(schedule.rateAt(Math.min(elapsedMs, schedule.durationMs))) }),
    started: stats.started,
    answered: answersOf(stats),
    errors: unexpectedOf(stats, isExpected) + failuresOf(stats),
    late: stats.late + stats.held + stats.unsent,
    inFlight: stats.inFlight,
    ...(latency.count > 0 && {
      latencyMs: {
        p50: rounded(latency.percentile(50)),
        p99: rounded(latency.percentile(99)),
        max: rounded(latency.maxMs),
      },
    }),
  };
}

async function* findLimit(
  plan: LoadPlan,
  options: LimitSearchOptions,
  ports: LoadPorts,
): AsyncGenerator<RunEvent, { played: Played; limit: NonNullable<LoadFinished['limit']> }> {
  let search = startLimitSearch(options);
  let best: Played | undefined;
  let last: Played | undefined;
  let missed: { rate: number; limitedBy: LoadResult['limitedBy'] } | undefined;
  for (;;) {
    const next = nextLimitStep(search);
    const isOver = next.kind !== 'try' || ports.signal.aborted || last?.isUnreachable;
    if (isOver && last !== undefined) {
      const isFound = search.kept !== undefined;
      const limit = { ...limitOf(next, search.kept), steps: search.steps };
      const limitedBy = isFound ? missed?.limitedBy : undefined;
      return { played: best ?? last, limit: { ...limit, ...(limitedBy && { limitedBy }) } };
    }
    if (next.kind !== 'try') throw new Error('a search that begins has a rate to try');
    last = yield* playStage(stepOf(plan.stage, next.rate), plan, ports);
    // What was broken off says nothing about the rate.
    if (ports.signal.aborted) continue;
    const { result } = last;
    const { rate: targetRate, isConfirmation } = next;
    yield { type: 'load.step', targetRate, isConfirmation, ...result } satisfies LoadStep;
    search = noteLimitStep(search, next, result.isPassed);
    if (search.kept === targetRate) best = last;
    else if (!result.isPassed && targetRate <= (missed?.rate ?? Number.POSITIVE_INFINITY)) {
      missed = { rate: targetRate, limitedBy: result.limitedBy };
    }
  }
}

function limitOf(step: LimitStep, kept: number | undefined) {
  if (step.kind === 'found')
    return { rate: step.rate, isConfirmed: step.isConfirmed, isHighestTried: step.isHighestTried };
  return { ...(kept !== undefined && { rate: kept }), isConfirmed: false, isHighestTried: false };
}

/** The stage at one rate, warm-up included. */
function stepOf(stage: StagePlan, rate: number): StagePlan {
  return { ...stage, segments: [{ fromRate: rate, toRate: rate, durationMs: stage.durationMs }] };
}
