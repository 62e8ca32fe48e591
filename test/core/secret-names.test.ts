import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isCredentialHeader, isSecretHeader, isSecretParameter } from '../../src/core/secret-names.ts';

const SECRET_HEADERS = [
  'Authorization',
  'X-Forwarded-Authorization',
  'cookie',
  'Set-Cookie2',
  'X-Acme-Token',
  'X-CSRF-TOKEN',
  'X-Amz-Security-Token',
  'Api-Key',
  'apikey',
  'X-ApiKey',
  'X_API_KEY',
  'X-Client-Secret',
  'X-Secret',
  'X-Password',
  'X-Passwd',
  'X-Access-Key',
  'X-Credentials',
];

// What schemes sign with and receivers look for, beside what is no credential.
const OPEN_HEADERS = [
  'X-Hub-Signature-256',
  'X-Slack-Signature',
  'X-Slack-Request-Timestamp',
  'Stripe-Signature',
  'X-Shopify-Hmac-Sha256',
  'X-Token-Signature',
  'X-Secret-Timestamp',
  'X-Api-Key-Id',
  'X-Token-Type',
  'X-Secret-Version',
  'webhook-id',
  'webhook-signature',
  'svix-timestamp',
  'Idempotency-Key',
  'X-Request-Id',
  'X-GitHub-Event',
  'Content-Type',
  'Content-Digest',
  'User-Agent',
];

describe('isSecretHeader', () => {
  for (const name of SECRET_HEADERS)
    it(`is true for ${name}`, () => assert.equal(isSecretHeader(name), true));
  for (const name of OPEN_HEADERS)
    it(`is false for ${name}`, () => assert.equal(isSecretHeader(name), false));
});

describe('isCredentialHeader', () => {
  it('is true for those alone that are credentials whoever sends them', () => {
    assert.equal(isCredentialHeader('AUTHORIZATION'), true);
    assert.equal(isCredentialHeader('X-GitLab-Token'), true);
    assert.equal(isCredentialHeader('X-Acme-Token'), false);
  });
});

describe('isSecretParameter', () => {
  for (const name of [
    'token',
    'access_token',
    'api_key',
    'apikey',
    'KEY',
    'sig',
    'auth',
    'client_secret',
    'pwd',
  ])
    it(`is true for ${name}`, () => assert.equal(isSecretParameter(name), true));
  for (const name of ['shop', 'monkey', 'keyword', 'token_type', 'token_id', 'author', 'design', 'id'])
    it(`is false for ${name}`, () => assert.equal(isSecretParameter(name), false));
});
