import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createSchedule, parseRamp, type Segment } from '../../../src/core/load/schedule.ts';
import { hooksError } from '../../helpers/hooks-error.ts';

const steady = (rate: number, durationMs: number): Segment => ({ fromRate: rate, toRate: rate, durationMs });
const segment = fc
  .record({
    fromRate: fc.double({ min: 0, max: 5000, noNaN: true }),
    toRate: fc.double({ min: 0, max: 5000, noNaN: true }),
    durationMs: fc.integer({ min: 1, max: 5000 }),
  })
  .filter(({ fromRate, toRate }) => fromRate + toRate > 1);

describe('createSchedule', () => {
  it('spreads a constant rate evenly', () => {
    const { total, dueMs } = createSchedule([steady(4, 1000)]);
    assert.equal(total, 4);
    assert.deepEqual([0, 1, 2, 3].map(dueMs), [0, 250, 500, 750]);
  });

  it('ramps: as many in the last third as the area under the line says', () => {
    const { total, dueMs, rateAt } = createSchedule([{ fromRate: 0, toRate: 300, durationMs: 3000 }]);
    assert.equal(total, 450);
    const late = Array.from({ length: total }, (_, index) => dueMs(index)).filter((ms) => ms >= 2000);
    assert.equal(late.length, 250);
    assert.deepEqual([rateAt(0), rateAt(1500), rateAt(9000)], [0, 150, 300]);
  });

  it('plays segments one after the other', () => {
    const { total, dueMs, durationMs } = createSchedule([steady(10, 500), steady(100, 100)]);
    assert.deepEqual([total, durationMs], [15, 600]);
    assert.deepEqual([4, 5, 6].map(dueMs), [400, 500, 510]);
  });

  it('never goes back, and has nothing due at the end or behind it', () => {
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 3 }), (segments) => {
        const { total, dueMs, durationMs } = createSchedule(segments);
        let before = 0;
        for (let index = 0; index < total; index += Math.max(1, Math.floor(total / 200))) {
          const due = dueMs(index);
          assert.ok(due >= before - 1e-6 && due <= durationMs + 1e-6, `${index}: ${due}`);
          before = due;
        }
      }),
    );
  });
});

describe('parseRamp', () => {
  it('reads rates and a time', () => {
    assert.deepEqual(parseRamp('100..5000/30s'), { fromRate: 100, toRate: 5000, durationMs: 30_000 });
    assert.deepEqual(parseRamp('0..1.5/2m'), { fromRate: 0, toRate: 1.5, durationMs: 120_000 });
  });

  it('refuses anything else', () => {
    for (const text of ['100', '100..200', '1..2/30', '0..0/1s', '1..2/0s', 'a..b/1s']) {
      assert.throws(() => parseRamp(text), hooksError('usage'));
    }
  });
});
