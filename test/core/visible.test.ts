import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { visible, visibleLines } from '../../src/core/visible.ts';

const ROWS: { it: string; text: string; shown: string }[] = [
  { it: 'plain text', text: 'Orders are late: 7 % (ok)', shown: 'Orders are late: 7 % (ok)' },
  { it: 'letters of any script', text: 'größe 値 عربي é', shown: 'größe 値 عربي é' },
  { it: 'a no-break space', text: 'a\u00a0b', shown: 'a\u00a0b' },
  { it: 'an emoji beyond the BMP', text: '🚀', shown: '🚀' },
  { it: 'a colour sequence', text: '\u001b[31mred', shown: '\\x1b[31mred' },
  { it: 'a title sequence', text: '\u001b]0;owned\u0007', shown: '\\x1b]0;owned\\x07' },
  { it: 'null, backspace and delete', text: '\0\b\u007f', shown: '\\x00\\x08\\x7f' },
  { it: 'a C1 sequence', text: '\u009b31m\u0085', shown: '\\x9b31m\\x85' },
  { it: 'a carriage return', text: 'good\rbad', shown: 'good\\rbad' },
  { it: 'a soft hyphen', text: 'pass\u00adword', shown: 'pass\\xadword' },
  { it: 'bidi overrides', text: '\u202eexe.txt\u202c', shown: '\\u202eexe.txt\\u202c' },
  { it: 'bidi isolates', text: '\u2066a\u2069', shown: '\\u2066a\\u2069' },
  { it: 'bidi marks', text: '\u200e\u200f\u061c', shown: '\\u200e\\u200f\\u061c' },
  {
    it: 'zero-width characters',
    text: 'a\u200bb\u200cc\u200dd\u2060e\ufefff',
    shown: 'a\\u200bb\\u200cc\\u200dd\\u2060e\\ufefff',
  },
  {
    it: 'fillers and joiners without ink',
    text: '\u034f\u115f\u3164\uffa0',
    shown: '\\u034f\\u115f\\u3164\\uffa0',
  },
  {
    it: 'variation selectors that can hide a text',
    text: '😀\u{e0100}\u{e01ef}',
    shown: '😀\\u{e0100}\\u{e01ef}',
  },
  { it: 'an emoji with its variation selector', text: '❤\ufe0f', shown: '❤\ufe0f' },
  { it: 'line and paragraph separators', text: '\u2028\u2029', shown: '\\u2028\\u2029' },
  { it: 'interlinear marks', text: '\ufff9\ufffb', shown: '\\ufff9\\ufffb' },
  { it: 'tag characters', text: 'a\u{e0041}', shown: 'a\\u{e0041}' },
  { it: 'a lone high surrogate', text: 'a\ud83db', shown: 'a\\ud83db' },
  { it: 'a lone low surrogate', text: '\ude80', shown: '\\ude80' },
  { it: 'surrogates in the wrong order', text: '\ude80\ud83d', shown: '\\ude80\\ud83d' },
  { it: 'a lone surrogate beside a pair', text: '\ud83d🚀', shown: '\\ud83d🚀' },
];

describe('visible', () => {
  for (const { it: what, text, shown } of ROWS) {
    it(`shows ${what}`, () => assert.equal(visible(text), shown));
  }

  it('leaves no control character of the Latin-1 range', () => {
    const all = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));
    assert.doesNotMatch(visible(all), /[\u0000-\u001f\u007f-\u009f]/);
  });

  it('writes line feeds and tabs as escapes', () => assert.equal(visible('a\n\tb'), 'a\\n\\tb'));
});

describe('visibleLines', () => {
  for (const { it: what, text, shown } of ROWS) {
    it(`shows ${what}`, () => assert.equal(visibleLines(text), shown));
  }

  it('keeps line feeds and tabs', () => assert.equal(visibleLines('a\r\n\tb'), 'a\\r\n\tb'));
});
