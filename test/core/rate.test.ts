import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRate } from '../../src/core/rate.ts';
import { hooksError } from '../helpers/hooks-error.ts';

describe('parseRate', () => {
  const GOOD: { text: string; perSecond: number }[] = [
    { text: '10', perSecond: 10 },
    { text: '10/s', perSecond: 10 },
    { text: '0.5/s', perSecond: 0.5 },
    { text: '300/m', perSecond: 5 },
    { text: '60/h', perSecond: 1 / 60 },
  ];
  for (const { text, perSecond } of GOOD) {
    it(`reads ${text}`, () => assert.equal(parseRate(text), perSecond));
  }

  for (const text of [
    '',
    '0',
    '0/s',
    '-1',
    '1e3',
    '10/d',
    '10/ms',
    '10 / s',
    '10/',
    '/s',
    'fast',
    '10/s ',
    '9'.repeat(400),
  ]) {
    it(`refuses '${text}'`, () => assert.throws(() => parseRate(text), hooksError('usage', /is not a rate/)));
  }
});
