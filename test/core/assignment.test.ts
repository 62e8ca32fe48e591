import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAssignment, parseSet } from '../../src/core/assignment.ts';
import type { Json } from '../../src/core/json.ts';
import { hooksError } from '../helpers/hooks-error.ts';

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
