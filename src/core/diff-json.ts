import { isReordered } from './diff-headers.ts';
import { formatPointer } from './json-pointer.ts';
import { type JsonNode, readJsonText } from './json-text.ts';

/** A value that differs; `before` and `after` are JSON as it is written there. */
export type JsonChange =
  | { pointer: string; kind: 'added'; after: string }
  | { pointer: string; kind: 'removed'; before: string }
  | { pointer: string; kind: 'changed'; before: string; after: string };

export interface JsonDiff {
  changes: JsonChange[];
  isKeyOrderDifferent: boolean;
}

/** Way from a value to the root. */
interface Place {
  segment: string;
  parent: Place | undefined;
}

interface Pair {
  place: Place | undefined;
  before?: JsonNode;
  after?: JsonNode;
}

interface Texts {
  before: string;
  after: string;
}

/**
 * Compares two JSON texts, value by value: items by their position, keys whatever their order, of repeated keys the
 * last, as parsers take it. Numbers count as the same when they are so exactly, whatever a float makes of them.
 */
export function compareJson(before: string, after: string): JsonDiff {
  const texts = { before, after };
  const diff: JsonDiff = { changes: [], isKeyOrderDifferent: false };
  const todo: Pair[] = [{ place: undefined, before: readJsonText(before), after: readJsonText(after) }];
  for (let pair = todo.pop(); pair !== undefined; pair = todo.pop()) {
    const inner = comparePair(pair, texts, diff);
    while (inner.length > 0) todo.push(...inner.splice(-1000).reverse());
  }
  return diff;
}

/** Notes the difference, or gives the values inside that are still to be compared. */
function comparePair({ place, before, after }: Pair, texts: Texts, diff: JsonDiff): Pair[] {
  if (before === undefined || after === undefined) {
    diff.changes.push(...oneSided(place, before, after, texts));
    return [];
  }
  if (before.kind === 'object' && after.kind === 'object') {
    const [left, right] = [membersOf(before), membersOf(after)];
    diff.isKeyOrderDifferent ||= isReordered(left, right);
    return pairsOf(left, right, place);
  }
  if (before.kind === 'array' && after.kind === 'array') {
    return pairsOf(itemsOf(before), itemsOf(after), place);
  }
  const [left, right] = [textOf(before, texts.before), textOf(after, texts.after)];
  if (!isSameScalar(before, left, after, right)) {
    diff.changes.push({ pointer: pointerOf(place), kind: 'changed', before: left, after: right });
  }
  return [];
}

function oneSided(
  place: Place | undefined,
  before: JsonNode | undefined,
  after: JsonNode | undefined,
  texts: Texts,
): JsonChange[] {
  const pointer = pointerOf(place);
  if (before) return [{ pointer, kind: 'removed', before: textOf(before, texts.before) }];
  return after ? [{ pointer, kind: 'added', after: textOf(after, texts.after) }] : [];
}

function membersOf({ members }: Extract<JsonNode, { kind: 'object' }>): Map<string, JsonNode> {
  return new Map(members.map(({ key, node }) => [key, node]));
}

function itemsOf({ items }: Extract<JsonNode, { kind: 'array' }>): Map<string, JsonNode> {
  return new Map(items.map((item, index) => [String(index), item]));
}

function pairsOf(
  left: Map<string, JsonNode>,
  right: Map<string, JsonNode>,
  parent: Place | undefined,
): Pair[] {
  const pairs: Pair[] = [];
  for (const [segment, before] of left) {
    const after = right.get(segment);
    pairs.push({ place: { segment, parent }, before, ...(after && { after }) });
  }
  for (const [segment, after] of right) {
    if (!left.has(segment)) pairs.push({ place: { segment, parent }, after });
  }
  return pairs;
}

function isSameScalar(before: JsonNode, left: string, after: JsonNode, right: string): boolean {
  if (before.kind !== after.kind) return false;
  if (left === right) return true;
  if (before.kind === 'string') return JSON.parse(left) === JSON.parse(right);
  return before.kind === 'number' && plainNumber(left) === plainNumber(right);
}

/** Digits without zeros at either end, and the power of ten behind them: the same for `1.0`, `1` and `10e-1`. */
function plainNumber(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  // No number that anybody means; computing with it could take minutes.
  if (exponent.length > 100) return text;
  const digits = whole + fraction;
  let start = 0;
  let end = digits.length;
  while (digits[start] === '0') start += 1;
  while (end > start && digits[end - 1] === '0') end -= 1;
  if (start === end) return '0';
  const power = BigInt(exponent.replace('+', '')) + BigInt(digits.length - end - fraction.length);
  return `${mantissa.startsWith('-') ? '-' : ''}${digits.slice(start, end)}e${power}`;
}

function textOf({ start, end }: JsonNode, text: string): string {
  return text.slice(start, end);
}

function pointerOf(place: Place | undefined): string {
  const segments: string[] = [];
  for (let at = place; at !== undefined; at = at.parent) segments.push(at.segment);
  return formatPointer(segments.reverse());
}
