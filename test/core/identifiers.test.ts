import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createUlids, deliveryId, seededRandom, ulid, uuid } from '../../src/core/identifiers.ts';
import { constantBytes } from '../helpers/test-bytes.ts';

const AT = new Date('2016-07-30T23:54:10.259Z');

describe('seededRandom', () => {
  it('gives the same bytes for the same seed, however they are asked for', () => {
    const [one, other] = [seededRandom('story'), seededRandom('story')];
    const whole = Buffer.from(one(100));
    const parts = Buffer.concat([3, 0, 50, 47].map((count) => other(count)));
    assert.deepEqual(parts, whole);
  });

  it('gives other bytes for another seed', () => {
    assert.notDeepEqual(seededRandom('1')(16), seededRandom('2')(16));
  });

  it('gives new bytes each time', () => {
    const random = seededRandom('story');
    assert.notDeepEqual(random(32), random(32));
  });
});

describe('uuid', () => {
  const ROWS = [
    { byte: 0x00, text: '00000000-0000-4000-8000-000000000000' },
    { byte: 0xff, text: 'ffffffff-ffff-4fff-bfff-ffffffffffff' },
  ];
  for (const { byte, text } of ROWS)
    it(`marks version and variant in ${text}`, () => assert.equal(uuid(constantBytes(byte)), text));

  it('does not change the bytes it was given', () => {
    const given = new Uint8Array(16);
    uuid(() => given);
    assert.deepEqual(given, new Uint8Array(16));
  });
});

describe('ulid', () => {
  it('starts with the time of the example in its specification', () => {
    assert.equal(ulid(constantBytes(0), new Date(1469918176385)), `01ARYZ6S41${'0'.repeat(16)}`);
  });

  it('has 26 characters from 1970 on, and never an I, L, O or U', () => {
    assert.equal(ulid(constantBytes(255), new Date(0)), `0000000000${'Z'.repeat(16)}`);
    const random = seededRandom('letters');
    for (let count = 0; count < 50; count++) assert.match(ulid(random, AT), /^[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it('sorts by time', () => {
    const earlier = ulid(constantBytes(255), AT);
    const later = ulid(constantBytes(0), new Date(AT.getTime() + 1));
    assert.ok(earlier < later);
  });
});

describe('createUlids', () => {
  it('sorts within one millisecond and when the clock steps back', () => {
    const newId = createUlids(seededRandom('ids'));
    const times = [0, 0, 0, -5000, 1, 1, -1, 2];
    const ids = times.map((offset) => newId(new Date(AT.getTime() + offset)));
    assert.deepEqual([...ids].sort(), ids);
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it('carries over the digits at the end', () => {
    const newId = createUlids((count) =>
      Uint8Array.from({ length: count }, (_, index) => (index === 0 ? 0 : 31)),
    );
    const first = newId(AT);
    assert.equal(newId(AT), `${first.slice(0, 10)}1${'0'.repeat(15)}`);
  });
});

describe('deliveryId', () => {
  const ROWS: { format: string; pattern: RegExp }[] = [
    { format: 'uuid', pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/ },
    { format: 'ulid', pattern: /^01[0-9A-HJKMNP-TV-Z]{24}$/ },
    { format: 'msg_', pattern: /^msg_[0-9A-Za-z]{27}$/ },
    { format: '', pattern: /^[0-9A-Za-z]{27}$/ },
  ];
  for (const { format, pattern } of ROWS) {
    it(`makes '${format}'`, () => assert.match(deliveryId(format, seededRandom('id'), AT), pattern));
  }
});
