import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { jsonLines, startListener, temporaryFolder } from './helpers/hooks-process.ts';
import { repoRoot } from './helpers/repo-root.ts';

const run = promisify(execFile);
const bin = join(repoRoot, 'dist/bin/hooks.js');

/** A shell script in which `hooks` is the built tool. */
async function script(text: string, env: Record<string, string> = {}) {
  const prelude = `hooks() { "${process.execPath}" "${bin}" "$@"; }\n`;
  try {
    const { stdout, stderr } = await run('bash', ['--norc', '--noprofile', '-c', prelude + text], {
      env: { PATH: process.env.PATH ?? '', ...env },
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** A module that tells on stderr when stdin is being read. */
function waitingForStdin(t: TestContext): string {
  const file = join(temporaryFolder(t), 'waiting.cjs');
  writeFileSync(
    file,
    `const { stdin } = process; let isTold = false;
const read = stdin.read; stdin.read = function (...sizes) {
  if (!isTold) { isTold = true; process.stderr.write('waiting\\n'); }
  return read.apply(this, sizes);
};`,
  );
  return file;
}

describe('the hooks process', () => {
  it('does not end with 0 where a run never comes to its end', async () => {
    const module = JSON.stringify(new URL('../src/process-io.js', import.meta.url).href);
    const { code } = await script(
      `"${process.execPath}" --input-type=module -e 'import { processSurroundings } from ${module}; processSurroundings();'`,
    );
    assert.equal(code, 70);
  });

  it('ends quietly when its reader goes away', async () => {
    const { code, stdout, stderr } = await script('set -o pipefail; hooks events --json | head -1');
    assert.equal(code, 0, stderr);
    assert.equal(jsonLines(stdout).length, 1);
    assert.equal(stderr, '');
  });

  it('keeps its exit code, and does what it was asked to, when its reader goes away', async (t) => {
    const listener = await startListener(t, ['--exit-after', '2', '--respond', '500']);
    const { code, stderr } = await script(
      `hooks send ping --unsigned --no-record -q -n 2 --json --to ${listener.url} | true; exit "\${PIPESTATUS[0]}"`,
    );
    assert.equal(code, 1, stderr);
    assert.equal(stderr, '');
    assert.equal((await listener.ended).exitCode, 0);
  });

  it('says so in one sentence, and ends with 3, where its output cannot be written', async () => {
    for (const call of ['events', 'events --json', '--help', 'send ping --unsigned --dry-run -q', 'schema']) {
      const { code, stderr } = await script(`hooks ${call} > /dev/full`);
      assert.equal(code, 3, call);
      assert.equal(stderr, 'error: cannot write the output: no space left on device\n', call);
    }
  });

  it('keeps its exit code where only stderr cannot be written', async () => {
    assert.equal((await script('hooks send no_such_event --to 1 2> /dev/full')).code, 2);
    assert.equal((await script('hooks events 2> /dev/full')).code, 0);
  });

  it('gives its exit code to a script with set -e', async () => {
    const { code, stdout } = await script('set -e; hooks send no_such_event --to 1; echo not reached');
    assert.equal(code, 2);
    assert.equal(stdout, '');
  });

  it('shows no stack for what a user did wrong', async (t) => {
    const env = { HOME: temporaryFolder(t), HOOKS_PROVIDERS: join(repoRoot, 'src') };
    for (const call of [
      'events',
      'provider check /nowhere',
      'history',
      'send ping --to 1 --secret-file /nowhere',
    ]) {
      const { code, stderr } = await script(`hooks ${call}`, env);
      assert.ok(code === 2 || code === 3 || code === 0, `${call}: ${code} ${stderr}`);
      assert.doesNotMatch(stderr, /\n\s+at /, call);
    }
  });

  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`sums up and ends with ${exitCode} on ${signal}`, async (t) => {
      const listener = await startListener(t, []);
      listener.child.kill(signal);
      const ended = await listener.ended;
      assert.equal(ended.exitCode, exitCode);
      assert.equal(jsonLines(ended.stdout).at(-1)?.type, 'listen.finished');
    });
  }

  it('ends with 130 on Ctrl-C while it waits for stdin, and says nothing of it', async (t) => {
    const env = { PATH: process.env.PATH, HOOKS_CONFIG_DIR: temporaryFolder(t) };
    for (const argv of [
      ['config', 'set', 'secret'],
      ['verify', '-', '--secret', 'x'],
      ['send', 'ping', '--to', '1', '--secret-file', '-'],
    ]) {
      const child = spawn(process.execPath, ['-r', waitingForStdin(t), bin, ...argv], { env });
      let output = '';
      child.stderr.on('data', (chunk: Buffer) => {
        output += chunk;
        if (output.startsWith('waiting\n') && !child.killed) child.kill('SIGINT');
      });
      const exitCode = await new Promise((resolve) => child.on('close', resolve));
      assert.deepEqual([exitCode, output], [130, 'waiting\n'], argv.join(' '));
    }
  });

  it('sums up a run of deliveries that Ctrl-C ends', async (t) => {
    const listener = await startListener(t, []);
    const argv = [
      'send',
      'ping',
      '--unsigned',
      '--to',
      listener.url,
      '-n',
      '1000',
      '--rate',
      '20/s',
      '--no-record',
      '--json',
    ];
    const child = spawn(process.execPath, [bin, ...argv], { stdio: ['ignore', 'pipe', 'ignore'] });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk;
      // Once: a second Ctrl-C ends the process at once.
      if (stdout.includes('attempt.finished') && !child.killed) child.kill('SIGINT');
    });
    const exitCode = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(exitCode, 130);
    const last = jsonLines(stdout).at(-1);
    assert.equal(last?.type, 'run.finished');
    assert.equal(last?.isInterrupted, true);
  });
});
