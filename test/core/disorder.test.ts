import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { disturbed } from '../../src/core/disorder.ts';
import { disturbDeliveries } from '../../src/core/disturbed-deliveries.ts';
import { seededRandom } from '../../src/core/identifiers.ts';

const ITEMS = Array.from({ length: 200 }, (_, index) => index);
const NONE = { shuffle: false, duplicate: 0, drop: 0 };
const random = (seed = 'seed') => seededRandom(seed);

describe('disturbed', () => {
  it('leaves all as it is where nothing is asked for', () => {
    const { kept, dropped } = disturbed(ITEMS, NONE, random());
    assert.deepEqual(
      kept.map(({ item }) => item),
      ITEMS,
    );
    assert.ok(kept.every(({ copy, isLate }) => copy === undefined && !isLate));
    assert.deepEqual(dropped, []);
  });

  it('puts a second one behind its first', () => {
    const { kept } = disturbed([1, 2], { ...NONE, duplicate: 1 }, random());
    assert.deepEqual(
      kept.map(({ item, copy }) => [item, copy]),
      [
        [1, undefined],
        [1, 2],
        [2, undefined],
        [2, 2],
      ],
    );
  });

  it('doubles exactly as many as a number says, and no more than there are', () => {
    const copies = (duplicate: number) =>
      disturbed(ITEMS, { ...NONE, duplicate }, random()).kept.filter(({ copy }) => copy === 2).length;
    assert.equal(copies(7), 7);
    assert.equal(copies(500), 200);
  });

  it('lets at most as many overtake as the window has places', () => {
    for (const window of [1, 3, 10]) {
      const order = disturbed(ITEMS, { ...NONE, window }, random()).kept.map(({ item }) => item);
      const overtaking = order.map(
        (item, position) => order.slice(0, position).filter((other) => other > item).length,
      );
      assert.ok(Math.max(...overtaking) <= window, `${window}: ${Math.max(...overtaking)}`);
      assert.ok(overtaking.some((count) => count > 0));
    }
  });

  it('hits the same things whatever else is asked for', () => {
    const alone = disturbed(ITEMS, { ...NONE, drop: 0.2 }, random()).dropped;
    const together = disturbed(ITEMS, { shuffle: true, duplicate: 0, drop: 0.2 }, random()).dropped;
    assert.deepEqual(alone, together);
    assert.notDeepEqual(alone, disturbed(ITEMS, { ...NONE, drop: 0.2 }, random('other')).dropped);
  });
});

describe('disturbDeliveries', () => {
  it('keeps the times at which something is due, in their order', () => {
    const { order, dueMs } = disturbDeliveries(
      5,
      (index) => index * 10,
      { ...NONE, shuffle: true },
      random(),
    );
    assert.deepEqual(
      order.map((_, position) => dueMs?.(position)),
      [0, 10, 20, 30, 40],
    );
  });

  it('delays each by up to a duration, which changes the order', () => {
    const { order, dueMs, moved } = disturbDeliveries(
      100,
      (index) => index * 10,
      { ...NONE, windowMs: 100 },
      random(),
    );
    const times = order.map((_, position) => dueMs?.(position) ?? 0);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    for (const [position, { item }] of order.entries()) {
      const lateMs = (times[position] ?? 0) - item * 10;
      assert.ok(lateMs >= 0 && lateMs < 100, `${item} is ${lateMs} ms late`);
    }
    assert.ok(moved > 10);
  });
});
