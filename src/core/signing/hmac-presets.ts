import type { HmacTemplate } from './hmac-scheme.ts';

/** Coalesce Quality (SYNQ): comments in synq/webhooks/v1/event.proto. Retries keep the first timestamp for 30 minutes. */
export const COALESCE: HmacTemplate = {
  id: 'coalesce',
  timestampField: { name: 'X-Coalesce-Timestamp' },
  signatureField: { name: 'X-Coalesce-Signature' },
  content: '{timestamp}.{body}',
  prefix: 'v1=',
  encoding: 'hex',
  separator: ' ',
  tolerance: { pastSeconds: 1800, futureSeconds: null },
  isToleranceAdvised: true,
  secretHint: "copy the signing secret from the webhook integration's settings",
};

/** Stripe: library `stripe`, webhooks.constructEvent. The whole secret is the key, `whsec_` included. */
export const STRIPE: HmacTemplate = {
  id: 'stripe',
  timestampItem: 't=',
  signatureField: { name: 'Stripe-Signature' },
  content: '{timestamp}.{body}',
  prefix: 'v1=',
  encoding: 'hex',
  separator: ',',
  tolerance: { pastSeconds: 300, futureSeconds: null },
  secretHint: "copy the endpoint's signing secret (whsec_…)",
};

/** GitHub: library `@octokit/webhooks-methods`. The older X-Hub-Signature (SHA-1) is no substitute. */
export const GITHUB: HmacTemplate = {
  id: 'github',
  signatureField: { name: 'X-Hub-Signature-256' },
  content: '{body}',
  prefix: 'sha256=',
  encoding: 'hex',
  secretHint: "give the secret that was entered in the webhook's settings",
};

/** Slack: library `@slack/bolt`, verifySlackRequest. */
export const SLACK: HmacTemplate = {
  id: 'slack',
  timestampField: { name: 'X-Slack-Request-Timestamp' },
  signatureField: { name: 'X-Slack-Signature' },
  content: 'v0:{timestamp}:{body}',
  prefix: 'v0=',
  encoding: 'hex',
  tolerance: { pastSeconds: 300, futureSeconds: null },
  secretHint: "copy the signing secret from the app's basic information",
};

/** Shopify: library `@shopify/shopify-api`, webhooks.validate. */
export const SHOPIFY: HmacTemplate = {
  id: 'shopify',
  signatureField: { name: 'X-Shopify-Hmac-Sha256' },
  content: '{body}',
  prefix: '',
  encoding: 'base64',
  secretHint: "copy the app's client secret",
};
