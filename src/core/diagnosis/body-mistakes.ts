import { Buffer } from 'node:buffer';
import { type FoundMistake, found, type Mistakes } from './mistake.ts';
import type { BodyOption } from './options.ts';
import { RAW_BODY } from './raw-body.ts';

export const BODY_MISTAKES = {
  'newline-added': {
    what: 'the signature is right for the body with {detail} more at its end than it has here',
    fix: 'send exactly the bytes that were signed: without the line end that echo, an editor or a template adds',
  },
  'newline-lost': {
    what: 'the signature is right for the body without the white space at its end: it was added after signing',
    fix: 'send exactly the bytes that were signed, e.g. curl --data-binary @file and printf %s instead of echo',
  },
  'body-trimmed': {
    what: 'the signature is right for the body without the white space at its start and end',
    fix: 'sign and verify the raw bytes of the body; trim nothing',
  },
  'line-feeds-only': {
    what: 'the signature is right for the body with line feeds (LF), but here its lines end with CRLF',
    fix: 'send the body as binary: curl --data-binary instead of --data, files opened in binary mode, git without autocrlf',
  },
  'carriage-returns-lost': {
    what: 'the signature is right for the body with CRLF at its line ends, but here they are line feeds (LF)',
    fix: 'send and keep the body as binary: files opened in binary mode, git without autocrlf',
  },
  'line-breaks-removed': {
    what: 'the signature is right for the body without its line breaks: something on the way added them, or the signer took them out',
    fix: 'sign and send the same bytes; curl --data @file takes line breaks out, --data-binary does not',
  },
  'bom-added': {
    what: 'the signature is right for the body with a byte order mark (EF BB BF) before it',
    fix: 'write the body without a byte order mark before it is signed',
  },
  'bom-lost': {
    what: 'the signature is right for the body without the byte order mark with which it arrived',
    fix: 'take the byte order mark off before signing and sending, not after',
  },
  'body-empty': {
    what: 'the signature is right for an empty body: at the time of signing or verifying, the body was not there yet',
    fix: 'read the whole body before signing or verifying; a stream that was read before gives nothing the second time',
    ...(RAW_BODY.frameworks && { frameworks: RAW_BODY.frameworks }),
  },
  'body-placeholder': {
    what: 'the signature is right for the text {detail} in place of the body: an object or a missing value was turned into text',
    fix: 'give the HMAC the raw bytes of the body, not a parsed object',
    ...(RAW_BODY.frameworks && { frameworks: RAW_BODY.frameworks }),
  },
  'body-base64': {
    what: 'the signature is right for {detail}',
    fix: 'where a gateway hands the body over in base64 (isBase64Encoded), decode it before verifying or passing it on',
  },
  'body-digest': {
    what: 'the signature is right for the SHA-256 of the body in place of the body itself',
    fix: 'sign the body itself; the HMAC hashes it anyway',
  },
  'json-string': {
    what: 'the signature is right for {detail}',
    fix: 'serialise the body once: what is already JSON text must not be given to JSON.stringify or json.dumps again',
  },
} as const satisfies Mistakes;

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const PLACEHOLDERS = ['[object Object]', '{}', 'null', 'undefined', 'None'];
// Beyond that a changed copy costs more than it is likely to explain.
const LARGEST_TEXT = 16 * 1024 * 1024;

/** The body as it may have been when it was signed: line ends, marks, and what is not the body at all. */
export function* plainBodies(
  body: Uint8Array,
  digest: (body: Uint8Array) => Uint8Array,
): Generator<BodyOption> {
  const option = (mistake: FoundMistake, bytes: Uint8Array): BodyOption => ({ mistakes: [mistake], bytes });
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  yield option(found('body-empty'), Buffer.alloc(0));
  yield option(found('newline-added', 'a line feed'), Buffer.concat([bytes, Buffer.from('\n')]));
  yield option(found('newline-added', 'CRLF'), Buffer.concat([bytes, Buffer.from('\r\n')]));
  const ended = withoutEnd(bytes);
  for (const end of newlineEnds(bytes)) yield option(found('newline-lost'), bytes.subarray(0, end));
  if (ended.length < bytes.length) yield option(found('newline-lost'), ended);
  if (bytes.subarray(0, 3).equals(BOM)) yield option(found('bom-lost'), bytes.subarray(3));
  yield option(found('bom-added'), Buffer.concat([BOM, bytes]));
  for (const text of PLACEHOLDERS) yield option(found('body-placeholder', `'${text}'`), Buffer.from(text));
  if (bytes.length > LARGEST_TEXT) return;
  yield* lineEnds(bytes);
  const hash = Buffer.from(digest(bytes));
  for (const encoding of ['hex', 'base64'] as const)
    yield option(found('body-digest'), Buffer.from(hash.toString(encoding)));
  yield option(found('body-digest'), hash);
  yield* wrappings(bytes);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function withoutEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && isSpace(bytes[end - 1])) end -= 1;
  return bytes.subarray(0, end);
}

function trimmed(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length && isSpace(bytes[start])) start += 1;
  return withoutEnd(bytes.subarray(start));
}

/** Lengths without one line end, where several may follow each other. */
function newlineEnds(bytes: Buffer): number[] {
  if (bytes.at(-1) !== 0x0a) return [];
  return bytes.at(-2) === 0x0d ? [bytes.length - 2, bytes.length - 1] : [bytes.length - 1];
}

function* lineEnds(bytes: Buffer): Generator<BodyOption> {
  // Latin-1 maps each byte to one character and back, whatever the encoding is.
  const text = bytes.toString('latin1');
  const unix = text.replaceAll('\r\n', '\n');
  const candidates = [
    ['line-feeds-only', unix],
    ['carriage-returns-lost', unix.replaceAll('\n', '\r\n')],
    ['body-trimmed', trimmed(bytes).toString('latin1')],
    ['line-breaks-removed', text.replace(/[\r\n]+/g, '')],
  ] as const;
  for (const [id, changed] of candidates) {
    if (changed !== text) yield { mistakes: [found(id)], bytes: Buffer.from(changed, 'latin1') };
  }
}

/** One wrapping more or less: base64, and JSON within a JSON string. */
function* wrappings(bytes: Buffer): Generator<BodyOption> {
  const make = (id: string, detail: string, changed: Buffer): BodyOption => ({
    mistakes: [found(id, detail)],
    bytes: changed,
  });
  const text = bytes.toString('utf8');
  yield make('body-base64', 'the base64 of the body', Buffer.from(bytes.toString('base64')));
  const decoded = Buffer.from(text, 'base64');
  if (decoded.length >= 6 && decoded.toString('base64') === text.trim()) {
    yield make('body-base64', 'what the body holds in base64', decoded);
  }
  yield make('json-string', 'the body written once more as a JSON string', Buffer.from(JSON.stringify(text)));
  if (!/^\s*"/.test(text)) return;
  try {
    const inner: unknown = JSON.parse(text);
    if (typeof inner === 'string')
      yield make('json-string', 'the text within the JSON string that the body is', Buffer.from(inner));
  } catch {
    // It only looks like a JSON string.
  }
}
