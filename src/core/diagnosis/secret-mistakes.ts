import { Buffer } from 'node:buffer';
import { HooksError } from '../errors.ts';
import { createScheme } from '../signing/schemes.ts';
import { secretBytes } from '../signing/secret-bytes.ts';
import { asSigningKey } from '../signing/signing-key.ts';
import { type FoundMistake, found, type Mistakes } from './mistake.ts';
import type { KeyOption, Options } from './options.ts';
import type { SchemeShape } from './scheme-shape.ts';
import { secretEdits } from './secret-edits.ts';

export const SECRET_MISTAKES = {
  'secret-as-text': {
    what: 'the key is the text of the secret, its prefix included, instead of the bytes that it encodes',
    fix: 'cut off the prefix and decode the rest before using it as the key, or use the library of the scheme',
  },
  'secret-without-prefix-as-text': {
    what: 'the prefix of the secret was cut off, but the rest was used as text, not decoded',
    fix: 'decode the part behind the prefix before using it as the key',
  },
  'secret-prefix-stripped': {
    what: 'the prefix of the secret was cut off before it was used as the key',
    fix: 'use the whole text of the secret as the key, its prefix included',
  },
  'secret-base64-decoded': {
    what: 'the secret was decoded from base64, but its text itself is the key',
    fix: 'use the text of the secret as it is; nothing is decoded in this scheme',
  },
  'secret-hex-decoded': {
    what: 'the secret was decoded from hex, which this scheme does not do',
    fix: 'use the secret as the scheme lays down: not decoded from hex',
  },
  'secret-base64url': {
    what: 'the secret is written in base64url, and was decoded as that',
    fix: 'write the secret in standard base64: + for -, / for _, and = up to a multiple of 4 characters',
  },
  'secret-other': {
    what: 'the signature was made with {detail}, not with a secret given here',
    fix: 'verify with that secret, or change the secret that the sender uses for this endpoint',
  },
  'secret-empty': {
    what: 'the signature was made with an empty key: the signer had no secret',
    fix: 'set the secret where the signer runs; let it fail at start when the variable is not there',
  },
  'secret-placeholder': {
    what: 'the signature was made with the word {detail} as the secret: a missing value was turned into text',
    fix: 'set the secret where the signer runs; let it fail at start when the variable is not there',
  },
  'public-key-as-secret': {
    what: 'the signature is an HMAC keyed with the public key, so anyone could have made it',
    fix: 'never use a public key as an HMAC secret: refuse this delivery and check the other signature version only',
  },
} as const satisfies Mistakes;

/** A secret that is known besides those given. */
export interface KnownSecret {
  /** How it may be called, e.g. `the secret of endpoint 'staging'`. */
  name: string;
  text: string;
}

const PLACEHOLDERS = ['undefined', 'null', 'None', 'nil'];

/** The keys that come from the secrets, right and wrong; `worse` holds those with two mistakes. */
export function keyOptions(
  shape: SchemeShape,
  secrets: readonly string[],
  others: readonly KnownSecret[],
): Options<KeyOption> & { worse: readonly KeyOption[] } {
  const right: KeyOption[] = [];
  const wrong: KeyOption[] = [];
  const worse: KeyOption[] = [];
  for (const [secretIndex, text] of secrets.entries()) {
    right.push(...rightKeys(shape, text, [], secretIndex));
    wrong.push(...wrongKeys(shape, text, [], secretIndex));
    for (const edit of secretEdits(text)) {
      const mistakes = [found(edit.id, edit.detail)];
      wrong.push(...rightKeys(shape, edit.text, mistakes, secretIndex));
      worse.push(...wrongKeys(shape, edit.text, mistakes, secretIndex));
    }
  }
  for (const { name, text } of others) {
    const mistakes = [found('secret-other', name)];
    wrong.push(...rightKeys(shape, text, mistakes));
    worse.push(...wrongKeys(shape, text, mistakes));
  }
  wrong.push(...missingSecrets(shape));
  return { right, ...distinct(right, wrong, worse) };
}

function missingSecrets({ prefix }: SchemeShape): KeyOption[] {
  return [
    { mistakes: [found('secret-empty')], prefix, bytes: Buffer.alloc(0) },
    ...PLACEHOLDERS.map((word) => ({
      mistakes: [found('secret-placeholder', `'${word}'`)],
      prefix,
      bytes: Buffer.from(word),
    })),
  ];
}

/** The key as the scheme makes it, or none where the secret does not fit the scheme. */
function rightKeys(
  shape: SchemeShape,
  text: string,
  mistakes: readonly FoundMistake[],
  secretIndex?: number,
): KeyOption[] {
  const index = secretIndex === undefined ? {} : { secretIndex };
  if (isKeyPair(shape, text)) {
    const key = unlessUnusable(() => asSigningKey(createScheme({ scheme: shape.id }).parseSecret(text)));
    return key ? [{ mistakes, prefix: key.prefix, matches: key.matches, ...index }] : [];
  }
  const encoded = withoutPrefix(shape, text);
  const bytes = unlessUnusable(() => secretBytes(encoded, shape.secretEncoding, { scheme: '', next: '' }));
  return bytes ? [{ mistakes, prefix: shape.prefix, bytes, ...index }] : [];
}

function wrongKeys(
  shape: SchemeShape,
  text: string,
  before: readonly FoundMistake[],
  secretIndex?: number,
): KeyOption[] {
  const index = secretIndex === undefined ? {} : { secretIndex };
  return wrongBytes(shape, text).map(([id, bytes]) => ({
    mistakes: [...before, found(id)],
    prefix: shape.prefix,
    bytes,
    ...index,
  }));
}

function wrongBytes(shape: SchemeShape, text: string): [id: string, bytes: Uint8Array][] {
  const rest = withoutKnownPrefix(text);
  const isText = shape.secretEncoding === 'utf8';
  const list: [string, Uint8Array][] = [];
  if (isKeyPair(shape, text)) {
    const bytes = Buffer.from(rest, 'base64');
    return [['public-key-as-secret', bytes.length === 64 ? bytes.subarray(32) : bytes]];
  }
  if (!isText) list.push(['secret-as-text', Buffer.from(text)]);
  if (rest !== text) {
    list.push([isText ? 'secret-prefix-stripped' : 'secret-without-prefix-as-text', Buffer.from(rest)]);
  }
  for (const each of new Set([rest, text])) {
    if (shape.secretEncoding !== 'hex' && /^(?:[0-9a-f]{2}){8,}$/i.test(each))
      list.push(['secret-hex-decoded', Buffer.from(each, 'hex')]);
    if (/^[\w-]{8,}=*$/.test(each) && /[-_]/.test(each))
      list.push(['secret-base64url', Buffer.from(each, 'base64url')]);
    if (shape.secretEncoding !== 'base64' && /^[A-Za-z0-9+/]{8,}=*$/.test(each))
      list.push(['secret-base64-decoded', Buffer.from(each, 'base64')]);
  }
  return list;
}

function isKeyPair({ secretPrefix }: SchemeShape, text: string): boolean {
  return secretPrefix !== undefined && /^wh[sp]k_/.test(text);
}

function withoutPrefix({ secretPrefix = '' }: SchemeShape, text: string): string {
  return text.startsWith(secretPrefix) ? text.slice(secretPrefix.length) : text;
}

/** Whatever looks like a prefix: a word and an underscore, as in `whsec_`. */
function withoutKnownPrefix(text: string): string {
  return text.replace(/^[a-z]{2,8}_(?=.{8})/, '');
}

function unlessUnusable<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof HooksError) return undefined;
    throw error;
  }
}

/** Without keys that come out the same as one with fewer mistakes. */
function distinct(right: readonly KeyOption[], wrong: readonly KeyOption[], worse: readonly KeyOption[]) {
  const seen = new Set(right.map(nameOf));
  const isNew = (option: KeyOption) => {
    const name = nameOf(option);
    if (name === undefined) return true;
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  };
  return { wrong: wrong.filter(isNew), worse: worse.filter(isNew) };
}

function nameOf({ bytes }: KeyOption): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('hex');
}
