import { Buffer } from 'node:buffer';
import { createHash, createHmac } from 'node:crypto';
import type { MessagePart } from '../signing/content-template.ts';
import { found, type Mistakes } from './mistake.ts';
import type { HashOption, Options } from './options.ts';

export const HASH_MISTAKES = {
  'hash-sha1': {
    what: 'the signature is an HMAC with SHA-1, not with SHA-256',
    fix: 'sign with HMAC-SHA256; where a sender writes an old SHA-1 header as well, read the SHA-256 one',
  },
  'hash-sha512': {
    what: 'the signature is an HMAC with SHA-512, not with SHA-256',
    fix: 'sign with HMAC-SHA256',
  },
  'hash-without-hmac': {
    what: 'the signature is a plain hash of {detail}, not an HMAC',
    fix: 'use the HMAC function of the language (createHmac, hmac.new, hash_hmac, OpenSSL::HMAC), not its hash function',
  },
  'hmac-arguments-swapped': {
    what: 'key and message of the HMAC are swapped: the signed content was used as the key',
    fix: 'give the secret as the key and the signed content as the message; the order of the arguments differs between languages',
  },
} as const satisfies Mistakes;

const RIGHT: HashOption = { mistakes: [], digest: (key, message) => hmac('sha256', key, message) };

/** HMAC-SHA256, and what is taken for it. */
export const HASHES: Options<HashOption> = {
  right: [RIGHT],
  wrong: [
    { mistakes: [found('hash-sha1')], digest: (key, message) => hmac('sha1', key, message) },
    { mistakes: [found('hash-sha512')], digest: (key, message) => hmac('sha512', key, message) },
    {
      mistakes: [found('hash-without-hmac', 'the secret followed by the content')],
      digest: (key, message) => hash([key, ...message]),
    },
    {
      mistakes: [found('hash-without-hmac', 'the content followed by the secret')],
      digest: (key, message) => hash([...message, key]),
    },
    {
      mistakes: [found('hash-without-hmac', 'the content alone, without the secret')],
      digest: (_key, message) => hash(message),
    },
    {
      mistakes: [found('hmac-arguments-swapped')],
      digest: (key, message) => hmac('sha256', joined(message), [key]),
    },
  ],
};

function hmac(algorithm: string, key: Uint8Array, message: readonly MessagePart[]): string {
  const signature = createHmac(algorithm, key);
  for (const part of message) signature.update(part);
  return signature.digest('hex');
}

function hash(parts: readonly MessagePart[]): string {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest('hex');
}

function joined(message: readonly MessagePart[]): Uint8Array {
  return Buffer.concat(message.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}
