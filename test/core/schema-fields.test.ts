import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { schemaFields } from '../../src/core/schema-fields.ts';

const line = ({ pointer, type, isRequired }: ReturnType<typeof schemaFields>[number]) =>
  `${pointer}${isRequired ? '!' : ''} ${type}`;

const TYPES: { it: string; schema: object; type: string }[] = [
  { it: 'its type', schema: { type: 'string' }, type: 'string' },
  { it: 'several types', schema: { type: ['string', 'null'] }, type: 'string | null' },
  { it: 'its format', schema: { type: 'string', format: 'date-time' }, type: 'string (date-time)' },
  { it: 'a constant', schema: { const: 'order.paid' }, type: '"order.paid"' },
  { it: 'the constant null', schema: { const: null }, type: 'null' },
  { it: 'an enumeration', schema: { enum: ['a', 1, null] }, type: '"a" | 1 | null' },
  { it: 'a list of a type', schema: { type: 'array', items: { type: 'integer' } }, type: 'list of integer' },
  { it: 'a list of anything', schema: { type: 'array' }, type: 'array' },
  { it: 'an object by its properties', schema: { properties: {} }, type: 'object' },
  { it: 'anything', schema: {}, type: 'any' },
];

describe('schemaFields', () => {
  for (const { it: says, schema, type } of TYPES) {
    it(`says of a field ${says}`, () => {
      assert.deepEqual(schemaFields({ properties: { x: schema } }), [
        { pointer: '/x', type, isRequired: false },
      ]);
    });
  }

  it('lists parents before children, with what is required', () => {
    const schema = {
      required: ['order'],
      properties: {
        order: {
          type: 'object',
          required: ['id'],
          properties: { id: { type: 'string' }, note: { type: 'string' } },
        },
        'a/b~c': true,
        never: false,
      },
    };
    assert.deepEqual(schemaFields(schema).map(line), [
      '/order! object',
      '/order/id! string',
      '/order/note string',
      '/a~1b~0c any',
    ]);
  });

  it('writes the items of a list as a star', () => {
    const items = { type: 'object', properties: { sku: { type: 'string' } } };
    assert.deepEqual(schemaFields({ properties: { lines: { type: 'array', items } } }).map(line), [
      '/lines list of object',
      '/lines/*/sku string',
    ]);
  });

  it('follows references, and lets a field add to them', () => {
    const schema = {
      properties: {
        one: { $ref: '#/$defs/money', description: 'what it costs' },
        two: { $ref: '#/$defs/price' },
      },
      $defs: {
        price: { $ref: '#/$defs/money' },
        money: { type: 'integer', description: 'in cents', 'x-assumed': true },
      },
    };
    assert.deepEqual(schemaFields(schema), [
      { pointer: '/one', type: 'integer', isRequired: false, description: 'what it costs', basis: 'assumed' },
      { pointer: '/two', type: 'integer', isRequired: false, description: 'in cents', basis: 'assumed' },
    ]);
  });

  it('reads a reference as a part of a URL, and follows no anchor', () => {
    const schema = {
      properties: {
        one: { $ref: '#/$defs/list%3Cmoney%3E%20%25' },
        two: { $ref: '#money' },
        three: { $ref: '#/$defs/%' },
      },
      $defs: { 'list<money> %': { type: 'integer' }, '%': { $anchor: 'money', type: 'number' } },
    };
    assert.deepEqual(schemaFields(schema).map(line), ['/one integer', '/two any', '/three number']);
  });

  const CIRCLES: { it: string; schema: object; lines: string[] }[] = [
    {
      it: 'a definition that contains itself',
      schema: {
        properties: { parent: { $ref: '#/$defs/node' } },
        $defs: { node: { type: 'object', properties: { child: { $ref: '#/$defs/node' } } } },
      },
      lines: ['/parent object', '/parent/child object'],
    },
    {
      it: 'a schema that refers to itself',
      schema: { type: 'object', properties: { self: { $ref: '#' } } },
      lines: ['/self object'],
    },
    {
      it: 'references in a circle',
      schema: {
        properties: { a: { $ref: '#/$defs/a' } },
        $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } },
      },
      lines: ['/a any'],
    },
    {
      it: 'a reference to nothing',
      schema: { properties: { a: { $ref: '#/$defs/gone' } } },
      lines: ['/a any'],
    },
    {
      it: 'a reference to elsewhere',
      schema: { properties: { a: { $ref: 'https://x.example/a' } } },
      lines: ['/a any'],
    },
  ];
  for (const { it: what, schema, lines } of CIRCLES) {
    it(`comes to an end with ${what}`, () => assert.deepEqual(schemaFields(schema).map(line), lines));
  }

  it('comes to an end with a list of itself', () => {
    const schema = {
      properties: { tree: { $ref: '#/$defs/list' } },
      $defs: { list: { type: 'array', items: { $ref: '#/$defs/list' } } },
    };
    const [tree] = schemaFields(schema);
    assert.match(tree?.type ?? '', /^(?:list of )+array$/);
  });

  it('finds nothing in a schema without properties', () => assert.deepEqual(schemaFields({}), []));
});
