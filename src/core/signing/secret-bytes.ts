import { Buffer } from 'node:buffer';
import { HooksError } from '../errors.ts';
import type { SecretEncoding } from './scheme.ts';

/** Makes the error for a secret that a scheme can't use. No argument may hold any part of the secret. */
export function unusableSecret(
  scheme: string,
  problem: string,
  details: { why?: string; next: string },
): HooksError {
  return new HooksError('secret-unusable', `the secret for ${scheme} ${problem}`, details);
}

/** The key bytes that a secret stands for, decoded strictly. Throws HooksError `secret-unusable`. */
export function secretBytes(
  text: string,
  encoding: SecretEncoding,
  { scheme, next }: { scheme: string; next: string },
): Uint8Array {
  if (text.trim() === '') throw unusableSecret(scheme, 'is empty', { next });
  if (encoding === 'utf8') return Buffer.from(text, 'utf8');
  const why = encoding === 'hex' ? hexProblem(text) : base64Problem(text);
  if (why !== undefined) throw unusableSecret(scheme, `is not ${encoding}`, { why, next });
  return Buffer.from(text, encoding);
}

function hexProblem(text: string): string | undefined {
  if (/\s/.test(text)) return 'it contains white space';
  if (/[^0-9a-f]/i.test(text)) return 'it contains characters other than 0-9 and a-f';
  return text.length % 2 === 1 ? 'a digit is missing: it has an odd number of them' : undefined;
}

function base64Problem(text: string): string | undefined {
  if (/\s/.test(text)) return 'it contains white space';
  if (/^[\w-]+=*$/.test(text) && /[_-]/.test(text)) {
    return 'it contains - or _, which standard base64 does not have (it may be base64url, or have a prefix)';
  }
  if (/[^A-Za-z0-9+/=]/.test(text)) return 'it contains characters that base64 does not have';
  if (text.length % 4 !== 0) {
    return 'its length is not a multiple of 4: a character or the padding (=) at the end is missing, or one is too many';
  }
  if (!/^[^=]+={0,2}$/.test(text)) return 'the padding (=) stands where none can be';
  const isCanonical = Buffer.from(text, 'base64').toString('base64') === text;
  return isCanonical ? undefined : 'its last character is not one that an encoder writes: it may be mistyped';
}
