import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { openRecordings } from '../src/adapters/store/reader.ts';
import { jsonLines, type RunningHooks, startListener, temporaryFolder } from './helpers/hooks-process.ts';

const CONNECTIONS = 4;

function listenOn(t: TestContext, directory: string): Promise<RunningHooks> {
  return startListener(t, [], { env: { HOOKS_STATE_DIR: directory } });
}

/** Sends over four connections until the listener is gone or the time is over; gives the paths that were answered 2xx. */
async function fire(url: string, path: string, isOver = () => false): Promise<string[]> {
  const pool = new Pool(url, { connections: CONNECTIONS });
  const acknowledged: string[] = [];
  let count = 0;
  async function work(): Promise<void> {
    while (!isOver()) {
      const target = `${path}/${count++}`;
      try {
        const { statusCode, body } = await pool.request({
          path: target,
          method: 'POST',
          body: '{"type":"ping"}',
        });
        if (statusCode < 300) acknowledged.push(target);
        await body.dump();
      } catch {
        return;
      }
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, work));
  await pool.destroy();
  return acknowledged;
}

async function kill({ child, ended }: RunningHooks): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

/** What is acknowledged and was not kept whole. */
function missing(directory: string, acknowledged: readonly string[]): string[] {
  const recordings = openRecordings(directory);
  try {
    const kept = new Map(recordings.list({}).map(({ id, target }) => [target, id]));
    const last = acknowledged.slice(-CONNECTIONS).map((target) => kept.get(target));
    for (const id of last) if (id !== undefined) assert.equal(recordings.read(id).body.length, 15);
    return acknowledged.filter((target) => !kept.has(target));
  } finally {
    recordings.close();
  }
}

async function post(url: string): Promise<{ status: number; text: string }> {
  const response = await fetch(url, { method: 'POST', body: '{"type":"ping"}' });
  return { status: response.status, text: await response.text() };
}

describe('a listener that is killed', () => {
  it('has on disk what it has acknowledged: 20 rounds on one store', { timeout: 120_000 }, async (t) => {
    const directory = temporaryFolder(t);
    const acknowledged: string[] = [];
    for (let round = 0; round < 20; round++) {
      const listener = await listenOn(t, directory);
      const firing = fire(listener.url, `/${round}`);
      const killedAfterMs = 50 + Math.random() * 300;
      await pause(killedAfterMs);
      await kill(listener);
      acknowledged.push(...(await firing));
      assert.deepEqual(missing(directory, acknowledged), [], `round ${round}, after ${killedAfterMs} ms`);
    }
    t.diagnostic(`${acknowledged.length} acknowledged, 0 missing`);
    assert.ok(acknowledged.length > 100, `only ${acknowledged.length} acknowledged`);
  });

  it('harms nothing of another listener on the same store', { timeout: 120_000 }, async (t) => {
    const directory = temporaryFolder(t);
    const acknowledged: string[] = [];
    let staying = await listenOn(t, directory);
    for (let round = 0; round < 6; round++) {
      const leaving = await listenOn(t, directory);
      let isOver = false;
      const firing = [
        fire(leaving.url, `/leaving/${round}`),
        fire(staying.url, `/staying/${round}`, () => isOver),
      ];
      await pause(50 + Math.random() * 300);
      await kill(leaving);
      // It goes on alone.
      assert.equal((await post(`${staying.url}/alone/${round}`)).status, 200);
      isOver = true;
      acknowledged.push(...(await Promise.all(firing)).flat(), `/alone/${round}`);
      assert.deepEqual(missing(directory, acknowledged), [], `round ${round}`);
      if (round % 2 === 1) {
        await kill(staying);
        staying = await listenOn(t, directory);
      }
    }
    t.diagnostic(`${acknowledged.length} acknowledged, 0 missing`);
  });
});

/** A file system of its own of that size; undefined where mounting is not allowed. */
function mountSmallDisk(t: TestContext, size: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const disk = mkdtempSync(join(tmpdir(), 'hooks-disk-'));
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk]).status === 0;
  t.after(() => {
    if (isMounted) spawnSync('umount', ['-l', disk]);
    rmdirSync(disk);
  });
  return isMounted ? disk : undefined;
}

/** What the listener says of deliveries that it could not keep, in the JSON lines and on stderr. */
async function saidOf(
  listener: RunningHooks,
): Promise<{ warnings: string[]; stderr: string; exitCode: number | null }> {
  listener.child.kill('SIGTERM');
  const { stdout, stderr, exitCode } = await listener.ended;
  const events = jsonLines<{ type: string; code?: string; message?: string }>(stdout);
  return {
    warnings: events.filter(({ code }) => code === 'not-recorded').map(({ message }) => message ?? ''),
    stderr,
    exitCode,
  };
}

describe('a listener that cannot keep deliveries', () => {
  it('answers 503 and says why where there can be no folder, until there can', async (t) => {
    const file = join(temporaryFolder(t), 'state');
    writeFileSync(file, 'a file where the folder should be');
    const directory = join(file, 'hooks');
    const listener = await listenOn(t, directory);
    assert.equal((await post(listener.url)).status, 503);
    const refused = await post(listener.url);
    assert.equal(refused.status, 503);
    assert.match(refused.text, /"error":"cannot use the history/);
    rmSync(file);
    assert.equal((await post(`${listener.url}/kept`)).status, 200);
    assert.deepEqual(missing(directory, ['/kept']), []);
    const { warnings, stderr, exitCode } = await saidOf(listener);
    assert.equal(warnings.length, 1, 'one note for all of them');
    assert.match(stderr, /not recorded: .*ENOTDIR.*\n +next: .*HOOKS_STATE_DIR/);
    assert.equal(exitCode, 143);
  });

  it('goes on through a full disk, and keeps what comes once there is space again', async (t) => {
    const disk = mountSmallDisk(t, '8m');
    if (disk === undefined) return t.skip('mounting is not allowed here');
    const directory = join(disk, 'state');
    const filler = join(disk, 'filler');
    const listener = await listenOn(t, directory);
    const acknowledged: string[] = [];
    for (let round = 0; round < 2; round++) {
      assert.equal((await post(`${listener.url}/before/${round}`)).status, 200);
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k']);
      // There may be room in the -wal file for a few more.
      let count = 0;
      let status = 200;
      for (; status === 200 && count < 500; count++) {
        ({ status } = await post(`${listener.url}/full/${round}/${count}`));
        if (status === 200) acknowledged.push(`/full/${round}/${count}`);
      }
      assert.equal(status, 503);
      truncateSync(filler);
      assert.equal((await post(`${listener.url}/after/${round}`)).status, 200);
      acknowledged.push(`/before/${round}`, `/after/${round}`);
    }
    assert.deepEqual(missing(directory, acknowledged), []);
    const { warnings, stderr, exitCode } = await saidOf(listener);
    assert.equal(warnings.length, 2, 'one note each time that it begins');
    assert.match(stderr, /not recorded: .*full\)\n +next: free some space/);
    assert.equal(exitCode, 143);
  });

  it('begins on a full disk, and makes its store once there is space', async (t) => {
    const disk = mountSmallDisk(t, '2m');
    if (disk === undefined) return t.skip('mounting is not allowed here');
    const directory = join(disk, 'state');
    spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'filler')}`, 'bs=64k']);
    const listener = await listenOn(t, directory);
    for (let count = 0; count < 3; count++) assert.equal((await post(listener.url)).status, 503);
    truncateSync(join(disk, 'filler'));
    assert.equal((await post(`${listener.url}/kept`)).status, 200);
    assert.deepEqual(missing(directory, ['/kept']), []);
  });

  it('goes on through a time in which the disk can only be read', async (t) => {
    const disk = mountSmallDisk(t, '8m');
    if (disk === undefined) return t.skip('mounting is not allowed here');
    const directory = join(disk, 'state');
    const remount = (how: string) =>
      assert.equal(spawnSync('mount', ['-o', `remount,${how}`, disk]).status, 0, `remount ${how}`);
    remount('ro');
    const listener = await listenOn(t, directory);
    assert.equal((await post(listener.url)).status, 503);
    remount('rw');
    assert.equal((await post(`${listener.url}/kept`)).status, 200);
    assert.deepEqual(missing(directory, ['/kept']), []);
    const { stderr } = await saidOf(listener);
    assert.match(stderr, /not recorded: .*EROFS/);
  });
});
