import { type HeaderList, headerValues } from '../headers.ts';
import { isObject, type Json } from '../json.ts';
import { parseTimestamp } from '../signing/timestamp.ts';
import { type FoundMistake, found, type Mistakes } from './mistake.ts';
import type { SchemeShape } from './scheme-shape.ts';

export const CLAIM_MISTAKES = {
  'header-repeated': {
    what: 'the header {detail} came more than once, or holds several values; the signature is right for one of them',
    fix: 'find the proxy or middleware that adds a second value, and let the sender write one',
  },
  'id-elsewhere': {
    what: 'the id that was signed is the one in {detail}',
    fix: 'sign the id that stands in the header of the scheme; the same for every attempt of one delivery',
  },
  'timestamp-elsewhere': {
    what: 'the timestamp that was signed is the one in {detail}',
    fix: 'sign the timestamp that stands in the header of the scheme',
  },
  'missing-value-as-text': {
    what: 'a missing value was signed as text: {detail}',
    fix: 'let the signer fail where id or timestamp is missing, instead of turning it into text',
  },
} as const satisfies Mistakes;

/** A value that may be under the signature. */
export interface Claim {
  text: string;
  mistakes: readonly FoundMistake[];
}

/** What a delivery says of its id and time: where the scheme looks, and elsewhere. */
export interface Claims {
  ids: readonly Claim[];
  otherIds: readonly Claim[];
  timestamps: readonly Claim[];
  otherTimestamps: readonly Claim[];
}

const MOST_OTHERS = 12;
const PLACEHOLDERS = ['', 'undefined', 'null', 'None'];

export function readClaims(headers: HeaderList, shape: SchemeShape, document: Json | undefined): Claims {
  const { idField, timestampField, timestampItem, signatureField } = shape;
  const names = [idField, timestampField].flatMap((field) =>
    field === undefined ? [] : [field.name, ...(field.otherNames ?? [])],
  );
  const others = headers.filter(([name]) => !names.some((own) => own.toLowerCase() === name.toLowerCase()));
  const timestamps =
    timestampItem === undefined
      ? ownValues(headers, timestampField)
      : itemValues(headers, signatureField.name, timestampItem);
  return {
    ids: ownValues(headers, idField),
    otherIds: [
      ...others
        .filter(([name]) => /(?:^|-)id$/i.test(name))
        .map(([name, value]) => elsewhere('id', `the header ${name}`, value)),
      ...bodyIds(document),
      ...placeholders('id', idField !== undefined),
    ].slice(0, MOST_OTHERS),
    timestamps,
    otherTimestamps: [
      ...others
        .filter(([name]) => /(?:time|timestamp|date|created|sent)(?:-?at)?$/i.test(name))
        .map(([name, value]) => elsewhere('timestamp', `the header ${name}`, timestampText(value))),
      ...placeholders('timestamp', timestampField !== undefined || timestampItem !== undefined),
    ].slice(0, MOST_OTHERS),
  };
}

/** Whether the text is a time as the scheme writes it. */
export function isTimestamp(text: string, { timestampUnit }: SchemeShape): boolean {
  return parseTimestamp(text, timestampUnit) !== undefined;
}

function ownValues(headers: HeaderList, field: SchemeShape['idField']): Claim[] {
  if (field === undefined) return [];
  const name = [field.name, ...(field.otherNames ?? [])].find(
    (each) => headerValues(headers, each).length > 0,
  );
  if (name === undefined) return [];
  const values = headerValues(headers, name).flatMap((value) => value.split(', '));
  return marked(values, name);
}

function itemValues(headers: HeaderList, name: string, start: string): Claim[] {
  const items = headerValues(headers, name)
    .flatMap((value) => value.split(','))
    .map((item) => item.trim());
  const texts = items.filter((item) => item.startsWith(start)).map((item) => item.slice(start.length));
  return marked(texts, name);
}

function marked(values: readonly string[], name: string): Claim[] {
  const mistakes = values.length > 1 ? [found('header-repeated', name)] : [];
  return [...new Set(values)].slice(0, 5).map((text) => ({ text, mistakes }));
}

function elsewhere(part: 'id' | 'timestamp', place: string, text: string): Claim {
  return { text: text.trim(), mistakes: [found(`${part}-elsewhere`, place)] };
}

function placeholders(part: 'id' | 'timestamp', isSigned: boolean): Claim[] {
  if (!isSigned) return [];
  return PLACEHOLDERS.map((text) => ({
    text,
    mistakes: [
      found(
        'missing-value-as-text',
        `${text === '' ? 'an empty text' : `'${text}'`} in place of the ${part}`,
      ),
    ],
  }));
}

/** A date as Unix seconds; anything else as it is. */
function timestampText(value: string): string {
  const time = /^\d+$/.test(value.trim()) ? Number.NaN : Date.parse(value);
  return Number.isNaN(time) ? value : String(Math.floor(time / 1000));
}

function bodyIds(document: Json | undefined): Claim[] {
  if (!isObject(document)) return [];
  return Object.entries(document)
    .filter(([key, value]) => /(?:^|_)id$|Id$/.test(key) && /^(?:string|number)$/.test(typeof value))
    .map(([key, value]) => elsewhere('id', `the body, ${key.slice(0, 40)}`, String(value)));
}
