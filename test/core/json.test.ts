import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isObject, parseJsonBytes } from '../../src/core/json.ts';
import { bytes } from '../helpers/test-bytes.ts';

describe('parseJsonBytes', () => {
  const GOOD: { it: string; text: string; value: unknown }[] = [
    { it: 'an object', text: '{"a":[1,null]}', value: { a: [1, null] } },
    { it: 'a lone number', text: '7', value: 7 },
    { it: 'null', text: 'null', value: null },
    { it: 'white space around it', text: ' \r\n{}\n', value: {} },
    { it: 'an escaped lone surrogate', text: String.raw`"\ud800"`, value: '\ud800' },
  ];
  for (const { it: what, text, value } of GOOD) {
    it(`reads ${what}`, () => assert.deepEqual(parseJsonBytes(bytes(text)), { value }));
  }

  const BAD: { it: string; body: Uint8Array; problem: RegExp }[] = [
    { it: 'an empty body', body: new Uint8Array(), problem: /empty/ },
    { it: 'a byte order mark', body: bytes('\ufeff{}'), problem: /byte order mark/ },
    { it: 'Latin-1', body: Buffer.from('"é"', 'latin1'), problem: /not valid UTF-8/ },
    { it: 'UTF-16', body: Buffer.from('\ufeff{}', 'utf16le'), problem: /not valid UTF-8/ },
    { it: 'an encoded surrogate', body: Buffer.from('22eda08022', 'hex'), problem: /not valid UTF-8/ },
    { it: 'a form', body: bytes('a=1&b=2'), problem: /not JSON/ },
    { it: 'a comma too many', body: bytes('{"a":1,}'), problem: /not JSON/ },
    { it: 'two documents', body: bytes('{}{}'), problem: /not JSON/ },
    { it: 'white space alone', body: bytes(' \n'), problem: /not JSON/ },
  ];
  for (const { it: what, body, problem } of BAD) {
    it(`says what is wrong with ${what}`, () => {
      const parsed = parseJsonBytes(body);
      assert.ok('problem' in parsed);
      assert.match(parsed.problem, problem);
    });
  }

  it('survives deep nesting', () => {
    const depth = 100_000;
    assert.ok('value' in parseJsonBytes(bytes('['.repeat(depth) + ']'.repeat(depth))));
  });
});

describe('isObject', () => {
  for (const value of [null, undefined, [], 'text', 1, true]) {
    it(`is false for ${JSON.stringify(value)}`, () => assert.equal(isObject(value), false));
  }

  it('is true for an object', () => assert.equal(isObject({}), true));
});
