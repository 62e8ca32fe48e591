import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { FORMAT_VERSION, openStore, storeFile } from '../../../src/adapters/store/database.ts';
import { claimOpenDeliveries } from '../../../src/adapters/store/open-deliveries.ts';
import { openRecordings } from '../../../src/adapters/store/reader.ts';
import { openDatabase } from '../../../src/adapters/store/sqlite.ts';
import { KEEP_ALL, keep, openReader, openWriter } from '../../helpers/history-store.ts';
import { hooksError } from '../../helpers/hooks-error.ts';
import { temporaryFolder } from '../../helpers/hooks-process.ts';
import { ANSWER, idAt, minute, OPEN, received, sent } from '../../helpers/recordings.ts';

const COUNT = 8;

/** What a process leaves behind that is killed after eight commits: nothing has been moved from the -wal file yet. */
async function abandonedStore(t: TestContext): Promise<{ directory: string; wal: string }> {
  const source = temporaryFolder(t);
  const writer = openWriter(t, source);
  for (let index = 0; index < COUNT; index++) await writer.write(received(index));
  const directory = temporaryFolder(t);
  for (const end of ['', '-wal']) copyFileSync(storeFile(source) + end, storeFile(directory) + end);
  return { directory, wal: `${storeFile(directory)}-wal` };
}

/** Where in a -wal file each commit ends. */
function commitEnds(wal: Buffer): number[] {
  const frameBytes = 24 + wal.readUInt32BE(8);
  const ends: number[] = [];
  for (let at = 32; at + frameBytes <= wal.length; at += frameBytes)
    if (wal.readUInt32BE(at + 4) > 0) ends.push(at + frameBytes);
  return ends;
}

/** How many of the eight there are, all of them whole and none of them behind a gap. */
function wholeOnes(t: TestContext, directory: string): number {
  const reader = openReader(t, directory);
  const ids = reader
    .list({})
    .map(({ id }) => id)
    .reverse();
  assert.deepEqual(
    ids,
    ids.map((_, index) => idAt(minute(index))),
  );
  for (const id of ids) assert.equal(reader.read(id).body.length, received(0).body.length);
  return ids.length;
}

describe('the store', () => {
  it('is as it was after its process is gone without a word', async (t) => {
    const { directory } = await abandonedStore(t);
    assert.equal(wholeOnes(t, directory), COUNT);
  });

  for (const cut of [1, 24, 4096, 4121]) {
    it(`lacks the last delivery only where ${cut} bytes of the -wal file are missing`, async (t) => {
      const { directory, wal } = await abandonedStore(t);
      truncateSync(wal, readFileSync(wal).length - cut);
      assert.equal(wholeOnes(t, directory), COUNT - 1);
    });
  }

  for (const intact of [3, 5, 7]) {
    it(`keeps the ${intact} deliveries in front of a flipped byte in the -wal file`, async (t) => {
      const { directory, wal } = await abandonedStore(t);
      const content = readFileSync(wal);
      // The table deliveries has been created by the first commit.
      const end = commitEnds(content).at(intact - COUNT - 1) ?? 0;
      content[end + 100] = (content[end + 100] ?? 0) ^ 0xff;
      writeFileSync(wal, content);
      assert.equal(wholeOnes(t, directory), intact);
    });
  }

  it('takes further deliveries after a torn end', async (t) => {
    const { directory, wal } = await abandonedStore(t);
    truncateSync(wal, readFileSync(wal).length - 10);
    await openWriter(t, directory).write(received(COUNT - 1));
    assert.equal(wholeOnes(t, directory), COUNT);
  });

  it('begins where the file is still empty, as a process leaves it that is killed while it begins', async (t) => {
    const directory = temporaryFolder(t);
    writeFileSync(storeFile(directory), '');
    assert.equal(openReader(t, directory).count({}), 0);
    await openWriter(t, directory).write(received(0));
    assert.equal(openReader(t, directory).count({}), 1);
  });

  // What takes the tables of this version back to those of an older one.
  const BACK_TO: { version: number; sql: string }[] = [
    { version: 2, sql: 'DROP TABLE open_deliveries; ALTER TABLE attempts DROP COLUMN provider_at' },
    {
      version: 1,
      sql: `DROP TABLE open_deliveries; ALTER TABLE attempts DROP COLUMN provider_at;
        ALTER TABLE deliveries DROP COLUMN imported_at`,
    },
  ];
  for (const { version, sql } of BACK_TO) {
    it(`is brought to this version where version ${version} has written it`, async (t) => {
      const directory = temporaryFolder(t);
      await keep(directory, [sent(0, 500)]);
      const database = openDatabase(storeFile(directory));
      database.exec(`${sql}; PRAGMA user_version = ${version}`);
      database.close();
      const writer = openWriter(t, directory);
      await writer.write(received(1, { importedAt: minute(2) }));
      const attempt = { attempt: 2, startedAt: minute(1), providerAt: minute(90), result: ANSWER };
      await writer.addAttempt(sent(0, 500).id, attempt, { status: 204, isFailed: false }, { open: OPEN });
      const reader = openReader(t, directory);
      assert.equal(reader.count({}), 2);
      const [first, second] = reader.read(sent(0, 500).id).attempts;
      assert.deepEqual([first?.providerAt, second?.providerAt], [undefined, minute(90)]);
      assert.deepEqual(
        claimOpenDeliveries(directory, () => false).claimed.map(({ id }) => id),
        [sent(0, 500).id],
      );
      assert.equal(reader.prune({ ...KEEP_ALL, maxAgeMs: 60_000 }, minute(3)), 1);
    });
  }

  it('is refused where a newer version of hooks has written it', async (t) => {
    const directory = temporaryFolder(t);
    await keep(directory, [received(0)]);
    const database = openDatabase(storeFile(directory));
    database.exec(`PRAGMA user_version = ${FORMAT_VERSION + 1}`);
    database.close();
    const refused = hooksError(
      'store-unusable',
      new RegExp(`newer version .*${FORMAT_VERSION + 1}[\\s\\S]*update hooks`),
    );
    assert.throws(() => openRecordings(directory), refused);
    await assert.rejects(openWriter(t, directory).write(received(1)), refused);
  });

  const DAMAGED: { name: string; content: Uint8Array | string; why: RegExp }[] = [
    {
      name: 'text',
      content: 'Dear diary, today I deployed on a Friday.\n'.repeat(200),
      why: /not a database/,
    },
    { name: 'zeroes', content: new Uint8Array(8192), why: /not a database|malformed/ },
    {
      name: 'the head of a database alone',
      content: Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(4080, 0xff)]),
      why: /not a database|malformed/,
    },
  ];
  for (const { name, content, why } of DAMAGED) {
    it(`is refused where the file holds ${name}, which stays as it is`, async (t) => {
      const directory = temporaryFolder(t);
      writeFileSync(storeFile(directory), content);
      assert.throws(() => openRecordings(directory), hooksError('store-unusable', why));
      await assert.rejects(
        openWriter(t, directory).write(received(0)),
        hooksError('store-unusable', /move the file away/),
      );
      assert.deepEqual(readFileSync(storeFile(directory)), Buffer.from(content));
    });
  }

  for (const version of [0, 1]) {
    it(`is refused where the file is a database of another program, of its version ${version}`, async (t) => {
      const directory = temporaryFolder(t);
      const database = openDatabase(storeFile(directory));
      database.exec(`CREATE TABLE diary (day TEXT); PRAGMA user_version = ${version}`);
      database.close();
      assert.throws(() => openStore(directory), hooksError('store-unusable', /another program/));
    });
  }

  it('is refused where a page in it is damaged, when that page is read', async (t) => {
    const directory = temporaryFolder(t);
    await keep(
      directory,
      Array.from({ length: 200 }, (_, index) => received(index)),
    );
    const database = openDatabase(storeFile(directory));
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    rmSync(`${storeFile(directory)}-wal`, { force: true });
    const content = readFileSync(storeFile(directory));
    writeFileSync(storeFile(directory), content.fill(0xa5, 4096 * 3));
    const reader = openReader(t, directory);
    assert.throws(() => reader.list({ grep: 'payment' }), hooksError('store-unusable', /move the file away/));
  });

  it('says which folder cannot be used, and takes it as soon as it can be', async (t) => {
    const file = join(temporaryFolder(t), 'state');
    writeFileSync(file, 'a file where the folder should be');
    const directory = join(file, 'hooks');
    const writer = openWriter(t, directory);
    await assert.rejects(writer.write(received(0)), hooksError('store-unusable', /HOOKS_STATE_DIR/));
    rmSync(file);
    await writer.write(received(0));
    assert.equal(openReader(t, directory).count({}), 1);
  });

  it('says so where the file itself is a folder', async (t) => {
    const directory = temporaryFolder(t);
    mkdirSync(storeFile(directory));
    await assert.rejects(
      openWriter(t, directory).write(received(0)),
      hooksError('store-unusable', /it is a folder\nmove it away/),
    );
  });

  it('is begun anew where its folder is removed while a writer has it open', async (t) => {
    const directory = join(temporaryFolder(t), 'state');
    const writer = openWriter(t, directory, KEEP_ALL);
    await writer.write(received(0));
    rmSync(directory, { recursive: true });
    await writer.write(received(1));
    assert.ok(existsSync(storeFile(directory)));
    assert.deepEqual(
      openReader(t, directory)
        .list({})
        .map(({ id }) => id),
      [idAt(minute(1))],
    );
  });
});
