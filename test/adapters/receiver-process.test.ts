import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { startReceiver } from '../../src/adapters/receiver-process.ts';

const NODE = JSON.stringify(process.execPath);

function start(t: TestContext, command: string) {
  const receiver = startReceiver(command, process.env);
  t.after(() => receiver.stop());
  return receiver;
}

/** Waits for what the receiver prints. */
async function printed(receiver: { output(): string }, pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const found = pattern.exec(receiver.output());
    if (found) return found;
    await wait(10);
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const script = (code: string) => `${NODE} -e '${code}'`;

describe('a receiver that is started', () => {
  it('tells what it writes, and how it ended', async (t) => {
    const receiver = start(
      t,
      script('console.log("listening"); console.error("no config"); process.exitCode = 4'),
    );
    assert.equal(await receiver.ended, 'exit code 4');
    await printed(receiver, /listening/);
    await printed(receiver, /no config/);
    assert.equal(receiver.isRunning(), false);
  });

  it('keeps only the last of its output', async (t) => {
    const receiver = start(t, script('console.log("a".repeat(100000)); console.log("the end")'));
    await printed(receiver, /the end/);
    assert.equal(receiver.output().length, 20_000);
  });

  it('is stopped with the processes that it has started', {
    skip: process.platform === 'win32',
  }, async (t) => {
    const child =
      'const {spawn} = require("child_process"); const c = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]); console.log("pids", process.pid, c.pid); setInterval(() => {}, 1000)';
    const receiver = start(t, script(child));
    const [, own, grandchild] = await printed(receiver, /pids (\d+) (\d+)/);
    assert.ok(exists(Number(own)) && exists(Number(grandchild)));
    await receiver.stop();
    assert.equal(exists(Number(own)), false);
    assert.equal(exists(Number(grandchild)), false);
  });

  it('is killed when it does not listen to SIGTERM', { skip: process.platform === 'win32' }, async (t) => {
    const receiver = start(
      t,
      script('process.on("SIGTERM", () => {}); console.log("pid", process.pid); setInterval(() => {}, 1000)'),
    );
    const [, pid] = await printed(receiver, /pid (\d+)/);
    await receiver.stop();
    assert.equal(exists(Number(pid)), false);
  });

  it('can be stopped when it has ended by itself', async (t) => {
    const receiver = start(t, script(''));
    await receiver.ended;
    await receiver.stop();
  });
});
