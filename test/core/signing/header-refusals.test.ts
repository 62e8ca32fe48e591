import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Delivery, messageOf, outcome, rawHmac, vector, withHeaders } from './delivery.ts';
import { BODY, ID, TIME } from './vectors.ts';

interface Row {
  it: string;
  delivery: Delivery;
  outcome: string;
}

function check(rows: Row[]): void {
  for (const row of rows) it(row.it, () => assert.equal(outcome(row.delivery), row.outcome));
}

const standard = vector('standard-webhooks v1');
const coalesce = vector('coalesce');
const stripe = vector('stripe');
const github = vector('github');
const slack = vector('slack');
const shopify = vector('shopify');

const V1 = standard.headers['webhook-signature'] ?? '';
const STRIPE = stripe.headers['Stripe-Signature'] ?? '';
const repeated = (base: typeof standard, name: string, value = base.headers[name] ?? '') => ({
  ...base,
  headers: [...Object.entries(base.headers), [name, value]] as [string, string][],
});

describe('missing and empty headers', () => {
  for (const base of [
    standard,
    vector('svix'),
    coalesce,
    stripe,
    github,
    slack,
    shopify,
    vector('token'),
    vector('bearer'),
  ]) {
    for (const name of Object.keys(base.headers)) {
      it(`${base.name} refuses a delivery without ${name}, and names it`, () => {
        const delivery = withHeaders(base, { [name]: undefined });
        assert.equal(outcome(delivery), 'header-missing');
        assert.equal(messageOf(delivery), `header ${name} is missing`);
      });

      const reason = /timestamp/i.test(name) ? 'timestamp-malformed' : 'header-malformed';
      it(`${base.name} refuses an empty ${name}`, () => {
        assert.equal(outcome(withHeaders(base, { [name]: ' ' })), reason);
      });
    }
  }

  it('names all missing headers at once', () => {
    assert.equal(
      messageOf({ ...standard, headers: {} }),
      'headers webhook-id and webhook-timestamp and webhook-signature are missing',
    );
  });

  check([
    {
      it: 'github does not accept the older SHA-1 header instead',
      delivery: {
        ...github,
        headers: { 'X-Hub-Signature': 'sha1=7d38cdd689735b008b3c702edd92eea23791c5f6' },
      },
      outcome: 'header-missing',
    },
    {
      it: 'a Stripe header without a timestamp is malformed',
      delivery: withHeaders(stripe, { 'Stripe-Signature': STRIPE.replace('t=1700000000,', '') }),
      outcome: 'header-malformed',
    },
  ]);
});

describe('repeated headers', () => {
  for (const base of [
    standard,
    coalesce,
    stripe,
    github,
    slack,
    shopify,
    vector('token'),
    vector('basic, with a colon and an umlaut in the password'),
  ]) {
    for (const name of Object.keys(base.headers)) {
      it(`${base.name} refuses two ${name}, even when they are equal`, () => {
        assert.equal(outcome(repeated(base, name)), 'header-repeated');
        assert.equal(outcome(repeated(base, name, 'other')), 'header-repeated');
      });
    }
  }

  for (const base of [standard, coalesce, stripe, github, slack, shopify]) {
    for (const [name, value] of Object.entries(base.headers)) {
      it(`${base.name} refuses two ${name} that were joined into one value`, () => {
        assert.equal(outcome(withHeaders(base, { [name]: `${value}, ${value}` })), 'header-repeated');
      });
    }
  }

  check([
    {
      it: 'the same header in another case is a repetition',
      delivery: repeated(standard, 'Webhook-Id', ID),
      outcome: 'header-repeated',
    },
    {
      it: 'two timestamps in one Stripe header are ambiguous',
      delivery: withHeaders(stripe, { 'Stripe-Signature': `t=1700000001,${STRIPE}` }),
      outcome: 'header-repeated',
    },
  ]);
});

describe('ids of Standard Webhooks', () => {
  check([
    {
      it: 'an id with a dot is refused: where it ends in the signed bytes would be open',
      delivery: withHeaders(standard, {
        'webhook-id': 'msg.1',
        'webhook-signature': `v1,${rawHmac('standard-webhooks-test-key-01', `msg.1.${TIME}.${BODY}`, 'base64')}`,
      }),
      outcome: 'header-malformed',
    },
    {
      it: 'an id beyond ASCII is refused',
      delivery: withHeaders(standard, { 'webhook-id': 'msg_é' }),
      outcome: 'header-malformed',
    },
    {
      it: 'another id is under another signature',
      delivery: withHeaders(standard, { 'webhook-id': 'msg_2' }),
      outcome: 'signature-mismatch',
    },
  ]);

  it('quotes a hostile id without its control characters, shortened', () => {
    const message = messageOf(withHeaders(standard, { 'webhook-id': `\u001b[2J\u202e${'x'.repeat(500)}` }));
    assert.match(message, /^header webhook-id is "\\u001b\[2J\\u202ex+…"/);
    assert.ok(message.length < 160);
  });
});

describe('header families of Standard Webhooks', () => {
  const svix = vector('svix');
  check([
    {
      it: 'svix reads webhook-* headers',
      delivery: { ...standard, parameters: { scheme: 'svix' } },
      outcome: 'accepted',
    },
    {
      it: 'standard-webhooks reads svix-* headers',
      delivery: { ...svix, parameters: standard.parameters },
      outcome: 'accepted',
    },
    {
      it: 'each header falls back on its own',
      delivery: {
        ...svix,
        headers: { 'webhook-id': ID, 'svix-timestamp': String(TIME), 'webhook-signature': V1 },
      },
      outcome: 'accepted',
    },
    {
      it: 'svix prefers its own headers to right ones of the other family',
      delivery: { ...svix, headers: { ...standard.headers, ...svix.headers, 'svix-id': 'msg_2' } },
      outcome: 'signature-mismatch',
    },
    {
      it: 'standard-webhooks prefers its own, too',
      delivery: { ...standard, headers: { ...svix.headers, ...standard.headers, 'svix-id': 'msg_2' } },
      outcome: 'accepted',
    },
  ]);
});
