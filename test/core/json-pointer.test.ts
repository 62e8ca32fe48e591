import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatPointer, parsePointer, valueAt } from '../../src/core/json-pointer.ts';

// The document and the pointers of RFC 6901, section 5.
const RFC = {
  foo: ['bar', 'baz'],
  '': 0,
  'a/b': 1,
  'c%d': 2,
  'e^f': 3,
  'g|h': 4,
  'i\\j': 5,
  'k"l': 6,
  ' ': 7,
  'm~n': 8,
};

const POINTERS: { pointer: string; value: unknown }[] = [
  { pointer: '', value: RFC },
  { pointer: '/foo', value: ['bar', 'baz'] },
  { pointer: '/foo/0', value: 'bar' },
  { pointer: '/', value: 0 },
  { pointer: '/a~1b', value: 1 },
  { pointer: '/c%d', value: 2 },
  { pointer: '/e^f', value: 3 },
  { pointer: '/g|h', value: 4 },
  { pointer: '/i\\j', value: 5 },
  { pointer: '/k"l', value: 6 },
  { pointer: '/ ', value: 7 },
  { pointer: '/m~0n', value: 8 },
];

describe('valueAt', () => {
  for (const { pointer, value } of POINTERS) {
    it(`finds '${pointer}' of RFC 6901`, () => {
      assert.deepEqual(valueAt(RFC, parsePointer(pointer)), value);
      assert.equal(formatPointer(parsePointer(pointer)), pointer);
    });
  }

  const NOTHING: { it: string; document: unknown; pointer: string }[] = [
    { it: 'a missing field', document: RFC, pointer: '/bar' },
    { it: 'a position behind the end', document: RFC, pointer: '/foo/2' },
    { it: 'a position with a zero in front', document: RFC, pointer: '/foo/00' },
    { it: 'the length of a list', document: RFC, pointer: '/foo/length' },
    { it: 'the end of a list', document: RFC, pointer: '/foo/-' },
    { it: 'a character of a text', document: RFC, pointer: '/foo/0/0' },
    { it: 'what objects inherit', document: RFC, pointer: '/constructor/name' },
    { it: 'the prototype', document: RFC, pointer: '/__proto__' },
    { it: 'a field of null', document: null, pointer: '/a' },
    { it: 'a field of nothing', document: undefined, pointer: '/a' },
  ];
  for (const { it: what, document, pointer } of NOTHING) {
    it(`finds nothing for ${what}`, () => {
      assert.equal(valueAt(document, parsePointer(pointer)), undefined);
    });
  }
});

describe('parsePointer', () => {
  it('reads ~01 as ~1, not as a slash', () => assert.deepEqual(parsePointer('/~01'), ['~1']));

  it('takes back what formatPointer wrote', () => {
    const segments = ['~1', '~0', '/', '', 'a.b', '~~//'];
    assert.deepEqual(parsePointer(formatPointer(segments)), segments);
  });
});
