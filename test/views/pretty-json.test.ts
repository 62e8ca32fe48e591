import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Chalk } from 'chalk';
import { prettyJson } from '../../src/views/pretty-json.ts';

const plain = new Chalk({ level: 0 });

describe('prettyJson', () => {
  it('indents objects and lists, and leaves empty ones on their line', () => {
    assert.equal(
      prettyJson('{"order":{"id":"A-1","items":[1,2],"notes":[],"meta":{}},"paid":true}', plain).join('\n'),
      JSON.stringify({ order: { id: 'A-1', items: [1, 2], notes: [], meta: {} }, paid: true }, null, 2),
    );
  });

  const literals: { name: string; text: string }[] = [
    { name: 'a fraction of zero', text: '1.0' },
    { name: 'an exponent', text: '1E+2' },
    { name: 'minus zero', text: '-0' },
    { name: 'an integer of twenty digits', text: '12345678901234567890' },
    { name: 'an escaped letter', text: '"caf\\u00e9"' },
    { name: 'an escaped slash', text: '"a\\/b"' },
    { name: 'punctuation in a string', text: '"{[,:]}"' },
    { name: 'quotes and backslashes in a string', text: '"\\"\\\\"' },
    { name: 'a string that ends in backslashes', text: '"C:\\\\\\\\"' },
  ];
  for (const { name, text } of literals) {
    it(`keeps ${name} as it is written: ${text}`, () => {
      assert.deepEqual(prettyJson(`[ ${text},${text} ]`, plain), ['[', `  ${text},`, `  ${text}`, ']']);
      assert.deepEqual(prettyJson(text, plain), [text]);
    });
  }

  it('keeps repeated keys', () => {
    assert.deepEqual(prettyJson('{"id":1,"id":2}', plain), ['{', '  "id": 1,', '  "id": 2', '}']);
  });

  it('shows control and bidi characters inside strings and keys as escapes', () => {
    assert.deepEqual(prettyJson('{"a\u009bb":"\u202egpj"}', plain), ['{', '  "a\\x9bb": "\\u202egpj"', '}']);
  });

  it('does not crash on a nesting of 100,000 levels, nor indent it without end', () => {
    const lines = prettyJson(`${'['.repeat(100_000)}1${']'.repeat(100_000)}`, plain);
    assert.equal(lines.length, 200_001);
    assert.ok(lines.every((line) => line.length <= 81));
  });

  it('does not crash on a string or a number of twenty megabytes', () => {
    const long = 'a'.repeat(20_000_000);
    assert.equal(prettyJson(`["${long}"]`, plain)[1]?.length, long.length + 4);
    assert.equal(prettyJson('1'.repeat(20_000_000), plain)[0]?.length, 20_000_000);
  });

  it('cuts what is longer than asked for', () => {
    assert.deepEqual(prettyJson('["abcdef",1]', plain, { longest: 4 }), ['[', '  "abc…,', '  1', ']']);
  });

  it('counts the lines beyond those asked for, and leaves them empty', () => {
    const text = '{"a":[1,{"b":2}],"c":3}';
    const all = prettyJson(text, plain);
    for (let most = 0; most <= all.length; most++) {
      const expected = all.map((line, index) => (index < most ? line : ''));
      assert.deepEqual(prettyJson(text, plain, { most }), expected);
    }
  });

  it('colours keys, strings and other values differently', () => {
    const [, line] = prettyJson('{"id":"A-1"}', new Chalk({ level: 1 }));
    assert.equal(line, '  \u001b[36m"id"\u001b[39m: \u001b[32m"A-1"\u001b[39m');
  });
});
