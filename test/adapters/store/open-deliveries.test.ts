import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { storeFile } from '../../../src/adapters/store/database.ts';
import { claimOpenDeliveries } from '../../../src/adapters/store/open-deliveries.ts';
import { openDatabase } from '../../../src/adapters/store/sqlite.ts';
import { openReader, openWriter } from '../../helpers/history-store.ts';
import { temporaryFolder } from '../../helpers/hooks-process.ts';
import { ANSWER, minute, OPEN, sent } from '../../helpers/recordings.ts';

const NOBODY = () => false;
const attempt = (number: number) => ({ attempt: number, startedAt: minute(number), result: ANSWER });

describe('open deliveries', () => {
  it('are given back as they were kept, the oldest first', async (t) => {
    const directory = temporaryFolder(t);
    const writer = openWriter(t, directory);
    await writer.write(sent(1, 500), OPEN);
    await writer.write(sent(0, 500), { ...OPEN, attempt: 7 });
    await writer.write(sent(2, 500));
    const { claimed } = claimOpenDeliveries(directory, NOBODY);
    assert.deepEqual(claimed, [
      { id: sent(0, 500).id, ...OPEN, attempt: 7 },
      { id: sent(1, 500).id, ...OPEN },
    ]);
  });

  it('are closed by an attempt that none follows, in one transaction with it', async (t) => {
    const directory = temporaryFolder(t);
    const writer = openWriter(t, directory);
    const { id } = sent(0, 500);
    await writer.write({ ...sent(0, 500), attempts: [] }, OPEN);
    await writer.addAttempt(
      id,
      attempt(1),
      { status: 503, isFailed: true },
      { open: { ...OPEN, attempt: 3 } },
    );
    assert.equal(claimOpenDeliveries(directory, NOBODY).claimed[0]?.attempt, 3);
    await writer.addAttempt(id, attempt(2), { status: 204, durationMs: 3, isFailed: false }, {});
    assert.deepEqual(claimOpenDeliveries(directory, NOBODY).claimed, []);
    const { attempts, status, isFailed } = openReader(t, directory).read(id);
    assert.deepEqual([attempts.length, status, isFailed], [2, 204, false]);
  });

  it('stay as they were where an attempt cannot be added', async (t) => {
    const directory = temporaryFolder(t);
    const writer = openWriter(t, directory);
    await writer.write(sent(0, 500), OPEN);
    // There is an attempt of that number already.
    await assert.rejects(writer.addAttempt(sent(0, 500).id, attempt(1), { isFailed: false }, {}));
    assert.equal(claimOpenDeliveries(directory, NOBODY).claimed.length, 1);
    assert.equal(openReader(t, directory).read(sent(0, 500).id).status, 500);
  });

  it('belong to the process that goes on with them, as long as it runs', async (t) => {
    const directory = temporaryFolder(t);
    await openWriter(t, directory).write(sent(0, 500), OPEN);
    const database = openDatabase(storeFile(directory));
    database.exec('UPDATE open_deliveries SET owner = 4242');
    database.close();
    assert.deepEqual(
      claimOpenDeliveries(directory, (id) => id === 4242),
      { claimed: [], busyWith: [4242] },
    );
    assert.equal(claimOpenDeliveries(directory, NOBODY).claimed.length, 1);
  });

  it('go with their recordings when these are pruned, and no attempt brings them back', async (t) => {
    const directory = temporaryFolder(t);
    const writer = openWriter(t, directory);
    await writer.write(sent(0, 500), OPEN);
    openReader(t, directory).prune({ maxAgeMs: 1, maxCount: 0, maxBytes: 0 }, minute(60));
    await writer.addAttempt(sent(0, 500).id, attempt(2), { isFailed: true }, { open: OPEN });
    assert.deepEqual(claimOpenDeliveries(directory, NOBODY).claimed, []);
  });
});
