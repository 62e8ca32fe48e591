import { Buffer } from 'node:buffer';
import { HooksError } from '../errors.ts';
import type { HeaderList } from '../headers.ts';
import { isObject } from '../json.ts';

/** An object of a file that is not trusted; `place` says where it stands, e.g. `line 3: answer`. */
export interface Fields {
  readonly place: string;
  readonly values: Record<string, unknown>;
}

const MOST_HEADERS = 10_000;
const LAST_TIME = Date.parse('9999-12-31T23:59:59.999Z');

export function invalid(place: string, problem: string, why?: string): HooksError {
  return new HooksError('invalid-input', `${place} ${problem}`, why === undefined ? {} : { why });
}

export function fieldsOf(value: unknown, place: string): Fields {
  if (!isObject(value)) throw invalid(place, 'is not an object');
  return { place, values: value };
}

/** A field of the object; null counts as absent, as many tools write it. */
export function optional<T>(
  fields: Fields,
  name: string,
  read: (value: unknown, place: string) => T,
): T | undefined {
  const value = own(fields, name);
  return value === undefined || value === null ? undefined : read(value, `${fields.place}: ${name}`);
}

export function required<T>(fields: Fields, name: string, read: (value: unknown, place: string) => T): T {
  const value = own(fields, name);
  if (value === undefined) throw invalid(fields.place, `has no ${name}`);
  return read(value, `${fields.place}: ${name}`);
}

/** The field under its name, or nothing: for a spread into an object whose property may be absent, not undefined. */
export function ifGiven<Name extends string, T>(
  fields: Fields,
  name: Name,
  read: (value: unknown, place: string) => T,
): { [key in Name]?: T } {
  const value = optional(fields, name, read);
  return value === undefined ? {} : ({ [name]: value } as { [key in Name]?: T });
}

function own({ values }: Fields, name: string): unknown {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

export function text(value: unknown, place: string): string {
  if (typeof value !== 'string') throw invalid(place, 'is not a text');
  return value;
}

export function number(value: unknown, place: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw invalid(place, 'is not a number');
  return value;
}

export function flag(value: unknown, place: string): boolean {
  if (typeof value !== 'boolean') throw invalid(place, 'is neither true nor false');
  return value;
}

export function list<T>(read: (value: unknown, place: string) => T) {
  return (value: unknown, place: string): T[] => {
    if (!Array.isArray(value)) throw invalid(place, 'is not a list');
    return value.map((item, index) => read(item, `${place}, item ${index + 1}`));
  };
}

export function oneOf<const T extends string>(...choices: T[]) {
  return (value: unknown, place: string): T => {
    const choice = choices.find((each) => each === value);
    if (choice === undefined) throw invalid(place, `is not one of ${choices.join(', ')}`);
    return choice;
  };
}

/** A whole number from 1. */
export function count(value: unknown, place: string): number {
  const whole = number(value, place);
  if (!Number.isSafeInteger(whole) || whole < 1) throw invalid(place, 'is not a whole number from 1');
  return whole;
}

/** Three digits; senders and receivers are free to break the rules about the first. */
export function status(value: unknown, place: string): number {
  const code = number(value, place);
  if (!Number.isInteger(code) || code < 0 || code > 999) throw invalid(place, 'is not an HTTP status');
  return code;
}

/** Zero or more. */
export function duration(value: unknown, place: string): number {
  const milliseconds = number(value, place);
  if (milliseconds < 0) throw invalid(place, 'is below zero');
  return milliseconds;
}

/** An ISO 8601 time from 1970 to 9999. */
export function time(value: unknown, place: string): Date {
  const at = new Date(text(value, place));
  const milliseconds = at.getTime();
  if (!(milliseconds >= 0 && milliseconds <= LAST_TIME)) throw invalid(place, 'is not a time');
  return at;
}

/** A ULID. */
export function recordingId(value: unknown, place: string): string {
  const id = text(value, place);
  if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id)) throw invalid(place, 'is not the id of a recording');
  return id;
}

export function method(value: unknown, place: string): string {
  const name = text(value, place);
  if (!isToken(name)) throw invalid(place, 'is not an HTTP method');
  return name;
}

/** Path and query, or a URL. */
export function target(value: unknown, place: string): string {
  const path = text(value, place);
  if (!/^[^\u0000-\u0020\u007f]+$/.test(path)) throw invalid(place, 'is neither a path nor a URL');
  return path;
}

export function base64(value: unknown, place: string): Uint8Array {
  const encoded = text(value, place);
  if (encoded.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded))
    throw invalid(place, 'is not base64');
  const bytes = Buffer.from(encoded, 'base64');
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Pairs of name and value. */
export function headerPairs(value: unknown, place: string): HeaderList {
  return checkedHeaders(list(pair)(value, place), place);
}

function pair(value: unknown, place: string): readonly [string, string] {
  if (!Array.isArray(value) || value.length !== 2) throw invalid(place, 'is not a pair of name and value');
  return [text(value[0], place), text(value[1], place)];
}

/** The headers, none of which could smuggle in another line. */
export function checkedHeaders(headers: HeaderList, place: string): HeaderList {
  if (headers.length > MOST_HEADERS) throw invalid(place, `are more than ${MOST_HEADERS}`);
  for (const [index, [name, value]] of headers.entries()) {
    if (!isToken(name)) throw invalid(`${place}, item ${index + 1}`, 'has a name that no header can have');
    if (/[\r\n\0]/.test(value)) throw invalid(`${place}, item ${index + 1}`, 'has a line break or NUL in it');
  }
  return headers;
}

function isToken(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name);
}
