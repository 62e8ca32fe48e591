import { Buffer } from 'node:buffer';
import { HooksError } from '../errors.ts';
import { MASK_BYTES } from '../export/http-message.ts';
import { httpUrl } from '../export/recorded-url.ts';
import type { HeaderList } from '../headers.ts';
import { MASK } from '../secret-headers.ts';
import { withoutOuterSpace } from '../signing/received-headers.ts';
import { checkedHeaders } from './fields.ts';

export interface HttpHead {
  method: string;
  target: string;
  /** Absent where the request line names none, as in the files of a REST client. */
  httpVersion?: string;
  headers: HeaderList;
  /** Length of the body, where it was added on export and is no header of the recording. */
  addedLength?: number;
}

export const NEXT =
  'give a request line such as `POST /webhooks HTTP/1.1`, headers, an empty line, and the body';

const REQUEST_LINE = /^(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]+)?(\S+)(?:[ \t]+HTTP\/(\d(?:\.\d)?))?[ \t]*$/;

/** Head lines without their ends, one byte a character. Throws HooksError `invalid-input` that names the line. */
export function parseHead(lines: readonly string[], place: string): HttpHead {
  const [first = '', ...rest] = lines;
  if (/^HTTP\/\d/.test(first)) {
    throw new HooksError('invalid-input', `${place} begins an HTTP response, not a request`, { next: NEXT });
  }
  const [, method = 'GET', written = '', httpVersion] = REQUEST_LINE.exec(first) ?? [];
  // Only a request without a version comes out of a text editor.
  const target = httpVersion === undefined ? Buffer.from(written, 'latin1').toString('utf8') : written;
  checkTarget(target, place);
  const isEdited = httpVersion === undefined;
  const fields = rest.filter((line) => !isEdited || !/^(?:#|\/\/)/.test(line));
  const headers = fields.map((line) => headerLine(line) ?? notAHeader(place));
  const added = { host: isAdded(fields[0], 'host'), length: isAdded(fields.at(-1), 'content-length') };
  const isSent = added.host && httpUrl(target) !== undefined;
  const own = headers.slice(isSent ? 1 : 0, added.length ? -1 : undefined);
  return {
    method,
    target,
    ...(httpVersion !== undefined && { httpVersion }),
    headers: checkedHeaders(own, `${place}: headers`),
    ...(added.length && { addedLength: Number(headers.at(-1)?.[1]) }),
  };
}

/** A line of a head, or undefined for a line that is none. */
export function headerLine(line: string): readonly [string, string] | undefined {
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)$/s.exec(line);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  const value = withoutOuterSpace(match[2]);
  return [match[1], value === MASK_BYTES ? MASK : value];
}

/** True for a line that was added on export: lower case, no space behind the colon. */
function isAdded(line: string | undefined, name: 'host' | 'content-length'): boolean {
  const value = line?.startsWith(`${name}:`) ? line.slice(name.length + 1) : undefined;
  return value !== undefined && (name === 'host' ? /^\S+$/ : /^\d{1,15}$/).test(value);
}

function checkTarget(target: string, place: string): void {
  if (target.includes('{{')) {
    throw new HooksError('invalid-input', `the URL on ${place} has a variable in it`, {
      why: 'variables of a REST client are not filled in',
      next: 'write the URL out',
    });
  }
  const isPath = /^(?:\/|\*$)/.test(target);
  if ((isPath || httpUrl(target) !== undefined) && !/[\u0000-\u0020\u007f]/.test(target)) return;
  throw new HooksError('invalid-input', `${place} is not the start of an HTTP request`, { next: NEXT });
}

function notAHeader(place: string): never {
  throw new HooksError('invalid-input', `the request on ${place} has a line that is no header`, {
    next: NEXT,
  });
}
