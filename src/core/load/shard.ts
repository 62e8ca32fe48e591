import type { FailureReason } from '../delivery.ts';
import type { CreateHistogram, LatencyData } from './histogram.ts';
import { createSchedule, type Segment } from './schedule.ts';

/** The part of a load that one thread sends; plain data, so that it can be handed to a thread. */
export interface ShardPlan {
  /** What is due when, of all threads together. Absent in a closed loop: the next is due as soon as one has ended. */
  segments?: readonly Segment[];
  /** From the first delivery to the last that is started, warm-up included. */
  durationMs: number;
  /** What is due before it is sent, but not measured. */
  warmupMs: number;
  /** Most deliveries under way at once; in a closed loop exactly as many. */
  maxInFlight: number;
  /** This is the nth (from 0) of so many threads, which take turns. */
  index: number;
  count: number;
}

/** How a delivery ended: the status of its answer, or why there was none. */
export type Outcome = number | FailureReason;

/** What happened in a stretch of time; plain data. Counts are of what is measured, without the warm-up. */
export interface IntervalStats {
  /** When it ended, in milliseconds since the start. */
  atMs: number;
  started: number;
  /** Answers by status. */
  statuses: Record<number, number>;
  /**
   * Answers that came between the warm-up and the end of the schedule, also to what was due in the warm-up: so many the
   * receiver gave in that time, however much had piled up.
   */
  inTime: number;
  /** Deliveries without an answer, by reason. */
  failures: Partial<Record<FailureReason, number>>;
  /** Started late, although there was room: the sender did not get to it in time. */
  late: number;
  /** Started late because as many as allowed were under way. */
  held: number;
  /** Due, but not started before the end. */
  unsent: number;
  /** Under way at the end of it. */
  inFlight: number;
  /** From the moment a delivery was due to the end of its answer, or to its timeout. */
  corrected: LatencyData;
  /** The same from the moment it was sent. */
  service: LatencyData;
  /** Share of the time in which the sending thread had something to do, 0 to 1. */
  busy: number;
}

export interface ShardPorts {
  /** Milliseconds since the start of the load; they only ever grow. */
  nowMs: () => number;
  /** Sends a delivery; its end is told with `finish`, never before this returns. */
  transmit: (dueMs: number) => void;
  createHistogram: CreateHistogram;
}

export interface Shard {
  /** Starts what is due. Gives when the next is, or undefined where only the end of another can start one. */
  advance(): number | undefined;
  /** A delivery has come to an end; both times as `transmit` and the sender know them. */
  finish(dueMs: number, sentMs: number, outcome: Outcome): void;
  /** Starts nothing more; what is left counts as nothing, because nobody waited for it. */
  stop(): void;
  /** What happened since the last call; `busy` is for the caller to fill in. */
  takeInterval(): IntervalStats;
  /** True when all has been started and has ended. */
  isDone(): boolean;
}

/** More than timers are off by. */
const LATE_MS = 10;
/** After the end, what is due is still started for as long: the last few of a schedule are due right before it. */
const GRACE_MS = 100;
/** Started in one go before answers are looked at again. */
const BURST = 32;

/** Paces deliveries, and measures each from the moment it was due, so that a receiver that stalls is not spared. */
export function createShard(plan: ShardPlan, ports: ShardPorts): Shard {
  const { durationMs, warmupMs, maxInFlight, index, count } = plan;
  const schedule = plan.segments && createSchedule(plan.segments);
  const corrected = ports.createHistogram();
  const service = ports.createHistogram();
  let stats = emptyCounts();
  let next = index;
  let inFlight = 0;
  let isStopped = false;
  /** When room was last made after there had been none. */
  let roomSinceMs = 0;

  function advance(): number | undefined {
    return schedule === undefined ? advanceClosed() : advanceOpen(schedule.total, schedule.dueMs);
  }

  function advanceClosed(): undefined {
    while (!isStopped && inFlight < maxInFlight) {
      const nowMs = ports.nowMs();
      if (nowMs >= durationMs) isStopped = true;
      else start(nowMs);
    }
  }

  function advanceOpen(total: number, dueOf: (index: number) => number): number | undefined {
    for (let started = 0; next < total && !isStopped; started++) {
      const dueMs = dueOf(next);
      const nowMs = ports.nowMs();
      if (dueMs > nowMs) return dueMs;
      if (nowMs > durationMs + GRACE_MS) {
        stats.unsent += Math.ceil((total - next) / count);
        break;
      }
      if (inFlight >= maxInFlight) return undefined;
      if (started >= BURST) return nowMs;
      noteLateness(dueMs, nowMs);
      next += count;
      start(dueMs);
    }
    isStopped = true;
    return undefined;
  }

  function noteLateness(dueMs: number, nowMs: number): void {
    if (dueMs < warmupMs || nowMs - dueMs <= LATE_MS) return;
    if (nowMs - Math.max(dueMs, roomSinceMs) > LATE_MS) stats.late++;
    else stats.held++;
  }

  function start(dueMs: number): void {
    inFlight++;
    if (dueMs >= warmupMs) stats.started++;
    ports.transmit(dueMs);
  }

  function finish(dueMs: number, sentMs: number, outcome: Outcome): void {
    const nowMs = ports.nowMs();
    if (inFlight === maxInFlight) roomSinceMs = nowMs;
    inFlight--;
    if (typeof outcome === 'number' && nowMs >= warmupMs && nowMs <= durationMs) stats.inTime++;
    if (dueMs < warmupMs) return;
    if (typeof outcome === 'number') stats.statuses[outcome] = (stats.statuses[outcome] ?? 0) + 1;
    else stats.failures[outcome] = (stats.failures[outcome] ?? 0) + 1;
    // A refusal is quick, and would make the receiver look so; a timeout is a latency of at least that much.
    if (typeof outcome !== 'number' && outcome !== 'timeout') return;
    corrected.record(nowMs - dueMs);
    service.record(nowMs - sentMs);
  }

  return {
    advance,
    finish,
    stop() {
      isStopped = true;
    },
    takeInterval() {
      const taken = {
        atMs: ports.nowMs(),
        ...stats,
        inFlight,
        corrected: corrected.take(),
        service: service.take(),
        busy: 0,
      };
      stats = emptyCounts();
      return taken;
    },
    isDone: () => isStopped && inFlight === 0,
  };
}

type Counts = Pick<
  IntervalStats,
  'started' | 'statuses' | 'inTime' | 'failures' | 'late' | 'held' | 'unsent'
>;

function emptyCounts(): Counts {
  return { started: 0, statuses: {}, inTime: 0, failures: {}, late: 0, held: 0, unsent: 0 };
}
