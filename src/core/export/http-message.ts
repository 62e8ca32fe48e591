import { Buffer } from 'node:buffer';
import { HooksError } from '../errors.ts';
import { headerValues } from '../headers.ts';
import type { Recording } from '../recording.ts';
import { MASK } from '../secret-headers.ts';
import { httpUrl } from './recorded-url.ts';

/** What stands between two messages of one file; a text editor's REST client takes it as the end of a request. */
export const SEPARATOR = '###';

/** How a masked value travels in a head, whose other values are one byte a character. */
export const MASK_BYTES = Buffer.from(MASK).toString('latin1');

/**
 * A recording as an HTTP/1.1 request: head with CRLF, then exactly the body. What the recording lacks of a head (Host,
 * Content-Length) is added in lower case without a space behind the colon, so that reading it back can tell. Throws
 * HooksError `invalid-input` for a header that would break the head.
 */
function formatHttpMessage({ method, target, headers, body }: Recording): Uint8Array {
  const lines = headers.map(([name, value]) => `${name}: ${value === MASK ? MASK_BYTES : value}`);
  const url = headerValues(headers, 'host').length === 0 ? httpUrl(target) : undefined;
  const isFramed = headerValues(headers, 'content-length').join() === String(body.length);
  const head = [
    `${method} ${target} HTTP/1.1`,
    ...(url ? [`host:${url.host}`] : []),
    ...lines,
    ...(isFramed ? [] : [`content-length:${body.length}`]),
  ];
  if (head.some((line) => /[\r\n\0]/.test(line))) {
    throw new HooksError('invalid-input', 'a header of this recording has a line break in it', {
      next: 'export it as ndjson or har',
    });
  }
  const text = `${head.join('\r\n')}\r\n\r\n`;
  // Off the wire every character of a head is one byte; what was imported may hold others.
  const isBytes = !/[^\u0000-\u00ff]/.test(text);
  return Buffer.concat([Buffer.from(text, isBytes ? 'latin1' : 'utf8'), body]);
}

/** The recordings as one file, in pieces: the messages with a `###` line between them. */
export function* formatHttpFile(recordings: Iterable<Recording>): Generator<Uint8Array> {
  let isFirst = true;
  for (const recording of recordings) {
    if (!isFirst) yield Buffer.from(`\r\n${SEPARATOR}\r\n`);
    isFirst = false;
    yield formatHttpMessage(recording);
  }
}
