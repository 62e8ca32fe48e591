import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createImportIds } from '../../../src/core/import/import-id.ts';
import type { ImportedRecording } from '../../../src/core/import/imported-recording.ts';
import { minute, received } from '../../helpers/recordings.ts';
import { bytes } from '../../helpers/test-bytes.ts';

function withoutTime(body: string): ImportedRecording {
  const { id: _, at: __, ...rest } = received(0, { body: bytes(body) });
  return rest;
}

const idsOf = (recordings: readonly ImportedRecording[], now = minute(60)) =>
  recordings.map(createImportIds(now));

describe('createImportIds', () => {
  it('gives the same ids each time, whenever that is', () => {
    const file = [received(1), received(2), received(2)];
    assert.deepEqual(idsOf(file, minute(60)), idsOf(file, minute(90)));
  });

  it('sorts by the time of the recordings, whatever their order in the file', () => {
    const ids = idsOf([received(5), received(1), received(3)]).map(({ id }) => id);
    assert.deepEqual([...ids].sort(), [ids[1], ids[2], ids[0]]);
  });

  it('tells recordings apart that differ in anything, and equal ones by their number', () => {
    const file = [
      received(1),
      received(1),
      received(1, { status: 500 }),
      received(1, { body: bytes('{}') }),
      received(1, { headers: [['A', 'b']] }),
    ];
    assert.equal(new Set(idsOf(file).map(({ id }) => id)).size, file.length);
  });

  it('keeps the order of those without a time, and knows them again at any time', () => {
    const file = ['a', 'b', 'c', 'a'].map(withoutTime);
    const first = idsOf(file, minute(60));
    const again = idsOf(file, minute(90));
    const ids = first.map(({ id }) => id);
    assert.deepEqual([...ids].sort(), ids);
    assert.deepEqual(
      first.map(({ known }) => known),
      again.map(({ known }) => known),
    );
    assert.match(first[0]?.known ?? '', /^\?{10}[0-9A-Z]{16}$/);
    assert.notEqual(first[0]?.id, again[0]?.id);
  });

  it('knows one with a time by its whole id', () => {
    const [one] = idsOf([received(1)]);
    assert.equal(one?.known, one?.id);
  });
});
