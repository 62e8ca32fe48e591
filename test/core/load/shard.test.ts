import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createHdrHistogram } from '../../../src/adapters/load/hdr-histogram.ts';
import { createShard, type ShardPlan } from '../../../src/core/load/shard.ts';

const steady = (rate: number, durationMs: number) => [{ fromRate: rate, toRate: rate, durationMs }];

/** A shard whose clock and answers are moved by hand. */
function byHand(changes: Partial<ShardPlan> = {}) {
  const clock = { ms: 0 };
  const sent: { dueMs: number; sentMs: number }[] = [];
  const shard = createShard(
    {
      segments: steady(10, 1000),
      durationMs: 1000,
      warmupMs: 0,
      maxInFlight: 100,
      index: 0,
      count: 1,
      ...changes,
    },
    {
      nowMs: () => clock.ms,
      createHistogram: createHdrHistogram,
      transmit: (dueMs) => sent.push({ dueMs, sentMs: clock.ms }),
    },
  );
  const answer = (status = 204) => {
    const first = sent.shift();
    assert.ok(first);
    shard.finish(first.dueMs, first.sentMs, status);
  };
  return { clock, sent, shard, answer };
}

describe('an open loop', () => {
  it('starts each delivery when it is due, answered or not, and tells when the next is', () => {
    const { clock, sent, shard } = byHand();
    assert.equal(shard.advance(), 100);
    clock.ms = 250;
    assert.equal(shard.advance(), 300);
    assert.deepEqual(
      sent.map(({ dueMs }) => dueMs),
      [0, 100, 200],
    );
  });

  it('counts latency from when a delivery was due, and beside it from when it was sent', () => {
    const { clock, shard, answer } = byHand({ segments: steady(1, 1000) });
    clock.ms = 40;
    shard.advance();
    clock.ms = 70;
    answer();
    const { corrected, service, late } = shard.takeInterval();
    assert.deepEqual([corrected.maxMs, service.maxMs, late], [70, 30, 1]);
  });

  it('has no more under way than it may, and counts what it held back', () => {
    const { clock, sent, shard, answer } = byHand({ maxInFlight: 2 });
    clock.ms = 500;
    assert.equal(shard.advance(), undefined);
    assert.equal(sent.length, 2);
    clock.ms = 900;
    answer();
    shard.advance();
    const { held, inFlight } = shard.takeInterval();
    assert.deepEqual([held, inFlight], [1, 2]);
  });

  it('counts what it could not start before the end, and says that it is done', () => {
    const { clock, shard, answer } = byHand({ maxInFlight: 1 });
    shard.advance();
    clock.ms = 5000;
    answer(500);
    assert.equal(shard.advance(), undefined);
    assert.ok(shard.isDone());
    const { unsent, started, statuses } = shard.takeInterval();
    assert.deepEqual([unsent, started, statuses], [9, 1, { 500: 1 }]);
  });

  it('does not measure the warm-up', () => {
    const { clock, sent, shard, answer } = byHand({ warmupMs: 500 });
    clock.ms = 1000;
    shard.advance();
    assert.equal(sent.length, 10);
    while (sent.length > 0) answer();
    const { started, statuses, corrected } = shard.takeInterval();
    assert.deepEqual([started, statuses, corrected.count], [5, { 204: 5 }, 5]);
  });

  it('takes turns with the other threads', () => {
    const dues = [0, 1, 2].map((index) => {
      const { clock, sent, shard } = byHand({ index, count: 3 });
      clock.ms = 1000;
      shard.advance();
      return sent.map(({ dueMs }) => dueMs);
    });
    assert.deepEqual(dues, [
      [0, 300, 600, 900],
      [100, 400, 700],
      [200, 500, 800],
    ]);
  });

  it('takes a timeout for a latency, and a refusal for none', () => {
    const { clock, sent, shard } = byHand({ segments: steady(2, 1000) });
    clock.ms = 500;
    shard.advance();
    shard.finish(0, sent[0]?.sentMs ?? 0, 'timeout');
    shard.finish(500, 500, 'refused');
    const { corrected, failures } = shard.takeInterval();
    assert.deepEqual([corrected.count, corrected.maxMs, failures], [1, 500, { timeout: 1, refused: 1 }]);
  });
});

describe('a closed loop', () => {
  const closed = () => {
    const made = byHand({ maxInFlight: 3 });
    const { segments: _, ...plan } = {
      segments: undefined,
      durationMs: 1000,
      warmupMs: 0,
      maxInFlight: 3,
      index: 0,
      count: 1,
    };
    const sent: { dueMs: number; sentMs: number }[] = [];
    const shard = createShard(plan, {
      nowMs: () => made.clock.ms,
      createHistogram: createHdrHistogram,
      transmit: (dueMs) => sent.push({ dueMs, sentMs: made.clock.ms }),
    });
    return { clock: made.clock, sent, shard };
  };

  it('has always as many under way, until its time is over', () => {
    const { clock, sent, shard } = closed();
    shard.advance();
    assert.equal(sent.length, 3);
    clock.ms = 10;
    shard.finish(0, 0, 204);
    shard.advance();
    assert.equal(sent.length, 4);
    clock.ms = 1000;
    for (let left = 0; left < 3; left++) {
      shard.finish(10, 10, 204);
      shard.advance();
    }
    assert.equal(sent.length, 4);
    assert.ok(shard.isDone());
  });
});
