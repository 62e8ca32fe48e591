import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AnsweredAttempt } from '../../src/core/delivery.ts';
import { type Expectations, unmetExpectations } from '../../src/core/expectation.ts';
import { parseStatusMatch } from '../../src/core/status-match.ts';
import { hooksError } from '../helpers/hooks-error.ts';
import { bytes } from '../helpers/test-bytes.ts';

function answer(body: string, changes: Partial<AnsweredAttempt> = {}): AnsweredAttempt {
  return {
    kind: 'answered',
    status: 200,
    statusText: 'OK',
    headers: [],
    body: bytes(body),
    bodyTruncated: false,
    firstByteMs: 1,
    durationMs: 120,
    ...changes,
  };
}

const OK: Expectations = { status: { match: parseStatusMatch('2xx'), text: '2xx' }, body: [] };

const ROWS: { it: string; answer: AnsweredAttempt; expected: Partial<Expectations>; unmet: string[] }[] = [
  { it: 'nothing to say of an answer as expected', answer: answer('ok'), expected: {}, unmet: [] },
  {
    it: 'another status',
    answer: answer('', { status: 500 }),
    expected: {},
    unmet: ['expected status 2xx, got 500'],
  },
  {
    it: 'a redirect, and that it is not followed',
    answer: answer('', { status: 308 }),
    expected: {},
    unmet: ['expected status 2xx, got 308; redirects are not followed, as webhook senders do not'],
  },
  {
    it: 'a latency at the limit as met',
    answer: answer('', { durationMs: 200 }),
    expected: { maxLatencyMs: 200 },
    unmet: [],
  },
  {
    it: 'a latency above the limit',
    answer: answer('', { durationMs: 2500 }),
    expected: { maxLatencyMs: 2000 },
    unmet: ['answered in 2.5 s, allowed are 2 s'],
  },
  {
    it: 'a latency that is rounded to the limit',
    answer: answer('', { durationMs: 2000.4 }),
    expected: { maxLatencyMs: 2000 },
    unmet: ['answered in slightly more than the 2 s that are allowed'],
  },
  {
    it: 'all that is unmet',
    answer: answer('{"ok":false}', { status: 404, durationMs: 900 }),
    expected: { maxLatencyMs: 100, body: [{ path: 'ok', value: true }] },
    unmet: [
      'expected status 2xx, got 404',
      'answered in 900 ms, allowed are 100 ms',
      'expected ok of the answer to be true, got false',
    ],
  },
  {
    it: 'a missing value',
    answer: answer('{}'),
    expected: { body: [{ path: 'items[0].id', value: 1 }] },
    unmet: ['expected items[0].id of the answer to be 1, got nothing'],
  },
  {
    it: 'null as a value',
    answer: answer('{"error":null}'),
    expected: {
      body: [
        { path: 'error', value: null },
        { path: 'other', value: null },
      ],
    },
    unmet: ['expected other of the answer to be null, got nothing'],
  },
  {
    it: 'objects whatever the order of their keys',
    answer: answer('{"a":{"x":1,"y":[2]}}'),
    expected: { body: [{ path: 'a', value: { y: [2], x: 1 } }] },
    unmet: [],
  },
  {
    it: 'lists by the order of their items',
    answer: answer('{"a":[1,2]}'),
    expected: { body: [{ path: 'a', value: [2, 1] }] },
    unmet: ['expected a of the answer to be [2,1], got [1,2]'],
  },
  {
    it: 'a number as no text',
    answer: answer('{"a":1}'),
    expected: { body: [{ path: '/a', value: '1' }] },
    unmet: ['expected /a of the answer to be "1", got 1'],
  },
  {
    it: 'an answer without a body',
    answer: answer(''),
    expected: { body: [{ path: 'a', value: 1 }] },
    unmet: ['expected a JSON answer, but the body is empty'],
  },
  {
    it: 'an answer that was cut off',
    answer: answer('{"a":1', { bodyTruncated: true }),
    expected: { body: [{ path: 'a', value: 1 }] },
    unmet: ['the answer is too long to look into its body'],
  },
];

describe('unmetExpectations', () => {
  for (const { it: says, answer: given, expected, unmet } of ROWS) {
    it(`says ${says}`, () => assert.deepEqual(unmetExpectations(given, { ...OK, ...expected }), unmet));
  }

  it('refuses a malformed path', () => {
    const expected = { ...OK, body: [{ path: 'a[', value: 1 }] };
    assert.throws(() => unmetExpectations(answer('{}'), expected), hooksError('usage'));
  });
});
