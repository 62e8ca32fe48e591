import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SchemeParameters } from '../../../src/core/signing/scheme.ts';
import { messageOf, outcome, rawHmac, sign, vector, verify } from './delivery.ts';
import { BODY, ID, TIME } from './vectors.ts';

const standard = vector('standard-webhooks v1');

const MALFORMED: { it: string; text: string }[] = [
  { it: 'letters', text: 'abc' },
  { it: 'nothing', text: '' },
  { it: 'a negative number', text: '-1' },
  { it: 'a sign', text: '+1700000000' },
  { it: 'an exponent', text: '1e9' },
  { it: 'hexadecimal', text: '0x6553f100' },
  { it: '20 digits', text: '17000000000000000000' },
  { it: 'a fraction', text: '1700000000.0' },
  { it: 'a leading zero', text: '01700000000' },
  { it: 'fullwidth digits', text: '１７００００００００' },
  { it: 'Arabic digits', text: '١٧٠٠٠٠٠٠٠٠' },
  { it: 'a space inside', text: '1700 000000' },
  { it: 'something behind the number', text: '1700000000abc' },
  { it: 'a no-break space', text: '1700000000\u00a0' },
  { it: 'digit groups', text: '1_700_000_000' },
  { it: 'milliseconds', text: '1700000000000' },
  { it: 'an ISO date', text: '2023-11-14T22:13:20Z' },
];

describe('malformed timestamps', () => {
  for (const { it: name, text } of MALFORMED) {
    it(`${name}: refused, although the signature over that text is right`, () => {
      const right = `v1,${rawHmac('standard-webhooks-test-key-01', `${ID}.${text}.${BODY}`, 'base64')}`;
      const headers = { 'webhook-id': ID, 'webhook-timestamp': text, 'webhook-signature': right };
      assert.equal(outcome({ ...standard, headers }), 'timestamp-malformed');
      const stripe = vector('stripe');
      const value = `t=${text},v1=${rawHmac(stripe.secrets[0] ?? '', `${text}.${BODY}`, 'hex')}`;
      assert.equal(outcome({ ...stripe, headers: { 'Stripe-Signature': value } }), 'timestamp-malformed');
    });
  }

  it('are quoted in the message, with a guess where there is one', () => {
    const message = (text: string) =>
      messageOf({ ...standard, headers: { ...standard.headers, 'webhook-timestamp': text } });
    assert.equal(
      message('a\u0007'),
      'timestamp in webhook-timestamp is "a\\u0007", not Unix time in seconds',
    );
    assert.match(message('1700000000000'), /they look like milliseconds$/);
  });

  it('white space around the value is not part of it', () => {
    const headers = { ...standard.headers, 'webhook-timestamp': ' 1700000000\t' };
    assert.equal(outcome({ ...standard, headers }), 'accepted');
  });

  it('one second after 1970 is a time, and too old', () => {
    assert.equal(
      outcome({ ...standard, headers: { ...standard.headers, 'webhook-timestamp': ' 1' } }),
      'timestamp-too-old',
    );
  });
});

const CUSTOM: SchemeParameters = {
  scheme: 'hmac-sha256',
  signatureHeader: 'X-Signature',
  signatureContent: '{timestamp}.{body}',
  timestampHeader: 'X-Timestamp',
};

describe('tolerance', () => {
  const secretOf = (scheme: string) => (/standard|svix/.test(scheme) ? 'c2VjcmV0' : 'a secret');
  const rows: { name: string; parameters: SchemeParameters; past: number | null; future: number | null }[] = [
    { name: 'standard-webhooks', parameters: { scheme: 'standard-webhooks' }, past: 300, future: 300 },
    { name: 'svix', parameters: { scheme: 'svix' }, past: 300, future: 300 },
    { name: 'coalesce', parameters: { scheme: 'coalesce' }, past: 1800, future: null },
    { name: 'stripe', parameters: { scheme: 'stripe' }, past: 300, future: null },
    { name: 'slack', parameters: { scheme: 'slack' }, past: 300, future: null },
    { name: 'hmac-sha256 with a timestamp', parameters: CUSTOM, past: 300, future: null },
    {
      name: 'stripe, narrowed',
      parameters: { scheme: 'stripe', toleranceSeconds: { past: 10, future: 5 } },
      past: 10,
      future: 5,
    },
    {
      name: 'stripe, future alone',
      parameters: { scheme: 'stripe', toleranceSeconds: { future: 5 } },
      past: 300,
      future: 5,
    },
    {
      name: 'standard-webhooks, switched off',
      parameters: { scheme: 'standard-webhooks', toleranceSeconds: { past: null, future: null } },
      past: null,
      future: null,
    },
    {
      name: 'slack of zero',
      parameters: { scheme: 'slack', toleranceSeconds: { past: 0 } },
      past: 0,
      future: null,
    },
  ];

  for (const { name, parameters, past, future } of rows) {
    const secrets = [secretOf(parameters.scheme)];
    const headers = sign(parameters, secrets, { body: BODY });
    const at = (ageSeconds: number) =>
      outcome({ parameters, secrets, headers, body: BODY, nowSeconds: TIME + ageSeconds });

    it(`${name}: accepts an age equal to the tolerance, refuses one second more`, () => {
      assert.equal(at(0), 'accepted');
      assert.equal(at(past ?? 1e9), 'accepted');
      assert.equal(at(-(future ?? 1e9)), 'accepted');
      if (past !== null) assert.equal(at(past + 1), 'timestamp-too-old');
      if (future !== null) assert.equal(at(-future - 1), 'timestamp-too-new');
    });
  }

  it('a fraction of the receiver’s second does not count, as in the libraries', () => {
    assert.equal(outcome({ ...standard, nowSeconds: TIME + 300.9 }), 'accepted');
  });

  it('is stated with the age', () => {
    assert.equal(
      messageOf({ ...standard, nowSeconds: TIME + 301 }),
      'signed 5 min ago (301 s), tolerance 300 s',
    );
    assert.equal(
      messageOf({ ...vector('coalesce'), nowSeconds: TIME + 1860 }),
      'signed 31 min ago (1860 s), tolerance 1800 s',
    );
    assert.equal(
      messageOf({ ...standard, nowSeconds: TIME - 86400 }),
      'signed 24 h in the future (86400 s), tolerance 300 s',
    );
    const parameters = { scheme: 'slack', toleranceSeconds: { past: 60 } };
    assert.equal(
      messageOf({ ...vector('slack'), parameters, nowSeconds: TIME + 61 }),
      'signed 61 s ago, tolerance 60 s',
    );
  });

  it('id, time and age are told, also of what is refused', () => {
    const known = { id: ID, timestampSeconds: TIME };
    assert.deepEqual(verify({ ...standard, nowSeconds: TIME + 5 }), {
      ok: true,
      secretIndex: 0,
      ...known,
      ageSeconds: 5,
    });
    const { message, ...stale } = verify({ ...standard, nowSeconds: TIME - 500 }) as { message: string };
    assert.deepEqual(stale, { ok: false, reason: 'timestamp-too-new', ...known, ageSeconds: -500 });
    const { message: _, ...mismatch } = verify({ ...standard, body: '' }) as { message: string };
    assert.deepEqual(mismatch, { ok: false, reason: 'signature-mismatch', ...known, ageSeconds: 0 });
    assert.deepEqual(verify(vector('github')), { ok: true, secretIndex: 0 });
  });
});

describe('timestamps in milliseconds', () => {
  const parameters: SchemeParameters = { ...CUSTOM, timestampUnit: 'milliseconds' };
  const delivery = { parameters, secrets: ['a secret'], body: BODY };

  it('are written and read', () => {
    const headers = sign(parameters, ['a secret'], { body: BODY });
    assert.equal(headers['X-Timestamp'], '1700000000000');
    assert.deepEqual(verify({ ...delivery, headers, nowSeconds: TIME + 300 }), {
      ok: true,
      secretIndex: 0,
      timestampSeconds: TIME,
      ageSeconds: 300,
    });
  });

  it('are signed as they stand in the header', () => {
    const right = rawHmac('a secret', `1700000000999.${BODY}`, 'hex');
    assert.equal(
      outcome({ ...delivery, headers: { 'X-Timestamp': '1700000000999', 'X-Signature': right } }),
      'accepted',
    );
  });
});

describe('a timestamp to sign', () => {
  for (const timestampSeconds of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    it(`is refused when it is ${timestampSeconds}`, () => {
      assert.throws(() => sign({ scheme: 'stripe' }, ['a'], { timestampSeconds, body: '' }), {
        kind: 'invalid-input',
      });
    });
  }
});
