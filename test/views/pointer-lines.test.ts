import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Chalk } from 'chalk';
import { pointerLines, prettyJson } from '../../src/views/pretty-json.ts';

describe('pointerLines', () => {
  const text = '{"a":{"b/c":[],"~":{}},"list":[1,{"x":null},[2]],"twice":1,"\\u0061\\"":"q","twice":2}';
  const lines = prettyJson(text, new Chalk({ level: 0 }));
  const pointers: [pointer: string, line: RegExp][] = [
    ['', /^\{$/],
    ['/a', /^ {2}"a": \{$/],
    ['/a/b~1c', /"b\/c": \[\]/],
    ['/a/~0', /"~": \{\}/],
    ['/list/0', /^ {4}1,$/],
    ['/list/1', /^ {4}\{$/],
    ['/list/1/x', /"x": null/],
    ['/list/2/0', /^ {6}2$/],
    ['/twice', /"twice": 2/],
    ['/a"', /"q"/],
    ['/a/missing/deeper', /^ {2}"a": \{$/],
    ['/list/9', /^ {2}"list": \[$/],
    ['/nothing', /^\{$/],
  ];
  for (const [pointer, line] of pointers) {
    it(`finds the line of '${pointer}'`, () => {
      assert.match(lines[pointerLines(text, [pointer]).get(pointer) ?? -1] ?? '', line);
    });
  }

  it('finds several at once, and a value that is no object', () => {
    assert.deepEqual([...pointerLines('[1,2]', ['/0', '/1']).values()], [1, 2]);
    assert.deepEqual([...pointerLines('7', ['', '/x']).values()], [0, 0]);
  });
});
