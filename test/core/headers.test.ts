import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { headerValues } from '../../src/core/headers.ts';

describe('headerValues', () => {
  const HEADERS = [
    ['X-Id', ' 1 '],
    ['Other', '2'],
    ['x-id', ''],
    ['X-ID', '3, 4'],
  ] as const;

  it('gives all values in wire order, whatever the case, without outer space', () => {
    assert.deepEqual(headerValues(HEADERS, 'x-Id'), ['1', '', '3, 4']);
  });

  it('takes space and tab from the ends, nothing else', () => {
    const headers = [
      ['A', ' \t1 2\t '],
      ['A', '\u00a01\u00a0'],
      ['A', '\ufeff1\u2028'],
      ['A', ' \t'],
    ] as const;
    assert.deepEqual(headerValues(headers, 'a'), ['1 2', '\u00a01\u00a0', '\ufeff1\u2028', '']);
  });

  it('gives none for a header that is not there', () => assert.deepEqual(headerValues(HEADERS, 'X'), []));
});
