import { Buffer } from 'node:buffer';
import { type FoundMistake, found, type Mistakes } from './mistake.ts';
import type { BodyOption } from './options.ts';
import { RAW_BODY } from './raw-body.ts';

export const FORM_MISTAKES = {
  'form-decoded': {
    what: 'the signature is right for the body with its percent-encoding decoded',
    ...RAW_BODY,
  },
  'form-field': {
    what: 'the signature is right for the value of the form field {detail} alone, not for the whole body',
    fix: 'sign and verify the whole form body as it travels, percent-encoded, or let the sender send JSON',
    ...(RAW_BODY.frameworks && { frameworks: RAW_BODY.frameworks }),
  },
  'form-re-encoded': {
    what: 'the signature is right for the form body parsed and encoded again ({detail})',
    ...RAW_BODY,
  },
  'form-wrapped': {
    what: 'the signature is right for the body as the form field {detail}, percent-encoded',
    fix: 'verify the form body as it arrived, before a middleware takes the JSON out of it',
    ...(RAW_BODY.frameworks && { frameworks: RAW_BODY.frameworks }),
  },
} as const satisfies Mistakes;

const LARGEST_BYTES = 4 * 1024 * 1024;
const MOST_FIELDS = 20;

/** The body of a form in other spellings, and JSON as it would be in a form. */
export function* formBodies(body: Uint8Array): Generator<BodyOption> {
  if (body.length === 0 || body.length > LARGEST_BYTES) return;
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  const option = (mistake: FoundMistake, changed: string): BodyOption => ({
    mistakes: [mistake],
    bytes: Buffer.from(changed),
  });
  if (/^\s*[{[]/.test(text)) {
    for (const field of ['payload', 'data', 'body']) {
      const encoded = percentEncoded(text);
      const parameters = new URLSearchParams([[field, text]]).toString();
      for (const value of [parameters, `${field}=${encoded}`])
        yield option(found('form-wrapped', field), value);
    }
    return;
  }
  if (text.indexOf('=') < 1 || /\s/.test(text)) return;
  const fields = [...new URLSearchParams(text)];
  for (const decoded of [percentDecoded(text.replaceAll('+', ' ')), percentDecoded(text)]) {
    if (decoded !== text) yield option(found('form-decoded'), decoded);
  }
  for (const [name, value] of fields.slice(0, MOST_FIELDS))
    yield option(found('form-field', name.slice(0, 40)), value);
  for (const [detail, changed] of reEncoded(fields)) {
    if (changed !== text) yield option(found('form-re-encoded', detail), changed);
  }
}

function reEncoded(fields: [string, string][]): [detail: string, body: string][] {
  const sorted = fields.slice().sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  const percent = (list: [string, string][]) =>
    list.map(([name, value]) => `${percentEncoded(name)}=${percentEncoded(value)}`).join('&');
  return [
    ['spaces as +', new URLSearchParams(fields).toString()],
    ['spaces as %20', percent(fields)],
    ['fields sorted', new URLSearchParams(sorted).toString()],
    ['fields sorted, spaces as %20', percent(sorted)],
  ];
}

function percentEncoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text;
  }
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
