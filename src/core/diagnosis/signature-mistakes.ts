import { quoted } from '../signing/quoted.ts';
import { type FoundMistake, found, type Mistakes } from './mistake.ts';
import type { ReceivedSignature } from './received-signatures.ts';
import type { SchemeShape } from './scheme-shape.ts';

export const SIGNATURE_MISTAKES = {
  'signature-encoding': {
    what: 'the signature is right, but written in {detail}',
    fix: 'let the sender encode the digest as the scheme lays down; the two encodings are one argument apart (digest, hexdigest)',
  },
  'signature-upper-case': {
    what: 'the signature is right, but its hex digits are capital letters',
    fix: 'let the sender write hex in small letters; where it cannot, fold the case before comparing',
  },
  'signature-padding': {
    what: 'the signature is right, but its base64 padding (=) is missing or too much',
    fix: 'let the sender write base64 with its padding as the scheme lays down',
  },
  'signature-double-encoded': {
    what: 'the signature is right, but encoded twice: an encoded digest was encoded again as text',
    fix: 'encode the bytes of the digest once: ask the HMAC for bytes, or for text, but not for both',
  },
  'signature-quoted': {
    what: 'the signature is right, but stands in quotation marks',
    fix: 'write the value into the header as it is, not as a JSON string',
  },
  'prefix-missing': {
    what: 'the signature is right, but lacks the {detail} that belongs before it',
    fix: 'let the sender write the prefix; where a receiver cuts it off first, compare without it',
  },
  'prefix-kept': {
    what: 'the signature is right, but has {detail} before it, where this scheme has nothing',
    fix: 'cut the prefix off before comparing, or set --signature-prefix to it',
  },
  'other-version': {
    what: 'the signature is right for {detail}',
    fix: 'write each signature under its own version; a receiver must not accept one under another version',
  },
  'list-separator': {
    what: 'one of several signatures is right, but they are not separated as the scheme lays down',
    fix: 'let the sender separate several signatures as the scheme does',
  },
  'signature-repeated': {
    what: 'the right signature is there, but the header came more than once, so which one counts is not clear',
    fix: 'find the proxy or middleware that adds a second header of this name, and let the sender write one list',
  },
  'other-header': {
    what: 'the right signature stands in the header {detail}',
    fix: 'read the signature from that header, or let the sender use the header of the scheme',
  },
} as const satisfies Mistakes;

/** How a right signature departs from the way in which the scheme writes it; `prefix` is that of the key. */
export function signatureMistakes(
  received: ReceivedSignature,
  shape: SchemeShape,
  prefix: string,
): FoundMistake[] {
  const mistakes = [...encodingMistakes(received, shape)];
  if (!received.isOwnHeader) return [...mistakes, found('other-header', received.header)];
  if (received.headerCount > 1) mistakes.push(found('signature-repeated'));
  return [...mistakes, ...surroundingMistakes(received, shape, prefix)];
}

function encodingMistakes(received: ReceivedSignature, shape: SchemeShape): FoundMistake[] {
  const { encoding, text, isDouble } = received;
  if (isDouble) return [found('signature-double-encoded')];
  // Without - and _ the two kinds of base64 are told apart by their padding alone.
  const isSame = encoding === shape.encoding || (encoding === 'base64' && shape.encoding === 'base64url');
  if (!isSame) return [found('signature-encoding', `${encoding} instead of ${shape.encoding}`)];
  if (encoding === 'hex') {
    return /[A-F]/.test(text) && !shape.ignoresCase ? [found('signature-upper-case')] : [];
  }
  const isPadded = text.length % 4 === 0 && (shape.encoding === 'base64' || !text.endsWith('='));
  return isPadded || (shape.encoding === 'base64url' && !text.endsWith('='))
    ? []
    : [found('signature-padding')];
}

function surroundingMistakes(
  { before, after }: ReceivedSignature,
  { separator }: SchemeShape,
  prefix: string,
): FoundMistake[] {
  if (before === prefix && after === '') return [];
  const quote = /["'`]/;
  const bare = before.replace(/^\s*["'`]/, '').replace(/["'`]\s*$/, '');
  if (quote.test(before + after) && bare === prefix && /^["'`]*$/.test(after))
    return [found('signature-quoted')];
  if (after !== '' || (before !== prefix && before.endsWith(prefix) && prefix !== '')) {
    const isJoined = before.includes(', ') || /^,(?: |$)/.test(after);
    return [found(isJoined && separator !== ',' ? 'signature-repeated' : 'list-separator')];
  }
  if (before === '') return [found('prefix-missing', `prefix ${quoted(prefix)}`)];
  if (prefix === '') return [found('prefix-kept', quoted(before))];
  return [found('other-version', `${quoted(prefix)}, but stands under ${quoted(before)}`)];
}
