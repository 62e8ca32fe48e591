import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { startReceiver } from '../../src/adapters/receiver-process.ts';
import { isRunning } from '../helpers/running-process.ts';

const NODE = JSON.stringify(process.execPath);
const POSIX = { skip: process.platform === 'win32' };
const MODULE = new URL('../../src/adapters/receiver-process.js', import.meta.url).href;

/** A node process with a child, both deaf to SIGTERM; it prints both ids. */
const FAMILY = `
const deaf = 'process.on("SIGTERM", () => {}); console.log("ready", process.pid); setInterval(() => {}, 1000)';
require('node:child_process').spawn(process.execPath, ['-e', deaf], { stdio: 'inherit' });
eval(deaf);`;

function start(t: TestContext, command: string, options = {}) {
  const receiver = startReceiver(command, { env: process.env, ...options });
  t.after(() => receiver.stop());
  return receiver;
}

const script = (code: string) => `${NODE} -e '${code.replaceAll("'", `'\\''`)}'`;

/** Waits for what is printed. */
async function printed(output: () => string, pattern: RegExp): Promise<string[]> {
  for (;;) {
    const found = pattern.exec(output());
    if (found) return [...found];
    await wait(10);
  }
}

async function pidsOf(output: () => string): Promise<number[]> {
  const [, one, two] = await printed(output, /ready (\d+)\n.*ready (\d+)\n/s);
  return [Number(one), Number(two)];
}

async function allGone(pids: readonly number[]): Promise<void> {
  while (pids.some(isRunning)) await wait(10);
}

describe('a receiver that is started', () => {
  it('tells all that it wrote, in its order, and how it ended', async (t) => {
    const receiver = start(t, 'echo listening; echo no config >&2; echo "$GREETING"; exit 4', {
      env: { ...process.env, GREETING: 'good bye' },
    });
    assert.equal(await receiver.ended, 'exit code 4');
    await receiver.stop();
    assert.equal(receiver.output(), 'listening\nno config\ngood bye\n');
    assert.equal(receiver.isRunning(), false);
  });

  it('tells the signal that ended it', POSIX, async (t) => {
    assert.equal(await start(t, 'kill -SEGV $$').ended, 'signal SIGSEGV');
  });

  it('tells what the shell cannot find', POSIX, async (t) => {
    const receiver = start(t, 'no-such-receiver --port 3000');
    assert.equal(await receiver.ended, 'exit code 127');
    await receiver.stop();
    assert.match(receiver.output(), /no-such-receiver/);
  });

  it('keeps only the last of its output, without half a line', async (t) => {
    const code = 'for (let line = 0; line < 5000; line++) console.log("line", line)';
    const receiver = start(t, script(code), { mostOutputCharacters: 1000 });
    await receiver.ended;
    await receiver.stop();
    assert.ok(receiver.output().length <= 1001);
    assert.match(receiver.output(), /^…\nline \d+\n(line \d+\n)+$/);
    assert.ok(receiver.output().endsWith('line 4999\n'));
  });

  it('is stopped gently where it heeds SIGTERM', POSIX, async (t) => {
    const code =
      'process.on("SIGTERM", () => { console.log("saved"); process.exit(); }); console.log("up"); setInterval(() => {}, 1000)';
    const receiver = start(t, script(code));
    await printed(receiver.output, /up/);
    await receiver.stop();
    assert.equal(receiver.output(), 'up\nsaved\n');
  });

  it('is killed with its children where they do not listen to SIGTERM', POSIX, async (t) => {
    const receiver = start(t, script(FAMILY));
    const pids = await pidsOf(receiver.output);
    assert.deepEqual(pids.map(isRunning), [true, true]);
    await receiver.stop();
    assert.deepEqual(pids.map(isRunning), [false, false]);
  });

  it('is stopped with what it left in the background when it ended', POSIX, async (t) => {
    const receiver = start(t, `${script(FAMILY)} & exit 3`);
    assert.equal(await receiver.ended, 'exit code 3');
    const pids = await pidsOf(receiver.output);
    assert.deepEqual(pids.map(isRunning), [true, true]);
    await receiver.stop();
    assert.deepEqual(pids.map(isRunning), [false, false]);
  });

  it('holds nobody up where a daemon that left its group keeps the output open', POSIX, async (t) => {
    const daemon = `const { pid } = require('node:child_process').spawn('sleep', ['60'], { detached: true, stdio: 'inherit' });
console.log('daemon', pid); process.exit()`;
    const receiver = start(t, script(daemon));
    const [, pid] = await printed(receiver.output, /daemon (\d+)/);
    t.after(() => process.kill(Number(pid)));
    await receiver.stop();
    assert.equal(isRunning(Number(pid)), true);
  });

  it('can be stopped twice, and when it has ended by itself', async (t) => {
    const receiver = start(t, 'exit 0');
    await receiver.ended;
    await receiver.stop();
    await receiver.stop();
    assert.equal(await receiver.ended, 'exit code 0');
  });

  // Each way in which the process that started it may end without having stopped it.
  const endings: [name: string, code: string, signal?: NodeJS.Signals][] = [
    ['ends', 'process.exit(0)'],
    ['throws', 'throw new Error("a bug")'],
    ['is ended by SIGTERM', '', 'SIGTERM'],
    ['loses its terminal', '', 'SIGHUP'],
    ['is killed', '', 'SIGKILL'],
  ];
  for (const [name, code, signal] of endings) {
    it(`is gone with its children when the process that started it ${name}`, POSIX, async (t) => {
      const parent = spawn(
        process.execPath,
        [
          '--input-type=module',
          '-e',
          `import { startReceiver } from ${JSON.stringify(MODULE)};
const receiver = startReceiver(process.argv[1], { env: process.env });
const look = setInterval(() => {
  if (receiver.output().split('ready').length < 3) return;
  clearInterval(look);
  process.stdout.write(receiver.output());
  process.stdin.once('data', () => { ${code} });
}, 10);`,
          script(FAMILY),
        ],
        { stdio: ['pipe', 'pipe', 'ignore'] },
      );
      t.after(() => parent.kill('SIGKILL'));
      let output = '';
      parent.stdout.on('data', (chunk: Buffer) => {
        output += chunk;
      });
      const pids = await pidsOf(() => output);
      assert.deepEqual(pids.map(isRunning), [true, true]);
      if (signal === undefined) parent.stdin.write('end\n');
      else parent.kill(signal);
      await once(parent, 'exit');
      await allGone(pids);
    });
  }
});
