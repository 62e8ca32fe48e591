import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createKeyReader, writtenBy } from '../../../src/views/tui/live/keys.ts';
import { bytes } from '../../helpers/test-bytes.ts';

describe('createKeyReader', () => {
  const inputs: [input: string, keys: string[]][] = [
    ['jk', ['j', 'k']],
    ['\u001b[A\u001b[B\u001bOC\u001b[1;5D', ['up', 'down', 'right', 'left']],
    [
      '\u001b[5~\u001b[6~\u001b[H\u001b[F\u001b[1~\u001b[4~',
      ['pageup', 'pagedown', 'home', 'end', 'home', 'end'],
    ],
    ['\r\t\u001b[Z\u007f', ['enter', 'tab', 'shift-tab', 'backspace']],
    ['\u0003\u0002', ['ctrl-c', 'ctrl-b']],
    ['ü日👍', ['ü', '日', '👍']],
    ['\u001bj', ['escape', 'j']],
    ['\u001b[15~x', ['x']],
  ];
  for (const [input, keys] of inputs) {
    it(`reads ${JSON.stringify(input)} as ${keys.join(', ')}`, () => {
      assert.deepEqual(createKeyReader().read(bytes(input)), keys);
    });
  }

  it('puts a key together that comes in pieces', () => {
    const reader = createKeyReader();
    assert.deepEqual(reader.read(bytes('\u001b')), []);
    assert.ok(reader.isPending());
    assert.deepEqual(reader.read(bytes('[')), []);
    assert.deepEqual(reader.read(bytes('A')), ['up']);
    assert.ok(!reader.isPending());
    const [first = 0, ...rest] = bytes('é');
    assert.deepEqual(reader.read(Uint8Array.of(first)), []);
    assert.deepEqual(reader.read(Uint8Array.from(rest)), ['é']);
  });

  it('takes an Escape that nothing follows for one', () => {
    const reader = createKeyReader();
    reader.read(bytes('\u001b'));
    assert.deepEqual(reader.flush(), ['escape']);
    assert.deepEqual(reader.flush(), []);
  });

  it('tells what writes a character from what does not', () => {
    assert.deepEqual(['a', ' ', 'ü', '👍', 'up', 'ctrl-u'].map(writtenBy), [
      'a',
      ' ',
      'ü',
      '👍',
      undefined,
      undefined,
    ]);
  });
});
