import type { JsonLayout, JsonStyle } from './json-tree.ts';
import { type FoundMistake, found, type Mistakes } from './mistake.ts';
import { RAW_BODY } from './raw-body.ts';

const REWRITTEN = 'something between the signer and here parsed and rewrote the body';

export const JSON_MISTAKES = {
  'json-compact': {
    what: `the signature is right for the body re-serialised as compact JSON: ${REWRITTEN}`,
    ...RAW_BODY,
  },
  'json-spaced': {
    what: `the signature is right for the body re-serialised with spaces ({detail}): ${REWRITTEN}`,
    ...RAW_BODY,
  },
  'json-indented': {
    what: `the signature is right for the body re-serialised as JSON indented by {detail}: ${REWRITTEN}`,
    ...RAW_BODY,
  },
  'json-sorted': {
    what: `the signature is right for the body with its keys sorted: ${REWRITTEN}`,
    ...RAW_BODY,
  },
  'json-object-order': {
    what: 'the signature is right for the body with its keys as a JavaScript object has them (numbers first, none twice)',
    ...RAW_BODY,
  },
  'json-ascii': {
    what: `the signature is right for the body with {detail} escapes in place of what is not ASCII: ${REWRITTEN}`,
    ...RAW_BODY,
  },
  'json-unescaped': {
    what: `the signature is right for the body with its escapes (\\uXXXX, \\/) written as characters: ${REWRITTEN}`,
    ...RAW_BODY,
  },
  'json-slashes': {
    what: `the signature is right for the body with every slash escaped (\\/): ${REWRITTEN}`,
    ...RAW_BODY,
  },
  'json-html': {
    what: `the signature is right for the body with <, > and & escaped ({detail}): ${REWRITTEN}`,
    ...RAW_BODY,
  },
  'json-numbers': {
    what: `the signature is right for the body with its numbers written otherwise ({detail}): ${REWRITTEN}`,
    ...RAW_BODY,
  },
} as const satisfies Mistakes;

/** One thing that a re-serialisation may do; several add up. */
interface Deviation<K extends keyof JsonStyle> {
  mistakes: readonly FoundMistake[];
  value: JsonStyle[K];
}

export const LAYOUTS: readonly Deviation<'layout'>[] = [
  layout('json-compact', undefined, { comma: ',', colon: ':' }),
  layout('json-spaced', "', ' and ': ', as Python's json.dumps does", { comma: ', ', colon: ': ' }),
  layout('json-indented', '2 spaces', { comma: ',', colon: ': ', indent: '  ' }),
  layout('json-indented', '4 spaces', { comma: ',', colon: ': ', indent: '    ' }),
  layout('json-indented', 'a tab', { comma: ',', colon: ': ', indent: '\t' }),
  layout('json-spaced', "': ' alone", { comma: ',', colon: ': ' }),
  layout('json-spaced', "', ' alone", { comma: ', ', colon: ':' }),
];

const small = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
const capital = (character: string) =>
  `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
const plain = (raw: string) => JSON.stringify(JSON.parse(raw));
const ascii = (raw: string) => plain(raw).replace(/[\u007f-\uffff]/g, small);
const slashes = (raw: string) => raw.replaceAll('/', '\\/');

export const STRINGS: readonly Deviation<'string'>[] = [
  { mistakes: [found('json-unescaped')], value: plain },
  { mistakes: [found('json-ascii', '\\uXXXX')], value: ascii },
  {
    mistakes: [found('json-ascii', '\\uXXXX (capital letters)')],
    value: (raw) => plain(raw).replace(/[\u007f-\uffff]/g, capital),
  },
  { mistakes: [found('json-slashes')], value: (raw) => slashes(plain(raw)) },
  {
    mistakes: [found('json-ascii', '\\uXXXX'), found('json-slashes')],
    value: (raw) => slashes(ascii(raw)),
  },
  {
    mistakes: [found('json-html', "as Go's encoding/json does")],
    value: (raw) => plain(raw).replace(/[<>&\u2028\u2029]/g, small),
  },
  {
    mistakes: [found('json-html', "with ', + and all that is not ASCII, as .NET does")],
    value: (raw) =>
      `"${plain(raw)
        .slice(1, -1)
        .replaceAll('\\"', '\\u0022')
        .replace(/[<>&'+`\u007f-\uffff]/g, capital)}"`,
  },
];

export const NUMBERS: readonly Deviation<'number'>[] = [
  { mistakes: [found('json-numbers', '1.0 as 1, as JavaScript does')], value: (raw) => String(Number(raw)) },
  { mistakes: [found('json-numbers', '1.00 as 1.0, as Python does')], value: pythonNumber },
  { mistakes: [found('json-numbers', '1 as 1.0')], value: (raw) => (/^-?\d+$/.test(raw) ? `${raw}.0` : raw) },
];

export const MEMBERS: readonly Deviation<'members'>[] = [
  {
    mistakes: [found('json-sorted')],
    value: (members) =>
      members
        .map((member) => ({ member, key: keyText(member[0]) }))
        .sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
        .map(({ member }) => member),
  },
  { mistakes: [found('json-object-order')], value: objectOrder },
];

function keyText(raw: string): string {
  return raw.includes('\\') ? String(JSON.parse(raw)) : raw.slice(1, -1);
}

function layout(id: keyof typeof JSON_MISTAKES, detail: string | undefined, value: JsonLayout) {
  return { mistakes: [found(id, detail)], value };
}

function objectOrder(members: Parameters<JsonStyle['members']>[0]): ReturnType<JsonStyle['members']> {
  const entries = new Map(members.map(([key, value]) => [key, value]));
  const isIndex = (key: string) =>
    /^"(?:0|[1-9]\d{0,9})"$/.test(key) && Number(key.slice(1, -1)) < 2 ** 32 - 1;
  const indexes = [...entries.keys()]
    .filter(isIndex)
    .sort((a, b) => Number(a.slice(1, -1)) - Number(b.slice(1, -1)));
  const others = [...entries.keys()].filter((key) => !isIndex(key));
  return [...indexes, ...others].flatMap((key) => {
    const value = entries.get(key);
    return value === undefined ? [] : [[key, value] as const];
  });
}

/** `repr` of Python: a float keeps its point, and has an exponent from 1e16 and below 1e-4. */
function pythonNumber(raw: string): string {
  if (!/[.eE]/.test(raw)) return raw;
  const value = Number(raw);
  const size = Math.abs(value);
  if (value !== 0 && (size >= 1e16 || size < 1e-4)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}
