import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, it } from 'node:test';
import { type Output, writeAll } from '../../src/views/output.ts';

class SlowReader extends EventEmitter implements Output {
  readonly written: string[] = [];
  write(data: string | Uint8Array): boolean {
    this.written.push(String(data));
    return false;
  }
}

/** Whether the promise has settled by the time that everything queued has run. */
async function isSettled(promise: Promise<void>): Promise<boolean> {
  let settled = false;
  void promise.then(() => {
    settled = true;
  });
  await new Promise(setImmediate);
  return settled;
}

describe('writeAll', () => {
  for (const event of ['drain', 'error', 'close']) {
    it(`waits for a slow reader until ${event}, and leaves no listener behind`, async () => {
      const reader = new SlowReader();
      const writing = writeAll(reader, 'order paid\n');
      assert.deepEqual(reader.written, ['order paid\n']);
      assert.equal(await isSettled(writing), false);
      reader.emit(event);
      await writing;
      assert.deepEqual(reader.eventNames(), []);
    });
  }

  it('does not wait for a quick reader', async () => {
    const reader = new SlowReader();
    reader.write = () => true;
    await writeAll(reader, 'order paid\n');
    assert.deepEqual(reader.eventNames(), []);
  });

  it('writes nothing for an empty text', async () => {
    const reader = new SlowReader();
    await writeAll(reader, '');
    assert.deepEqual(reader.written, []);
  });
});
