import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fill, type Template } from '../../../src/core/control-plane/template.ts';
import type { Json } from '../../../src/core/json.ts';

const scope = {
  body: { name: 'Orders', none: null, no: false, 'a.b': 1 },
  items: [{ id: 'x', n: 1 }, { id: 'y' }],
};

describe('a template', () => {
  const rows: { name: string; template: Template; filled: Json | undefined }[] = [
    { name: 'keeps what is no hole', template: { a: [1, 'text', null] }, filled: { a: [1, 'text', null] } },
    { name: 'takes whole values', template: '$body', filled: scope.body },
    { name: 'keeps null and false', template: ['$body.none', '$body.no'], filled: [null, false] },
    { name: 'leaves out what is not there', template: { a: '$body.what', b: ['$nope'] }, filled: { b: [] } },
    { name: 'is nothing where its one hole is', template: '$nope.deeper', filled: undefined },
    { name: 'reaches no inherited property', template: '$body.constructor', filled: undefined },
    {
      name: 'makes lists',
      template: { $each: '$items', as: { id: '$item.id' } },
      filled: [{ id: 'x' }, { id: 'y' }],
    },
    { name: 'makes lists without gaps', template: { $each: '$items', as: '$item.n' }, filled: [1] },
    {
      name: 'makes objects',
      template: { $each: '$items', by: '$item.id', as: '$item.n' },
      filled: { x: 1, y: null },
    },
    { name: 'makes nothing of no list', template: { $each: '$body.name', as: 1 }, filled: [] },
    {
      name: 'takes the first that is there',
      template: { $or: ['$nope', '$body.name', 'else'] },
      filled: 'Orders',
    },
    { name: 'chooses by a value', template: { $case: '$body.name', of: { Orders: 1, Jobs: 2 } }, filled: 1 },
    {
      name: 'chooses nothing by another',
      template: { $case: '$body.name', of: { toString: 2 } },
      filled: undefined,
    },
  ];
  for (const { name, template, filled } of rows)
    it(name, () => {
      assert.deepEqual(fill(template, scope), filled);
    });

  it('cannot be made to set a prototype', () => {
    const keyed = { $each: [{ id: '__proto__', v: { polluted: true } }], by: '$item.id', as: '$item.v' };
    const filled = fill(keyed, {}) as Record<string, Json>;
    assert.ok(Object.hasOwn(filled, '__proto__'));
    assert.equal(filled.polluted, undefined);
  });
});
