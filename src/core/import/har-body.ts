import { Buffer } from 'node:buffer';
import { base64, type Fields, fieldsOf, list, optional, required, text } from './fields.ts';

export interface HarBody {
  body: Uint8Array;
  /** Why it may not be what was sent; a sentence without a beginning. */
  warning?: string;
}

/** The body of `postData`: our own `_base64`, else text, else the form fields. */
export function requestBody(value: unknown, place: string): HarBody {
  const postData = fieldsOf(value, place);
  const exact = optional(postData, '_base64', base64);
  if (exact) return { body: exact };
  const written = optional(postData, 'text', text);
  const params = optional(postData, 'params', list(parseParam)) ?? [];
  if (written !== undefined && (written !== '' || params.length === 0))
    return { body: decode(postData, written) };
  if (params.length === 0) return { body: new Uint8Array() };
  const mimeType = optional(postData, 'mimeType', text) ?? '';
  if (mimeType !== '' && !/^application\/x-www-form-urlencoded\b/i.test(mimeType)) {
    return {
      body: new Uint8Array(),
      warning: `the file holds the fields of its ${mimeType} body, not its bytes`,
    };
  }
  const form = new URLSearchParams(params.map(({ name, value: each }): [string, string] => [name, each]));
  return { body: Buffer.from(form.toString()), warning: 'its body was put together from the form fields' };
}

/** The body of a response's `content`. */
export function responseBody(value: unknown, place: string): Uint8Array {
  const content = fieldsOf(value, place);
  const written = optional(content, 'text', text);
  return written === undefined ? new Uint8Array() : decode(content, written);
}

function parseParam(value: unknown, place: string): { name: string; value: string } {
  const param = fieldsOf(value, place);
  return { name: required(param, 'name', text), value: optional(param, 'value', text) ?? '' };
}

/** `encoding` belongs to `content` alone in HAR 1.2; tools put it beside the text of requests as well. */
function decode(fields: Fields, written: string): Uint8Array {
  const encoding = optional(fields, 'encoding', text) ?? optional(fields, '_encoding', text);
  if (encoding?.toLowerCase() === 'base64') return base64(written, `${fields.place}: text`);
  return unescaped(written);
}

/** Python writes a byte that is not UTF-8 as a lone surrogate (PEP 383): U+DC80 stands for 0x80. */
function unescaped(written: string): Uint8Array {
  if (!/\p{Surrogate}/u.test(written)) return Buffer.from(written);
  const parts = written.split(/([\udc80-\udcff]+)/u);
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 0 ? Buffer.from(part) : Buffer.from([...part].map((unit) => unit.charCodeAt(0) & 0xff)),
    ),
  );
}
