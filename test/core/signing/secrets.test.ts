import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { HooksError } from '../../../src/core/errors.ts';
import type { SchemeParameters } from '../../../src/core/signing/scheme.ts';
import { createScheme, SCHEME_IDS } from '../../../src/core/signing/schemes.ts';
import { sign } from './delivery.ts';
import { VECTORS, WHPK, WHSEC_1, WHSEC_2, WHSK } from './vectors.ts';

const custom = (secretEncoding: 'hex' | 'base64'): SchemeParameters => ({
  scheme: 'hmac-sha256',
  signatureHeader: 'X-Signature',
  secretEncoding,
});
const otherPair = `whsk_${Buffer.concat([Buffer.from(WHSK.slice(5), 'base64').subarray(0, 32), Buffer.alloc(32, 7)]).toString('base64')}`;

const UNUSABLE: { it: string; parameters: SchemeParameters; secret: string; says: RegExp }[] = [
  {
    it: 'nothing behind whsec_',
    parameters: { scheme: 'standard-webhooks' },
    secret: 'whsec_',
    says: /empty/,
  },
  {
    it: 'characters outside base64',
    parameters: { scheme: 'standard-webhooks' },
    secret: 'whsec_SECRET!SECRET',
    says: /does not have/,
  },
  {
    it: 'a line break at the end',
    parameters: { scheme: 'svix' },
    secret: `${WHSEC_1}\n`,
    says: /white space/,
  },
  { it: 'base64url', parameters: { scheme: 'svix' }, secret: 'whsec_SECRET-_SECRET==', says: /base64url/ },
  {
    it: 'the prefix of another provider',
    parameters: { scheme: 'svix' },
    secret: 'shpss_SECRETSECRET',
    says: /prefix/,
  },
  {
    it: 'a lost character',
    parameters: { scheme: 'svix' },
    secret: WHSEC_1.slice(0, -1),
    says: /multiple of 4/,
  },
  {
    it: 'padding in the middle',
    parameters: { scheme: 'svix' },
    secret: 'whsec_SECR=ETSECRE',
    says: /padding/,
  },
  {
    it: 'a mistyped last character',
    parameters: { scheme: 'svix' },
    secret: WHSEC_1.replace('E=', 'F='),
    says: /last character/,
  },
  {
    it: 'a signing key that was cut',
    parameters: { scheme: 'standard-webhooks' },
    secret: `whsk_${'SECR'.repeat(10)}`,
    says: /30 bytes.*64/,
  },
  {
    it: 'a public key that was cut',
    parameters: { scheme: 'standard-webhooks' },
    secret: `whpk_${'SECR'.repeat(10)}`,
    says: /30 bytes.*32/,
  },
  {
    it: 'a signing key with another public half',
    parameters: { scheme: 'standard-webhooks' },
    secret: otherPair,
    says: /does not belong/,
  },
  { it: 'an odd number of hex digits', parameters: custom('hex'), secret: '5ec2e75', says: /odd/ },
  { it: 'no hex', parameters: custom('hex'), secret: 'SECRET', says: /other than 0-9/ },
  { it: 'no base64', parameters: custom('base64'), secret: 'SECRET*SECRET', says: /does not have/ },
  { it: 'a token with a line break', parameters: { scheme: 'token' }, secret: 'SECRET\n', says: /header/ },
  { it: 'a token beyond ASCII', parameters: { scheme: 'token' }, secret: 'SECRÉT', says: /ASCII/ },
  {
    it: 'a bearer token with its scheme word',
    parameters: { scheme: 'bearer' },
    secret: 'Bearer SECRET',
    says: /without the word/,
  },
  { it: 'a user without a password', parameters: { scheme: 'basic' }, secret: 'SECRET', says: /colon/ },
  {
    it: 'a password with a line break',
    parameters: { scheme: 'basic' },
    secret: 'user:SECRET\n',
    says: /control character/,
  },
];

describe('unusable secrets', () => {
  for (const { it: name, parameters, secret, says } of UNUSABLE) {
    it(`${name}: the error says so, and nothing of the secret`, () => {
      assert.throws(
        () => createScheme(parameters).parseSecret(secret),
        (error) => {
          assert.ok(error instanceof HooksError);
          assert.equal(error.kind, 'secret-unusable');
          const text = `${error.message} ${error.why} ${error.next}`;
          assert.match(text, says);
          assert.doesNotMatch(text, /SECR|5ec2/);
          assert.ok(error.next);
          return true;
        },
      );
    });
  }

  for (const scheme of SCHEME_IDS.filter((id) => id !== 'none' && id !== 'hmac-sha256')) {
    it(`${scheme} refuses an empty or blank secret`, () => {
      for (const secret of ['', '  ']) {
        assert.throws(() => createScheme({ scheme }).parseSecret(secret), { kind: 'secret-unusable' });
      }
    });
  }

  it('a short key is used all the same', () => {
    assert.ok(createScheme({ scheme: 'standard-webhooks' }).parseSecret('whsec_YQ==').canSign);
  });
});

describe('parsed secrets', () => {
  it('tell whether they can sign', () => {
    const scheme = createScheme({ scheme: 'standard-webhooks' });
    assert.equal(scheme.parseSecret(WHSEC_1).canSign, true);
    assert.equal(scheme.parseSecret(WHSK).canSign, true);
    assert.equal(scheme.parseSecret(WHPK).canSign, false);
  });

  it('show nothing of the secret when they are printed', () => {
    for (const { parameters, secrets } of VECTORS) {
      const [secret = ''] = secrets;
      const parsed = createScheme(parameters).parseSecret(secret);
      const printed = `${inspect(parsed, { depth: 9, showHidden: true })} ${JSON.stringify(parsed)}`;
      assert.ok(!printed.includes(secret) && !printed.includes(secret.slice(6)));
    }
  });

  it('of another kind of scheme are a mistake of ours', () => {
    const token = createScheme({ scheme: 'token' }).parseSecret('a');
    const input = { id: 'a', timestampSeconds: 0, body: Buffer.from('') };
    assert.throws(() => createScheme({ scheme: 'github' }).sign(input, [token]), TypeError);
  });
});

describe('signing', () => {
  const body = '{}';

  it('refuses a public key', () => {
    const standard = { scheme: 'standard-webhooks' };
    for (const secrets of [[WHPK], [WHSEC_1, WHPK]]) {
      assert.throws(() => sign(standard, secrets, { body }), { kind: 'secret-unusable', next: /whsk_/ });
    }
  });

  for (const id of ['msg.1', '', 'msg_é', 'msg_1, msg_2', ' msg_1', 'msg\r\nX-Other: 1']) {
    it(`refuses the id ${JSON.stringify(id)}`, () => {
      assert.throws(() => sign({ scheme: 'standard-webhooks' }, [WHSEC_1], { id, body }), {
        kind: 'invalid-input',
      });
      assert.throws(() => sign({ scheme: 'svix' }, [WHSK], { id, body }), { kind: 'invalid-input' });
    });
  }

  it('does not mind the id where none is signed', () => {
    assert.ok(sign({ scheme: 'stripe' }, ['a'], { id: 'evt.1', body })['Stripe-Signature']);
  });

  it('refuses two secrets where there is room for one', () => {
    for (const scheme of ['github', 'slack', 'shopify', 'token', 'bearer']) {
      assert.throws(() => sign({ scheme }, ['a', 'b'], { body }), { kind: 'usage', message: /room for one/ });
    }
  });

  it('writes all signatures of stripe into one header', () => {
    const value = sign({ scheme: 'stripe' }, ['a', 'b'], { body })['Stripe-Signature'];
    assert.match(value ?? '', /^t=1700000000,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/);
  });

  it('refuses to sign without a secret', () => {
    for (const scheme of SCHEME_IDS.filter((id) => id !== 'none' && id !== 'hmac-sha256')) {
      assert.throws(() => sign({ scheme }, [], { body }), { kind: 'secret-missing' });
    }
  });

  it('marks the headers that are the secret itself', () => {
    const input = { id: 'a', timestampSeconds: 0, body: Buffer.from(body) };
    const isSecret = (scheme: string, secret: string) => {
      const created = createScheme({ scheme });
      return created.sign(input, [created.parseSecret(secret)]).map((header) => header.isSecret ?? false);
    };
    assert.deepEqual(isSecret('token', 'a'), [true]);
    assert.deepEqual(isSecret('bearer', 'a'), [true]);
    assert.deepEqual(isSecret('basic', 'a:b'), [true]);
    assert.deepEqual(isSecret('standard-webhooks', WHSEC_2), [false, false, false]);
  });
});
