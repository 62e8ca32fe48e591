import fc, { type Arbitrary } from 'fast-check';
import { isObject, type Json } from '../core/json.ts';
import { parsePointer, valueAt } from '../core/json-pointer.ts';

// Where a flattened schema keeps which properties must not stand together.
const EXCLUDED = Symbol('excluded');

type Schema = Record<string, unknown> & { [EXCLUDED]?: string[][] };

// Deeper, optional parts are left out, so that schemas which contain themselves come to an end.
const MAX_DEPTH = 6;
const LONG_TEXT = 5000;
const EDGE_TEXTS = [
  ' ',
  '\u0000',
  'Zoë 東京 العربية 🚀',
  '👩‍👩‍👧 e\u0301\u2028',
  '<b>&amp;"\'</b>',
  '-1',
  'null',
  '../../etc/passwd',
];
const EDGE_NUMBERS = [0, -1, 1, 2 ** 31, 2 ** 53 - 1, -(2 ** 53 - 1), 1e21, 0.1];

/**
 * Documents that a JSON Schema (2020-12, without remote references) describes, with edges more often than by chance:
 * absent optional parts, nulls, empty and long values, all scripts, extreme numbers. What a schema says beyond structure
 * (`not`, conditions, counts of properties) is left to the caller to filter.
 */
export function documentsOf(root: Schema): Arbitrary<Json> {
  return build(root, 0);

  function build(node: unknown, depth: number): Arbitrary<Json> {
    if (node === true || node === undefined) return anything();
    const schema = flattened(resolved(node));
    const branches = (schema.oneOf ?? schema.anyOf) as unknown;
    if (Array.isArray(branches)) {
      const { oneOf: _oneOf, anyOf: _anyOf, ...rest } = schema;
      return fc.oneof(...branches.map((branch) => build(merged(rest, flattened(resolved(branch))), depth)));
    }
    if ('const' in schema) return fc.constant(schema.const as Json);
    if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as Json[]));
    const types = [schema.type ?? (isObject(schema.properties) ? 'object' : [])].flat();
    if (types.length === 0) return anything();
    return fc.oneof(...types.map((type) => typed(String(type), schema, depth)));
  }

  function typed(type: string, schema: Schema, depth: number): Arbitrary<Json> {
    if (type === 'null') return fc.constant(null);
    if (type === 'boolean') return fc.boolean();
    if (type === 'integer') return numbers(schema, true);
    if (type === 'number') return numbers(schema, false);
    if (type === 'array') return lists(schema, depth);
    return type === 'object' ? objects(schema, depth) : texts(schema);
  }

  function objects(schema: Schema, depth: number): Arbitrary<Json> {
    const required = new Set(Array.isArray(schema.required) ? schema.required.map(String) : []);
    const properties = Object.entries(isObject(schema.properties) ? schema.properties : {}).filter(
      ([name, child]) => child !== false && (required.has(name) || depth < MAX_DEPTH),
    );
    if (properties.length === 0)
      return fc.dictionary(words(), anything(), {
        minKeys: count(schema.minProperties, 0),
        maxKeys: 3,
      }) as Arbitrary<Json>;
    const arbitraries = Object.fromEntries(
      properties.map(([name, child]) => [name, build(child, depth + 1)]),
    );
    const all = properties.map(([name]) => name);
    const needed = all.filter((name) => required.has(name));
    const excluded = exclusionsKept(schema);
    const isCounted = 'minProperties' in schema || 'maxProperties' in schema;
    const objects = isCounted
      ? chosenOf(arbitraries, needed, schema)
      : fc.record(arbitraries, { requiredKeys: needed, noNullPrototype: true });
    return objects.filter(
      (value) => !excluded.some((names) => names.every((name) => name in value)),
    ) as Arbitrary<Json>;
  }

  function lists(schema: Schema, depth: number): Arbitrary<Json> {
    const least = typeof schema.minItems === 'number' ? schema.minItems : 0;
    const most = depth >= MAX_DEPTH ? least : Math.max(least, 3);
    return fc.array(build(schema.items, depth + 1), { minLength: least, maxLength: most }) as Arbitrary<Json>;
  }

  function resolved(node: unknown): Schema {
    let current = node;
    for (let hops = 0; hops < 20 && isObject(current) && typeof current.$ref === 'string'; hops++) {
      const { $ref, ...beside } = current;
      const target = valueAt(root, parsePointer(decodeURIComponent(String($ref).replace(/^#/, ''))));
      current = isObject(target) ? merged(target, beside) : {};
    }
    return isObject(current) ? current : {};
  }

  function flattened(schema: Schema): Schema {
    const { allOf, ...rest } = schema;
    const parts = Array.isArray(allOf) ? allOf.map((part) => flattened(resolved(part))) : [];
    const excluded = [...exclusions(schema), ...parts.flatMap(exclusionsKept)];
    return { ...parts.reduce(merged, rest), [EXCLUDED]: excluded };
  }
}

function exclusionsKept(schema: Schema): string[][] {
  return schema[EXCLUDED] ?? [];
}

/** Objects with as many of the optional properties as the schema allows. */
function chosenOf(
  arbitraries: Record<string, Arbitrary<Json>>,
  needed: readonly string[],
  { minProperties, maxProperties }: Schema,
): Arbitrary<Record<string, Json>> {
  const optional = Object.keys(arbitraries).filter((name) => !needed.includes(name));
  const within = (most: number) => Math.max(0, Math.min(optional.length, most - needed.length));
  const chosen = fc.subarray(optional, {
    minLength: within(count(minProperties, 0)),
    maxLength: within(count(maxProperties, Number.POSITIVE_INFINITY)),
  });
  return fc.tuple(fc.record(arbitraries, { noNullPrototype: true }), chosen).map(([values, names]) => {
    const present = new Set([...needed, ...names]);
    return Object.fromEntries(Object.entries(values).filter(([name]) => present.has(name)));
  });
}

function count(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

/** Properties that must not stand together: `not: {required: […]}`, by itself or in `allOf`. */
function exclusions({ not, allOf }: Schema): string[][] {
  const parts = [{ not }, ...(Array.isArray(allOf) ? (allOf as unknown[]) : [])];
  return parts.flatMap((part) => {
    const names = valueAt(part, ['not', 'required']);
    return Array.isArray(names) ? [names.map(String)] : [];
  });
}

/** Both at once, as far as structure goes. */
function merged(one: Schema, other: Schema): Schema {
  const { not: _not, if: _if, ...rest } = other;
  const required = [one.required, rest.required].flatMap((names) => (Array.isArray(names) ? names : []));
  return {
    ...one,
    ...rest,
    ...(isObject(one.properties) &&
      isObject(rest.properties) && { properties: { ...one.properties, ...rest.properties } }),
    ...(required.length > 0 && { required }),
    [EXCLUDED]: [...exclusionsKept(one), ...exclusionsKept(other)],
  };
}

function anything(): Arbitrary<Json> {
  return fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), texts({})) as Arbitrary<Json>;
}

function numbers({ minimum, maximum }: Schema, isWhole: boolean): Arbitrary<Json> {
  const min = typeof minimum === 'number' ? minimum : isWhole ? -(2 ** 53 - 1) : -1e21;
  const max = typeof maximum === 'number' ? maximum : isWhole ? 2 ** 53 - 1 : 1e21;
  const edges = EDGE_NUMBERS.filter(
    (edge) => edge >= min && edge <= max && (!isWhole || Number.isSafeInteger(edge)),
  );
  const any = isWhole
    ? fc.integer({ min: Math.max(min, -(2 ** 31)), max: Math.min(max, 2 ** 31) })
    : fc.double({ min, max, noNaN: true, noDefaultInfinity: true });
  return edges.length > 0 ? fc.oneof(any, fc.constantFrom(...edges)) : any;
}

function texts({ format, pattern, minLength, maxLength }: Schema): Arbitrary<Json> {
  const least = count(minLength, 0);
  const most = Math.min(LONG_TEXT, count(maxLength, LONG_TEXT));
  if (typeof pattern === 'string') return matching(pattern);
  const formatted = ofFormat(format);
  if (formatted) return formatted;
  const fits = ({ length }: string) => length >= least && length <= most;
  const edges = [
    { weight: 2, texts: [''] },
    { weight: 2, texts: EDGE_TEXTS },
    { weight: 2, texts: ['long '.repeat(LONG_TEXT / 5).slice(0, most)] },
  ].flatMap(({ weight, texts: all }) => {
    const fitting = all.filter(fits);
    return fitting.length > 0 ? [{ weight, arbitrary: fc.constantFrom(...fitting) }] : [];
  });
  return fc.oneof({ weight: 4, arbitrary: words(least, Math.min(most, 40)) }, ...edges);
}

// To make one takes tens of milliseconds, and a schema asks for the same few again and again.
const MADE = new Map<string, Arbitrary<string>>();

function madeOnce(key: string, make: () => Arbitrary<string>): Arbitrary<string> {
  const known = MADE.get(key) ?? make();
  MADE.set(key, known);
  return known;
}

function matching(pattern: string): Arbitrary<string> {
  return madeOnce(`pattern ${pattern}`, () => fc.stringMatching(new RegExp(pattern, 'u')));
}

function words(minLength = 1, maxLength = 40): Arbitrary<string> {
  return madeOnce(`${minLength} to ${maxLength}`, () =>
    fc.string({ minLength, maxLength, unit: 'grapheme' }),
  );
}

const EARLIEST = new Date('1970-01-01T00:00:00Z');
const LATEST = new Date('2199-12-31T23:59:59Z');

function dates(): Arbitrary<string> {
  return fc.date({ min: EARLIEST, max: LATEST, noInvalidDate: true }).map((date) => date.toISOString());
}

// Functions, because to make some of them takes longer than all else.
const FORMATS: Record<string, () => Arbitrary<string>> = {
  'date-time': dates,
  date: () => dates().map((date) => date.slice(0, 10)),
  uuid: () => fc.uuid(),
  email: () => fc.emailAddress(),
  uri: () => fc.webUrl(),
  'uri-reference': () => fc.webUrl(),
  ipv4: () => fc.ipV4(),
  ipv6: () => fc.ipV6(),
};

function ofFormat(format: unknown): Arbitrary<Json> | undefined {
  return typeof format === 'string' && Object.hasOwn(FORMATS, format)
    ? madeOnce(format, () => FORMATS[format]?.() ?? words())
    : undefined;
}
