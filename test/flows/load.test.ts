import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createHdrHistogram } from '../../src/adapters/load/hdr-histogram.ts';
import type { LoadEngine } from '../../src/core/load/engine.ts';
import type { Segment } from '../../src/core/load/schedule.ts';
import type { IntervalStats } from '../../src/core/load/shard.ts';
import { parseLatencyThreshold } from '../../src/core/load/thresholds.ts';
import type { LoadFinished, LoadStep, LoadTick, RunEvent } from '../../src/core/run-event.ts';
import { parseStatusMatch } from '../../src/core/status-match.ts';
import { type LoadPlan, load } from '../../src/flows/load.ts';
import { LOAD_STARTED } from '../helpers/load-events.ts';
import { type ModelReceiver, simulateLoad } from '../helpers/simulated-load.ts';

const { type: _type, at: _at, workers: _workers, ...ABOUT } = LOAD_STARTED;

interface Asked {
  rate?: number;
  /** Instead of the one rate. */
  segments?: Segment[];
  warmupMs?: number;
  durationMs?: number;
  maxInFlight?: number;
  limits?: string[];
  closed?: boolean;
  isSearch?: boolean;
  signal?: AbortSignal;
  engine?: LoadEngine;
  onTick?: (tick: LoadTick) => unknown;
}

async function play(receiver: ModelReceiver, asked: Asked = {}) {
  const {
    rate = 100,
    durationMs = 10_000,
    maxInFlight = 500,
    limits = [],
    closed,
    isSearch,
    warmupMs = 0,
  } = asked;
  const world = simulateLoad(receiver);
  const segments = asked.segments ?? [{ fromRate: rate, toRate: rate, durationMs }];
  const plan: LoadPlan = {
    about: { ...ABOUT, mode: closed ? 'closed' : isSearch ? 'limit' : 'constant' },
    stage: { ...(!closed && { segments }), durationMs, warmupMs, maxInFlight },
    demands: {
      thresholds: { latency: limits.map(parseLatencyThreshold), errorShare: 0.01 },
      isExpected: parseStatusMatch('2xx'),
      isOpen: !closed,
    },
    ...(isSearch && { search: { startRate: rate, maxRate: 100_000, precision: 0.05, maxSteps: 40 } }),
  };
  const events: RunEvent[] = [];
  const ports = {
    engine: asked.engine ?? world.engine,
    createHistogram: createHdrHistogram,
    now: () => new Date('2026-11-20T09:00:00Z'),
    clockMs: world.clockMs,
    signal: asked.signal ?? new AbortController().signal,
  };
  for await (const event of load(plan, ports)) {
    events.push(event);
    if (event.type === 'load.tick') asked.onTick?.(event);
  }
  const finished = events.at(-1);
  assert.ok(finished?.type === 'load.finished');
  return { events, finished: finished as LoadFinished };
}

/** Within a twentieth: a percentile may fall on either of two neighbours. */
function assertNear(actual: number | undefined, expected: number): void {
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= 1 + expected / 20,
    `${actual}, not ${expected}`,
  );
}

const QUICK: ModelReceiver = { parallel: 50, serviceMs: () => 5 };

/** From that rate on the sender has no time left, and starts only half of what is due. */
function busyFrom(rate: number, engine: LoadEngine): LoadEngine {
  return {
    ...engine,
    run(stage, onInterval, signal) {
      const isBusy = (stage.segments?.[0]?.fromRate ?? 0) >= rate;
      const told = (stats: IntervalStats) =>
        onInterval(isBusy ? { ...stats, busy: 1, unsent: stats.started } : stats);
      return engine.run(stage, told, signal);
    },
  };
}

describe('load', () => {
  it('tells of a second after the other, and sums up', async () => {
    const { events, finished } = await play(QUICK, { durationMs: 3000, limits: ['p99=200ms'] });
    assert.equal(events[0]?.type, 'load.started');
    const ticks = events.filter((event) => event.type === 'load.tick');
    assert.deepEqual(
      ticks.slice(0, 3).map(({ elapsedMs, targetRate }) => [elapsedMs, targetRate]),
      [
        [1000, 100],
        [2000, 100],
        [2995, 100],
      ],
    );
    assert.equal(
      ticks.reduce((sum, { answered }) => sum + answered, 0),
      300,
    );
    assert.deepEqual([finished.started, finished.delivered, finished.rate], [300, 300, 100]);
    assert.deepEqual(finished.latency?.corrected?.p99, 5);
    assert.equal(finished.isPassed, true);
    assert.equal(finished.limitedBy, undefined);
  });

  it('shows a receiver that stalls for a second, which those see that count from the sending alone do not', async () => {
    // One at a time, 1 ms each; whoever comes between 5 s and 6 s waits until 6 s.
    const stalling: ModelReceiver = {
      parallel: 1,
      serviceMs: (now) => (now >= 5000 && now < 6000 ? 6000 - now + 1 : 1),
    };
    const { finished } = await play(stalling, { maxInFlight: 1 });
    const { corrected, service } = finished.latency ?? {};
    // A tenth of all deliveries was due within the stall; the nth of them is answered after 1001 - 9 n ms.
    assertNear(corrected?.p50, 1);
    assertNear(corrected?.p95, 551);
    assertNear(corrected?.p99, 911);
    assertNear(corrected?.p999, 992);
    assertNear(corrected?.mean, 57);
    // Only one of a thousand was sent into the stall.
    assertNear(service?.p99, 1);
    assertNear(service?.max, 1000);
    assert.equal(finished.started, 1000);
  });

  it('counts an answer to the rate if it came in time', async () => {
    // Of the 500 a second that are due it can do 100; what has piled up is answered after the end.
    const slow: ModelReceiver = { parallel: 10, serviceMs: () => 100 };
    const { finished } = await play(slow, { rate: 500 });
    assert.equal(finished.answered, finished.started);
    assert.ok(finished.answered >= 1500, String(finished.answered));
    assertNear(finished.rate, 100);
    // Also where all of it is answered to what was due in the warm-up.
    const warm = await play(slow, { rate: 500, durationMs: 4000, warmupMs: 2000 });
    assertNear(warm.finished.rate, 100);
    const single = await play(QUICK, { rate: 1, durationMs: 1000 });
    assert.deepEqual([single.finished.answered, single.finished.rate], [1, 1]);
  });

  it('measures nothing of the warm-up', async () => {
    // Cold, it takes long.
    const cold: ModelReceiver = { parallel: 500, serviceMs: (now) => (now < 500 ? 400 : 5) };
    const { finished } = await play(cold, { durationMs: 3000, warmupMs: 1000 });
    assert.deepEqual([finished.started, finished.answered, finished.rate], [200, 200, 100]);
    assertNear(finished.latency?.corrected?.max, 5);
  });

  it('follows a ramp', async () => {
    const segments = [{ fromRate: 0, toRate: 200, durationMs: 4000 }];
    const { events, finished } = await play(QUICK, { segments, durationMs: 4000 });
    const ticks = events.filter((event) => event.type === 'load.tick');
    assert.deepEqual(
      ticks.slice(0, 3).map(({ targetRate, started }) => [targetRate, started]),
      [
        [50, 25],
        [100, 75],
        [150, 125],
      ],
    );
    assert.deepEqual([finished.started, finished.rate], [400, 100]);
  });

  it('says in a closed loop that nothing is corrected', async () => {
    const { finished } = await play(QUICK, { closed: true, maxInFlight: 10, durationMs: 1000 });
    assert.equal(finished.latency?.corrected, undefined);
    // 10 at once, 5 ms each.
    assert.equal(finished.rate, 2000);
  });

  it('fails for a latency beyond the limit', async () => {
    const { finished } = await play(QUICK, { limits: ['p50=4ms', 'max=1s'] });
    assert.deepEqual(
      finished.thresholds.map(({ isMet }) => isMet),
      [false, true, true],
    );
    assert.equal(finished.isPassed, false);
  });

  it('fails for errors: unexpected answers and none', async () => {
    const broken: ModelReceiver = {
      ...QUICK,
      outcome: (index) => [204, 500, 'reset' as const][index % 3] ?? 204,
    };
    const { finished } = await play(broken, { durationMs: 3000 });
    assert.deepEqual([finished.delivered, finished.unexpected, finished.failed], [100, 100, 100]);
    assert.deepEqual(finished.statuses, { 204: 100, 500: 100 });
    assert.deepEqual(finished.failures, { reset: 100 });
    assert.equal(finished.isPassed, false);
  });

  it('says what was not sent, and does not pass with it', async () => {
    // It can do 100 a second.
    const slow: ModelReceiver = { parallel: 10, serviceMs: () => 100 };
    const { finished } = await play(slow, { rate: 500, maxInFlight: 10 });
    assert.equal(finished.limitedBy, 'in-flight');
    assert.ok(finished.unsent > 3000, String(finished.unsent));
    assert.equal(finished.started + finished.unsent, 5000);
    assert.ok(finished.thresholds.some(({ rule, isMet }) => rule.startsWith('not sent in time') && !isMet));
  });

  it('stops where nobody is there', async () => {
    const { finished } = await play({ ...QUICK, outcome: () => 'refused' }, { durationMs: 60_000 });
    assert.equal(finished.stopped, 'unreachable');
    assert.ok(finished.started < 6000, String(finished.started));
  });

  it('sums up what was done before it is interrupted', async () => {
    const interruption = new AbortController();
    interruption.abort();
    const { finished } = await play(QUICK, { signal: interruption.signal });
    assert.equal(finished.stopped, 'interrupted');
    assert.equal(finished.answered, finished.started);
  });

  it('judges what it has measured when it is interrupted midway', async () => {
    const interruption = new AbortController();
    const onTick = ({ elapsedMs }: LoadTick) => elapsedMs >= 3000 && interruption.abort();
    const { finished } = await play(QUICK, { signal: interruption.signal, onTick });
    assert.equal(finished.stopped, 'interrupted');
    assert.equal(finished.answered, 300);
    assertNear(finished.rate, 100);
    assert.equal(finished.isPassed, true);
  });

  it('throws what the engine throws', async () => {
    const engine: LoadEngine = {
      workers: 1,
      run: () => Promise.reject(new Error('broken')),
      close: async () => {},
    };
    await assert.rejects(play(QUICK, { engine }), /broken/);
  });
});

describe('load --find-limit', () => {
  it('finds the capacity of a receiver', async () => {
    // 4 at once, 10 ms each: 400 a second.
    const receiver: ModelReceiver = { parallel: 4, serviceMs: () => 10 };
    const { events, finished } = await play(receiver, {
      isSearch: true,
      durationMs: 5000,
      limits: ['p99=50ms'],
    });
    const { limit } = finished;
    assert.ok(limit?.rate !== undefined && limit.isConfirmed && !limit.isHighestTried);
    assert.ok(limit.rate >= 370 && limit.rate <= 420, String(limit.rate));
    const steps = events.filter((event): event is LoadStep => event.type === 'load.step');
    assert.equal(steps.length, limit.steps);
    assert.ok(steps.at(-1)?.isConfirmation);
    assert.equal(finished.isPassed, true);
    // The numbers are those of the limit, not of a step beyond it.
    assert.ok((finished.latency?.corrected?.p99 ?? 99) <= 50);
  });

  it('fails where no rate is kept', async () => {
    const { finished } = await play(
      { ...QUICK, outcome: () => 503 },
      { isSearch: true, durationMs: 1000, limits: ['p99=50ms'] },
    );
    assert.equal(finished.limit?.rate, undefined);
    assert.equal(finished.isPassed, false);
  });

  it('says how far it came when it is interrupted', async () => {
    const interruption = new AbortController();
    const { finished } = await play(
      { parallel: 4, serviceMs: () => 10 },
      {
        isSearch: true,
        durationMs: 2000,
        limits: ['p99=50ms'],
        signal: interruption.signal,
        onTick: ({ targetRate = 0 }) => targetRate >= 400 && interruption.abort(),
      },
    );
    assert.equal(finished.stopped, 'interrupted');
    assert.deepEqual(finished.limit, { rate: 200, isConfirmed: false, isHighestTried: false, steps: 2 });
  });

  it('says that the sender was what gave way, where it was', async () => {
    const engine = busyFrom(400, simulateLoad({ parallel: 100, serviceMs: () => 1 }).engine);
    const { finished } = await play(QUICK, {
      isSearch: true,
      durationMs: 2000,
      limits: ['p99=50ms'],
      engine,
    });
    assert.equal(finished.limit?.rate, 388);
    assert.equal(finished.limit?.limitedBy, 'sender');
  });

  it('does not search where nobody is there', async () => {
    const { finished } = await play(
      { ...QUICK, outcome: () => 'refused' },
      { isSearch: true, durationMs: 2000, limits: ['p99=50ms'] },
    );
    assert.deepEqual([finished.stopped, finished.limit?.steps], ['unreachable', 1]);
  });
});
