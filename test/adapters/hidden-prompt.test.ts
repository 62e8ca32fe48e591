import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { readHiddenLine } from '../../src/adapters/hidden-prompt.ts';

/** A terminal of which each change of its mode is noted. */
function terminal() {
  const modes: boolean[] = [];
  const stream = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (isRaw: boolean) => modes.push(isRaw),
  });
  return { stream, modes };
}

describe('readHiddenLine', () => {
  const ROWS: { it: string; keys: string[]; line: string }[] = [
    { it: 'takes what is typed up to the line end', keys: ['a', 'b', 'c', '\r'], line: 'abc' },
    { it: 'takes what is pasted at once', keys: ['whsec_abc\nmore'], line: 'whsec_abc' },
    { it: 'takes back what is deleted', keys: ['abx', '\u007f', 'c\b\r'], line: 'ab' },
    { it: 'deletes nothing before the start', keys: ['\u007fa\r'], line: 'a' },
    { it: 'takes the whole line back', keys: ['wrong\u0015right\n'], line: 'right' },
    { it: 'ends with Ctrl-D', keys: ['abc\u0004'], line: 'abc' },
    { it: 'deletes a character whole', keys: ['a🔑\u007f\r'], line: 'a' },
  ];
  for (const { it: does, keys, line } of ROWS) {
    it(`${does}, and gives the terminal back`, async () => {
      const { stream, modes } = terminal();
      const reading = readHiddenLine(stream, new AbortController().signal);
      for (const key of keys) stream.write(key);
      assert.equal(await reading, line);
      assert.deepEqual(modes, [true, false]);
      assert.equal(stream.listenerCount('data'), 0);
    });
  }

  it('ends when the run is interrupted, before or while it waits', async () => {
    const before = terminal();
    await assert.rejects(readHiddenLine(before.stream, AbortSignal.abort()), { name: 'AbortError' });
    const { stream, modes } = terminal();
    const interruption = new AbortController();
    const reading = readHiddenLine(stream, interruption.signal);
    stream.write('half a sec');
    interruption.abort('SIGINT');
    await assert.rejects(reading, { name: 'AbortError' });
    assert.equal(modes.at(-1), false);
  });
});
