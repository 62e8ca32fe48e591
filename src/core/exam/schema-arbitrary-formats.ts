import fc, { type Arbitrary } from 'fast-check';

const EARLIEST = new Date('1970-01-01T00:00:00Z');
const LATEST = new Date('2199-12-31T23:59:59Z');
const EDGE_DATES = ['1970-01-01', '2024-02-29', '2038-01-19', '1999-12-31', '2199-12-31'];

function times(): Arbitrary<string> {
  // As many digits after the second as the usual serialisers write; always UTC, as providers say they send.
  const fractions = fc.constantFrom('Z', '.000Z', '.123Z', '.123456Z', '.999999999Z');
  return fc
    .tuple(days(), clockTimes(), fractions)
    .map(([day, time, fraction]) => `${day}T${time}${fraction}`);
}

function clockTimes(): Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom('00:00:00', '23:59:59'),
    fc
      .date({ min: EARLIEST, max: LATEST, noInvalidDate: true })
      .map((date) => date.toISOString().slice(11, 19)),
  );
}

function days(): Arbitrary<string> {
  return fc.oneof(
    fc
      .date({ min: EARLIEST, max: LATEST, noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
    fc.constantFrom(...EDGE_DATES),
  );
}

function urls(): Arbitrary<string> {
  return fc.oneof(
    fc
      .string({ unit: fc.constantFrom(...'abcxyz019'), minLength: 1, maxLength: 12 })
      .map((path) => `https://example.com/${path}`),
    fc.constantFrom(
      'https://example.com',
      'http://localhost:3000/',
      'https://xn--mnchen-3ya.example/a%20b?c=%F0%9F%9A%80&d=#e',
      'https://[2001:db8::1]:8443/',
      `https://example.com/${'long/'.repeat(400)}`,
    ),
  );
}

function emails(): Arbitrary<string> {
  return fc.oneof(
    fc
      .string({ unit: fc.constantFrom(...'abcxyz019'), minLength: 1, maxLength: 12 })
      .map((name) => `${name}@example.com`),
    fc.constantFrom("o'brien+tag@mail.example.co.uk", `${'a'.repeat(64)}@example.com`, 'A_B@EXAMPLE.COM'),
  );
}

const FORMATS: Readonly<Record<string, () => Arbitrary<string>>> = {
  'date-time': times,
  date: days,
  time: () => clockTimes().map((time) => `${time}Z`),
  uuid: () => fc.uuid(),
  email: emails,
  uri: urls,
  'uri-reference': urls,
  hostname: () => fc.domain(),
  ipv4: () => fc.ipV4(),
  ipv6: () => fc.ipV6(),
};

const made = new Map<string, Arbitrary<string>>();

/** To make an arbitrary of texts takes milliseconds, and a schema asks for the same few again and again. */
export function madeOnce(key: string, make: () => Arbitrary<string>): Arbitrary<string> {
  const known = made.get(key) ?? make();
  made.set(key, known);
  return known;
}

/** Texts of a format; undefined where it says nothing, or nothing that is known. */
export function formattedTexts(format: string): Arbitrary<string> | undefined {
  const make = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  return make && madeOnce(`format ${format}`, make);
}

/** One text of each format that a pattern may mean. */
const PROBES = {
  'date-time': '2026-01-02T03:04:05Z',
  date: '2026-01-02',
  uuid: '0b0e7f3c-5c1d-4f4e-9a51-0d6a3f1f9b6e',
};

/** Texts that match; where the pattern means times or ids, real ones: no provider sends the 99th of a month. */
export function textsMatching(pattern: string): Arbitrary<string> {
  return madeOnce(`pattern ${pattern}`, () => {
    const expression = compiled(pattern);
    if (expression === undefined) return fc.string();
    const format = Object.entries(PROBES).find(
      ([, probe]) => expression.test(probe) && !expression.test('some text'),
    )?.[0];
    const texts = format === undefined ? undefined : formattedTexts(format);
    return texts ? texts.filter((text) => expression.test(text)) : fc.stringMatching(expression);
  });
}

function compiled(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}
