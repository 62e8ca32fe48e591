import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isAsExpected, strictStatus, type Verdicts } from '../../src/core/verdict.ts';

const GENUINE: Verdicts = {
  provider: 'acme',
  eventType: 'order.paid',
  isKnownEventType: true,
  signature: { state: 'genuine', scheme: 'github', secretIndex: 0 },
  schema: { state: 'valid', warnings: [] },
  isDuplicate: false,
};
const REFUSED: Verdicts['signature'] = {
  state: 'refused',
  scheme: 'github',
  reason: 'signature-mismatch',
  message: 'no signature matches',
};
const INVALID: Verdicts['schema'] = {
  state: 'invalid',
  errors: [
    { pointer: '/order/id', message: 'must be string' },
    { pointer: '/b', message: 'x' },
  ],
  warnings: [],
};
const { isKnownEventType: _, eventType: __, ...unknownProvider } = GENUINE;

const ROWS: { it: string; verdicts: Verdicts; status: number; why: string }[] = [
  { it: 'a genuine delivery', verdicts: GENUINE, status: 200, why: 'as expected' },
  { it: 'a duplicate', verdicts: { ...GENUINE, isDuplicate: true }, status: 200, why: 'as expected' },
  {
    it: 'a delivery that was not verified',
    verdicts: { ...GENUINE, signature: { state: 'not-verified', reason: 'no-secret', message: 'no secret' } },
    status: 200,
    why: 'as expected',
  },
  {
    it: 'a schema with warnings',
    verdicts: { ...GENUINE, schema: { state: 'valid', warnings: [{ pointer: '/a', message: 'x' }] } },
    status: 200,
    why: 'as expected',
  },
  {
    it: 'a delivery of no known provider',
    verdicts: { ...unknownProvider, schema: { state: 'no-schema' } },
    status: 200,
    why: 'as expected',
  },
  {
    it: 'a bad signature',
    verdicts: { ...GENUINE, signature: REFUSED },
    status: 401,
    why: 'no signature matches',
  },
  {
    it: 'a bad signature before a bad body',
    verdicts: { ...GENUINE, signature: REFUSED, schema: INVALID },
    status: 401,
    why: 'no signature matches',
  },
  {
    it: 'an invalid body',
    verdicts: { ...GENUINE, schema: INVALID },
    status: 422,
    why: '/order/id must be string',
  },
  {
    it: 'a body that is wrong as a whole',
    verdicts: {
      ...GENUINE,
      schema: { state: 'invalid', errors: [{ pointer: '', message: 'must be object' }], warnings: [] },
    },
    status: 422,
    why: 'the body must be object',
  },
  {
    it: 'a body that is no JSON',
    verdicts: { ...GENUINE, schema: { state: 'not-json', message: 'the body is empty' } },
    status: 422,
    why: 'the body is empty',
  },
  {
    it: 'an unknown event type',
    verdicts: { ...GENUINE, isKnownEventType: false, eventType: 'a"b' },
    status: 422,
    why: 'unknown event type "a\\"b"',
  },
  {
    it: 'no event type',
    verdicts: { ...unknownProvider, isKnownEventType: false },
    status: 422,
    why: 'unknown event type null',
  },
];

describe('strictStatus', () => {
  for (const { it: what, verdicts, status, why } of ROWS) {
    it(`is ${status} for ${what}`, () => assert.deepEqual(strictStatus(verdicts), { status, why }));
  }
});

describe('isAsExpected', () => {
  for (const { it: what, verdicts, status } of ROWS) {
    it(`is ${status === 200} for ${what}`, () => assert.equal(isAsExpected(verdicts), status === 200));
  }
});
