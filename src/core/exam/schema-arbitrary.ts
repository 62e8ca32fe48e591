import fc, { type Arbitrary } from 'fast-check';
import { isObject, type Json } from '../json.ts';
import { numbersOf } from './schema-arbitrary-numbers.ts';
import { recordsOf } from './schema-arbitrary-records.ts';
import { branchesOf, type SchemaShape, shapeOf } from './schema-arbitrary-shape.ts';
import { STYLES, type Style } from './schema-arbitrary-style.ts';
import { textsOf } from './schema-arbitrary-texts.ts';

// Deeper, optional parts are left out, so that schemas which contain themselves come to an end.
const MOST_DEPTH = 7;
// What is still required here cannot be had: another branch has to be taken further up.
const GREATEST_DEPTH = 14;
const UNKNOWN_PROPERTY = 'x_added_later';

/**
 * Documents that a JSON Schema (2020-12) describes, edges far more often than by chance: absent and unknown properties,
 * nulls, empty and long values, all scripts, extreme numbers. What cannot be expressed (`if`, most of `not`) is left to
 * the caller to filter. References into other documents mean anything.
 */
export function documentsOf(schema: Readonly<Record<string, unknown>>): Arbitrary<Json> {
  return fc.oneof(
    ...STYLES.map((style) => ({ weight: style === 'mixed' ? 4 : 1, arbitrary: valuesOf(schema, style) })),
  );
}

function valuesOf(root: unknown, style: Style): Arbitrary<Json> {
  const anyValue = anything();
  const made = new Map<unknown, Map<number, Arbitrary<Json> | undefined>>();
  return build(root, 0) ?? fc.constant(null);

  /** Undefined where no value fits that ends at some depth. */
  function build(schema: unknown, depth: number): Arbitrary<Json> | undefined {
    const ofDepth = made.get(schema) ?? new Map<number, Arbitrary<Json> | undefined>();
    made.set(schema, ofDepth);
    if (depth > GREATEST_DEPTH) return undefined;
    if (!ofDepth.has(depth)) ofDepth.set(depth, shaped(shapeOf(root, schema), depth));
    return ofDepth.get(depth);
  }

  function shaped(shape: SchemaShape, depth: number): Arbitrary<Json> | undefined {
    if (shape.isImpossible) return undefined;
    if (shape.choices.length > 0) {
      return anyOf(branchesOf(root, shape).map((branch) => shaped(branch, depth)));
    }
    const { keywords } = shape;
    if ('const' in keywords) return fc.constant(keywords.const as Json);
    if (Array.isArray(keywords.enum)) return anyOf(keywords.enum.map((value) => fc.constant(value as Json)));
    const types = typesOf(keywords);
    if (style === 'nulls' && types.includes('null')) return fc.constant(null);
    return types.length === 0 ? anyValue : anyOf(types.map((type) => typed(type, shape, depth)));
  }

  function typed(type: unknown, shape: SchemaShape, depth: number): Arbitrary<Json> | undefined {
    if (type === 'null') return fc.constant(null);
    if (type === 'boolean') return fc.boolean();
    if (type === 'integer' || type === 'number') return numbersOf(shape.keywords, type === 'integer', style);
    if (type === 'array') return lists(shape.keywords, depth);
    return type === 'object' ? objects(shape, depth) : textsOf(shape.keywords, style);
  }

  function lists(keywords: SchemaShape['keywords'], depth: number): Arbitrary<Json> {
    const least = countOf(keywords.minItems, 0);
    const most = style === 'empty' || depth >= MOST_DEPTH ? least : Math.max(least, 3);
    const items = most === 0 ? undefined : build(keywords.items ?? true, depth + 1);
    if (items === undefined) return fc.constant([]);
    const lengths = { minLength: least, maxLength: Math.min(most, countOf(keywords.maxItems, most)) };
    return keywords.uniqueItems === true
      ? fc.uniqueArray(items, { ...lengths, selector: (item) => JSON.stringify(item) })
      : fc.array(items, lengths);
  }

  function objects(shape: SchemaShape, depth: number): Arbitrary<Json> | undefined {
    const { keywords } = shape;
    const required = new Set([keywords.required ?? []].flat().map(String));
    const least = countOf(keywords.minProperties, 0);
    const most = countOf(keywords.maxProperties, Number.POSITIVE_INFINITY);
    const isFree = depth < MOST_DEPTH && style !== 'least';
    const properties = new Map<string, Arbitrary<Json>>();
    for (const [name, schema] of propertiesOf(keywords, required)) {
      const isWanted = required.has(name) || isFree || least > required.size;
      const values = isWanted ? build(schema, depth + 1) : undefined;
      if (values) properties.set(name, values);
      else if (required.has(name)) return undefined;
    }
    if (properties.size < least) return undefined;
    const share = (name: string) => shareOf(style, depth) * (name === UNKNOWN_PROPERTY ? 0.1 : 1);
    return recordsOf({ properties, required, apart: shape.apart, least, most, share });
  }
}

function propertiesOf(
  keywords: SchemaShape['keywords'],
  required: ReadonlySet<string>,
): [name: string, schema: unknown][] {
  const { properties, additionalProperties, unevaluatedProperties, propertyNames } = keywords;
  const declared = isObject(properties) ? properties : {};
  const isOpen = additionalProperties !== false && unevaluatedProperties !== false && !propertyNames;
  const others = [...required, ...(isOpen ? [UNKNOWN_PROPERTY] : [])].filter(
    (name) => !Object.hasOwn(declared, name),
  );
  return [
    ...Object.entries(declared),
    ...others.map((name): [string, unknown] => [name, additionalProperties]),
  ];
}

/** How many of the optional properties are there: fewer where they would multiply. */
function shareOf(style: Style, depth: number): number {
  if (style === 'mixed') return depth < 3 ? 0.5 : 0.25;
  return depth < 3 ? (style === 'full' ? 0.98 : 0.8) : 0.3;
}

function anyOf(arbitraries: readonly (Arbitrary<Json> | undefined)[]): Arbitrary<Json> | undefined {
  const possible = arbitraries.filter((arbitrary) => arbitrary !== undefined);
  return possible.length === 0 ? undefined : fc.oneof(...possible);
}

function typesOf(keywords: SchemaShape['keywords']): unknown[] {
  if (keywords.type !== undefined) return [keywords.type].flat();
  if ('properties' in keywords || 'required' in keywords) return ['object'];
  if ('items' in keywords) return ['array'];
  if ('pattern' in keywords || 'minLength' in keywords || 'maxLength' in keywords) return ['string'];
  return 'minimum' in keywords || 'maximum' in keywords ? ['number'] : [];
}

/** Where a schema says nothing. */
function anything(): Arbitrary<Json> {
  return fc.oneof(
    fc.constantFrom<Json>(null, true, 0, '', 'text', '東京 🚀', [], {}, [[null]], { a: [{}] }),
    fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as Json),
  );
}

function countOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
