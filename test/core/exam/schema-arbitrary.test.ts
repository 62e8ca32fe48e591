import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createAjv } from '../../../src/adapters/ajv.ts';
import { readSchemas } from '../../../src/adapters/provider-packs.ts';
import { documentsOf } from '../../../src/core/exam/schema-arbitrary.ts';
import { isObject, type Json } from '../../../src/core/json.ts';
import { packs } from '../../helpers/bundled-packs.ts';

function sample(schema: Record<string, unknown>, numRuns = 50, seed = 7): Json[] {
  return fc.sample(documentsOf(schema), { numRuns, seed });
}

/** The error of the first document that the schema does not allow. */
function firstError(schema: Record<string, unknown>, documents: readonly Json[]): string | undefined {
  const validate = createAjv().compile(schema);
  const invalid = documents.find((document) => !validate(document));
  return invalid === undefined ? undefined : `${JSON.stringify(validate.errors?.[0]?.schemaPath)}`;
}

function* valuesIn(value: Json): Generator<Json> {
  yield value;
  if (typeof value === 'object' && value !== null)
    for (const child of Object.values(value)) yield* valuesIn(child);
}

describe('documents made from the schemas that ship', () => {
  for (const { manifest, ...pack } of packs) {
    it(`are valid, 50 for every event type and variant of ${manifest.id}`, async () => {
      let count = 0;
      for (const eventType of Object.keys(manifest.events)) {
        for (const { schema, variant } of await readSchemas({ manifest, ...pack }, eventType)) {
          const documents = sample(schema as Record<string, unknown>);
          count += documents.length;
          assert.equal(
            firstError(schema as Record<string, unknown>, documents),
            undefined,
            `${eventType} ${variant}`,
          );
          assert.ok(new Set(documents.map((document) => JSON.stringify(document))).size > 20, eventType);
        }
      }
      assert.ok(count >= 100, `${count} documents`);
    });
  }

  it('are UTF-8 when they are sent, and less than a megabyte', async () => {
    for (const pack of packs) {
      const [eventType = ''] = Object.keys(pack.manifest.events);
      const [first] = await readSchemas(pack, eventType);
      for (const document of sample(first?.schema as Record<string, unknown>)) {
        const text = JSON.stringify(document);
        assert.equal(Buffer.from(text).toString(), text);
        assert.doesNotMatch(text, /\\ud[89a-f]/);
        assert.ok(text.length < 2 ** 20);
      }
    }
  });
});

const ORDER = {
  type: 'object',
  required: ['type', 'id', 'note', 'tags'],
  properties: {
    type: { const: 'order.created' },
    id: { type: 'string', minLength: 1 },
    note: { type: ['string', 'null'] },
    tags: { type: 'array', items: { type: 'string' } },
    total: { type: 'number' },
    count: { type: 'integer' },
    parent: { $ref: '#' },
  },
};

describe('documents made from a schema', () => {
  const orders = sample(ORDER, 200);
  const values = orders.flatMap((order) => [...valuesIn(order)]);
  const texts = values.filter((value) => typeof value === 'string');
  const numbers = values.filter((value) => typeof value === 'number');
  const count = (edge: (order: Record<string, unknown>) => boolean) =>
    orders.filter((order) => isObject(order) && edge(order)).length;

  const edges: [name: string, found: () => number][] = [
    ['nulls', () => count(({ note }) => note === null)],
    ['absent properties', () => count((order) => !('total' in order))],
    ['present ones', () => count((order) => 'total' in order)],
    [
      'unknown properties',
      () => values.filter((value) => isObject(value) && 'x_added_later' in value).length,
    ],
    ['empty texts', () => count(({ note }) => note === '')],
    ['empty lists', () => count(({ tags }) => Array.isArray(tags) && tags.length === 0)],
    ['texts of 10,000 characters', () => texts.filter(({ length }) => length >= 10_000).length],
    ['emoji', () => texts.filter((text) => /\p{Extended_Pictographic}/u.test(text)).length],
    ['right-to-left text', () => texts.filter((text) => /\p{Script=Arabic}/u.test(text)).length],
    ['combining characters', () => texts.filter((text) => text.includes('e\u0301')).length],
    ['line separators', () => texts.filter((text) => text.includes('\u2028')).length],
    ['NUL', () => texts.filter((text) => text.includes('\0')).length],
    ['zero', () => numbers.filter((number) => number === 0).length],
    ['negative numbers', () => numbers.filter((number) => number < 0).length],
    ['2 to the 53rd', () => numbers.filter((number) => Math.abs(number) === 2 ** 53).length],
    ['1e308', () => numbers.filter((number) => number === 1e308).length],
    ['documents in themselves', () => count(({ parent }) => isObject(parent))],
  ];
  for (const [name, found] of edges) {
    it(`often have ${name}`, () => assert.ok(found() >= 3, `${found()} in 200`));
  }

  it('keep the event type', () => {
    assert.equal(
      count(({ type }) => type === 'order.created'),
      200,
    );
  });

  it('hold no lone surrogates, which are no UTF-8', () => {
    for (const text of texts) assert.doesNotMatch(text, /\p{Surrogate}/u);
  });

  it('are the same for the same seed', () => {
    assert.deepEqual(sample(ORDER, 20, 3), sample(ORDER, 20, 3));
    assert.notDeepEqual(sample(ORDER, 20, 3), sample(ORDER, 20, 4));
  });

  const words: [name: string, schema: Record<string, unknown>][] = [
    ['nothing at all', {}],
    [
      'allOf of objects',
      { allOf: [{ type: 'object', properties: { a: { type: 'string' } } }, { required: ['a'] }] },
    ],
    [
      'allOf of the same property',
      {
        allOf: [
          { properties: { a: { minLength: 3 } } },
          { required: ['a'], properties: { a: { type: 'string', maxLength: 4 } } },
        ],
        type: 'object',
      },
    ],
    [
      'oneOf with constants',
      { oneOf: [{ type: 'object', required: ['k'], properties: { k: { const: 1 } } }, { const: 'x' }] },
    ],
    [
      'anyOf beside properties',
      {
        type: 'object',
        properties: { a: { type: 'null' }, b: { enum: [1, 'two', null] } },
        anyOf: [{ required: ['a'] }, { required: ['b'] }],
      },
    ],
    ['properties apart', { type: 'object', properties: { a: true, b: true }, not: { required: ['a', 'b'] } }],
    ['a forbidden property', { type: 'object', properties: { a: false, b: { type: 'boolean' } } }],
    [
      'exactly one property',
      {
        type: 'object',
        minProperties: 1,
        maxProperties: 1,
        properties: { a: { type: 'string' }, b: { $ref: '#' } },
      },
    ],
    ['no others', { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false }],
    ['others of a kind', { type: 'object', additionalProperties: { type: 'integer' } }],
    ['lengths', { type: 'string', minLength: 2, maxLength: 5 }],
    ['a great length', { type: 'string', minLength: 20_000 }],
    ['a pattern', { type: 'string', pattern: '^[A-Z]{2}-\\d+$' }],
    ['a range', { type: 'integer', minimum: 5, exclusiveMaximum: 9 }],
    ['steps', { type: 'number', multipleOf: 5 }],
    ['counts', { type: 'array', minItems: 2, maxItems: 3, uniqueItems: true, items: { type: 'integer' } }],
    ...['date-time', 'date', 'time', 'uuid', 'email', 'uri', 'hostname', 'ipv4', 'ipv6'].map(
      (format): [string, Record<string, unknown>] => [`the format ${format}`, { type: 'string', format }],
    ),
  ];
  for (const [name, schema] of words) {
    it(`obey the schema: ${name}`, () => assert.equal(firstError(schema, sample(schema, 100)), undefined));
  }

  it('come to an end where only some branches do', () => {
    const nested = {
      type: 'object',
      minProperties: 1,
      additionalProperties: false,
      properties: { again: { $ref: '#' }, end: { const: 1 } },
    };
    assert.equal(firstError(nested, sample(nested, 100)), undefined);
  });

  it('are real times where a pattern means times', () => {
    const pattern = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,7})?([Zz]|[+-]\\d{2}:\\d{2})?$';
    for (const text of sample({ type: 'string', pattern }))
      assert.ok(!Number.isNaN(Date.parse(String(text))), String(text));
  });

  it('come from a schema that refers outside itself, or is broken', () => {
    assert.equal(sample({ $ref: 'https://example.com/other.json' }).length, 50);
    assert.equal(sample({ $ref: '#/$defs/none%' }).length, 50);
    assert.equal(sample({ type: 'string', pattern: '(' }).length, 50);
  });
});
