import { createHmac, createSecretKey } from 'node:crypto';
import { createComparison } from './constant-time.ts';
import type { MessagePart } from './content-template.ts';
import type { SigningKey } from './signing-key.ts';

export type SignatureEncoding = 'hex' | 'base64' | 'base64url';

const ENCODED_LENGTHS = { hex: 64, base64: 44, base64url: 43 };

/** How the signatures of a key are written. */
interface SignatureText {
  prefix: string;
  encoding: SignatureEncoding;
  /** Received signatures may be in upper case; for hex only. */
  ignoresCase?: boolean;
}

/** An HMAC-SHA256 key. */
export function createHmacKey(
  bytes: Uint8Array,
  { prefix, encoding, ignoresCase }: SignatureText,
): SigningKey {
  const key = createSecretKey(bytes);
  const isSame = createComparison(prefix.length + ENCODED_LENGTHS[encoding]);

  function sign(message: readonly MessagePart[]): string {
    const hmac = createHmac('sha256', key);
    for (const part of message) hmac.update(part);
    return prefix + hmac.digest(encoding);
  }

  function matches(message: readonly MessagePart[], signatures: readonly string[]): boolean {
    const expected = sign(message);
    let isMatch = false;
    for (const signature of signatures) {
      if (isSame(expected, ignoresCase ? foldCase(signature) : signature)) isMatch = true;
    }
    return isMatch;
  }

  /** The prefix keeps its case. */
  function foldCase(signature: string): string {
    return signature.slice(0, prefix.length) + signature.slice(prefix.length).toLowerCase();
  }

  return { canSign: true, prefix, sign, matches };
}
