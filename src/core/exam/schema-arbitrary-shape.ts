import { isObject } from '../json.ts';
import { referredTo } from '../schema-reference.ts';

/** What a schema says about one value, with references and `allOf` resolved. */
export interface SchemaShape {
  /** All keywords that describe the value, those of several schemas put together. */
  keywords: Readonly<Record<string, unknown>>;
  /** One branch of each list has to hold (`anyOf`, `oneOf`). */
  choices: readonly (readonly unknown[])[];
  /** Properties that must not stand together (`not: {required: […]}`). */
  apart: readonly (readonly string[])[];
  /** No value fits: `false`, or demands that exclude each other. */
  isImpossible: boolean;
}

const ANYTHING: SchemaShape = { keywords: {}, choices: [], apart: [], isImpossible: false };
const RESOLVED = ['$ref', 'allOf', 'anyOf', 'oneOf', 'not'];
// A reference to itself describes nothing more.
const MOST_REFERENCES = 20;

/** The shape of a schema inside `root`. What it cannot express (`if`, most of `not`) is left to a validator. */
export function shapeOf(root: unknown, schema: unknown, hops = 0): SchemaShape {
  if (schema === false) return { ...ANYTHING, isImpossible: true };
  if (!isObject(schema) || hops > MOST_REFERENCES) return ANYTHING;
  const own: SchemaShape = {
    keywords: Object.fromEntries(Object.entries(schema).filter(([key]) => !RESOLVED.includes(key))),
    choices: [schema.anyOf, schema.oneOf].filter(Array.isArray),
    apart: namesApart(schema.not),
    isImpossible: false,
  };
  const parts = Array.isArray(schema.allOf) ? (schema.allOf as unknown[]) : [];
  const referred = typeof schema.$ref === 'string' ? [referredTo(root, schema.$ref)] : [];
  return [...referred, ...parts].map((part) => shapeOf(root, part, hops + 1)).reduce(bothOf, own);
}

/** The shape with one branch of its first choice taken; a shape for each branch that is possible. */
export function branchesOf(root: unknown, shape: SchemaShape): SchemaShape[] {
  const [first = [], ...choices] = shape.choices;
  return first
    .map((branch) => bothOf({ ...shape, choices }, shapeOf(root, branch)))
    .filter(({ isImpossible }) => !isImpossible);
}

function namesApart(not: unknown): string[][] {
  return isObject(not) && Array.isArray(not.required) ? [not.required.map(String)] : [];
}

/** Both demands at once. */
function bothOf(one: SchemaShape, other: SchemaShape): SchemaShape {
  const keywords: Record<string, unknown> = { ...one.keywords };
  for (const [key, value] of Object.entries(other.keywords)) {
    keywords[key] = key in keywords ? combined(key, keywords[key], value) : value;
  }
  return {
    keywords,
    choices: [...one.choices, ...other.choices],
    apart: [...one.apart, ...other.apart],
    isImpossible:
      one.isImpossible || other.isImpossible || (Array.isArray(keywords.type) && keywords.type.length === 0),
  };
}

function combined(key: string, one: unknown, other: unknown): unknown {
  if (key === 'required') return [...new Set([one, other].flat())];
  if (key === 'type') return commonTypes([one].flat(), [other].flat());
  if (key === 'enum' && Array.isArray(one) && Array.isArray(other)) {
    const texts = other.map((value) => JSON.stringify(value));
    return one.filter((value) => texts.includes(JSON.stringify(value)));
  }
  if (typeof one === 'number' && typeof other === 'number') {
    if (/^(min|exclusiveMin)/.test(key)) return Math.max(one, other);
    if (/^(max|exclusiveMax)/.test(key)) return Math.min(one, other);
  }
  if (key === 'additionalProperties' || key === 'items') return { allOf: [one, other] };
  return key === 'properties' && isObject(one) && isObject(other) ? bothProperties(one, other) : other;
}

function bothProperties(one: Record<string, unknown>, other: Record<string, unknown>): object {
  const shared = Object.keys(other).filter((name) => Object.hasOwn(one, name));
  const both = shared.map((name) => [name, { allOf: [one[name], other[name]] }] as const);
  return { ...one, ...other, ...Object.fromEntries(both) };
}

function commonTypes(one: readonly unknown[], other: readonly unknown[]): unknown[] {
  const within = (types: readonly unknown[], type: unknown) =>
    types.includes(type) || (type === 'integer' && types.includes('number'));
  return [
    ...new Set([...one.filter((type) => within(other, type)), ...other.filter((type) => within(one, type))]),
  ];
}
