import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clipboardSequence } from '../../../src/views/tui/live/clipboard.ts';
import { createScreen } from '../../../src/views/tui/live/screen.ts';
import { bytes } from '../../helpers/test-bytes.ts';

/** A terminal that keeps what is written; `isSlow` has it ask for a pause. */
function paper() {
  let text = '';
  let resume = () => {};
  return {
    isSlow: false,
    write(more: string) {
      text += more;
      return !this.isSlow;
    },
    once(_: 'drain', listener: () => void) {
      resume = listener;
    },
    drain: () => resume(),
    taken() {
      const all = text;
      text = '';
      return all;
    },
  };
}

describe('createScreen', () => {
  it('takes the terminal and gives it back, each once', () => {
    const terminal = paper();
    const screen = createScreen(terminal, () => {});
    screen.leave();
    assert.equal(terminal.taken(), '');
    screen.enter();
    screen.enter();
    assert.equal(terminal.taken(), '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J');
    screen.leave();
    screen.leave();
    assert.equal(terminal.taken(), '\u001b[?7h\u001b[?25h\u001b[?1049l');
    screen.paint('late');
    assert.equal(terminal.taken(), '');
  });

  it('writes only the lines that changed, and all of them after a change of size', () => {
    const terminal = paper();
    const screen = createScreen(terminal, () => {});
    screen.enter();
    screen.paint('one\ntwo');
    terminal.taken();
    screen.paint('one\nthree');
    const changed = terminal.taken();
    assert.ok(changed.includes('three') && !changed.includes('one'), changed);
    screen.paint('one\nthree');
    assert.equal(terminal.taken(), '');
    screen.forget();
    screen.paint('one\nthree');
    assert.ok(terminal.taken().includes('one'));
  });

  it('tells while the terminal is slower, and when it has room again', () => {
    const terminal = paper();
    let room = 0;
    const screen = createScreen(terminal, () => room++);
    screen.enter();
    terminal.isSlow = true;
    screen.paint('frame');
    assert.ok(screen.isBusy());
    terminal.drain();
    assert.ok(!screen.isBusy());
    assert.equal(room, 1);
  });
});

describe('clipboardSequence', () => {
  it('holds the bytes as base64, for tmux passed on as well', () => {
    assert.equal(clipboardSequence(bytes('hi'), false), '\u001b]52;c;aGk=\u0007');
    assert.equal(
      clipboardSequence(bytes('hi'), true),
      '\u001b]52;c;aGk=\u0007\u001bPtmux;\u001b\u001b]52;c;aGk=\u0007\u001b\\',
    );
  });

  it('is none for what terminals do not take', () => {
    assert.equal(clipboardSequence(new Uint8Array(200_000), false), undefined);
  });
});
