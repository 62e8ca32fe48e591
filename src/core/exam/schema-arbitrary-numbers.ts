import fc, { type Arbitrary } from 'fast-check';
import type { Style } from './schema-arbitrary-style.ts';

// What does not fit 32 bits, what a double cannot hold exactly, and signs that a count does not have.
const WHOLE_EDGES = [
  0,
  1,
  -1,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 31) - 1,
  -(2 ** 53),
];
const EDGES = [...WHOLE_EDGES, 0.1, -0.5, 1e-7, 1e21, 5e-324, 1e308, -1e308];

/** Numbers that the keywords allow, extremes often. */
export function numbersOf(
  keywords: Readonly<Record<string, unknown>>,
  isWhole: boolean,
  style: Style,
): Arbitrary<number> {
  const { min, max, step } = rangeOf(keywords, isWhole);
  const fits = (value: number) =>
    value >= min &&
    value <= max &&
    (step === undefined || (Math.abs(value) < 1e15 && Number.isInteger(value / step)));
  const edges = (isWhole ? WHOLE_EDGES : EDGES).filter(fits);
  const usual = usualNumbers({ min, max, step }, isWhole);
  if (edges.length === 0) return usual;
  if (style === 'extreme') return fc.constantFrom(...edges);
  return fc.oneof(
    { weight: 4, arbitrary: usual },
    { weight: style === 'mixed' ? 2 : 1, arbitrary: fc.constantFrom(...edges) },
  );
}

interface Range {
  min: number;
  max: number;
  step: number | undefined;
}

function usualNumbers({ min, max, step }: Range, isWhole: boolean): Arbitrary<number> {
  if (isWhole || step !== undefined) {
    const unit = step ?? 1;
    const low = Math.ceil(Math.max(min, Math.min(-1000 * unit, max)) / unit);
    const high = Math.floor(Math.min(max, Math.max(100_000 * unit, min)) / unit);
    return high < low ? fc.constant(min) : fc.integer({ min: low, max: high }).map((count) => count * unit);
  }
  if (max < min) return fc.constant(min);
  return fc
    .double({ min: Math.max(min, -1e6), max: Math.min(max, 1e6), noNaN: true })
    .map((value) => (Object.is(value, -0) ? 0 : value));
}

function rangeOf(keywords: Readonly<Record<string, unknown>>, isWhole: boolean): Range {
  const number = (name: string) => (typeof keywords[name] === 'number' ? Number(keywords[name]) : undefined);
  const beyond = isWhole ? 1 : Number.EPSILON;
  const above = number('exclusiveMinimum');
  const below = number('exclusiveMaximum');
  return {
    min: number('minimum') ?? (above === undefined ? -Number.MAX_VALUE : above + beyond),
    max: number('maximum') ?? (below === undefined ? Number.MAX_VALUE : below - beyond),
    step: number('multipleOf'),
  };
}
