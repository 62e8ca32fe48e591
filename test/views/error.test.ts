import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HooksError } from '../../src/core/errors.ts';
import { showError } from '../../src/views/error.ts';
import { createSink } from '../helpers/sink.ts';

interface Asked {
  isJson?: boolean;
  isTTY?: boolean;
  color?: boolean;
}

function shown(error: unknown, { isJson = false, isTTY = false, color }: Asked = {}) {
  const stdout = createSink({ isTTY });
  const stderr = createSink({ isTTY });
  const exitCode = showError(error, {
    io: { stdout, stderr, env: {} },
    isJson,
    ...(color !== undefined && { color }),
  });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

describe('showError', () => {
  const error = new HooksError('unknown-name', "no provider is called 'acmee'", {
    why: 'three are known',
    next: 'did you mean acme?',
  });

  it('tells what happened, why and what to do next on stderr, and gives the exit code', () => {
    assert.deepEqual(shown(error), {
      exitCode: 2,
      stdout: '',
      stderr: "error: no provider is called 'acmee'\n  why:  three are known\n  next: did you mean acme?\n",
    });
  });

  it('uses colours as the flags say, else on a terminal', () => {
    assert.match(shown(error, { isTTY: true }).stderr, /\u001b\[/);
    assert.match(shown(error, { color: true }).stderr, /\u001b\[/);
    assert.doesNotMatch(shown(error, { isTTY: true, color: false }).stderr, /\u001b/);
  });

  it('says no more than it knows', () => {
    assert.equal(shown(new HooksError('usage', 'no event to send')).stderr, 'error: no event to send\n');
  });

  it('ends --json with run.failed on stdout', () => {
    assert.deepEqual(JSON.parse(shown(error, { isJson: true }).stdout), {
      type: 'run.failed',
      kind: 'unknown-name',
      message: "no provider is called 'acmee'",
      why: 'three are known',
      next: 'did you mean acme?',
      exitCode: 2,
    });
  });

  it('makes control characters visible', () => {
    const { stderr } = shown(new HooksError('usage', '\u001b[2J', { why: '\u009b', next: '\n\u202e' }));
    assert.equal(stderr, 'error: \\x1b[2J\n  why:  \\x9b\n  next: \\n\\u202e\n');
  });

  it('calls anything else a bug of ours, with its stack and exit code 70', () => {
    const { exitCode, stderr, stdout } = shown(new TypeError('broken \u001b[2J'));
    assert.equal(exitCode, 70);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /^error: this is a bug of hooks, not yours[^\n]*\nTypeError: broken \\x1b\[2J\n {4}at /,
    );
  });

  it('ends --json with run.failed for a bug as well', () => {
    assert.deepEqual(JSON.parse(shown(new TypeError('broken'), { isJson: true }).stdout), {
      type: 'run.failed',
      kind: 'bug',
      message: 'broken',
      exitCode: 70,
    });
    assert.match(shown('a text that was thrown').stderr, /a text that was thrown/);
  });

  it('paints the word error on a terminal only', () => {
    assert.match(shown(error, { isTTY: true }).stderr, /^\u001b\[31merror:\u001b\[39m/);
  });
});
