import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomSource } from '../../src/adapters/random.ts';

describe('randomSource', () => {
  it('gives as many bytes as asked for, and none of them twice', () => {
    const random = randomSource(undefined);
    const seen = new Set<string>();
    for (let call = 0; call < 5000; call++) {
      const bytes = random(16);
      assert.equal(bytes.length, 16);
      seen.add(Buffer.from(bytes).toString('hex'));
    }
    assert.equal(seen.size, 5000);
    assert.equal(random(100_000).length, 100_000);
    assert.equal(random(0).length, 0);
  });

  it('leaves alone what it has given', () => {
    const random = randomSource(undefined);
    const first = random(8);
    const before = Buffer.from(first).toString('hex');
    for (let call = 0; call < 3000; call++) random(27);
    assert.equal(Buffer.from(first).toString('hex'), before);
  });

  it('follows from the seed alone', () => {
    assert.deepEqual(randomSource('a')(40), randomSource('a')(40));
    assert.notDeepEqual(randomSource('a')(40), randomSource('b')(40));
  });
});
