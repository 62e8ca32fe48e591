import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Webhook } from 'svix';
import type { HeaderList } from '../../src/core/headers.ts';
import type { Recording } from '../../src/core/recording.ts';
import { redactRecording } from '../../src/core/redact.ts';
import { MASK } from '../../src/core/secret-headers.ts';
import type { SchemeParameters } from '../../src/core/signing/scheme.ts';
import { createScheme } from '../../src/core/signing/schemes.ts';
import { RECEIVED, SENT } from './export/recordings.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

const BODY = bytes('{"type":"payment.failed","customer":{"email":"ada@shop.example"},"amount":1.0}');
const CLEAN = '{"type":"payment.failed","customer":{"email":"redacted@example.com"},"amount":1.0}';
const AT_SECONDS = 1_795_163_400;
const TEST_SECRET = `whsec_${Buffer.from('a test secret of the project').toString('base64')}`;
const LIVE_SECRET = `whsec_${Buffer.from('what nobody is to know of it').toString('base64')}`;

/** A recording signed with the live secret some seconds before it came in. */
function signed(parameters: SchemeParameters, secret: string, changes: Partial<Recording> = {}): Recording {
  const scheme = createScheme(parameters);
  const input = { id: 'msg_2b9fTq0vXk8sYwE4', timestampSeconds: AT_SECONDS - 7, body: BODY };
  const signature = scheme.sign(input, [scheme.parseSecret(secret)]);
  const headers: HeaderList = [
    ['Host', 'a.example'],
    ...signature.map(({ name, value }) => [name.toUpperCase(), value] as const),
    ['content-length', String(BODY.length)],
    ['X-Tag', 'b'],
    ['x-tag', 'a'],
  ];
  return {
    ...RECEIVED,
    at: new Date(AT_SECONDS * 1000),
    headers,
    body: BODY,
    sizeBytes: BODY.length,
    ...changes,
  };
}

const HMAC: SchemeParameters = {
  scheme: 'hmac-sha256',
  signatureHeader: 'X-Signature',
  timestampHeader: 'X-Time',
  idHeader: 'X-Id',
  signatureContent: '{id}.{timestamp}.{body}',
  timestampUnit: 'milliseconds',
};
const SCHEMES: SchemeParameters[] = [
  ...['standard-webhooks', 'svix', 'coalesce', 'stripe', 'github', 'slack', 'shopify'].map((scheme) => ({
    scheme,
  })),
  HMAC,
];

describe('redactRecording', () => {
  for (const parameters of SCHEMES) {
    it(`signs a delivery anew by ${parameters.scheme}, with the id and time that it had`, () => {
      const scheme = createScheme(parameters);
      const secret = scheme.parseSecret(TEST_SECRET);
      const recording = signed(parameters, LIVE_SECRET);
      const clean = redactRecording(recording, { paths: ['customer.email'], scheme, secrets: [secret] });
      assert.equal(Buffer.from(clean.body).toString(), CLEAN);
      assert.equal(clean.sizeBytes, CLEAN.length);
      const verdict = scheme.verify({ headers: clean.headers, body: clean.body, nowSeconds: AT_SECONDS }, [
        secret,
      ]);
      assert.equal(verdict.ok, true);
      if (scheme.covers.timestamp) assert.equal(verdict.timestampSeconds, AT_SECONDS - 7);
      if (scheme.covers.id) assert.equal(verdict.id, 'msg_2b9fTq0vXk8sYwE4');
      const names = (list: HeaderList) => list.map(([name]) => name);
      assert.deepEqual(names(clean.headers), names(recording.headers));
      assert.deepEqual(clean.headers.slice(-3), [
        ['content-length', String(CLEAN.length)],
        ['X-Tag', 'b'],
        ['x-tag', 'a'],
      ]);
    });
  }

  it('verifies with the official library at the recorded time', (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: AT_SECONDS * 1000 });
    const scheme = createScheme({ scheme: 'svix' });
    const secrets = [scheme.parseSecret(TEST_SECRET)];
    for (const sender of ['svix', 'standard-webhooks']) {
      const recording = signed({ scheme: sender }, LIVE_SECRET);
      const clean = redactRecording(recording, { paths: ['customer'], scheme, secrets });
      const headers = Object.fromEntries(clean.headers.map(([name, value]) => [name.toLowerCase(), value]));
      const body = Buffer.from(clean.body).toString();
      assert.deepEqual(new Webhook(TEST_SECRET).verify(body, headers), JSON.parse(CLEAN));
      assert.throws(() => new Webhook(LIVE_SECRET).verify(body, headers));
    }
  });

  const github = createScheme({ scheme: 'github' });
  const redaction = { paths: ['customer.email'], scheme: github, secrets: [github.parseSecret('test')] };

  it('empties the answers, and says of those of attempts that there was more', () => {
    const received = redactRecording(signed({ scheme: 'github' }, 'live'), redaction);
    assert.equal(received.answer?.body.length, 0);
    const sent = redactRecording({ ...SENT, body: BODY }, redaction);
    const last = sent.attempts.at(-1)?.result;
    assert.ok(last?.kind === 'answered');
    assert.equal(last.body.length, 0);
    assert.equal(last.bodyTruncated, true);
    assert.deepEqual(sent.attempts[0], SENT.attempts[0]);
  });

  it('leaves an unsigned delivery, a signature that cannot be read and masked headers as they are', () => {
    const headers: HeaderList = [
      ['x-hub-signature-256', ''],
      ['Authorization', MASK],
    ];
    for (const each of [[], headers]) {
      assert.deepEqual(redactRecording({ ...SENT, headers: each, body: BODY }, redaction).headers, each);
    }
    const bearer = createScheme({ scheme: 'token', tokenHeader: 'X-Webhook-Token' });
    const masked: HeaderList = [['X-Webhook-Token', MASK]];
    const secrets = [bearer.parseSecret('test')];
    const clean = redactRecording(
      { ...SENT, headers: masked, body: BODY },
      { paths: ['amount'], scheme: bearer, secrets },
    );
    assert.deepEqual(clean.headers, masked);
  });

  it('replaces an idempotency key that was in the body', () => {
    const recording = signed({ scheme: 'github' }, 'live', { idempotencyKey: 'ada@shop.example' });
    assert.equal(redactRecording(recording, redaction).idempotencyKey, 'redacted@example.com');
  });

  it('refuses a path that leads to nothing, or skips it where that is asked for', () => {
    const recording = signed({ scheme: 'github' }, 'live');
    const paths = ['customer.email', 'phone'];
    assert.throws(() => redactRecording(recording, { ...redaction, paths }), /nothing at 'phone'/);
    const clean = redactRecording(recording, { ...redaction, paths, unknownPaths: 'skip' });
    assert.equal(Buffer.from(clean.body).toString(), CLEAN);
  });
});
