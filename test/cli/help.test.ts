import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runHooks } from '../helpers/run-hooks.ts';

describe('hooks help', () => {
  it('shows the help of a command and of a command within one', async () => {
    for (const words of [[], ['send'], ['history'], ['history', 'list']]) {
      const { exitCode, stdout } = await runHooks(['help', ...words]);
      assert.equal(exitCode, 0);
      assert.ok(stdout.startsWith(`Usage: ${['hooks', ...words].join(' ')} [`), stdout);
      assert.equal(stdout, (await runHooks([...words, '--help'])).stdout);
    }
  });

  it('is refused in colours, or without, as the flags say', async () => {
    const call = ['send', 'nosuch', '--to', '1'];
    assert.match((await runHooks([...call, '--color'])).stderr, /\u001b\[/);
    assert.doesNotMatch((await runHooks([...call, '--no-color'], { isTTY: true })).stderr, /\u001b/);
  });

  it('refuses a command that is not there, and suggests one', async () => {
    const wrong: [words: string[], says: RegExp][] = [
      [['lisen'], /hooks has no command 'lisen'\n {2}next: did you mean listen\?/],
      [['foo'], /hooks has no command 'foo'\n {2}next: commands: send, listen/],
      [['history', 'lst'], /history has no command 'lst'\n {2}next: did you mean list\?/],
      [['send', 'ping'], /send has no command 'ping'\n {2}next: it has no commands of its own/],
    ];
    for (const [words, says] of wrong) {
      const { exitCode, stdout, stderr } = await runHooks(['help', ...words]);
      assert.deepEqual([exitCode, stdout], [2, '']);
      assert.match(stderr, says);
    }
  });
});
