import { Buffer, isUtf8 } from 'node:buffer';
import { type FoundMistake, found, type Mistakes } from './mistake.ts';
import type { BodyOption } from './options.ts';
import { RAW_BODY } from './raw-body.ts';

export const CHARSET_MISTAKES = {
  'latin1-encoded': {
    what: 'the signature is right for the body encoded as Latin-1 (ISO 8859-1), but here it is UTF-8',
    fix: 'hand the HMAC the UTF-8 bytes of the body, or the same bytes as are sent; never a text in the default charset',
  },
  'latin1-decoded': {
    what: 'the signature is right for the body read as Latin-1 and written as UTF-8: each character that is not ASCII became two',
    fix: 'hand the HMAC the bytes of the body, not a text that was read as Latin-1 (binary)',
    ...(RAW_BODY.frameworks && { frameworks: RAW_BODY.frameworks }),
  },
  utf16: {
    what: 'the signature is right for the body in {detail}',
    fix: 'hand the HMAC the UTF-8 bytes of the body: Encoding.UTF8, not Encoding.Unicode; StandardCharsets.UTF_8, not UTF_16',
  },
  'invalid-utf8-replaced': {
    what: 'the signature is right for the body with its invalid UTF-8 replaced by U+FFFD: it was turned into text before',
    ...RAW_BODY,
  },
  'unicode-normalized': {
    what: 'the signature is right for the body in the Unicode normal form {detail}',
    fix: 'sign and verify the bytes of the body as they are; normalise texts before they are serialised, if at all',
  },
} as const satisfies Mistakes;

// Texts of this size take a few hundred milliseconds.
const LARGEST_BYTES = 4 * 1024 * 1024;

/** The body in other encodings of its text. */
export function* charsetBodies(body: Uint8Array): Generator<BodyOption> {
  if (body.length > LARGEST_BYTES) return;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const option = (mistake: FoundMistake, changed: Buffer): BodyOption => ({
    mistakes: [mistake],
    bytes: changed,
  });
  if (!isUtf8(bytes)) {
    yield option(found('invalid-utf8-replaced'), Buffer.from(bytes.toString('utf8')));
  }
  const text = bytes.toString('utf8');
  yield* wide(bytes, text);
  if (!/[^\0-\x7f]/.test(text)) return;
  yield option(found('latin1-decoded'), Buffer.from(bytes.toString('latin1')));
  if (!/[^\0-\xff]/.test(text)) yield option(found('latin1-encoded'), Buffer.from(text, 'latin1'));
  for (const form of ['NFC', 'NFD', 'NFKC'] as const) {
    const normalized = text.normalize(form);
    if (normalized !== text) yield option(found('unicode-normalized', form), Buffer.from(normalized));
  }
}

function* wide(bytes: Buffer, text: string): Generator<BodyOption> {
  const little = Buffer.from(text, 'utf16le');
  const variants: [string, Buffer][] = [
    ['UTF-16 (little-endian)', little],
    ['UTF-16 (little-endian) with a byte order mark', Buffer.concat([Buffer.from([0xff, 0xfe]), little])],
    ['UTF-16 (big-endian)', Buffer.from(little).swap16()],
    [
      'UTF-16 (big-endian) with a byte order mark',
      Buffer.concat([Buffer.from([0xff, 0xfe]), little]).swap16(),
    ],
  ];
  for (const [name, changed] of variants) yield { mistakes: [found('utf16', name)], bytes: changed };
  if (bytes.length < 4 || bytes.length % 2 !== 0 || !bytes.subarray(0, 200).includes(0)) return;
  for (const ordered of [bytes, Buffer.from(bytes).swap16()]) {
    const decoded = ordered.toString('utf16le').replace(/^\ufeff/, '');
    yield { mistakes: [found('utf16', 'UTF-8, but it arrived as UTF-16')], bytes: Buffer.from(decoded) };
  }
}
