import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAnswerRule } from '../../../src/core/answering/answer-rule.ts';
import { HooksError } from '../../../src/core/errors.ts';

describe('an answer rule', () => {
  const rows: [string, ReturnType<typeof parseAnswerRule>][] = [
    ['202', { sequence: [{ status: 202 }] }],
    ['503, 503,200', { sequence: [{ status: 503 }, { status: 503 }, { status: 200 }] }],
    ['hang,200', { sequence: [{ silence: 'hang' }, { status: 200 }] }],
    ['500:0.1', { chances: [{ step: { status: 500 }, share: 0.1 }] }],
    [
      '429:10%,reset:5%',
      {
        chances: [
          { step: { status: 429 }, share: 0.1 },
          { step: { silence: 'reset' }, share: 0.05 },
        ],
      },
    ],
    ['issue_*=503,200', { pattern: 'issue_*', sequence: [{ status: 503 }, { status: 200 }] }],
    [
      'acme/order.paid=drop:0.5',
      { pattern: 'acme/order.paid', chances: [{ step: { silence: 'drop' }, share: 0.5 }] },
    ],
  ];
  for (const [text, rule] of rows) {
    it(`reads ${text}`, () => {
      assert.deepEqual(parseAnswerRule(text), rule);
    });
  }

  const refused: [string, RegExp][] = [
    ['', /an answer is missing/],
    ['200,', /an answer is missing/],
    ['100', /'100' is neither a status/],
    ['600', /'600' is neither a status/],
    ['ok', /'ok' is neither a status/],
    ['500:0.1,200', /some of its answers have a share/],
    ['500:0.6,503:0.6', /more than 1/],
    ['500:2', /'2' is not a share/],
    ['issue_*=', /an answer is missing/],
  ];
  for (const [text, why] of refused) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseAnswerRule(text),
        (error: unknown) =>
          error instanceof HooksError &&
          error.kind === 'usage' &&
          why.test(`${error.message} ${error.why ?? ''}`),
      );
    });
  }
});
