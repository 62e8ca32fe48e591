import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SigningFact } from '../../src/core/provider.ts';
import { chooseScheme } from '../../src/core/provider-scheme.ts';
import { fakePack } from '../helpers/fake-pack.ts';
import { hooksError } from '../helpers/hooks-error.ts';

function packOf(signing: SigningFact, signingAlternatives?: Record<string, SigningFact>) {
  return fakePack('acme', {}, { name: 'Acme', signing, ...(signingAlternatives && { signingAlternatives }) });
}

const STANDARD: SigningFact = { value: { scheme: 'standard-webhooks' }, confidence: 'documented' };
const CUSTOM: SigningFact = {
  value: {
    scheme: 'hmac-sha256',
    signatureHeader: 'X-Acme-Signature',
    signatureContent: '{timestamp}.{body}',
    timestampHeader: 'X-Acme-Time',
  },
  confidence: 'documented',
};

describe('chooseScheme', () => {
  it('signs nothing without a provider and a scheme', () => {
    const { scheme, caveats } = chooseScheme(undefined, {});
    assert.equal(scheme.id, 'none');
    assert.deepEqual(caveats, []);
  });

  it("takes the provider's scheme", () => {
    assert.equal(chooseScheme(packOf(STANDARD), {}).scheme.id, 'standard-webhooks');
  });

  it('takes the one that was asked for instead', () => {
    assert.equal(chooseScheme(packOf(STANDARD), { scheme: 'github' }).scheme.id, 'github');
  });

  it("takes the provider's alternative of that name", () => {
    const pack = packOf(STANDARD, {
      old: { value: { scheme: 'token', tokenHeader: 'X-Acme' }, confidence: 'documented' },
    });
    const { scheme } = chooseScheme(pack, { scheme: 'old' });
    assert.equal(scheme.id, 'token');
    assert.deepEqual(scheme.headerNames, ['X-Acme']);
  });

  it("changes single parameters of the provider's scheme", () => {
    const { scheme } = chooseScheme(packOf(CUSTOM), { signatureHeader: 'X-Other' });
    assert.deepEqual([...scheme.headerNames].sort(), ['X-Acme-Time', 'X-Other']);
  });

  it('refuses an unknown scheme', () => {
    assert.throws(
      () => chooseScheme(packOf(STANDARD), { scheme: 'githib' }),
      hooksError('unknown-name', /github/),
    );
  });

  for (const name of ['constructor', '__proto__', 'toString']) {
    it(`takes no alternative '${name}' that objects inherit`, () => {
      assert.throws(() => chooseScheme(packOf(STANDARD, {}), { scheme: name }), hooksError('unknown-name'));
    });
  }

  describe('with a tolerance', () => {
    it('replaces it in both directions where both are checked', () => {
      const { scheme } = chooseScheme(packOf(STANDARD), {}, 60);
      assert.deepEqual(scheme.tolerance, { pastSeconds: 60, futureSeconds: 60 });
    });

    it('leaves the future open where the scheme does', () => {
      const { scheme } = chooseScheme(undefined, { scheme: 'stripe' }, 60);
      assert.deepEqual(scheme.tolerance, { pastSeconds: 60, futureSeconds: null });
    });

    it('lets it go where the scheme signs no time', () => {
      assert.equal(chooseScheme(undefined, { scheme: 'github' }, 60).scheme.id, 'github');
    });
  });

  describe('caveats', () => {
    const ROWS: { it: string; signing: SigningFact; caveats: string[] }[] = [
      { it: 'nothing of what is documented', signing: STANDARD, caveats: [] },
      {
        it: 'that nothing is known',
        signing: { confidence: 'unknown', note: 'Ask them.' },
        caveats: ['how Acme signs is not known, so nothing is signed. Ask them.'],
      },
      {
        it: 'that it is assumed',
        signing: { ...STANDARD, confidence: 'assumed' },
        caveats: ['that Acme signs like this is assumed.'],
      },
      {
        it: 'which details are assumed',
        signing: { ...STANDARD, assumptions: ['one thing', 'another'] },
        caveats: ["assumed of Acme's signing, not published: one thing; another"],
      },
    ];
    for (const { it: say, signing, caveats } of ROWS) {
      it(`say ${say}`, () => assert.deepEqual(chooseScheme(packOf(signing), {}).caveats, caveats));
    }

    it('are none of a scheme that the user chose', () => {
      assert.deepEqual(chooseScheme(packOf({ confidence: 'unknown' }), { scheme: 'github' }).caveats, []);
    });
  });
});
