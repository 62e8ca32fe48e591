import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { messageOf, outcome, verify } from './delivery.ts';

const ROWS: { it: string; scheme: string; secret: string; value: string; outcome: string }[] = [
  {
    it: 'bearer: the scheme word in any case',
    scheme: 'bearer',
    secret: 'abc',
    value: 'bEARER abc',
    outcome: 'accepted',
  },
  {
    it: 'bearer: the token in another case',
    scheme: 'bearer',
    secret: 'abc',
    value: 'Bearer ABC',
    outcome: 'signature-mismatch',
  },
  {
    it: 'bearer: the token cut',
    scheme: 'bearer',
    secret: 'abc',
    value: 'Bearer ab',
    outcome: 'signature-mismatch',
  },
  {
    it: 'bearer: something behind the token',
    scheme: 'bearer',
    secret: 'abc',
    value: 'Bearer abc d',
    outcome: 'signature-mismatch',
  },
  {
    it: 'bearer: the token alone',
    scheme: 'bearer',
    secret: 'abc',
    value: 'abc',
    outcome: 'header-malformed',
  },
  {
    it: 'bearer: the word alone',
    scheme: 'bearer',
    secret: 'abc',
    value: 'Bearer',
    outcome: 'header-malformed',
  },
  {
    it: 'bearer: another scheme word',
    scheme: 'bearer',
    secret: 'abc',
    value: 'Basic abc',
    outcome: 'header-malformed',
  },
  {
    it: 'bearer: a word that only begins alike',
    scheme: 'bearer',
    secret: 'abc',
    value: 'Bearerx abc',
    outcome: 'header-malformed',
  },
  {
    it: 'basic: the scheme word in any case',
    scheme: 'basic',
    secret: 'a:b',
    value: 'basic YTpi',
    outcome: 'accepted',
  },
  {
    it: 'basic: a second colon belongs to the password',
    scheme: 'basic',
    secret: 'a:b:c',
    value: 'Basic YTpiOmM=',
    outcome: 'accepted',
  },
  {
    it: 'basic: padding left out',
    scheme: 'basic',
    secret: 'a:b:c',
    value: 'Basic YTpiOmM',
    outcome: 'signature-mismatch',
  },
  {
    it: 'basic: garbage behind the base64',
    scheme: 'basic',
    secret: 'a:b',
    value: 'Basic YTpi!',
    outcome: 'signature-mismatch',
  },
  {
    it: 'basic: not encoded',
    scheme: 'basic',
    secret: 'a:b',
    value: 'Basic a:b',
    outcome: 'signature-mismatch',
  },
  {
    it: 'basic: another password',
    scheme: 'basic',
    secret: 'a:b',
    value: 'Basic YTpj',
    outcome: 'signature-mismatch',
  },
];

describe('shared secrets', () => {
  for (const { it: name, scheme, secret, value, outcome: expected } of ROWS) {
    it(`${name}: ${expected}`, () => {
      const delivery = {
        parameters: { scheme },
        secrets: [secret],
        headers: { Authorization: value },
        body: '',
      };
      assert.equal(outcome(delivery), expected);
    });
  }

  const token = { parameters: { scheme: 'token' }, body: '', headers: { 'x-webhook-token': 'tök' } };

  it('token: exactly the value', () => {
    const delivery = { ...token, secrets: ['abc'] };
    assert.equal(outcome({ ...delivery, headers: { 'x-webhook-token': ' abc ' } }), 'accepted');
    for (const value of ['ABC', 'ab', 'abcd', 'abć', 'abc, abc']) {
      assert.equal(outcome({ ...delivery, headers: { 'x-webhook-token': value } }), 'signature-mismatch');
    }
  });

  it('tell which secret matched', () => {
    const verdict = verify({ ...token, headers: { 'X-Webhook-Token': 'new' }, secrets: ['old', 'new'] });
    assert.deepEqual(verdict, { ok: true, secretIndex: 1 });
  });

  it('never show what was received: it may be a working secret', () => {
    for (const { scheme, secret, value } of ROWS) {
      const delivery = {
        parameters: { scheme },
        secrets: [secret],
        headers: { Authorization: value },
        body: '',
      };
      assert.doesNotMatch(messageOf(delivery), /abc|YTp|a:b/i);
    }
  });
});

describe('none', () => {
  it('never says that a delivery is genuine', () => {
    assert.equal(
      outcome({ parameters: { scheme: 'none' }, secrets: ['any'], headers: {}, body: '' }),
      'header-missing',
    );
  });
});
