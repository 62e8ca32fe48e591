import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseMoment } from '../../src/core/moment.ts';
import { hooksError } from '../helpers/hooks-error.ts';

const NOW = new Date('2026-11-20T09:00:00.500Z');

describe('parseMoment', () => {
  const GOOD: { text: string; at: string }[] = [
    { text: '0', at: '1970-01-01T00:00:00.000Z' },
    { text: '2026', at: '1970-01-01T00:33:46.000Z' },
    { text: '1784020363', at: '2026-07-14T09:12:43.000Z' },
    { text: '2026-07-14T09:12:43Z', at: '2026-07-14T09:12:43.000Z' },
    { text: '2026-07-14t09:12:43z', at: '2026-07-14T09:12:43.000Z' },
    { text: '2026-07-14T09:12:43.123456Z', at: '2026-07-14T09:12:43.123Z' },
    { text: '2026-07-14 09:12Z', at: '2026-07-14T09:12:00.000Z' },
    { text: '2026-07-14T09:12:43+02:00', at: '2026-07-14T07:12:43.000Z' },
    { text: '2026-07-14', at: '2026-07-14T00:00:00.000Z' },
    { text: '2024-02-29', at: '2024-02-29T00:00:00.000Z' },
    { text: '-40m', at: '2026-11-20T08:20:00.500Z' },
    { text: '+10s', at: '2026-11-20T09:00:10.500Z' },
    { text: '-0s', at: '2026-11-20T09:00:00.500Z' },
  ];
  for (const { text, at } of GOOD) {
    it(`reads ${text}`, () => assert.equal(parseMoment(text, NOW).toISOString(), at));
  }

  const BAD = [
    '',
    'now',
    'yesterday',
    '1.5',
    '2026-07',
    '2026-13-01',
    '2026-02-30',
    '2026-02-30T00:00:00Z',
    '2026-07-14T25:00:00Z',
    '2026-07-14T09:12:43Z (noon)',
    '2026-07-14 at noon',
    'Jul 14 2026',
    '99999999999999',
    '1784020363000',
    '-1000000d',
    '+9999999d',
    '-99999999999d',
  ];
  for (const text of BAD) {
    it(`refuses '${text}'`, () =>
      assert.throws(() => parseMoment(text, NOW), hooksError('usage', /is not a time/)));
  }

  for (const text of ['-40', '+1x', '-', '+']) {
    it(`refuses the offset '${text}'`, () =>
      assert.throws(() => parseMoment(text, NOW), hooksError('usage')));
  }
});
