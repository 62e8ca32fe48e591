import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { createBodyMemory } from '../../src/commands/body-memory.ts';
import { liveTerminal } from '../../src/commands/live-view.ts';
import { hooksError } from '../helpers/hooks-error.ts';
import { RECEIVED } from '../helpers/run-events.ts';
import { createSink } from '../helpers/sink.ts';

describe('liveTerminal', () => {
  const cases: {
    name: string;
    flags?: object;
    stdin?: boolean;
    stdout?: boolean;
    TERM?: string;
    isLive: boolean;
  }[] = [
    { name: 'two terminals', isLive: true },
    { name: 'an unknown kind of terminal', TERM: '', isLive: true },
    { name: 'a terminal that can only print', TERM: 'dumb', isLive: false },
    { name: 'a pipe behind it', stdout: false, isLive: false },
    { name: 'a pipe before it', stdin: false, isLive: false },
    { name: '--plain', flags: { plain: true }, isLive: false },
    { name: '--json', flags: { json: true }, isLive: false },
    { name: '--quiet', flags: { quiet: true }, isLive: false },
  ];
  for (const { name, flags = {}, stdin = true, stdout = true, TERM = 'xterm', isLive } of cases) {
    it(`${isLive ? 'takes' : 'leaves'} the terminal with ${name}`, () => {
      const io = {
        stdin: Object.assign(Readable.from([]), { isTTY: stdin }),
        stdout: createSink({ isTTY: stdout }),
        stderr: createSink(),
        env: { TERM },
        signal: new AbortController().signal,
      };
      assert.equal(liveTerminal(flags, io) !== undefined, isLive);
    });
  }
});

describe('createBodyMemory', () => {
  it('holds the newest deliveries, as many as fit', () => {
    const memory = createBodyMemory(20_000);
    const body = new Uint8Array(5000);
    for (const deliveryId of ['a', 'b', 'c']) memory.keep({ ...RECEIVED, deliveryId, body });
    assert.throws(() => memory.read('a'), hooksError('unknown-name', /not held any more/));
    assert.equal(memory.read('c').body, body);
    assert.equal(memory.read('b').isInvalid, false);
  });
});
