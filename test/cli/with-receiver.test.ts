import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Context } from '../../src/commands/context.ts';
import type { ReceiverFlags } from '../../src/commands/receiver-options.ts';
import { withReceiver } from '../../src/commands/with-receiver.ts';
import { hooksError } from '../helpers/hooks-error.ts';
import { temporaryFolder } from '../helpers/hooks-process.ts';
import { runHooks } from '../helpers/run-hooks.ts';
import { isRunning } from '../helpers/running-process.ts';
import { createSink } from '../helpers/sink.ts';

const NODE = JSON.stringify(process.execPath);
const SECRET = 'whsec_dGhlLXNlY3JldC1vZi10aGUtb3JkZXJzLXRlYW0=';
const BIN = fileURLToPath(new URL('../../bin/hooks.js', import.meta.url));
const POSIX = { skip: process.platform === 'win32' };

const FREE_PORT = 0;

async function listenAt(port: number) {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function freePort(): Promise<number> {
  const server = await listenAt(FREE_PORT);
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A receiver that answers 204, in a file; more code may stand behind it. */
function receiverFile(t: TestContext, port: number, code = ''): string {
  const file = join(temporaryFolder(t), 'receiver.cjs');
  writeFileSync(
    file,
    `const { createServer } = require('node:http');
const server = createServer((request, response) => request.resume().on('end', () => response.writeHead(204).end()));
${code}
server.listen(${port}, '127.0.0.1', () => console.log('listening'));`,
  );
  return `${NODE} ${JSON.stringify(file)}`;
}

function context({ env = {}, signal = new AbortController().signal } = {}) {
  const stdout = createSink();
  const stderr = createSink();
  const fake: Context = {
    io: { stdin: process.stdin, stdout, stderr, env: { PATH: process.env.PATH, ...env }, signal },
    exit() {},
  };
  return { fake, stdout, stderr };
}

async function answer(port: number): Promise<number> {
  return (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST' })).status;
}

async function isListening(port: number): Promise<boolean> {
  return answer(port).then(
    () => true,
    () => false,
  );
}

/** Waits until the receiver has noted it in the file. */
async function seen(file: string, what: string): Promise<void> {
  while (!existsSync(file) || !readFileSync(file, 'utf8').includes(what)) await wait(10);
}

function run(port: number, flags: ReceiverFlags, surroundings = {}, outcome = { isFailed: false }) {
  const { fake, stdout, stderr } = context(surroundings);
  let ran = 0;
  const done = withReceiver(flags, new URL(`http://127.0.0.1:${port}/hooks`), fake, async (receiver) => {
    ran++;
    // Once it answers it has printed what it prints at its start.
    if (receiver) await answer(port);
    return outcome;
  });
  return { done, stdout, stderr, ran: () => ran };
}

describe('a run with --start', () => {
  it('begins when the receiver listens, and stops it at the end', async (t) => {
    const port = await freePort();
    const { fake, stdout, stderr } = context();
    const statuses: number[] = [];
    await withReceiver(
      { start: receiverFile(t, port) },
      new URL(`http://127.0.0.1:${port}`),
      fake,
      async () => {
        statuses.push(await answer(port));
        return { isFailed: false };
      },
    );
    assert.deepEqual(statuses, [204]);
    assert.equal(await isListening(port), false);
    assert.equal(stdout.text() + stderr.text(), '', 'a passed run shows nothing of the receiver');
  });

  it('hands on the environment', async (t) => {
    const port = await freePort();
    const file = join(temporaryFolder(t), 'env.txt');
    const code = `require('node:fs').writeFileSync(${JSON.stringify(file)}, process.env.HOOKS_SECRET);`;
    await run(port, { start: receiverFile(t, port, code) }, { env: { HOOKS_SECRET: SECRET } }).done;
    assert.equal(readFileSync(file, 'utf8'), SECRET);
  });

  it('shows what the receiver printed when the run fails, and nothing of it can drive the terminal', async (t) => {
    const port = await freePort();
    const code = `console.log('red \\u001b[31m', process.env.HOOKS_SECRET);`;
    const start = receiverFile(t, port, code);
    const { done, stdout, stderr } = run(
      port,
      { start },
      { env: { HOOKS_SECRET: SECRET } },
      { isFailed: true },
    );
    await done;
    assert.equal(stdout.text(), '');
    assert.equal(stderr.text(), '\noutput of the receiver:\nred \\x1b[31m ••••••\nlistening\n');
  });

  it('shows at most the last of a long output', POSIX, async (t) => {
    const port = await freePort();
    const start = `seq 1 20000; ${receiverFile(t, port)}`;
    const { done, stderr } = run(port, { start }, {}, { isFailed: true });
    await done;
    assert.ok(stderr.text().length < 25_000);
    assert.match(stderr.text(), /output of the receiver:\n…\n\d+\n/);
    assert.match(stderr.text(), /\n19999\n20000\nlistening\n$/);
  });

  it('lets no output of the receiver command the runner of GitHub Actions', async (t) => {
    const port = await freePort();
    const start = receiverFile(t, port, `console.log('::add-mask::e');`);
    const { done, stderr } = run(port, { start }, { env: { GITHUB_ACTIONS: 'true' } }, { isFailed: true });
    await done;
    assert.match(stderr.text(), /^::stop-commands::(\w{32})\n.*::add-mask::e\n.*::\1::\n$/s);
  });

  it('stops the receiver and shows its output when the run throws', async (t) => {
    const port = await freePort();
    const { fake, stderr } = context();
    const url = new URL(`http://127.0.0.1:${port}`);
    const broken = withReceiver({ start: receiverFile(t, port) }, url, fake, async () => {
      await answer(port);
      throw new Error('a bug');
    });
    await assert.rejects(broken, /a bug/);
    assert.match(stderr.text(), /listening/);
    assert.equal(await isListening(port), false);
  });

  it('says when the receiver ended during a run that passed', async (t) => {
    const port = await freePort();
    const { fake, stderr } = context();
    const code = `server.on('request', () => setImmediate(() => { console.error('out of memory'); process.exit(9); }));`;
    const url = new URL(`http://127.0.0.1:${port}`);
    await withReceiver({ start: receiverFile(t, port, code) }, url, fake, async (receiver) => {
      await answer(port).catch(() => {});
      while (receiver?.isRunning()) await wait(10);
      return { isFailed: false };
    });
    assert.match(
      stderr.text(),
      /^\nthe receiver ended during the run, with exit code 9\n\noutput of the receiver:\nlistening\nout of memory\n$/,
    );
  });

  it('refuses when something listens there already, and starts nothing', async (t) => {
    const server = await listenAt(FREE_PORT);
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const file = join(temporaryFolder(t), 'started');
    const { done, ran } = run(port, { start: `echo > ${JSON.stringify(file)}` });
    await assert.rejects(
      done,
      hooksError('usage', new RegExp(`something listens at 127.0.0.1:${port} already`)),
    );
    assert.equal(ran(), 0);
    assert.throws(() => readFileSync(file), { code: 'ENOENT' });
  });

  it('says when the command ended before it listened, and what it printed', async () => {
    const { done, stderr, ran } = run(await freePort(), { start: 'echo no config >&2; exit 7' });
    await assert.rejects(done, hooksError('endpoint-unreachable', /ended before it listened.*exit code 7/s));
    assert.equal(stderr.text(), '\noutput of the receiver:\nno config\n');
    assert.equal(ran(), 0);
  });

  it('says when the receiver never listens, and stops it', POSIX, async (t) => {
    const file = join(temporaryFolder(t), 'pid');
    const start = `echo $$ > ${JSON.stringify(file)}; exec sleep 60`;
    const { done, stderr, ran } = run(await freePort(), { start, waitForEndpoint: 300 });
    await assert.rejects(done, hooksError('endpoint-unreachable', /did not listen at .* within 300 ms/));
    assert.equal(stderr.text(), '\noutput of the receiver:\n(nothing)\n');
    assert.equal(ran(), 0);
    assert.equal(isRunning(Number.parseInt(readFileSync(file, 'utf8'), 10)), false);
  });

  it('refuses a command that is empty', async () => {
    await assert.rejects(run(await freePort(), { start: ' ' }).done, hooksError('usage', /--start is empty/));
  });

  it('does not run what was interrupted while it waited', async () => {
    const interruption = new AbortController();
    const { done, ran } = run(
      await freePort(),
      { start: `${NODE} -e 'setInterval(() => {}, 1000)'` },
      {
        signal: interruption.signal,
      },
    );
    interruption.abort('SIGINT');
    await assert.rejects(done, { name: 'AbortError' });
    assert.equal(ran(), 0);
  });
});

describe('a run without --start', () => {
  it('waits for the endpoint where that is asked for', async (t) => {
    const port = await freePort();
    const { done, ran } = run(port, { waitForEndpoint: 60_000 });
    const server = await listenAt(port);
    t.after(() => server.close());
    await done;
    assert.equal(ran(), 1);
  });

  it('is interrupted where the signal came during it', async () => {
    const interruption = new AbortController();
    const { fake } = context({ signal: interruption.signal });
    const url = new URL('http://127.0.0.1:1');
    const done = withReceiver({}, url, fake, async () => {
      interruption.abort('SIGTERM');
      return { isFailed: true };
    });
    await assert.rejects(done, { name: 'AbortError' });
  });

  it('runs at once where it is not', async () => {
    const { done, ran } = run(await freePort(), {});
    await done;
    assert.equal(ran(), 1);
  });
});

describe('hooks test --start', () => {
  const env = { HOOKS_SECRET: SECRET, PATH: process.env.PATH };

  it('grades the receiver that it starts, and keeps stdout for JSON', async (t) => {
    const port = await freePort();
    const call = ['test', String(port), '--provider', 'synq', '--only', 'authenticity/unsigned', '--json'];
    const ran = await runHooks([...call, '--start', receiverFile(t, port)], { env });
    assert.equal(ran.exitCode, 1);
    assert.match(ran.stderr, /output of the receiver:\nlistening\n/);
    const lines = ran.stdout.trim().split('\n');
    assert.equal((JSON.parse(lines.at(-1) ?? '') as { type: string }).type, 'test.finished');
    assert.equal(await isListening(port), false);
  });

  it('ends with 3 and three sentences when the command is wrong', async () => {
    const call = ['test', String(await freePort()), '--provider', 'synq', '--start', 'no-such-receiver'];
    const ran = await runHooks(call, { env });
    assert.equal(ran.exitCode, 3);
    assert.match(
      ran.stderr,
      /no-such-receiver.*\nerror: the receiver ended .*\n {2}why: .*127.*\n {2}next: /s,
    );
  });

  for (const [name, presses] of [
    ['Ctrl-C', 1],
    ['a second Ctrl-C while the receiver is being stopped', 2],
  ] as const) {
    it(`leaves nothing behind after ${name}`, POSIX, async (t) => {
      const port = await freePort();
      const file = join(temporaryFolder(t), 'seen');
      const code = `const note = (what) => require('node:fs').appendFileSync(${JSON.stringify(file)}, what + ' ');
process.on('SIGTERM', () => note('SIGTERM'));
server.on('request', () => note('delivery'));
note(process.pid);`;
      const call = ['test', String(port), '--provider', 'synq', '--start', receiverFile(t, port, code)];
      const child = spawn(process.execPath, [BIN, ...call], {
        env: { ...env, HOME: temporaryFolder(t), HOOKS_STATE_DIR: temporaryFolder(t) },
        stdio: 'ignore',
      });
      t.after(() => child.kill('SIGKILL'));
      const ended = once(child, 'exit');
      await seen(file, 'delivery');
      child.kill('SIGINT');
      if (presses === 2) {
        await seen(file, 'SIGTERM');
        child.kill('SIGINT');
      }
      assert.deepEqual(await ended, presses === 1 ? [130, null] : [null, 'SIGINT']);
      const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
      while (isRunning(pid)) await wait(10);
      assert.equal(await isListening(port), false);
    });
  }
});
