import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type LimitStep,
  nextLimitStep,
  noteLimitStep,
  startLimitSearch,
} from '../../../src/core/load/limit-search.ts';

const OPTIONS = { startRate: 100, maxRate: 1_000_000, precision: 0.05, maxSteps: 40 };

/** Plays a whole search against a receiver that keeps a rate or not. */
function search(keeps: (rate: number, step: number) => boolean, options = OPTIONS) {
  let state = startLimitSearch(options);
  const tried: number[] = [];
  for (;;) {
    const step: LimitStep = nextLimitStep(state);
    if (step.kind !== 'try') return { step, tried };
    assert.ok(tried.length < 1000, 'the search does not end');
    tried.push(step.rate);
    state = noteLimitStep(state, step, keeps(step.rate, tried.length));
  }
}

describe('the search for a limit', () => {
  it('doubles, halves the gap, and plays the result once more', () => {
    const { step, tried } = search((rate) => rate <= 700);
    assert.deepEqual(tried.slice(0, 5), [100, 200, 400, 800, 600]);
    assert.deepEqual(
      tried.slice(-2).map((rate) => rate === tried.at(-1)),
      [false, true],
    );
    assert.ok(step.kind === 'found' && step.isConfirmed && !step.isHighestTried);
    assert.ok(step.rate <= 700 && step.rate > 700 / 1.06, String(step.rate));
  });

  it('finds any limit within its precision', () => {
    fc.assert(
      fc.property(fc.double({ min: 2, max: 500_000, noNaN: true }), (limit) => {
        const { step } = search((rate) => rate <= limit);
        assert.ok(step.kind === 'found' && step.isConfirmed);
        // Rates have three digits.
        assert.ok(step.rate <= limit && step.rate > limit / 1.07, `${step.rate} of ${limit}`);
      }),
    );
  });

  it('goes down where the first rate is too much', () => {
    const { step, tried } = search((rate) => rate <= 10);
    assert.ok(tried[1] !== undefined && tried[1] < 100);
    assert.ok(step.kind === 'found' && step.rate <= 10 && step.rate > 9);
  });

  it('says so where no rate is kept', () => {
    assert.equal(search(() => false).step.kind, 'none');
  });

  it('stops at the highest rate that it may try', () => {
    const { step } = search(() => true, { ...OPTIONS, maxRate: 5000 });
    assert.deepEqual(step, { kind: 'found', rate: 5000, isConfirmed: true, isHighestTried: true });
  });

  it('takes a rate back that is not kept the second time', () => {
    const once = new Set<number>();
    const { step } = search((rate) => {
      const isFirst = !once.has(rate);
      once.add(rate);
      return rate <= 500 || (rate <= 700 && isFirst);
    });
    assert.ok(step.kind === 'found' && step.isConfirmed && step.rate <= 500, JSON.stringify(step));
  });

  it('ends, whatever the receiver does', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), (answers) => {
        const { tried } = search((_, step) => answers[step % answers.length] ?? false);
        assert.ok(tried.length <= OPTIONS.maxSteps);
      }),
    );
  });
});
