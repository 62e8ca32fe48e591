import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isAsExpected, isProven, strictStatus, type Verdicts } from '../../src/core/verdict.ts';

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

describe('isProven', () => {
  const notVerified = (reason: 'no-secret' | 'not-signed' | 'switched-off' | 'unknown-scheme') => ({
    signature: { state: 'not-verified', reason, message: reason } as const,
  });
  const ROWS: { it: string; verdicts: Verdicts; proven: boolean }[] = [
    { it: 'a genuine, valid delivery', verdicts: GENUINE, proven: true },
    {
      it: 'a genuine delivery of no known provider',
      verdicts: { ...unknownProvider, schema: { state: 'no-schema' } },
      proven: true,
    },
    {
      it: 'a genuine delivery of an event type without a schema',
      verdicts: { ...GENUINE, schema: { state: 'no-schema' } },
      proven: true,
    },
    { it: 'a refused signature', verdicts: { ...GENUINE, signature: REFUSED }, proven: false },
    { it: 'an invalid body', verdicts: { ...GENUINE, schema: INVALID }, proven: false },
    {
      it: 'a delivery without a secret',
      verdicts: { ...GENUINE, ...notVerified('no-secret') },
      proven: false,
    },
    {
      it: 'a delivery of no known provider and scheme',
      verdicts: { ...unknownProvider, schema: { state: 'no-schema' }, ...notVerified('unknown-scheme') },
      proven: false,
    },
    {
      it: 'a valid delivery of a provider that signs nothing',
      verdicts: { ...GENUINE, ...notVerified('not-signed') },
      proven: true,
    },
    {
      it: 'a delivery that is neither signed nor described',
      verdicts: { ...GENUINE, schema: { state: 'no-schema' }, ...notVerified('not-signed') },
      proven: false,
    },
    {
      it: 'an unknown event type of a provider that signs nothing',
      verdicts: { ...GENUINE, isKnownEventType: false, ...notVerified('not-signed') },
      proven: false,
    },
    {
      it: 'a valid delivery where verifying was switched off',
      verdicts: { ...GENUINE, ...notVerified('switched-off') },
      proven: true,
    },
    {
      it: 'a delivery of no known provider where verifying was switched off',
      verdicts: { ...unknownProvider, schema: { state: 'no-schema' }, ...notVerified('switched-off') },
      proven: false,
    },
  ];
  for (const { it: what, verdicts, proven } of ROWS) {
    it(`is ${proven} for ${what}`, () => assert.equal(isProven(verdicts), proven));
  }
});
