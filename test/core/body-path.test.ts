import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolvePath, setAt, unsetAt } from '../../src/core/body-path.ts';
import type { Json } from '../../src/core/json.ts';
import { hooksError } from '../helpers/hooks-error.ts';

const parse = (text: string) => JSON.parse(text) as Json;

const INCIDENT = parse(
  '{"public_incident.created":{"name":"Checkout is down"},"a":{"b":{"c":1},"b.c":2},"x.y.z":3,"x.y":{"z":4}}',
);

const PATHS: { it: string; document?: unknown; path: string; segments: string[] }[] = [
  { it: 'a single name', path: 'issue', segments: ['issue'] },
  { it: 'names between dots', path: 'issue.title', segments: ['issue', 'title'] },
  { it: 'a position in a list', path: 'items[0].id', segments: ['items', '0', 'id'] },
  { it: 'a position at the root', path: '[2][0]', segments: ['2', '0'] },
  { it: 'the place behind the end of a list', path: 'items[-]', segments: ['items', '-'] },
  { it: 'a number between dots', path: 'items.0.id', segments: ['items', '0', 'id'] },
  { it: 'a quoted key', path: '["a.b"].c', segments: ['a.b', 'c'] },
  { it: 'a quoted key behind a name', path: 'a["b]c"]', segments: ['a', 'b]c'] },
  { it: 'quotes in a quoted key', path: String.raw`["say \"no\""]`, segments: ['say "no"'] },
  { it: 'an escape in a quoted key', path: String.raw`["\u00e9"]`, segments: ['é'] },
  { it: 'an empty quoted key', path: '[""]', segments: [''] },
  { it: 'an escaped dot', path: String.raw`a\.b.c`, segments: ['a.b', 'c'] },
  { it: 'an escaped bracket', path: String.raw`a\[0\]`, segments: ['a[0]'] },
  { it: 'an escaped backslash', path: String.raw`a\\b`, segments: [String.raw`a\b`] },
  { it: 'spaces and letters of any script', path: 'größe in m.値', segments: ['größe in m', '値'] },
  { it: 'a dot in front, as jq has it', path: '.issue.title', segments: ['issue', 'title'] },
  { it: '__proto__ as a name', path: '__proto__.x', segments: ['__proto__', 'x'] },
  { it: 'a JSON Pointer', path: '/items/0/a.b', segments: ['items', '0', 'a.b'] },
  { it: 'the escapes of a JSON Pointer', path: '/a~1b/~0/~01', segments: ['a/b', '~', '~1'] },
  {
    it: 'a key that contains a dot',
    document: INCIDENT,
    path: 'public_incident.created.name',
    segments: ['public_incident.created', 'name'],
  },
  { it: 'the longest key with dots', document: INCIDENT, path: 'x.y.z', segments: ['x.y.z'] },
  { it: 'a key with dots further inside', document: INCIDENT, path: 'a.b.c', segments: ['a', 'b.c'] },
  { it: 'brackets as the end of a key', document: INCIDENT, path: 'a["b"].c', segments: ['a', 'b', 'c'] },
  { it: 'brackets as no part of a key', document: INCIDENT, path: 'a.b["c"]', segments: ['a', 'b', 'c'] },
  {
    it: 'nothing that objects inherit',
    document: {},
    path: 'constructor.name',
    segments: ['constructor', 'name'],
  },
];

const MALFORMED: { it: string; path: string; part: RegExp }[] = [
  { it: 'an empty path', path: '', part: /it is empty/ },
  { it: 'a dot alone', path: '.', part: /character 1 / },
  { it: 'a dot at the end', path: 'a.', part: /character 2 / },
  { it: 'two dots', path: 'a..b', part: /character 2 / },
  { it: 'an open bracket', path: 'a[0', part: /character 2 / },
  { it: 'empty brackets', path: 'a[]', part: /character 2 / },
  { it: 'a name in brackets without quotes', path: 'a[b]', part: /character 2 / },
  { it: 'single quotes', path: "a['b']", part: /character 2 / },
  { it: 'a name right behind brackets', path: 'a[0]b', part: /character 5 / },
  { it: 'a lone closing bracket', path: 'a]', part: /character 2 / },
  { it: 'a lone backslash at the end', path: 'a\\', part: /character 2 / },
  { it: 'a quoted key that JSON does not allow', path: String.raw`["\x"]`, part: /character 1 / },
  { it: 'a negative position', path: 'a[-1]', part: /character 2 / },
];

describe('resolvePath', () => {
  for (const { it: reads, document, path, segments } of PATHS) {
    it(`reads ${reads}`, () => assert.deepEqual(resolvePath(document, path), segments));
  }

  for (const { it: what, path, part } of MALFORMED) {
    it(`refuses ${what}`, () => assert.throws(() => resolvePath({}, path), hooksError('usage', part)));
  }

  it('is quick with a long path', () => {
    const path = `a${'.b'.repeat(20_000)}`;
    assert.equal(resolvePath(undefined, path).length, 20_001);
  });
});

const SET: { it: string; document: string; at: string[]; value: string; after: string }[] = [
  { it: 'replaces a value', document: '{"a":1,"b":2}', at: ['a'], value: '3', after: '{"a":3,"b":2}' },
  { it: 'adds a field at the end', document: '{"b":1}', at: ['a'], value: 'null', after: '{"b":1,"a":null}' },
  {
    it: 'makes missing objects on the way',
    document: '{}',
    at: ['a', 'b', 'c'],
    value: '1',
    after: '{"a":{"b":{"c":1}}}',
  },
  {
    it: 'makes an object of null on the way',
    document: '{"a":null}',
    at: ['a', 'b'],
    value: '1',
    after: '{"a":{"b":1}}',
  },
  {
    it: 'makes an object of null in a list',
    document: '[null]',
    at: ['0', 'b'],
    value: '1',
    after: '[{"b":1}]',
  },
  { it: 'replaces an item', document: '{"a":[1,2]}', at: ['a', '1'], value: '"x"', after: '{"a":[1,"x"]}' },
  { it: 'appends by -', document: '[1]', at: ['-'], value: '2', after: '[1,2]' },
  { it: 'appends by the next position', document: '[1]', at: ['1'], value: '2', after: '[1,2]' },
  { it: 'appends a new object', document: '[]', at: ['-', 'a'], value: '1', after: '[{"a":1}]' },
  { it: 'takes a number for a name in an object', document: '{}', at: ['0'], value: '1', after: '{"0":1}' },
  { it: 'replaces the whole document', document: '{"a":1}', at: [], value: '[]', after: '[]' },
  {
    it: 'sets an own field __proto__',
    document: '{}',
    at: ['__proto__'],
    value: '1',
    after: '{"__proto__":1}',
  },
  {
    it: 'goes into an own field __proto__',
    document: '{"__proto__":{"a":1}}',
    at: ['__proto__', 'b'],
    value: '2',
    after: '{"__proto__":{"a":1,"b":2}}',
  },
  {
    it: 'does not go into what objects inherit',
    document: '{}',
    at: ['constructor', 'prototype', 'isEvil'],
    value: 'true',
    after: '{"constructor":{"prototype":{"isEvil":true}}}',
  },
];

describe('setAt', () => {
  for (const { it: does, document, at, value, after } of SET) {
    it(does, () => assert.equal(JSON.stringify(setAt(parse(document), at, parse(value))), after));
  }

  it('leaves the prototype of all objects alone', () => {
    setAt({}, ['__proto__', 'isEvil'], true);
    setAt({}, ['constructor', 'prototype', 'isEvil'], true);
    assert.equal('isEvil' in {}, false);
  });

  for (const segment of ['3', '01', 'x', '', '1e0', ' 1']) {
    it(`refuses '${segment}' as a position in a list of 2`, () => {
      assert.throws(() => setAt([1, 2], [segment], 0), hooksError('usage', /list of 2[\s\S]*use 0 to 2/));
    });
  }

  for (const parent of ['a text', 7, true]) {
    it(`refuses to go into ${JSON.stringify(parent)}, and names the whole path`, () => {
      assert.throws(
        () => setAt({ issue: { title: parent } }, ['issue', 'title', 'x'], 0),
        hooksError('usage', /cannot set \/issue\/title\/x:/),
      );
    });
  }
});

const UNSET: { it: string; document: string; at: string[]; found: boolean; after: string }[] = [
  { it: 'removes a field', document: '{"a":1,"b":2}', at: ['a'], found: true, after: '{"b":2}' },
  {
    it: 'removes a field that is null',
    document: '{"a":{"b":null}}',
    at: ['a', 'b'],
    found: true,
    after: '{"a":{}}',
  },
  { it: 'removes an item, the others move up', document: '[1,2,3]', at: ['1'], found: true, after: '[1,3]' },
  { it: 'finds no missing field', document: '{"a":1}', at: ['b'], found: false, after: '{"a":1}' },
  { it: 'finds nothing in a missing parent', document: '{}', at: ['a', 'b'], found: false, after: '{}' },
  { it: 'finds nothing behind the end of a list', document: '[1]', at: ['1'], found: false, after: '[1]' },
  { it: 'finds nothing at -', document: '[1]', at: ['-'], found: false, after: '[1]' },
  { it: 'takes no zero in front of a position', document: '[1,2]', at: ['01'], found: false, after: '[1,2]' },
  { it: 'cannot remove the document', document: '{"a":1}', at: [], found: false, after: '{"a":1}' },
  { it: 'finds nothing inherited', document: '{}', at: ['toString'], found: false, after: '{}' },
  {
    it: 'removes an own __proto__',
    document: '{"__proto__":1}',
    at: ['__proto__'],
    found: true,
    after: '{}',
  },
];

describe('unsetAt', () => {
  for (const { it: does, document, at, found, after } of UNSET) {
    it(does, () => {
      const changed = parse(document);
      assert.equal(unsetAt(changed, at), found);
      assert.equal(JSON.stringify(changed), after);
    });
  }
});
