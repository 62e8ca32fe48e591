import { Buffer } from 'node:buffer';
import { LAYOUTS, MEMBERS, NUMBERS, STRINGS } from './json-styles.ts';
import { type JsonNode, type JsonStyle, parseJsonTree, rewriteJsonTokens, writeJson } from './json-tree.ts';
import type { FoundMistake } from './mistake.ts';
import { found } from './mistake.ts';
import type { BodyOption } from './options.ts';

const SMALL_BYTES = 16 * 1024;
const MIDDLE_BYTES = 256 * 1024;
const GREAT_BYTES = 4 * 1024 * 1024;
const LARGE_BYTES = 16 * 1024 * 1024;
// 2^n bodies are made for n whole numbers.
const MOST_NUMBERS = 8;

const AS_RECEIVED = {
  layout: { mistakes: [], value: undefined },
  string: { mistakes: [], value: (raw: string) => raw },
  number: { mistakes: [], value: (raw: string) => raw },
  members: { mistakes: [], value: undefined },
};

interface Recipe {
  mistakes: readonly FoundMistake[];
  style: Pick<JsonStyle, 'string' | 'number'> & Partial<JsonStyle>;
}

/**
 * The body as other JSON serialisers would write it, those with the fewest departures first. Nothing for a body that is
 * not JSON. The larger the body, the fewer are tried.
 */
export function* jsonBodies(body: Uint8Array): Generator<BodyOption> {
  const text = jsonText(body);
  if (text === undefined) return;
  if (body.length > GREAT_BYTES) {
    yield* nativeBodies(text);
    return;
  }
  const tree = parseJsonTree(text);
  if (tree === undefined) return;
  const recipes = usefulRecipes(text, tree).sort((a, b) => a.mistakes.length - b.mistakes.length);
  const most = mostMistakes(body.length);
  for (const { mistakes, style } of recipes.filter((recipe) => recipe.mistakes.length <= most)) {
    const written = write(text, tree, style);
    if (written !== undefined && written !== text) yield { mistakes, bytes: Buffer.from(written) };
  }
  yield* bodiesWithFractions(text);
}

function mostMistakes(sizeBytes: number): number {
  if (sizeBytes <= SMALL_BYTES) return 5;
  return sizeBytes <= MIDDLE_BYTES ? 2 : 1;
}

function jsonText(body: Uint8Array): string | undefined {
  const first = body.find((byte) => ![0x20, 0x09, 0x0a, 0x0d].includes(byte));
  if (body.length > LARGE_BYTES || (first !== 0x7b && first !== 0x5b)) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}

/** For large bodies: what JavaScript's own serialiser writes. */
function* nativeBodies(text: string): Generator<BodyOption> {
  const value: unknown = JSON.parse(text);
  for (const [indent, mistake] of [
    [undefined, found('json-compact')],
    ['  ', found('json-indented', '2 spaces')],
  ] as const) {
    const written = stringified(value, indent);
    if (written !== undefined) yield { mistakes: [mistake], bytes: Buffer.from(written) };
  }
}

/** Undefined where it is nested too deeply to be written. */
function stringified(value: unknown, indent: string | undefined): string | undefined {
  try {
    return JSON.stringify(value, null, indent);
  } catch {
    return undefined;
  }
}

/** Every combination of departures that by itself changes this body. */
function usefulRecipes(text: string, tree: JsonNode): Recipe[] {
  const layoutNow = LAYOUTS.find(({ value }) => writeJson(tree, identity(value)) === text.trim())?.value;
  const base = layoutNow ?? { comma: ',', colon: ':' };
  const written = writeJson(tree, identity(base));
  const changes = (style: Partial<JsonStyle>) => writeJson(tree, { ...identity(base), ...style }) !== written;
  const layouts = [AS_RECEIVED.layout, ...LAYOUTS.filter(({ value }) => value !== layoutNow)];
  const strings = [AS_RECEIVED.string, ...STRINGS.filter(({ value }) => changes({ string: value }))];
  const numbers = [AS_RECEIVED.number, ...NUMBERS.filter(({ value }) => changes({ number: value }))];
  const members = [AS_RECEIVED.members, ...MEMBERS.filter(({ value }) => changes({ members: value }))];
  const recipes: Recipe[] = [];
  for (const layout of layouts)
    for (const member of members) {
      const isRekeyed = member.value !== undefined;
      const value = layout.value ?? (isRekeyed ? layoutNow : undefined);
      // With keys in another order, a layout that is none of ours can't be kept.
      if (isRekeyed && value === undefined) continue;
      const shape = {
        ...(value !== undefined && { layout: value }),
        ...(member.value !== undefined && { members: member.value }),
      };
      recipes.push(...withTokens([...layout.mistakes, ...member.mistakes], shape, strings, numbers));
    }
  return recipes.filter(({ mistakes }) => mistakes.length > 0);
}

function withTokens(
  mistakes: readonly FoundMistake[],
  shape: Partial<JsonStyle>,
  strings: readonly Pick<(typeof STRINGS)[number], 'mistakes' | 'value'>[],
  numbers: readonly Pick<(typeof NUMBERS)[number], 'mistakes' | 'value'>[],
): Recipe[] {
  return strings.flatMap((string) =>
    numbers.map((number) => ({
      mistakes: [...mistakes, ...string.mistakes, ...number.mistakes],
      style: { ...shape, string: string.value, number: number.value },
    })),
  );
}

function identity(layout: JsonStyle['layout']): JsonStyle {
  return { layout, string: (raw) => raw, number: (raw) => raw, members: (members) => members };
}

function write(text: string, tree: JsonNode, style: Recipe['style']): string | undefined {
  const { layout, members = (all) => all } = style;
  if (layout === undefined) return rewriteJsonTokens(text, style);
  return writeJson(tree, { ...style, layout, members });
}

/** Whole numbers that may have had a `.0` before they were rewritten: any selection of the few that there are. */
function* bodiesWithFractions(text: string): Generator<BodyOption> {
  let numbers = 0;
  const countNumber = (raw: string) => {
    numbers += 1;
    return raw;
  };
  rewriteJsonTokens(text, { string: (raw) => raw, number: countNumber });
  if (numbers > MOST_NUMBERS) return;
  for (let selection = 1; selection < 2 ** numbers; selection++) {
    let position = 0;
    const number = (raw: string) => {
      const isSelected = ((selection >> position++) & 1) === 1;
      return isSelected && /^-?\d+$/.test(raw) ? `${raw}.0` : raw;
    };
    const written = rewriteJsonTokens(text, { string: (raw) => raw, number });
    if (written !== text)
      yield { mistakes: [found('json-numbers', '1 as 1.0')], bytes: Buffer.from(written) };
  }
}
