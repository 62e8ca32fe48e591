import { Buffer } from 'node:buffer';
import type { SchemeParameters } from '../../../src/core/signing/scheme.ts';

/** A delivery with its right headers, computed with openssl and checked with the official library. */
export interface Vector {
  name: string;
  parameters: SchemeParameters;
  secrets: string[];
  id: string;
  timestampSeconds: number;
  body: string;
  headers: Record<string, string>;
}

/** `1.0` and `ë` tell a body that was parsed and written anew. */
export const BODY = '{"id":"evt_1","amount":1.0,"name":"Zoë"}';
export const TIME = 1_700_000_000;
export const ID = 'msg_2b9fTq0vXk8sYwE4';

export const WHSEC_1 = 'whsec_c3RhbmRhcmQtd2ViaG9va3MtdGVzdC1rZXktMDE=';
export const WHSEC_2 = 'whsec_c3RhbmRhcmQtd2ViaG9va3MtdGVzdC1rZXktMDI=';
export const WHSK =
  'whsk_ZWQyNTUxOS1zZWVkLWZvci1hLXRlc3QtdmVjdG9yISFkcmP07gKC4cVI5layEf8SO+llv0zoD6GawGdgF4hZpQ==';
export const WHPK = 'whpk_ZHJj9O4CguHFSOZWshH/EjvpZb9M6A+hmsBnYBeIWaU=';

const V1_1 = 'v1,x6T8GeFw4I1K6U89WXx6LWO4S11hSOp2ztlg4mDNk+U=';
const V1_2 = 'v1,3qyzkyXNJWiAFNVNeKxooT3Gi3NaX1j4zokGBF04sQs=';
const V1A = 'v1a,zaG0xgE9UdPTabGSoL3z6sNm5PXrsOyWmyMVWq6gRE3b0kT1HQ9l4cokBe6q/jnkjoVfcsaDbfAR5pJdupIoAw==';
const COALESCE_1 = 'v1=932233dfbaab1e130d1a9a2c9adf5aa093d75bccbf5d3d7afd4d9526e77e123e';
const COALESCE_2 = 'v1=2f1c9d0d158516e378b658111ee63470ed5c6f5cbf0e442106c2b6d15d673314';

const MESSAGE = { id: ID, timestampSeconds: TIME, body: BODY };
const PUBLISHED = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampSeconds: 1_614_265_330,
  body: '{"test": 2432232314}',
};

function webhookHeaders(id: string, timestamp: string, signature: string): Record<string, string> {
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
}

export const VECTORS: Vector[] = [
  {
    name: 'standard-webhooks v1, published',
    parameters: { scheme: 'standard-webhooks' },
    secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ...PUBLISHED,
    headers: webhookHeaders(PUBLISHED.id, '1614265330', 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='),
  },
  {
    name: 'standard-webhooks v1a, published',
    parameters: { scheme: 'standard-webhooks' },
    secrets: [
      'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==',
    ],
    ...PUBLISHED,
    headers: webhookHeaders(
      PUBLISHED.id,
      '1614265330',
      'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
    ),
  },
  {
    name: 'standard-webhooks v1',
    parameters: { scheme: 'standard-webhooks' },
    secrets: [WHSEC_1],
    ...MESSAGE,
    headers: webhookHeaders(ID, '1700000000', V1_1),
  },
  {
    name: 'standard-webhooks v1, secret without its prefix',
    parameters: { scheme: 'standard-webhooks' },
    secrets: [WHSEC_1.slice('whsec_'.length)],
    ...MESSAGE,
    headers: webhookHeaders(ID, '1700000000', V1_1),
  },
  {
    name: 'standard-webhooks v1a',
    parameters: { scheme: 'standard-webhooks' },
    secrets: [WHSK],
    ...MESSAGE,
    headers: webhookHeaders(ID, '1700000000', V1A),
  },
  {
    name: 'standard-webhooks, rotation of v1 secrets',
    parameters: { scheme: 'standard-webhooks' },
    secrets: [WHSEC_1, WHSEC_2],
    ...MESSAGE,
    headers: webhookHeaders(ID, '1700000000', `${V1_1} ${V1_2}`),
  },
  {
    name: 'standard-webhooks, v1 and v1a side by side',
    parameters: { scheme: 'standard-webhooks' },
    secrets: [WHSEC_1, WHSK],
    ...MESSAGE,
    headers: webhookHeaders(ID, '1700000000', `${V1_1} ${V1A}`),
  },
  {
    name: 'svix',
    parameters: { scheme: 'svix' },
    secrets: [WHSEC_1],
    ...MESSAGE,
    headers: { 'svix-id': ID, 'svix-timestamp': '1700000000', 'svix-signature': V1_1 },
  },
  {
    name: 'coalesce',
    parameters: { scheme: 'coalesce' },
    secrets: ['cq_signing_secret_0001'],
    ...MESSAGE,
    headers: { 'X-Coalesce-Timestamp': '1700000000', 'X-Coalesce-Signature': COALESCE_1 },
  },
  {
    name: 'coalesce, rotation',
    parameters: { scheme: 'coalesce' },
    secrets: ['cq_signing_secret_0001', 'cq_signing_secret_0002'],
    ...MESSAGE,
    headers: { 'X-Coalesce-Timestamp': '1700000000', 'X-Coalesce-Signature': `${COALESCE_1} ${COALESCE_2}` },
  },
  {
    name: 'stripe',
    parameters: { scheme: 'stripe' },
    secrets: ['whsec_stripeTestSecret0001'],
    ...MESSAGE,
    headers: {
      'Stripe-Signature': 't=1700000000,v1=4e4f6f49df8d2b00426693e8218e895b75b4070b1df3cd123835bdb739dad82d',
    },
  },
  {
    name: 'github, published',
    parameters: { scheme: 'github' },
    secrets: ["It's a Secret to Everybody"],
    ...MESSAGE,
    body: 'Hello, World!',
    headers: {
      'X-Hub-Signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    },
  },
  {
    name: 'github',
    parameters: { scheme: 'github' },
    secrets: ["It's a Secret to Everybody"],
    ...MESSAGE,
    headers: {
      'X-Hub-Signature-256': 'sha256=66db1075d0ac1d7fa4d8a5d88d6e6b7572af820e947ef65e63435777d619a59b',
    },
  },
  {
    name: 'slack',
    parameters: { scheme: 'slack' },
    secrets: ['8f742231b10e8888abcd99yyyzzz85a5'],
    ...MESSAGE,
    headers: {
      'X-Slack-Request-Timestamp': '1700000000',
      'X-Slack-Signature': 'v0=dbe9aa2d85edd0f766e7daf5188806700d6e397d9d8599b3612bc076a5c15bd5',
    },
  },
  {
    name: 'shopify',
    parameters: { scheme: 'shopify' },
    secrets: ['shpss_test_secret_0001'],
    ...MESSAGE,
    headers: { 'X-Shopify-Hmac-Sha256': 'OmNw657tSwrQPGnPnh1tbocARscURu5QV/exn9D2ucs=' },
  },
  {
    name: 'hmac-sha256, hex with a prefix',
    parameters: { scheme: 'hmac-sha256', signatureHeader: 'X-Signature', signaturePrefix: 'sha256=' },
    secrets: ['generic-secret-0001'],
    ...MESSAGE,
    headers: { 'X-Signature': 'sha256=d483220cf0d80b8c155b1e577b0a4c972783b00bccebb8efed7a09adfed5e706' },
  },
  {
    name: 'hmac-sha256, base64',
    parameters: { scheme: 'hmac-sha256', signatureHeader: 'X-Signature', signatureEncoding: 'base64' },
    secrets: ['generic-secret-0001'],
    ...MESSAGE,
    headers: { 'X-Signature': '1IMiDPDYC4wVWx5XewpMlyeDsAvM67jv7XoJrf7V5wY=' },
  },
  {
    name: 'hmac-sha256, base64url',
    parameters: { scheme: 'hmac-sha256', signatureHeader: 'X-Signature', signatureEncoding: 'base64url' },
    secrets: ['generic-secret-0001'],
    ...MESSAGE,
    headers: { 'X-Signature': '1IMiDPDYC4wVWx5XewpMlyeDsAvM67jv7XoJrf7V5wY' },
  },
  {
    name: 'hmac-sha256, timestamp and body',
    parameters: {
      scheme: 'hmac-sha256',
      signatureHeader: 'X-Signature',
      signatureContent: '{timestamp}.{body}',
      timestampHeader: 'X-Timestamp',
    },
    secrets: ['generic-secret-0001'],
    ...MESSAGE,
    headers: {
      'X-Timestamp': '1700000000',
      'X-Signature': '2e8f7d4f1d7e07d47685d60eb095cbff70983cd319ffae4983883d74d353de42',
    },
  },
  {
    name: 'hmac-sha256 described as standard-webhooks',
    parameters: {
      scheme: 'hmac-sha256',
      idHeader: 'webhook-id',
      timestampHeader: 'webhook-timestamp',
      signatureHeader: 'webhook-signature',
      signatureContent: '{id}.{timestamp}.{body}',
      signaturePrefix: 'v1,',
      signatureEncoding: 'base64',
      signatureSeparator: ' ',
      secretEncoding: 'base64',
    },
    secrets: [WHSEC_1.slice('whsec_'.length), WHSEC_2.slice('whsec_'.length)],
    ...MESSAGE,
    headers: webhookHeaders(ID, '1700000000', `${V1_1} ${V1_2}`),
  },
  {
    name: 'hmac-sha256 described as slack, secret in hex',
    parameters: {
      scheme: 'hmac-sha256',
      timestampHeader: 'X-Slack-Request-Timestamp',
      signatureHeader: 'X-Slack-Signature',
      signatureContent: 'v0:{timestamp}:{body}',
      signaturePrefix: 'v0=',
      secretEncoding: 'hex',
    },
    secrets: [Buffer.from('8f742231b10e8888abcd99yyyzzz85a5').toString('hex')],
    ...MESSAGE,
    headers: {
      'X-Slack-Request-Timestamp': '1700000000',
      'X-Slack-Signature': 'v0=dbe9aa2d85edd0f766e7daf5188806700d6e397d9d8599b3612bc076a5c15bd5',
    },
  },
  {
    name: 'token',
    parameters: { scheme: 'token' },
    secrets: ['a shared secret'],
    ...MESSAGE,
    headers: { 'X-Webhook-Token': 'a shared secret' },
  },
  {
    name: 'token in a header of its own',
    parameters: { scheme: 'token', tokenHeader: 'X-Gitlab-Token' },
    secrets: ['gl-secret'],
    ...MESSAGE,
    headers: { 'X-Gitlab-Token': 'gl-secret' },
  },
  {
    name: 'bearer',
    parameters: { scheme: 'bearer' },
    secrets: ['mF_9.B5f-4.1JqM'],
    ...MESSAGE,
    headers: { Authorization: 'Bearer mF_9.B5f-4.1JqM' },
  },
  {
    name: 'basic, with a colon and an umlaut in the password',
    parameters: { scheme: 'basic' },
    secrets: ['hooks:p:ss wörd'],
    ...MESSAGE,
    headers: { Authorization: 'Basic aG9va3M6cDpzcyB3w7ZyZA==' },
  },
];
