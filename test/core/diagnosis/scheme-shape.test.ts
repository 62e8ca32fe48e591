import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';
import { shapeOf } from '../../../src/core/diagnosis/scheme-shape.ts';
import type { SchemeParameters } from '../../../src/core/signing/scheme.ts';
import { createScheme, SCHEME_IDS } from '../../../src/core/signing/schemes.ts';
import { BODY, delivery, ID, mistakes, TEXT_SECRET, TIME, WHSEC } from './by-hand.ts';

const CUSTOM: SchemeParameters = {
  scheme: 'hmac-sha256',
  signatureHeader: 'X-Signature',
  signaturePrefix: 'a=',
  signatureEncoding: 'base64url',
  signatureContent: '{id}|{body}|{timestamp}',
  timestampHeader: 'X-Time',
  timestampUnit: 'milliseconds',
  idHeader: 'X-Id',
  secretEncoding: 'hex',
};

const all: SchemeParameters[] = [
  ...SCHEME_IDS.filter((id) => id !== 'hmac-sha256').map((scheme) => ({ scheme })),
  CUSTOM,
];

describe('what a diagnosis knows of a scheme', () => {
  for (const parameters of all.filter((each) => shapeOf(each) !== undefined)) {
    const { scheme: id } = parameters;
    const secret =
      { 'hmac-sha256': '8f742231b10e8888', 'standard-webhooks': WHSEC, svix: WHSEC }[id] ?? TEXT_SECRET;

    it(`is what ${id} does: a body changed after signing is explained`, () => {
      const scheme = createScheme(parameters);
      const input = { id: ID, timestampSeconds: TIME, body: Buffer.from(BODY) };
      const headers = scheme
        .sign(input, [scheme.parseSecret(secret)])
        .map(({ name, value }): [string, string] => [name, value]);
      const delivered = { parameters, secrets: [secret], headers };
      assert.deepEqual(mistakes(delivery(delivered)), []);
      assert.deepEqual(mistakes(delivery({ ...delivered, body: `${BODY}\n` })), ['newline-lost']);
    });
  }

  it('leaves out the schemes that compute nothing over the body', () => {
    const without = all.filter((each) => shapeOf(each) === undefined).map(({ scheme }) => scheme);
    assert.deepEqual(without, ['token', 'bearer', 'basic', 'none']);
  });
});
