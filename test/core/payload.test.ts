import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSet } from '../../src/core/assignment.ts';
import type { Json } from '../../src/core/json.ts';
import { buildBody, formatTime, type PayloadEdit } from '../../src/core/payload.ts';
import type { FreshField } from '../../src/core/provider.ts';
import { hooksError } from '../helpers/hooks-error.ts';
import { bytes, constantBytes } from '../helpers/test-bytes.ts';

const NOW = new Date('2026-11-20T09:00:00.120Z');

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
