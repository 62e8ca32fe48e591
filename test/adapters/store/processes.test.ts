import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { storeFile } from '../../../src/adapters/store/database.ts';
import { openDatabase } from '../../../src/adapters/store/sqlite.ts';
import { openReader, openWriter } from '../../helpers/history-store.ts';
import { temporaryFolder } from '../../helpers/hooks-process.ts';
import { received } from '../../helpers/recordings.ts';
import { repoRoot } from '../../helpers/repo-root.ts';

const WRITER = join(repoRoot, 'dist/test/helpers/write-recordings.js');

interface Ended {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Starts a process that writes so many recordings in groups of five. */
function startWriter(
  directory: string,
  count: number,
  own: number,
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [WRITER, directory, String(count), String(own)]);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk;
  });
  const ended = once(child, 'close').then(([exitCode]) => ({
    exitCode: exitCode as number | null,
    ...output,
  }));
  return { child, ended };
}

describe('a store that several processes use', () => {
  it('is made once, and keeps what each of them writes', async (t) => {
    const directory = temporaryFolder(t);
    const writers = [1, 2, 3, 4, 5, 6].map((own) => startWriter(directory, 100, own));
    const ended = await Promise.all(writers.map(({ ended }) => ended));
    // Nor is there a word of SQLite being experimental.
    for (const one of ended) assert.deepEqual(one, { exitCode: 0, stdout: '100\n', stderr: '' });
    assert.equal(openReader(t, directory).count({}), 600);
  });

  it('can be read while another writes: whole recordings, and never fewer than before', async (t) => {
    const directory = temporaryFolder(t);
    await openWriter(t, directory).write(received(9999));
    const { ended } = startWriter(directory, 500, 1);
    const reader = openReader(t, directory);
    let isOver = false;
    const over = ended.finally(() => {
      isOver = true;
    });
    const counts: number[] = [];
    while (!isOver) {
      counts.push(reader.count({}));
      for (const { id } of reader.list({ last: 3 })) assert.ok(reader.read(id).headers.length > 0);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    assert.deepEqual(await over, { exitCode: 0, stdout: '500\n', stderr: '' });
    assert.deepEqual(
      counts,
      counts.toSorted((a, b) => a - b),
    );
    // Groups of five are there whole or not at all.
    assert.deepEqual(
      counts.filter((count) => count % 5 !== 1),
      [],
    );
    assert.equal(reader.count({}), 501);
  });

  it('lets a writer wait for another that is at it', async (t) => {
    const directory = temporaryFolder(t);
    await openWriter(t, directory).write(received(9999));
    const database = openDatabase(storeFile(directory));
    t.after(() => database.close());
    database.exec('BEGIN IMMEDIATE');
    const { child, ended } = startWriter(directory, 5, 1);
    await once(child, 'spawn');
    // Long enough that it has come to the lock; were it not, the test would still be right.
    await new Promise((resolve) => setTimeout(resolve, 300));
    database.exec('COMMIT');
    assert.deepEqual(await ended, { exitCode: 0, stdout: '5\n', stderr: '' });
  });
});
