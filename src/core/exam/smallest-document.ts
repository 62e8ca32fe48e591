import { isObject, type Json } from '../json.ts';
import { valueAt } from '../json-pointer.ts';
import { type Path, pathsOf, withValueAt } from './document-parts.ts';

/** Values with nothing special about them, one of which most schemas take. */
export const PLAIN_VALUES: readonly Json[] = [
  'a',
  '2026-01-01T00:00:00Z',
  '2026-01-01',
  'https://example.com/',
  'a@example.com',
  '00000000-0000-4000-8000-000000000000',
  1,
  false,
  [],
  {},
];

/**
 * The document without every part that its failure does not need, and with plain values where others fail as well.
 * `isFailing` is asked for every step; once it only says no, the smallest so far is the result.
 */
export async function smallestDocument(
  document: Json,
  isFailing: (smaller: Json) => Promise<boolean>,
): Promise<Json> {
  let current = document;
  for (let size = ''; size !== JSON.stringify(current); ) {
    size = JSON.stringify(current);
    for (const path of pathsOf(current)) await tryAt(path, () => [undefined]);
    for (const path of pathsOf(current)) {
      while (await tryAt(path, simpler));
    }
  }
  return current;

  async function tryAt(path: Path, valuesFor: (value: Json) => Iterable<Json | undefined>): Promise<boolean> {
    const value = valueAt(current, path);
    // Its place may have gone with something around it.
    if (value === undefined) return false;
    for (const other of valuesFor(value as Json)) {
      const smaller = withValueAt(current, path, other);
      if (!(await isFailing(smaller))) continue;
      current = smaller;
      return true;
    }
    return false;
  }
}

/** What may stand in place of a value, each simpler than it, so that there is an end. */
function* simpler(value: Json): Generator<Json> {
  if (isObject(value)) return;
  if (Array.isArray(value)) {
    if (value.length > 0) yield [];
    return;
  }
  const rank = PLAIN_VALUES.indexOf(value);
  if (typeof value === 'string') {
    yield* (rank < 0 ? PLAIN_VALUES : PLAIN_VALUES.slice(0, rank)).filter(
      (plain) => typeof plain === 'string',
    );
    if (value !== '' && rank < 0) yield* shorterTexts(value);
  } else if (typeof value === 'number') {
    if (value !== 1) yield 1;
    if (Math.abs(value) > 1) yield* smallerNumbers(value);
  } else if (value === true) yield false;
  else if (value === null) yield* PLAIN_VALUES;
}

// To the last digit would take hundreds of requests.
const FINEST_CUT = 2 ** 7;

function* smallerNumbers(value: number): Generator<number> {
  yield 0;
  for (let share = 2; share <= FINEST_CUT; share *= 2) {
    const cut = Math.trunc(value / share);
    if (cut !== 0) yield Math.trunc(value - cut);
  }
}

/** All of one letter, and without beginning or end, by halves, quarters and so on; whole characters. */
function* shorterTexts(text: string): Generator<string> {
  const characters = [...text];
  const plain = 'a'.repeat(characters.length);
  if (text !== plain) yield plain;
  for (let cut = Math.ceil(characters.length / 2); cut >= 1; cut = cut === 1 ? 0 : Math.ceil(cut / 2)) {
    yield characters.slice(cut).join('');
    if (text !== plain) yield characters.slice(0, -cut).join('');
  }
}
