import { Buffer } from 'node:buffer';
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { MessagePart } from './content-template.ts';
import type { SigningKey } from './signing-key.ts';

// ASN.1 heads of an Ed25519 key, RFC 8410: the 32 raw bytes follow.
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

export const SEED_BYTES = 32;

/** A key that can only verify, from the 32 raw bytes of the public key. */
export function createPublicEd25519Key(publicBytes: Uint8Array, prefix: string): SigningKey {
  const key = createPublicKey({ key: Buffer.concat([SPKI_HEAD, publicBytes]), format: 'der', type: 'spki' });
  return { canSign: false, prefix, sign: refuseToSign, matches: createMatches(key, prefix) };
}

/** A key that signs and verifies, from its 32-byte seed. */
export function createEd25519Key(seed: Uint8Array, prefix: string): SigningKey {
  const key = privateKey(seed);
  return {
    canSign: true,
    prefix,
    sign: (message) => prefix + sign(null, joined(message), key).toString('base64'),
    matches: createMatches(createPublicKey(key), prefix),
  };
}

/** The 32 raw bytes of the public key that belongs to a seed. */
export function publicBytes(seed: Uint8Array): Uint8Array {
  return createPublicKey(privateKey(seed)).export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length);
}

function privateKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
}

function createMatches(key: KeyObject, prefix: string): SigningKey['matches'] {
  return (message, signatures) => {
    const bytes = joined(message);
    let isMatch = false;
    for (const signature of signatures) {
      const decoded = signature.startsWith(prefix)
        ? decodeSignature(signature.slice(prefix.length))
        : undefined;
      if (decoded !== undefined && verify(null, bytes, key, decoded)) isMatch = true;
    }
    return isMatch;
  };
}

/** The 64 bytes of a signature; its text has 88 characters and is the only one for these bytes. */
function decodeSignature(text: string): Uint8Array | undefined {
  if (text.length !== 88) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 64 && bytes.toString('base64') === text ? bytes : undefined;
}

function joined(message: readonly MessagePart[]): Uint8Array {
  return Buffer.concat(message.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part)));
}

function refuseToSign(): never {
  throw new TypeError('a public key cannot sign');
}
