import { performance } from 'node:perf_hooks';
import type { IntervalStats, Shard } from '../../core/load/shard.ts';

const INTERVAL_MS = 1000;
/** In a shorter time anybody can be busy. */
const LEAST_TELLING_MS = 250;
/** What a timer may be late by: the last stretch before something is due is waited out without one. */
const TIMER_SLACK_MS = 1.2;

export interface ShardDriver {
  /** To be called whenever a delivery has ended. */
  ended(): void;
  /** To be called when the shard was told to stop. */
  wake(): void;
  /** Resolves when the shard has nothing more to start and nothing under way. */
  done: Promise<void>;
}

interface DriveOptions {
  nowMs: () => number;
  onInterval: (stats: IntervalStats) => void;
  /** Waiting may take a core: there is another one for the receiver. */
  hasSpareCore: boolean;
}

/**
 * Moves a shard on in real time, and tells once a second, and at the end, what it did. Timers are exact to a millisecond or
 * so; where a core is to spare it waits the last stretch out, looking at the clock between two rounds of input and output.
 */
export function driveShard(shard: Shard, { nowMs, onInterval, hasSpareCore }: DriveOptions): ShardDriver {
  let resolveDone = () => {};
  const done = new Promise<void>((resolve) => {
    resolveDone = resolve;
  });
  let isOver = false;
  let isAdvancing = false;
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  let idle = performance.eventLoopUtilization();
  /** When waiting without a timer began; nothing has happened since. */
  let spinningSinceMs: number | undefined;
  let spunMs = 0;
  let intervalStartMs = nowMs();

  function report(): void {
    const stats = shard.takeInterval();
    const elapsedMs = nowMs() - intervalStartMs;
    intervalStartMs = nowMs();
    const current = performance.eventLoopUtilization();
    const idleMs = performance.eventLoopUtilization(current, idle).idle;
    idle = current;
    const busy = elapsedMs < LEAST_TELLING_MS ? 0 : Math.max(0, 1 - (idleMs + spunMs) / elapsedMs);
    onInterval({ ...stats, busy });
    spunMs = 0;
  }
  const ticking = setInterval(report, INTERVAL_MS);

  function step(): void {
    // A delivery may end while another is being started.
    if (isOver || isAdvancing) return;
    isAdvancing = true;
    clearTimeout(timer);
    timer = undefined;
    const dueMs = shard.advance();
    isAdvancing = false;
    if (shard.isDone()) finish();
    else if (dueMs !== undefined) waitUntil(dueMs);
  }

  function waitUntil(dueMs: number): void {
    const waitMs = dueMs - nowMs();
    const slackMs = hasSpareCore ? TIMER_SLACK_MS : 0;
    if (waitMs > slackMs) {
      spinningSinceMs = undefined;
      timer = setTimeout(step, Math.max(1, Math.floor(waitMs - slackMs)));
      return;
    }
    if (immediate !== undefined) return;
    spinningSinceMs = waitMs > 0 ? nowMs() : undefined;
    immediate = setImmediate(spin);
  }

  function spin(): void {
    immediate = undefined;
    // What lies between two looks at the clock is idle, unless something has ended meanwhile.
    if (spinningSinceMs !== undefined) spunMs += nowMs() - spinningSinceMs;
    spinningSinceMs = undefined;
    step();
  }

  function finish(): void {
    isOver = true;
    clearInterval(ticking);
    clearTimeout(timer);
    clearImmediate(immediate);
    report();
    resolveDone();
  }

  setImmediate(step);
  return {
    ended() {
      spinningSinceMs = undefined;
      // Else the next is not due yet, and its time is being waited for.
      if (timer === undefined && immediate === undefined) step();
    },
    wake: step,
    done,
  };
}
