import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Chalk } from 'chalk';
import { bodyLines } from '../../src/views/body-text.ts';

const plain = new Chalk({ level: 0 });
const bytes = (text: string) => new TextEncoder().encode(text);

describe('bodyLines', () => {
  it('gives no line for an empty body, and none where none is wanted', () => {
    assert.deepEqual(bodyLines(new Uint8Array(), 'full', plain), []);
    assert.deepEqual(bodyLines(bytes('{}'), 'none', plain), []);
  });

  it('indents JSON', () => {
    assert.deepEqual(bodyLines(bytes('{"total":1.0}'), 'short', plain), ['{', '  "total": 1.0', '}']);
  });

  it('shows other text as it is, without a line for the line end behind it', () => {
    assert.deepEqual(bodyLines(bytes('out of stock\nsorry\n'), 'short', plain), ['out of stock', 'sorry']);
  });

  it('makes control characters of a text visible', () => {
    assert.deepEqual(bodyLines(bytes('\u001b[2J\rok\u0007\u202e'), 'full', plain), [
      '\\x1b[2J\\rok\\x07\\u202e',
    ]);
  });

  it('shows a byte order mark instead of swallowing it', () => {
    assert.deepEqual(bodyLines(bytes('\ufeff{}'), 'full', plain), ['\\ufeff{}']);
  });

  it('shows what is not UTF-8 as hex and ASCII', () => {
    assert.deepEqual(bodyLines(Uint8Array.from([0xff, 0x00, 0x41, 0x1b]), 'short', plain), [
      `00000000  ${'ff 00 41 1b'.padEnd(48)} ..A.`,
    ]);
  });

  it('cuts binary to 256 bytes in the short view only', () => {
    const body = new Uint8Array(1000).fill(0xff);
    assert.equal(bodyLines(body, 'short', plain).length, 17);
    assert.match(bodyLines(body, 'short', plain)[16] ?? '', /^… 1.0 kB in all$/);
    assert.equal(bodyLines(body, 'full', plain).length, 63);
  });

  it('cuts to 24 lines in the short view and says how many more there are', () => {
    const body = bytes(JSON.stringify(Array.from({ length: 100 }, (_, index) => index)));
    const lines = bodyLines(body, 'short', plain);
    assert.equal(lines.length, 25);
    assert.equal(lines[24], '… 78 more lines (--body full)');
    assert.equal(bodyLines(body, 'full', plain).length, 102);
  });

  it('cuts long lines in the short view', () => {
    const [text = ''] = bodyLines(bytes('x'.repeat(100_000)), 'short', plain);
    assert.equal(text, `${'x'.repeat(400)}…`);
    const lines = bodyLines(bytes(`{"a":"${'x'.repeat(100_000)}"}`), 'short', plain);
    assert.ok(lines.every((line) => line.length < 500));
  });

  it('looks only at the beginning of a huge body, and cuts no character in two', () => {
    const [first = '', second] = bodyLines(bytes(`x${'é'.repeat(500_000)}`), 'short', plain);
    assert.equal(first, `x${'é'.repeat(127)}`);
    assert.equal(second, '… 1.0 MB in all');
  });

  it('shows a huge body whole where that is asked for', () => {
    const text = JSON.stringify({ note: 'x'.repeat(12_000_000) });
    assert.equal(bodyLines(bytes(text), 'full', plain)[1]?.length, text.length + 1);
  });

  it('does not crash on JSON of 100,000 levels', () => {
    const body = bytes(`${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`);
    assert.equal(bodyLines(body, 'short', plain).length, 25);
    assert.equal(
      bodyLines(bytes(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), 'full', plain).length,
      199_999,
    );
  });
});
