import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRepeatedKeys } from '../../src/core/repeated-keys.ts';

describe('createRepeatedKeys', () => {
  const ROWS: { it: string; capacity: number; keys: string; repeated: string }[] = [
    { it: 'tells a key that came before', capacity: 9, keys: 'abab', repeated: '..xx' },
    { it: 'tells it each time', capacity: 9, keys: 'aaaa', repeated: '.xxx' },
    { it: 'forgets the oldest', capacity: 2, keys: 'abca', repeated: '....' },
    { it: 'keeps those within its capacity', capacity: 2, keys: 'abcb', repeated: '...x' },
    { it: 'counts a key from when it came last', capacity: 2, keys: 'abaca', repeated: '..x.x' },
    { it: 'remembers one', capacity: 1, keys: 'aabb', repeated: '.x.x' },
  ];
  for (const { it: does, capacity, keys, repeated } of ROWS) {
    it(does, () => {
      const { isRepeated } = createRepeatedKeys(capacity);
      assert.equal([...keys].map((key) => (isRepeated(key) ? 'x' : '.')).join(''), repeated);
    });
  }

  it('takes a forgotten key for a new one', () => {
    const { isRepeated, forget } = createRepeatedKeys(9);
    isRepeated('a');
    forget('a');
    forget('never came');
    assert.equal(isRepeated('a'), false);
    assert.equal(isRepeated('a'), true);
  });

  it('takes keys for what they are', () => {
    const { isRepeated } = createRepeatedKeys(9);
    for (const key of ['', '__proto__', 'constructor']) {
      assert.equal(isRepeated(key), false);
      assert.equal(isRepeated(key), true);
    }
  });
});
