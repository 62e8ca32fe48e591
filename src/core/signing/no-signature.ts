import type { SignatureScheme } from './scheme.ts';

/** `none`: adds nothing. Its verdict is a refusal, so that nobody mistakes it for a proof. */
export function createNoSignatureScheme(): SignatureScheme {
  return {
    id: 'none',
    headerNames: [],
    needsSecret: false,
    covers: { id: false, timestamp: false, body: false },
    tolerance: { pastSeconds: null, futureSeconds: null },
    parseSecret: () => ({ canSign: true }),
    sign: () => [],
    verify: () => ({
      ok: false,
      reason: 'header-missing',
      message: 'the scheme none has no signature to verify',
    }),
  };
}
