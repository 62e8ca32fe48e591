import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { describe, it } from 'node:test';
import { storeFile } from '../../../src/adapters/store/database.ts';
import { openRecordings } from '../../../src/adapters/store/reader.ts';
import type { Retention } from '../../../src/core/retention.ts';
import { KEEP_ALL, keep, openReader } from '../../helpers/history-store.ts';
import { temporaryFolder } from '../../helpers/hooks-process.ts';
import { idAt, minute, received } from '../../helpers/recordings.ts';

const TEN = Array.from({ length: 10 }, (_, index) => received(index, { body: new Uint8Array(20_000) }));

const CASES: { name: string; retention: Partial<Retention>; left: number }[] = [
  { name: 'nothing without limits', retention: {}, left: 10 },
  {
    name: 'nothing within the limits',
    retention: { maxAgeMs: 600_000, maxCount: 10, maxBytes: 200_000 },
    left: 10,
  },
  { name: 'what is older', retention: { maxAgeMs: 4 * 60_000 }, left: 5 },
  { name: 'all that is older', retention: { maxAgeMs: -1 }, left: 0 },
  { name: 'what is more', retention: { maxCount: 3 }, left: 3 },
  { name: 'all for a count of none', retention: { maxCount: 0 }, left: 0 },
  { name: 'what is larger', retention: { maxBytes: 60_000 }, left: 3 },
  { name: 'what is larger, by one byte', retention: { maxBytes: 59_999 }, left: 2 },
  { name: 'all for a size of none', retention: { maxBytes: 0 }, left: 0 },
  {
    name: 'by the limit that leaves the least',
    retention: { maxAgeMs: 240_000, maxCount: 2, maxBytes: 80_000 },
    left: 2,
  },
];

describe('prune', () => {
  for (const { name, retention, left } of CASES) {
    it(`removes ${name}`, async (t) => {
      const directory = temporaryFolder(t);
      await keep(directory, TEN);
      const reader = openReader(t, directory);
      assert.equal(reader.prune({ ...KEEP_ALL, ...retention }, minute(9)), 10 - left);
      assert.deepEqual(
        reader.list({}).map(({ id }) => id),
        Array.from({ length: left }, (_, index) => idAt(minute(9 - index))),
      );
    });
  }

  it('counts the age of what was imported from the import, so that old deliveries stay for as long as others', async (t) => {
    const directory = temporaryFolder(t);
    const imported = [received(1, { importedAt: minute(8) }), received(2, { importedAt: minute(4) })];
    await keep(directory, [received(0), ...imported, received(9)]);
    const reader = openReader(t, directory);
    assert.equal(reader.prune({ ...KEEP_ALL, maxAgeMs: 2 * 60_000 }, minute(9)), 2);
    assert.deepEqual(
      reader.list({}).map(({ id }) => id),
      [idAt(minute(9)), idAt(minute(1))],
    );
    assert.equal(reader.read(idAt(minute(1))).body.length, received(1).body.length);
    assert.throws(() => reader.read(idAt(minute(2))));
  });

  it('gives the disk back what it frees', async (t) => {
    const directory = temporaryFolder(t);
    await keep(
      directory,
      Array.from({ length: 10 }, (_, index) => received(index, { body: new Uint8Array(500_000) })),
    );
    const before = statSync(storeFile(directory)).size;
    const reader = openRecordings(directory);
    reader.prune({ ...KEEP_ALL, maxCount: 2 }, minute(9));
    reader.close();
    const after = statSync(storeFile(directory)).size;
    assert.ok(after < before / 3, `${before} bytes became ${after}`);
  });
});
