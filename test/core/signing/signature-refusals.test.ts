import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';
import { type Delivery, messageOf, outcome, rawHmac, vector, verify, withHeaders } from './delivery.ts';
import { BODY, ID, TIME, WHPK, WHSEC_1, WHSEC_2, WHSK } from './vectors.ts';

interface Row {
  it: string;
  delivery: Delivery;
  outcome: string;
}

function check(rows: Row[]): void {
  for (const row of rows) it(row.it, () => assert.equal(outcome(row.delivery), row.outcome));
}

const standard = vector('standard-webhooks v1');
const v1a = vector('standard-webhooks v1a');
const both = vector('standard-webhooks, v1 and v1a side by side');
const coalesce = vector('coalesce');
const stripe = vector('stripe');
const github = vector('github');
const slack = vector('slack');
const shopify = vector('shopify');

const V1 = standard.headers['webhook-signature'] ?? '';
const V1A = v1a.headers['webhook-signature'] ?? '';
const COALESCE = coalesce.headers['X-Coalesce-Signature'] ?? '';
const STRIPE = stripe.headers['Stripe-Signature'] ?? '';
const GITHUB = github.headers['X-Hub-Signature-256'] ?? '';
const SHOPIFY = shopify.headers['X-Shopify-Hmac-Sha256'] ?? '';

const signature = (value: string) => withHeaders(standard, { 'webhook-signature': value });

describe('versions', () => {
  check([
    {
      it: 'unknown versions are skipped',
      delivery: signature(`v2,AAAA v1a,BBBB ${V1} v9`),
      outcome: 'accepted',
    },
    {
      it: 'versions that begin alike are unknown',
      delivery: signature(V1.replace('v1,', 'v12,')),
      outcome: 'no-known-version',
    },
    {
      it: 'the version is compared with its case',
      delivery: signature(V1.replace('v1,', 'V1,')),
      outcome: 'no-known-version',
    },
    { it: 'a bare signature has no version', delivery: signature(V1.slice(3)), outcome: 'no-known-version' },
    {
      it: 'coalesce skips unknown versions',
      delivery: withHeaders(coalesce, { 'X-Coalesce-Signature': `v2=00 ${COALESCE}` }),
      outcome: 'accepted',
    },
    {
      it: 'coalesce refuses unknown versions alone',
      delivery: withHeaders(coalesce, { 'X-Coalesce-Signature': COALESCE.replace('v1', 'v2') }),
      outcome: 'no-known-version',
    },
    {
      it: 'stripe skips v0',
      delivery: withHeaders(stripe, { 'Stripe-Signature': `${STRIPE},v0=00` }),
      outcome: 'accepted',
    },
    {
      it: 'stripe refuses v0 alone',
      delivery: withHeaders(stripe, { 'Stripe-Signature': STRIPE.replace('v1=', 'v0=') }),
      outcome: 'no-known-version',
    },
    {
      it: 'github refuses sha1 in its header',
      delivery: withHeaders(github, { 'X-Hub-Signature-256': GITHUB.replace('sha256=', 'sha1=') }),
      outcome: 'no-known-version',
    },
    {
      it: 'slack refuses v1',
      delivery: withHeaders(slack, { 'X-Slack-Signature': 'v1=00' }),
      outcome: 'no-known-version',
    },
    {
      it: 'a v1a signature proves nothing to a v1 secret',
      delivery: { ...v1a, secrets: [WHSEC_1] },
      outcome: 'no-known-version',
    },
    {
      it: 'a v1 signature proves nothing to a public key',
      delivery: { ...standard, secrets: [WHPK] },
      outcome: 'no-known-version',
    },
    {
      it: 'the public key is no HMAC key',
      delivery: {
        ...signature(
          `v1,${rawHmac(Buffer.from(WHPK.slice(5), 'base64'), `${ID}.${TIME}.${BODY}`, 'base64')}`,
        ),
        secrets: [WHPK],
      },
      outcome: 'no-known-version',
    },
    {
      it: 'the signing key is no HMAC key',
      delivery: {
        ...signature(
          `v1,${rawHmac(Buffer.from(WHSK.slice(5), 'base64'), `${ID}.${TIME}.${BODY}`, 'base64')}`,
        ),
        secrets: [WHSK],
      },
      outcome: 'no-known-version',
    },
  ]);

  it('tells the versions seen', () => {
    assert.equal(
      messageOf(signature('v2,AAAA v3,BBBB zzz')),
      'no signature begins with v1,; versions seen: "v2", "v3", none',
    );
  });
});

describe('signatures', () => {
  check([
    { it: 'a wrong secret', delivery: { ...standard, secrets: [WHSEC_2] }, outcome: 'signature-mismatch' },
    { it: 'no secret at all', delivery: { ...standard, secrets: [] }, outcome: 'signature-mismatch' },
    {
      it: 'a signature that only begins right',
      delivery: signature(V1.slice(0, -8)),
      outcome: 'signature-mismatch',
    },
    {
      it: 'a signature with one character more',
      delivery: signature(`${V1}=`),
      outcome: 'signature-mismatch',
    },
    { it: 'base64 followed by garbage', delivery: signature(`${V1}!!`), outcome: 'signature-mismatch' },
    {
      it: 'base64 with garbage inside',
      delivery: signature(V1.replace('x6T8', 'x6*T8')),
      outcome: 'signature-mismatch',
    },
    {
      it: 'base64 without its padding',
      delivery: signature(V1.replace('=', '')),
      outcome: 'signature-mismatch',
    },
    {
      it: 'base64 with idle bits set',
      delivery: signature(V1.replace('U=', 'V=')),
      outcome: 'signature-mismatch',
    },
    {
      it: 'the URL-safe alphabet',
      delivery: signature(V1.replaceAll('+', '-')),
      outcome: 'signature-mismatch',
    },
    { it: 'a comma at the end', delivery: signature(`${V1},`), outcome: 'signature-mismatch' },
    { it: 'an empty signature', delivery: signature('v1,'), outcome: 'signature-mismatch' },
    {
      it: 'characters that Latin-1 would fold onto the right ones',
      delivery: signature(V1.replace('x', '\u0178')),
      outcome: 'signature-mismatch',
    },
    {
      it: 'hex where base64 is due',
      delivery: withHeaders(shopify, {
        'X-Shopify-Hmac-Sha256': Buffer.from(SHOPIFY, 'base64').toString('hex'),
      }),
      outcome: 'signature-mismatch',
    },
    {
      it: 'upper-case hex at github',
      delivery: withHeaders(github, { 'X-Hub-Signature-256': `sha256=${GITHUB.slice(7).toUpperCase()}` }),
      outcome: 'signature-mismatch',
    },
    {
      it: 'upper-case hex at stripe',
      delivery: withHeaders(stripe, {
        'Stripe-Signature': `t=1700000000,v1=${STRIPE.slice(16).toUpperCase()}`,
      }),
      outcome: 'signature-mismatch',
    },
    {
      it: 'hex followed by garbage',
      delivery: withHeaders(github, { 'X-Hub-Signature-256': `${GITHUB}zz` }),
      outcome: 'signature-mismatch',
    },
    {
      it: 'two github signatures in one header',
      delivery: withHeaders(github, { 'X-Hub-Signature-256': `${GITHUB} ${GITHUB}` }),
      outcome: 'signature-mismatch',
    },
    {
      it: 'v1a without padding',
      delivery: withHeaders(v1a, { 'webhook-signature': V1A.replace('==', '') }),
      outcome: 'signature-mismatch',
    },
    {
      it: 'v1a followed by garbage',
      delivery: withHeaders(v1a, { 'webhook-signature': `${V1A}A` }),
      outcome: 'signature-mismatch',
    },
    {
      it: 'v1a with idle bits set',
      delivery: withHeaders(v1a, { 'webhook-signature': V1A.replace('w==', 'x==') }),
      outcome: 'signature-mismatch',
    },
    {
      it: 'v1a of 88 other characters',
      delivery: withHeaders(v1a, { 'webhook-signature': `v1a,${'A'.repeat(86)}==` }),
      outcome: 'signature-mismatch',
    },
    {
      it: 'the whsec_ text itself as the key',
      delivery: signature(`v1,${rawHmac(WHSEC_1, `${ID}.${TIME}.${BODY}`, 'base64')}`),
      outcome: 'signature-mismatch',
    },
    {
      it: 'id and timestamp swapped',
      delivery: signature(
        `v1,${rawHmac('standard-webhooks-test-key-01', `${TIME}.${ID}.${BODY}`, 'base64')}`,
      ),
      outcome: 'signature-mismatch',
    },
    {
      it: 'another timestamp than the signed one',
      delivery: withHeaders(standard, { 'webhook-timestamp': '1700000001' }),
      outcome: 'signature-mismatch',
    },
    {
      it: 'another Stripe timestamp than the signed one',
      delivery: withHeaders(stripe, { 'Stripe-Signature': STRIPE.replace('1700000000', '1699999999') }),
      outcome: 'signature-mismatch',
    },
    {
      it: 'JSON that was parsed and written anew',
      delivery: { ...standard, body: JSON.stringify(JSON.parse(BODY)) },
      outcome: 'signature-mismatch',
    },
    {
      it: 'a byte order mark',
      delivery: { ...standard, body: `\ufeff${BODY}` },
      outcome: 'signature-mismatch',
    },
    {
      it: 'Latin-1 instead of UTF-8',
      delivery: { ...standard, body: Buffer.from(BODY, 'latin1') },
      outcome: 'signature-mismatch',
    },
  ]);

  it('counts what was tried', () => {
    assert.equal(
      messageOf({ ...signature(`v1,AAAA v2,BBBB v1,CCCC`), secrets: [WHSEC_2] }),
      'no signature matches: 2 signatures tried with 1 secret',
    );
  });

  it('says nothing of a secret or a right signature', () => {
    const verdict = verify(signature('v1,AAAA'));
    assert.ok(
      !verdict.ok && !verdict.message.includes(V1.slice(3)) && !verdict.message.includes(WHSEC_1.slice(6)),
    );
  });

  it('takes upper-case hex for a scheme of one’s own, where some senders write it', () => {
    const own = vector('hmac-sha256, hex with a prefix');
    const upper = `sha256=${own.headers['X-Signature']?.slice(7).toUpperCase()}`;
    assert.equal(outcome({ ...own, headers: { 'X-Signature': upper } }), 'accepted');
    assert.equal(outcome({ ...own, headers: { 'X-Signature': upper.toUpperCase() } }), 'no-known-version');
  });

  it('takes several signatures of a scheme of one’s own where a separator is defined', () => {
    const own = vector('hmac-sha256, hex with a prefix');
    const right = own.headers['X-Signature'] ?? '';
    const headers = { 'X-Signature': `sha256=00, ${right}` };
    const parameters = { ...own.parameters, signatureSeparator: ',' as const };
    assert.equal(outcome({ ...own, parameters, headers }), 'accepted');
    assert.equal(outcome({ ...own, headers: { 'X-Signature': `sha256=00,${right}` } }), 'signature-mismatch');
  });
});

describe('rotation', () => {
  const rotated = vector('standard-webhooks, rotation of v1 secrets');
  const secretIndex = (delivery: Delivery) => {
    const verdict = verify(delivery);
    return verdict.ok ? verdict.secretIndex : verdict.reason;
  };

  it('a receiver with the old, the new or both secrets accepts a delivery signed with both', () => {
    assert.equal(secretIndex({ ...rotated, secrets: [WHSEC_1] }), 0);
    assert.equal(secretIndex({ ...rotated, secrets: [WHSEC_2] }), 0);
    assert.equal(secretIndex({ ...rotated, secrets: [WHSEC_2, WHSEC_1] }), 0);
  });

  it('a receiver with both secrets tells which one a delivery was signed with', () => {
    assert.equal(secretIndex({ ...standard, secrets: [WHSEC_1, WHSEC_2] }), 0);
    assert.equal(secretIndex({ ...standard, secrets: [WHSEC_2, WHSEC_1] }), 1);
    assert.equal(secretIndex({ ...github, secrets: ['other', ...github.secrets] }), 1);
    assert.equal(secretIndex({ ...v1a, secrets: [WHSEC_1, WHPK] }), 1);
  });

  it('the right signature may stand anywhere in the list', () => {
    assert.equal(secretIndex(signature(`v1,AAAA  ${V1} v1,BBBB`)), 0);
    assert.equal(
      secretIndex(withHeaders(stripe, { 'Stripe-Signature': STRIPE.replace(',v1=', ',v1=00,v1=') })),
      0,
    );
    assert.equal(secretIndex({ ...both, secrets: [WHPK] }), 0);
  });
});

describe('the order of the checks', () => {
  const wrong = { ...standard, nowSeconds: TIME + 1000 };
  const faults: {
    reason: string;
    headers: Record<string, string | undefined>;
    extra?: [string, string][];
  }[] = [
    { reason: 'header-missing', headers: { 'webhook-signature': undefined }, extra: [['webhook-id', ID]] },
    { reason: 'header-repeated', headers: {}, extra: [['webhook-id', ID]] },
    { reason: 'header-malformed', headers: { 'webhook-id': 'a.b' } },
    { reason: 'timestamp-malformed', headers: { 'webhook-timestamp': 'abc' } },
    { reason: 'timestamp-too-old', headers: { 'webhook-signature': 'v2,AAAA' } },
  ];

  for (const [position, { reason, extra = [] }] of faults.entries()) {
    it(`reports ${reason} before what is checked later`, () => {
      const later = Object.assign(
        {},
        ...faults
          .slice(position)
          .reverse()
          .map(({ headers }) => headers),
      );
      const { headers, ...rest } = withHeaders(wrong, later);
      assert.equal(outcome({ ...rest, headers: [...Object.entries(headers), ...extra] }), reason);
    });
  }

  it('reports an unknown version before a mismatch', () => {
    assert.equal(outcome({ ...signature('v2,AAAA'), secrets: [WHSEC_2] }), 'no-known-version');
  });
});
