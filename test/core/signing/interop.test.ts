import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';
import * as octokit from '@octokit/webhooks-methods';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { Webhook as SvixWebhook } from 'svix';
import { outcome, sign } from './delivery.ts';
import { WHSEC_1, WHSEC_2 } from './vectors.ts';

// The libraries read the clock themselves.
const now = () => Math.floor(Date.now() / 1000);

/** JSON, because most of the libraries parse what they have verified. */
const JSON_BODIES = [
  { it: 'plain JSON', body: '{"event":"payment.failed","amount":1.0}' },
  { it: 'JSON beyond ASCII', body: '{"name":"Zoë ☎ 日本 🎉"}' },
  { it: 'JSON with white space and escapes', body: '{\r\n\t"name": "Zo\\u00eb\\/"\n}\n' },
];
const ALL_BODIES = [...JSON_BODIES, { it: 'an empty body', body: '' }];
const BINARY = Uint8Array.from({ length: 256 }, (_, byte) => byte);

const STANDARD = [
  {
    scheme: 'standard-webhooks',
    prefix: 'webhook',
    library: (secret: string) => new StandardWebhook(secret),
    readable: ALL_BODIES,
  },
  {
    scheme: 'svix',
    prefix: 'svix',
    library: (secret: string) => new SvixWebhook(secret),
    // It parses an empty body as JSON.
    readable: JSON_BODIES,
  },
];

for (const { scheme, prefix, library, readable } of STANDARD) {
  describe(`${scheme} and its library`, () => {
    for (const { it: name, body } of readable) {
      it(`the library accepts ${name} signed by us`, () => {
        const headers = sign({ scheme }, [WHSEC_1], { timestampSeconds: now(), body });
        library(WHSEC_1).verify(Buffer.from(body), headers);
        assert.throws(() => library(WHSEC_2).verify(Buffer.from(body), headers));
      });
    }

    for (const { it: name, body } of ALL_BODIES) {
      it(`we accept ${name} signed by the library`, () => {
        const nowSeconds = now();
        const signature = library(WHSEC_1).sign('msg_1', new Date(nowSeconds * 1000), body);
        const headers = {
          [`${prefix}-id`]: 'msg_1',
          [`${prefix}-timestamp`]: String(nowSeconds),
          [`${prefix}-signature`]: signature,
        };
        const delivery = { parameters: { scheme }, headers, body, nowSeconds };
        assert.equal(outcome({ ...delivery, secrets: [WHSEC_1] }), 'accepted');
        assert.equal(outcome({ ...delivery, secrets: [WHSEC_2] }), 'signature-mismatch');
      });
    }

    it('the library finds its signature in a rotation', () => {
      const headers = sign({ scheme }, [WHSEC_1, WHSEC_2], { timestampSeconds: now(), body: '{}' });
      for (const secret of [WHSEC_1, WHSEC_2]) library(secret).verify('{}', headers);
    });

    it('both accept an age of 290 seconds and refuse one of 310, in both directions', () => {
      for (const age of [290, -290, 310, -310]) {
        const nowSeconds = now();
        const headers = sign({ scheme }, [WHSEC_1], { timestampSeconds: nowSeconds - age, body: '{}' });
        const ours = outcome({ parameters: { scheme }, secrets: [WHSEC_1], headers, body: '{}', nowSeconds });
        assert.equal(ours === 'accepted', Math.abs(age) < 300);
        const theirs = () => library(WHSEC_1).verify('{}', headers);
        if (Math.abs(age) < 300) theirs();
        else assert.throws(theirs);
      }
    });
  });
}

describe('svix and standard-webhooks', () => {
  it('the svix library accepts what we sign as standard-webhooks, and we what it accepts', () => {
    const timestampSeconds = now();
    const headers = sign({ scheme: 'standard-webhooks' }, [WHSEC_1], { timestampSeconds, body: '{}' });
    new SvixWebhook(WHSEC_1).verify('{}', headers);
    const delivery = { secrets: [WHSEC_1], headers, body: '{}', nowSeconds: timestampSeconds };
    assert.equal(outcome({ ...delivery, parameters: { scheme: 'svix' } }), 'accepted');
  });
});

describe('stripe and its library', () => {
  const { webhooks } = Stripe;
  const secret = 'whsec_stripeTestSecret0001';
  const parameters = { scheme: 'stripe' };

  for (const { it: name, body } of JSON_BODIES) {
    it(`the library accepts ${name} signed by us`, () => {
      const headers = sign(parameters, [secret], { timestampSeconds: now(), body });
      assert.deepEqual(
        webhooks.constructEvent(Buffer.from(body), headers['Stripe-Signature'] ?? '', secret),
        JSON.parse(body),
      );
      assert.throws(() => webhooks.constructEvent(body, headers['Stripe-Signature'] ?? '', 'whsec_other'));
    });
  }

  for (const { it: name, body } of ALL_BODIES) {
    it(`we accept ${name} signed by the library`, () => {
      const nowSeconds = now();
      const header = webhooks.generateTestHeaderString({ payload: body, secret, timestamp: nowSeconds });
      const delivery = { parameters, headers: { 'Stripe-Signature': header }, body, nowSeconds };
      assert.equal(outcome({ ...delivery, secrets: [secret] }), 'accepted');
      assert.equal(outcome({ ...delivery, secrets: ['whsec_other'] }), 'signature-mismatch');
    });
  }

  it('the library finds its signature in a rotation', () => {
    const headers = sign(parameters, ['old', 'new'], { timestampSeconds: now(), body: '{}' });
    for (const one of ['old', 'new']) webhooks.constructEvent('{}', headers['Stripe-Signature'] ?? '', one);
  });

  it('both refuse a header that has only v0', () => {
    const header = webhooks.generateTestHeaderString({
      payload: '{}',
      secret,
      scheme: 'v0',
      timestamp: now(),
    });
    assert.throws(() => webhooks.constructEvent('{}', header, secret), /expected scheme/);
    const headers = { 'Stripe-Signature': header };
    assert.equal(
      outcome({ parameters, secrets: [secret], headers, body: '{}', nowSeconds: now() }),
      'no-known-version',
    );
  });
});

describe('github and its library', () => {
  const secret = "It's a Secret to Everybody";
  const parameters = { scheme: 'github' };

  for (const { it: name, body } of [...JSON_BODIES, { it: 'a form', body: 'payload=%7B%22a%22%3A1%7D' }]) {
    it(`the library accepts ${name} signed by us, and we what it signs`, async () => {
      const headers = sign(parameters, [secret], { body });
      assert.equal(await octokit.verify(secret, body, headers['X-Hub-Signature-256'] ?? ''), true);
      const theirs = { 'X-Hub-Signature-256': await octokit.sign(secret, body) };
      assert.equal(outcome({ parameters, secrets: [secret], headers: theirs, body }), 'accepted');
      assert.equal(outcome({ parameters, secrets: ['other'], headers: theirs, body }), 'signature-mismatch');
    });
  }
});

describe('bodies that are no text', () => {
  for (const scheme of ['standard-webhooks', 'svix', 'coalesce', 'stripe', 'github', 'slack', 'shopify']) {
    it(`${scheme} signs and verifies them byte for byte`, () => {
      const secrets = [WHSEC_1];
      for (const body of [BINARY, new Uint8Array()]) {
        const headers = sign({ scheme }, secrets, { body });
        assert.equal(outcome({ parameters: { scheme }, secrets, headers, body }), 'accepted');
        const decoded = Buffer.from(body).toString('utf8');
        const expected = body.length === 0 ? 'accepted' : 'signature-mismatch';
        assert.equal(outcome({ parameters: { scheme }, secrets, headers, body: decoded }), expected);
      }
    });
  }
});
