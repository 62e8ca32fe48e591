import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Json } from '../../src/core/json.ts';
import {
  buildBody,
  formatTime,
  type PayloadEdit,
  parseAssignment,
  parseSet,
} from '../../src/core/payload.ts';
import type { FreshField } from '../../src/core/provider.ts';
import { hooksError } from '../helpers/hooks-error.ts';
import { bytes, constantBytes } from '../helpers/test-bytes.ts';

const NOW = new Date('2026-11-20T09:00:00.120Z');

describe('parseAssignment', () => {
  const GOOD: { it: string; text: string; path: string; value: Json }[] = [
    { it: 'a text', text: 'issue.title=Orders are late', path: 'issue.title', value: 'Orders are late' },
    { it: 'a JSON text', text: 'a="7"', path: 'a', value: '7' },
    { it: 'a number', text: 'a=-7.5e1', path: 'a', value: -75 },
    { it: 'an object', text: 'a={"b":[null]}', path: 'a', value: { b: [null] } },
    { it: 'null', text: 'a=null', path: 'a', value: null },
    { it: 'an empty text', text: 'a=', path: 'a', value: '' },
    { it: 'equal signs in the value', text: 'a=b=c', path: 'a', value: 'b=c' },
    { it: 'lines in the value', text: 'a=1\n2', path: 'a', value: '1\n2' },
    { it: 'what is almost JSON as a text', text: 'a={b:1}', path: 'a', value: '{b:1}' },
    { it: 'an equal sign in a quoted key', text: '["a=b"].c=1', path: '["a=b"].c', value: 1 },
    { it: 'a bracket and an equal sign in a quoted key', text: '["a]=b"]=1', path: '["a]=b"]', value: 1 },
    { it: 'a quote in a quoted key', text: String.raw`["a\"]=b"]=1`, path: String.raw`["a\"]=b"]`, value: 1 },
    { it: 'an escaped equal sign', text: String.raw`a\=b=1`, path: String.raw`a\=b`, value: 1 },
    { it: 'a JSON Pointer', text: '/a/0=1', path: '/a/0', value: 1 },
    { it: 'the end of a list', text: 'items[-]=1', path: 'items[-]', value: 1 },
    {
      it: 'the largest whole number that is exact',
      text: 'a=9007199254740991',
      path: 'a',
      value: 9007199254740991,
    },
    {
      it: 'a long number inside a text',
      text: String.raw`a={"b":"\" 12345678901234567890"}`,
      path: 'a',
      value: { b: '" 12345678901234567890' },
    },
    {
      it: 'a long number as a JSON text',
      text: 'a="12345678901234567890"',
      path: 'a',
      value: '12345678901234567890',
    },
  ];
  for (const { it: what, text, path, value } of GOOD) {
    it(`reads ${what}`, () => assert.deepEqual(parseAssignment(text), { path, value }));
  }

  const BAD: { it: string; text: string; part: RegExp }[] = [
    { it: 'nothing', text: '', part: /is not path=value/ },
    { it: 'a path without a value', text: 'a.b', part: /is not path=value/ },
    { it: 'a value without a path', text: '=1', part: /is not path=value/ },
    { it: 'an open bracket', text: 'a[0=1', part: /is not path=value/ },
    { it: 'a malformed path', text: 'a..b=1', part: /is not a path into a body/ },
    { it: 'an unquoted key in brackets', text: 'a[b]=1', part: /is not a path into a body/ },
    {
      it: 'a whole number that would lose digits',
      text: 'id=12345678901234567890',
      part: /cannot be kept exactly/,
    },
    {
      it: 'a whole number inside that would lose digits',
      text: 'a={"b":["1",12345678901234567890]}',
      part: /12345678901234567890 at a cannot be kept exactly/,
    },
    { it: 'a number inside that would become null', text: 'a=[1e400]', part: /would become null/ },
    { it: 'a number that would become null', text: 'a=1e999', part: /would become null/ },
  ];
  for (const { it: what, text, part } of BAD) {
    it(`refuses ${what}`, () => assert.throws(() => parseAssignment(text), hooksError('usage', part)));
  }

  it('gives parseSet its path and value', () => {
    assert.deepEqual(parseSet('a=1'), { kind: 'set', path: 'a', value: 1 });
  });
});

function build(example: string, edits: readonly PayloadEdit[], fresh: readonly FreshField[] = []): string {
  const body = buildBody({ example: bytes(example), fresh, edits, now: NOW, random: constantBytes(0) });
  return new TextDecoder().decode(body);
}

// RFC 7396, appendix A. The rows on null as a whole patch are theirs, too.
const MERGES: { document: string; patch: string; merged: string }[] = [
  { document: '{"a":"b"}', patch: '{"a":"c"}', merged: '{"a":"c"}' },
  { document: '{"a":"b"}', patch: '{"b":"c"}', merged: '{"a":"b","b":"c"}' },
  { document: '{"a":"b"}', patch: '{"a":null}', merged: '{}' },
  { document: '{"a":"b","b":"c"}', patch: '{"a":null}', merged: '{"b":"c"}' },
  { document: '{"a":["b"]}', patch: '{"a":"c"}', merged: '{"a":"c"}' },
  { document: '{"a":"c"}', patch: '{"a":["b"]}', merged: '{"a":["b"]}' },
  { document: '{"a":{"b":"c"}}', patch: '{"a":{"b":"d","c":null}}', merged: '{"a":{"b":"d"}}' },
  { document: '{"a":[{"b":"c"}]}', patch: '{"a":[1]}', merged: '{"a":[1]}' },
  { document: '["a","b"]', patch: '["c","d"]', merged: '["c","d"]' },
  { document: '{"a":"b"}', patch: '["c"]', merged: '["c"]' },
  { document: '{"a":"foo"}', patch: 'null', merged: 'null' },
  { document: '{"a":"foo"}', patch: '"bar"', merged: '"bar"' },
  { document: '{"e":null}', patch: '{"a":1}', merged: '{"e":null,"a":1}' },
  { document: '[1,2]', patch: '{"a":"b","c":null}', merged: '{"a":"b"}' },
  { document: '{}', patch: '{"a":{"bb":{"ccc":null}}}', merged: '{"a":{"bb":{}}}' },
  { document: '{}', patch: '{"__proto__":{"a":1}}', merged: '{"__proto__":{"a":1}}' },
  { document: '{"a":1}', patch: '{"toString":null}', merged: '{"a":1}' },
  { document: '{}', patch: '{"a":[null,{"b":null}]}', merged: '{"a":[null,{"b":null}]}' },
];

describe('buildBody', () => {
  it('writes the example as compact JSON where nothing changes', () => {
    assert.equal(build('{ "b" : [ 1, null ],\n "a": "é" }\r\n', []), '{"b":[1,null],"a":"é"}');
  });

  it('writes compact JSON after a change, keys in order', () => {
    assert.equal(build('{ "b": 1,\n "a": "ü" }', [parseSet('b=2')]), '{"b":2,"a":"ü"}');
  });

  it('applies the edits in their order', () => {
    const edits: PayloadEdit[] = [
      { kind: 'merge', patch: { a: { b: 1 } } },
      { kind: 'set', path: 'a.c', value: 2 },
      { kind: 'unset', path: 'a.b' },
      { kind: 'set', path: 'a.d', value: 3 },
    ];
    assert.equal(build('{}', edits), '{"a":{"c":2,"d":3}}');
  });

  it('finds keys with dots that an edit before has made', () => {
    const edits: PayloadEdit[] = [{ kind: 'merge', patch: { 'a.b': { c: 1 } } }, parseSet('a.b.c=2')];
    assert.equal(build('{}', edits), '{"a.b":{"c":2}}');
  });

  for (const { document, patch, merged } of MERGES) {
    it(`merges ${patch} into ${document}`, () => {
      assert.equal(build(document, [{ kind: 'merge', patch: JSON.parse(patch) as Json }]), merged);
    });
  }

  for (const edit of ['a', 'merge'] as const) {
    it(`does not let one delivery change the next (${edit === 'a' ? 'set' : edit})`, () => {
      const first: PayloadEdit = edit === 'a' ? parseSet('a=[1]') : { kind: 'merge', patch: { a: [1] } };
      const edits = [first, parseSet('a[-]=2')];
      assert.equal(build('{}', edits), '{"a":[1,2]}');
      assert.equal(build('{}', edits), '{"a":[1,2]}');
    });
  }

  it('refuses to remove what is not there', () => {
    assert.throws(
      () => build('{}', [{ kind: 'unset', path: 'a.b' }]),
      hooksError('usage', /--unset a\.b: .* no such field/),
    );
  });

  it('refuses to edit what is not JSON', () => {
    assert.throws(
      () => build('a=1', [parseSet('a=1')]),
      hooksError('invalid-input', /cannot be edited: the body is not JSON/),
    );
  });

  describe('with fresh fields', () => {
    const FRESH: FreshField[] = [
      { path: '/id', value: 'uuid' },
      { path: '/nested/id', value: 'ulid' },
      { path: '/at', value: 'time' },
      { path: '/exact~1at', value: 'time', fractionDigits: 7 },
      { path: '/missing/id', value: 'uuid' },
    ];

    it('renews those that the example has', () => {
      assert.equal(
        build('{"id":"old","nested":{"id":1},"at":null,"exact/at":"","other":"old"}', [], FRESH),
        '{"id":"00000000-0000-4000-8000-000000000000","nested":{"id":"01M7W2Y7QR0000000000000000"},"at":"2026-11-20T09:00:00.120Z","exact/at":"2026-11-20T09:00:00.1200000Z","other":"old"}',
      );
    });

    it('lets an edit win over a fresh value', () => {
      assert.equal(build('{"id":"old"}', [parseSet('id=mine')], FRESH), '{"id":"mine"}');
    });
  });
});

describe('formatTime', () => {
  const ROWS: { digits: number; text: string }[] = [
    { digits: 0, text: '2026-11-20T09:00:00Z' },
    { digits: 1, text: '2026-11-20T09:00:00.1Z' },
    { digits: 3, text: '2026-11-20T09:00:00.120Z' },
    { digits: 6, text: '2026-11-20T09:00:00.120000Z' },
  ];
  for (const { digits, text } of ROWS) {
    it(`writes ${digits} digits after the second`, () => assert.equal(formatTime(NOW, digits), text));
  }
});
