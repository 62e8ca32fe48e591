import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatDuration, parseDuration } from '../../src/core/duration.ts';
import { hooksError } from '../helpers/hooks-error.ts';

describe('parseDuration', () => {
  const GOOD: { text: string; ms: number }[] = [
    { text: '500ms', ms: 500 },
    { text: '0s', ms: 0 },
    { text: '2s', ms: 2000 },
    { text: '1.5m', ms: 90_000 },
    { text: '1h', ms: 3_600_000 },
    { text: '2d', ms: 172_800_000 },
    { text: '007s', ms: 7000 },
  ];
  for (const { text, ms } of GOOD) it(`reads ${text}`, () => assert.equal(parseDuration(text), ms));

  const BAD = [
    '',
    's',
    '5',
    '1.5',
    '-5s',
    '+5s',
    '5 s',
    ' 5s',
    '5s\n',
    '.5s',
    '5.s',
    '1e3s',
    '5S',
    '5sec',
    '1h30m',
    'constructor',
  ];
  for (const text of BAD) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseDuration(text), hooksError('usage', /is not a duration/));
    });
  }

  it('refuses more than a number holds', () => {
    assert.throws(() => parseDuration(`${'9'.repeat(400)}d`), hooksError('usage'));
  });

  it('says which spelling was meant by a bare number', () => {
    assert.throws(() => parseDuration('30'), hooksError('usage', /did you mean 30s or 30ms\?/));
  });
});

describe('formatDuration', () => {
  const ROWS: { ms: number; text: string }[] = [
    { ms: 0, text: '0 ms' },
    { ms: 0.04, text: '0 ms' },
    { ms: 1.26, text: '1.3 ms' },
    { ms: 9.99, text: '10 ms' },
    { ms: 340.4, text: '340 ms' },
    { ms: 999.4, text: '999 ms' },
    { ms: 999.6, text: '1 s' },
    { ms: 1000, text: '1 s' },
    { ms: 2500, text: '2.5 s' },
    { ms: 9999, text: '10 s' },
    { ms: 31_440, text: '31.4 s' },
    { ms: 59_940, text: '59.9 s' },
    { ms: 59_990, text: '1 min' },
    { ms: 60_000, text: '1 min' },
    { ms: 1_860_000, text: '31 min' },
    { ms: 3_599_000, text: '1 h' },
    { ms: 3_600_000, text: '1 h' },
    { ms: 7_500_000, text: '2 h 5 min' },
    { ms: 172_800_000, text: '2 d' },
    { ms: 259_200_000, text: '3 d' },
  ];
  for (const { ms, text } of ROWS)
    it(`writes ${ms} as ${text}`, () => assert.equal(formatDuration(ms), text));
});
