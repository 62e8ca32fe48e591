import fc, { type Arbitrary } from 'fast-check';
import { formattedTexts, madeOnce, textsMatching } from './schema-arbitrary-formats.ts';
import type { Style } from './schema-arbitrary-style.ts';

const LONGEST_TEXT = 10_000;
const LONG_LENGTHS = [256, 1024, 4096, LONGEST_TEXT];
const UNICODE_TEXTS = [
  'Zoë 東京 👩‍👩‍👧 🚀',
  'العربية \u202eשלום',
  'e\u0301 o\u0308 \u1e9b\u0323',
  'a\u2028b\u2029c',
  'null\u0000byte',
  '\ufeff\u200b',
  '𝒳𐍈\u{1f3f4}\u{e0067}\u{e007f}',
  'ı İ ß ﬁ',
];
const ODD_TEXTS = ['a', ' ', '0', '-1', 'null', 'a\r\n\tb', '"\\/', '<b>&amp;\'"</b>', '../../x', '%s%n%00'];

/** Texts that the keywords allow, often empty, long, in any script, or odd. Never a lone surrogate: JSON is UTF-8. */
export function textsOf(keywords: Readonly<Record<string, unknown>>, style: Style): Arbitrary<string> {
  const { format, pattern, minLength, maxLength } = keywords;
  if (typeof pattern === 'string') return textsMatching(pattern);
  const formatted = typeof format === 'string' ? formattedTexts(format) : undefined;
  if (formatted) return formatted;
  const least = typeof minLength === 'number' ? minLength : 0;
  const most = typeof maxLength === 'number' ? Math.max(maxLength, least) : Math.max(LONGEST_TEXT, least);
  return madeOnce(`${style} text of ${least} to ${most}`, () => freeTexts(least, most, style));
}

function freeTexts(least: number, most: number, style: Style): Arbitrary<string> {
  // JSON Schema counts characters, not halves of them.
  const fitting = (texts: readonly string[]) =>
    texts.filter((text) => [...text].length >= least && [...text].length <= most);
  const usual = words(least, most);
  const kinds: [kind: Style, weight: number, arbitrary: Arbitrary<string> | undefined][] = [
    ['empty', 2, oneOf(fitting(['']))],
    ['long', 1, longTexts(least, most)],
    ['unicode', 2, oneOf(fitting(UNICODE_TEXTS))],
    ['extreme', 1, oneOf(fitting(ODD_TEXTS))],
  ];
  const edges = kinds.flatMap(([kind, weight, arbitrary]) =>
    arbitrary === undefined || (style !== 'mixed' && style !== kind) ? [] : [{ weight, arbitrary }],
  );
  if (style === 'empty' && edges[0]) return edges[0].arbitrary;
  return fc.oneof({ weight: style === 'mixed' ? 4 : 1, arbitrary: usual }, ...edges);
}

function oneOf(texts: readonly string[]): Arbitrary<string> | undefined {
  return texts.length === 0 ? undefined : fc.constantFrom(...texts);
}

function longTexts(least: number, most: number): Arbitrary<string> | undefined {
  const lengths = [...LONG_LENGTHS, most].filter(
    (length) => length >= least && length <= Math.min(most, Math.max(LONGEST_TEXT, least)),
  );
  if (lengths.length === 0) return undefined;
  return fc
    .tuple(fc.constantFrom('a', 'long ', 'é', '東'), fc.constantFrom(...lengths))
    .map(([unit, length]) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length));
}

/** Short texts, in Latin letters for the most part. */
function words(least: number, most: number): Arbitrary<string> {
  const length = { minLength: least, maxLength: Math.max(least, Math.min(most, 20)) };
  const plain = fc.string({ ...length, unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABC019 -_.') });
  return fc.oneof(
    { weight: 3, arbitrary: plain },
    { weight: 1, arbitrary: fc.string({ ...length, unit: anyCharacter() }) },
  );
}

/** Any character of Unicode but the halves of surrogate pairs. */
function anyCharacter(): Arbitrary<string> {
  return fc
    .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
    .map((code) => String.fromCodePoint(code));
}
