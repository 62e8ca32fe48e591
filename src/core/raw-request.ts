import { Buffer } from 'node:buffer';
import { HooksError } from './errors.ts';
import { type HeaderList, headerValues } from './headers.ts';

/** A delivery as it was written down, from a file or another tool. */
export interface WrittenDelivery {
  /** What it is called in messages. */
  name: string;
  headers: HeaderList;
  body: Uint8Array;
  /** When it was received, where that was written down. */
  receivedAt?: Date;
  /** What is odd about it, one sentence each. */
  notes: string[];
}

const NEXT = 'give an HTTP request: request line, headers, an empty line, then the body as it was received';

/**
 * An HTTP/1.1 request: a head with CRLF or LF line ends, an empty line, the body byte for byte. The request line may be
 * missing. Throws HooksError `invalid-input`.
 */
export function parseRawRequest(bytes: Uint8Array, name: string): WrittenDelivery {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = all.subarray(0, 3).toString('latin1') === '\xef\xbb\xbf' ? 3 : 0;
  const end = headEnd(all, start);
  const lines = all.subarray(start, end.head).toString('latin1').replace(/\r$/, '').split(/\r?\n/);
  const [first = ''] = lines;
  if (/^HTTP\/\d/.test(first)) {
    throw new HooksError('invalid-input', `${name} holds an HTTP response, not a request`, { next: NEXT });
  }
  const isRequestLine = /^[A-Z]+ \S+(?: HTTP\/[\d.]+)?$/.test(first);
  const headers = parseHeaderLines(isRequestLine ? lines.slice(1) : lines, name, isRequestLine ? 2 : 1);
  const framed = all.subarray(end.body);
  const isChunked = headerValues(headers, 'transfer-encoding').some((value) => /\bchunked$/i.test(value));
  const unframed = isChunked ? unchunked(framed) : undefined;
  const body = unframed ?? framed;
  return { name, headers, body, notes: lengthNotes(headers, body, unframed !== undefined) };
}

/** Header lines, `Name: value` each. Throws HooksError `invalid-input` with the number of a line that is none. */
export function parseHeaderLines(lines: readonly string[], name: string, firstNumber = 1): HeaderList {
  const headers: [string, string][] = [];
  for (const [index, line] of lines.entries()) {
    const last = headers.at(-1);
    if (line.trim() === '') continue;
    if (/^[ \t]/.test(line) && last !== undefined) {
      last[1] += ` ${line.trim()}`;
      continue;
    }
    const colon = line.indexOf(':');
    const field = line.slice(0, Math.max(colon, 0));
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(field)) {
      throw new HooksError('invalid-input', `line ${index + firstNumber} of ${name} is no header`, {
        next: NEXT,
      });
    }
    headers.push([field, line.slice(colon + 1).trim()]);
  }
  return headers;
}

/** Where head and body part. A head without an empty line behind it has an empty body. */
function headEnd(bytes: Buffer, start: number): { head: number; body: number } {
  for (let position = start; position < bytes.length; ) {
    const feed = bytes.indexOf(0x0a, position);
    if (feed < 0) break;
    const next = feed + 1;
    if (bytes[next] === 0x0a) return { head: feed, body: next + 1 };
    if (bytes[next] === 0x0d && bytes[next + 1] === 0x0a) return { head: feed, body: next + 2 };
    position = next;
  }
  return { head: bytes.length, body: bytes.length };
}

/** The body without its chunk framing, or undefined where it has none. */
function unchunked(framed: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let position = 0; ; ) {
    const lineEnd = framed.indexOf('\r\n', position);
    const size = /^([0-9a-f]{1,8})(?:;.*)?$/i.exec(
      framed.toString('latin1', position, Math.max(lineEnd, position)),
    )?.[1];
    if (lineEnd < 0 || size === undefined) return undefined;
    const length = Number.parseInt(size, 16);
    const start = lineEnd + 2;
    if (length === 0) return Buffer.concat(chunks);
    if (framed.toString('latin1', start + length, start + length + 2) !== '\r\n') return undefined;
    chunks.push(framed.subarray(start, start + length));
    position = start + length + 2;
  }
}

function lengthNotes(headers: HeaderList, body: Uint8Array, isUnchunked: boolean): string[] {
  const [length] = headerValues(headers, 'content-length');
  if (isUnchunked || length === undefined || !/^\d+$/.test(length) || Number(length) === body.length)
    return [];
  return [
    `Content-Length says ${length} bytes, but the body here has ${body.length}: an editor or a copy may have changed it`,
  ];
}
