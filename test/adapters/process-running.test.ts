import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { isProcessRunning } from '../../src/adapters/process-running.ts';

describe('a process', () => {
  it('runs until it ends', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    await once(child, 'spawn');
    assert.ok(isProcessRunning(Number(child.pid)));
    child.kill('SIGKILL');
    await once(child, 'close');
    assert.ok(!isProcessRunning(Number(child.pid)));
  });

  const lacksProc = existsSync('/proc/self/stat') ? false : 'there is no /proc';
  it('does not run when nobody has asked how it ended', { skip: lacksProc }, async (t) => {
    // The second sleep takes the place of the shell, and asks after no child.
    const parent = spawn('/bin/sh', ['-c', 'sleep 600 & echo $!; exec sleep 600']);
    t.after(() => parent.kill('SIGKILL'));
    const [line] = await once(parent.stdout, 'data');
    const child = Number(String(line));
    assert.ok(isProcessRunning(child));
    process.kill(child, 'SIGKILL');
    // It ends at once, but not in this moment.
    for (let looks = 0; isProcessRunning(child) && looks < 100_000; looks++)
      await new Promise((resolve) => setImmediate(resolve));
    assert.ok(!isProcessRunning(child));
    assert.doesNotThrow(() => process.kill(child, 0));
  });
});
