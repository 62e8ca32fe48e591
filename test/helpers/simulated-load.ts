import { createHdrHistogram } from '../../src/adapters/load/hdr-histogram.ts';
import { type LoadEngine, type StagePlan, shareOf } from '../../src/core/load/engine.ts';
import { createShard, type IntervalStats, type Outcome } from '../../src/core/load/shard.ts';

/** A receiver in thought: so many deliveries at once, each for so long; the others wait for their turn. */
export interface ModelReceiver {
  parallel: number;
  /** How long a delivery takes whose turn comes at that moment of its stage. */
  serviceMs: (nowMs: number, index: number) => number;
  outcome?: (index: number) => Outcome;
}

export interface SimulatedLoad {
  engine: LoadEngine;
  clockMs: () => number;
}

const INTERVAL_MS = 1000;

/** A sender that takes no time in front of a receiver in thought, on a clock that jumps from one event to the next. */
export function simulateLoad(receiver: ModelReceiver): SimulatedLoad {
  let worldMs = 0;
  return {
    clockMs: () => worldMs,
    engine: {
      workers: 1,
      async run(stage, onInterval, signal) {
        worldMs += await playStage(stage, receiver, onInterval, signal);
        return {};
      },
      close: async () => {},
    },
  };
}

/**
 * Plays a stage and gives how long it took. Its clock counts from its own start: what is due at a moment is due when the
 * clock shows that very number, which a sum and a difference of floating-point numbers would miss.
 */
async function playStage(
  stage: StagePlan,
  receiver: ModelReceiver,
  onInterval: (stats: IntervalStats) => void,
  signal: AbortSignal,
): Promise<number> {
  const agenda = createAgenda();
  const freeAt = Array.from({ length: receiver.parallel }, () => 0);
  let sent = 0;
  let isWaiting = false;
  const shard = createShard(shareOf(stage, 0, 1), {
    nowMs: agenda.nowMs,
    createHistogram: createHdrHistogram,
    transmit(dueMs) {
      const index = sent++;
      const sentMs = agenda.nowMs();
      const turn = freeAt.indexOf(Math.min(...freeAt));
      const beginMs = Math.max(sentMs, freeAt[turn] ?? 0);
      const endMs = beginMs + receiver.serviceMs(beginMs, index);
      freeAt[turn] = endMs;
      agenda.at(endMs, () => {
        shard.finish(dueMs, sentMs, receiver.outcome?.(index) ?? 204);
        step();
      });
    },
  });
  function step(): void {
    const dueMs = shard.advance();
    // One wait at a time: it is never for something later than what is due now.
    if (dueMs === undefined || isWaiting) return;
    isWaiting = true;
    agenda.at(dueMs, () => {
      isWaiting = false;
      step();
    });
  }
  let isTold = false;
  const tick = () => {
    if (agenda.isEmpty()) throw new Error('nothing will happen any more, and the stage is not over');
    onInterval(shard.takeInterval());
    isTold = true;
    agenda.at(agenda.nowMs() + INTERVAL_MS, tick);
  };
  agenda.at(INTERVAL_MS, tick);
  if (signal.aborted) shard.stop();
  step();
  while (!shard.isDone()) {
    agenda.next();
    // The reader of an interval may want to stop.
    if (isTold) await new Promise((resolve) => setImmediate(resolve));
    isTold = false;
    if (signal.aborted) shard.stop();
  }
  onInterval(shard.takeInterval());
  return agenda.nowMs();
}

/** What will happen when, and a clock that shows when the last of it did. */
function createAgenda() {
  let nowMs = 0;
  const events: { atMs: number; act: () => void }[] = [];
  return {
    nowMs: () => nowMs,
    isEmpty: () => events.length === 0,
    at(atMs: number, act: () => void): void {
      const index = events.findLastIndex((event) => event.atMs <= atMs);
      events.splice(index + 1, 0, { atMs, act });
    },
    next(): void {
      const event = events.shift();
      if (event === undefined) throw new Error('nothing is on the agenda');
      nowMs = Math.max(nowMs, event.atMs);
      event.act();
    },
  };
}
