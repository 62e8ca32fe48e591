import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createOutbox } from '../../src/flows/outbox.ts';

describe('an outbox', () => {
  it('sends everything in its turn, and never more at once than it may', async () => {
    const sent: number[] = [];
    let underWay = 0;
    let most = 0;
    const outbox = createOutbox<number>(3, async (item) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      sent.push(item);
      underWay--;
    });
    for (let item = 0; item < 20; item++) outbox.add(item);
    await outbox.settled();
    assert.deepEqual(
      sent,
      Array.from({ length: 20 }, (_, item) => item),
    );
    assert.equal(most, 3);
    outbox.add(20);
    await outbox.settled();
    assert.equal(sent.at(-1), 20);
  });

  it('tells of a sending that fails, and goes on', async () => {
    const sent: number[] = [];
    const outbox = createOutbox<number>(1, async (item) => {
      if (item === 0) throw new Error('no');
      sent.push(item);
    });
    outbox.add(0);
    await assert.rejects(outbox.failed, /no/);
    outbox.add(1);
    await outbox.settled();
    assert.deepEqual(sent, [1]);
  });
});
