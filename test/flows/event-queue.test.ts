import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEventQueue } from '../../src/flows/event-queue.ts';
import { collect } from '../helpers/collect.ts';

/** True if the promise is settled once everything that can happen by itself has happened. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.finally(() => {
    settled = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

describe('an event queue', () => {
  it('hands over what was pushed, in order, then ends', async () => {
    const queue = createEventQueue<number>(10);
    for (const value of [1, 2, 3]) void queue.push(value);
    queue.end();
    assert.deepEqual(await collect(queue), [1, 2, 3]);
  });

  it('ends without values', async () => {
    const queue = createEventQueue<number>(10);
    queue.end();
    assert.deepEqual(await collect(queue), []);
  });

  it('wakes a reader that waits', async () => {
    const queue = createEventQueue<number>(10);
    const read = collect(queue);
    for (const value of [1, 2]) {
      assert.equal(await isSettled(read), false);
      void queue.push(value);
    }
    queue.end();
    assert.deepEqual(await read, [1, 2]);
  });

  it('takes what is pushed while a value is being looked at', async () => {
    const queue = createEventQueue<number>(10);
    void queue.push(1);
    const seen: number[] = [];
    for await (const value of queue) {
      seen.push(value);
      if (value < 5) void queue.push(value + 1);
      else queue.end();
    }
    assert.deepEqual(seen, [1, 2, 3, 4, 5]);
  });

  it('holds a writer back at its capacity until the reader comes', async () => {
    const queue = createEventQueue<number>(2);
    assert.equal(await isSettled(queue.push(1)), true);
    const second = queue.push(2);
    const third = queue.push(3);
    assert.deepEqual([await isSettled(second), await isSettled(third)], [false, false]);
    const reader = queue[Symbol.asyncIterator]();
    await reader.next();
    assert.deepEqual([await isSettled(second), await isSettled(third)], [true, true]);
  });

  it('lets writers go when it ends', async () => {
    const queue = createEventQueue<number>(1);
    const push = queue.push(1);
    queue.end();
    assert.equal(await isSettled(push), true);
  });

  it('holds nobody back who pushes after its end', async () => {
    const queue = createEventQueue<number>(1);
    queue.end();
    assert.equal(await isSettled(queue.push(1)), true);
    assert.equal(await isSettled(queue.push(2)), true);
  });
});
