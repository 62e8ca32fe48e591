import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HooksError } from '../../../src/core/errors.ts';
import type { SchemeParameters } from '../../../src/core/signing/scheme.ts';
import { createScheme, SCHEME_IDS } from '../../../src/core/signing/schemes.ts';

const own = (parameters: Partial<SchemeParameters> = {}): SchemeParameters => ({
  scheme: 'hmac-sha256',
  signatureHeader: 'X-Signature',
  ...parameters,
});

const REFUSED: { it: string; parameters: SchemeParameters; says: RegExp }[] = [
  { it: 'no signature header', parameters: { scheme: 'hmac-sha256' }, says: /--signature-header/ },
  {
    it: 'content without the body',
    parameters: own({ signatureContent: '{timestamp}', timestampHeader: 'X-T' }),
    says: /lacks \{body\}/,
  },
  {
    it: 'a signed timestamp without its header',
    parameters: own({ signatureContent: '{timestamp}.{body}' }),
    says: /--timestamp-header is missing/,
  },
  {
    it: 'a signed id without its header',
    parameters: own({ signatureContent: '{id}.{body}' }),
    says: /--id-header is missing/,
  },
  {
    it: 'a timestamp header that is not signed',
    parameters: own({ timestampHeader: 'X-T' }),
    says: /lacks \{timestamp\}/,
  },
  { it: 'an id header that is not signed', parameters: own({ idHeader: 'X-Id' }), says: /lacks \{id\}/ },
  {
    it: 'an unknown placeholder',
    parameters: own({ signatureContent: '{nonce}.{body}' }),
    says: /\{nonce\}/,
  },
  {
    it: 'a tolerance without a timestamp',
    parameters: own({ toleranceSeconds: { past: 60 } }),
    says: /--tolerance/,
  },
  {
    it: 'a unit without a timestamp',
    parameters: own({ timestampUnit: 'milliseconds' }),
    says: /--timestamp-unit/,
  },
  {
    it: 'one header for two things',
    parameters: own({ idHeader: 'x-signature', signatureContent: '{id}.{body}' }),
    says: /--id-header and --signature-header/,
  },
  {
    it: 'a header name with a colon',
    parameters: { scheme: 'hmac-sha256', signatureHeader: 'X-Signature:' },
    says: /not a header name/,
  },
  { it: 'an empty header name', parameters: { scheme: 'token', tokenHeader: '' }, says: /--token-header/ },
  {
    it: 'a prefix with a line break',
    parameters: own({ signaturePrefix: 'a\n' }),
    says: /--signature-prefix/,
  },
  {
    it: 'a prefix with the separator',
    parameters: own({ signaturePrefix: 'v1,', signatureSeparator: ',' }),
    says: /--signature-separator/,
  },
  {
    it: 'an unknown encoding',
    parameters: own({ signatureEncoding: 'base32' as 'hex' }),
    says: /'hex', 'base64', 'base64url'/,
  },
  {
    it: 'a negative tolerance',
    parameters: { scheme: 'stripe', toleranceSeconds: { past: -1 } },
    says: /tolerance/,
  },
  {
    it: 'a tolerance for github',
    parameters: { scheme: 'github', toleranceSeconds: { past: 60 } },
    says: /no timestamp/,
  },
  {
    it: 'a tolerance for bearer',
    parameters: { scheme: 'bearer', toleranceSeconds: { future: null } },
    says: /--tolerance/,
  },
  {
    it: 'a signature header for stripe',
    parameters: { scheme: 'stripe', signatureHeader: 'X-S' },
    says: /--signature-header/,
  },
  {
    it: 'a token header for bearer',
    parameters: { scheme: 'bearer', tokenHeader: 'X-T' },
    says: /--token-header/,
  },
  { it: 'a token header for hmac-sha256', parameters: own({ tokenHeader: 'X-T' }), says: /--token-header/ },
];

describe('createScheme', () => {
  it('makes every scheme under its id', () => {
    for (const scheme of SCHEME_IDS) {
      const made = createScheme(scheme === 'hmac-sha256' ? own() : { scheme });
      assert.equal(made.id, scheme);
      assert.equal(made.needsSecret, scheme !== 'none');
      assert.equal(made.headerNames.length > 0, scheme !== 'none');
    }
  });

  it('tells what a signature covers', () => {
    assert.deepEqual(createScheme({ scheme: 'svix' }).covers, { id: true, timestamp: true, body: true });
    assert.deepEqual(createScheme({ scheme: 'slack' }).covers, { id: false, timestamp: true, body: true });
    assert.deepEqual(createScheme({ scheme: 'shopify' }).covers, { id: false, timestamp: false, body: true });
    assert.deepEqual(createScheme({ scheme: 'bearer' }).covers, { id: false, timestamp: false, body: false });
  });

  it('does not mind parameters that are not set', () => {
    const unset = { signatureHeader: undefined, toleranceSeconds: {} } as unknown as SchemeParameters;
    assert.equal(createScheme({ ...unset, scheme: 'github' }).id, 'github');
  });

  for (const { it: name, parameters, says } of REFUSED) {
    it(`refuses ${name}, and says what to do`, () => {
      assert.throws(
        () => createScheme(parameters),
        (error) => {
          assert.ok(error instanceof HooksError);
          assert.equal(error.kind, 'usage');
          assert.match(`${error.message} ${error.why} ${error.next}`, says);
          assert.ok(error.next);
          return true;
        },
      );
    });
  }

  it('offers the nearest name for an unknown one', () => {
    for (const [scheme, near] of [
      ['standardwebhooks', 'standard-webhooks'],
      ['Stripe', 'stripe'],
      ['hmac', 'hmac-sha256'],
    ] as const) {
      assert.throws(() => createScheme({ scheme }), {
        kind: 'unknown-name',
        next: new RegExp(`^did you mean ${near}\\?`),
      });
    }
  });

  it('lists the names where none is near, also for names that every object has', () => {
    for (const scheme of ['constructor', '__proto__', '']) {
      assert.throws(() => createScheme({ scheme }), {
        kind: 'unknown-name',
        next: /^choose one of standard-webhooks, /,
      });
    }
  });
});
