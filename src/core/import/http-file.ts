import { Buffer } from 'node:buffer';
import { HooksError } from '../errors.ts';
import { SEPARATOR } from '../export/http-message.ts';
import { httpUrl } from '../export/recorded-url.ts';
import { type HeaderList, headerValues } from '../headers.ts';
import { parseRawRequest } from '../raw-request.ts';
import { type HttpHead, headerLine, NEXT, parseHead } from './http-head.ts';
import type { ImportedRecording } from './imported-recording.ts';

/** A place in a file. */
interface Cursor {
  readonly bytes: Buffer;
  position: number;
  /** Number of the line at some position before: to count from the start each time takes too long. */
  counted: { line: number; position: number };
}

/**
 * The requests of a file: raw HTTP/1.1 messages or those of a text editor's REST client, with `###` lines between them.
 * A body is as long as Content-Length says; without it, it goes on to the next `###` line. One with a URL counts as
 * sent, one with a path as received. Throws HooksError `invalid-input` that names the line.
 */
export function parseHttpFile(bytes: Uint8Array): ImportedRecording[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hasMark = file.subarray(0, 3).toString('latin1') === '\xef\xbb\xbf';
  const cursor = { bytes: file, position: hasMark ? 3 : 0, counted: { line: 1, position: 0 } };
  const recordings: ImportedRecording[] = [];
  while (skipToRequest(cursor)) recordings.push(parseRequest(cursor));
  if (recordings.length > 0) return recordings;
  throw new HooksError('invalid-input', 'there is no HTTP request in this file', { next: NEXT });
}

/** Moves past separators, comments, variables and empty lines; false at the end of the file. */
function skipToRequest(cursor: Cursor): boolean {
  while (cursor.position < cursor.bytes.length) {
    const line = peekLine(cursor);
    if (!/^\s*$|^#|^\/\/|^@[\w-]+\s*=/.test(line.text)) return true;
    cursor.position = line.next;
  }
  return false;
}

function parseRequest(cursor: Cursor): ImportedRecording {
  const start = cursor.position;
  const lines: string[] = [];
  let isOpen = true;
  while (isOpen && cursor.position < cursor.bytes.length) {
    const { text, next } = peekLine(cursor);
    if (isSeparator(text) && headerLine(text) === undefined) break;
    cursor.position = next;
    isOpen = text !== '';
    if (isOpen) lines.push(text);
  }
  const place = `line ${lineNumber(cursor, start)}`;
  const head = parseHead(lines, place);
  const body = isOpen ? Buffer.alloc(0) : readBody(cursor, head, start, place);
  const url = httpUrl(head.target);
  return {
    direction: url ? 'sent' : 'received',
    method: head.method,
    target: head.target,
    sizeBytes: body.length,
    isFailed: false,
    isInvalid: false,
    ...(head.httpVersion !== undefined && { httpVersion: head.httpVersion }),
    headers: head.headers,
    body,
    attempts: [],
  };
}

function readBody(cursor: Cursor, head: HttpHead, start: number, place: string): Uint8Array {
  const length = head.addedLength ?? contentLength(head.headers, place);
  if (length !== undefined) return readExactly(cursor, length, place);
  const from = cursor.position;
  const { end, next } = findSeparator(cursor);
  cursor.position = next;
  if (headerValues(head.headers, 'transfer-encoding').some((value) => /\bchunked$/i.test(value))) {
    return parseRawRequest(cursor.bytes.subarray(start, end), place).body;
  }
  const body = cursor.bytes.subarray(from, end);
  if (head.httpVersion !== undefined) return body;
  refuseInclude(body, place);
  let last = body.length;
  while (last > 0 && (body[last - 1] === 0x0a || body[last - 1] === 0x0d)) last -= 1;
  return body.subarray(0, last);
}

function contentLength(headers: HeaderList, place: string): number | undefined {
  const values = [...new Set(headerValues(headers, 'content-length'))];
  const [value] = values;
  if (value === undefined) return undefined;
  if (values.length > 1 || !/^\d{1,15}$/.test(value)) {
    throw new HooksError('invalid-input', `the request on ${place} has no clear Content-Length`, {
      next: 'give it one, with the number of bytes of its body',
    });
  }
  return Number(value);
}

/** The body by its length; what follows has to be a separator or nothing. */
function readExactly(cursor: Cursor, length: number, place: string): Uint8Array {
  const { bytes, position } = cursor;
  const left = bytes.length - position;
  if (length > left) {
    throw new HooksError('invalid-input', `the body of the request on ${place} is cut off`, {
      why: `Content-Length says ${length} bytes, there are ${left}`,
      next: 'take the file as it was written; an editor or a copy may have changed it',
    });
  }
  cursor.position = position + length;
  const body = bytes.subarray(position, cursor.position);
  while (cursor.position < bytes.length) {
    const { text, next } = peekLine(cursor);
    if (isSeparator(text)) break;
    if (text.trim() !== '') {
      throw new HooksError('invalid-input', `the body of the request on ${place} is longer than it says`, {
        why: `Content-Length says ${length} bytes, but line ${lineNumber(cursor, cursor.position)} goes on`,
        next: 'correct Content-Length, or leave it out',
      });
    }
    cursor.position = next;
  }
  return body;
}

/** A REST client would put a file in its place, or run a script on the answer. */
function refuseInclude(body: Buffer, place: string): void {
  const text = body.toString('latin1');
  if (!/^<@?[\w-]* \S/.test(text) && !/^(?:> \{%|<> \S)/m.test(text)) return;
  throw new HooksError(
    'invalid-input',
    `the body of the request on ${place} names another file or a script`,
    {
      next: 'put the body itself there, and leave scripts out',
    },
  );
}

/** The next line that begins with ###: where the line break before it is, and where it begins itself. */
function findSeparator({ bytes, position }: Cursor): { end: number; next: number } {
  if (isSeparator(bytes.toString('latin1', position, position + SEPARATOR.length)))
    return { end: position, next: position };
  const feed = bytes.indexOf(`\n${SEPARATOR}`, position);
  if (feed < 0) return { end: bytes.length, next: bytes.length };
  const hasReturn = feed > position && bytes[feed - 1] === 0x0d;
  return { end: hasReturn ? feed - 1 : feed, next: feed + 1 };
}

function isSeparator(line: string): boolean {
  return line.startsWith(SEPARATOR);
}

function peekLine({ bytes, position }: Cursor): { text: string; next: number } {
  const feed = bytes.indexOf(0x0a, position);
  const end = feed < 0 ? bytes.length : feed;
  const text = bytes.toString('latin1', position, end).replace(/\r$/, '');
  return { text, next: Math.min(end + 1, bytes.length) };
}

/** Of a position that is not before the last one asked for. */
function lineNumber(cursor: Cursor, position: number): number {
  const { bytes, counted } = cursor;
  let { line } = counted;
  for (
    let at = bytes.indexOf(0x0a, counted.position);
    at >= 0 && at < position;
    at = bytes.indexOf(0x0a, at + 1)
  )
    line += 1;
  cursor.counted = { line, position };
  return line;
}
