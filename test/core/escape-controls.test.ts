import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { escapeControls } from '../../src/core/escape-controls.ts';
import { visible } from '../../src/core/visible.ts';

const TEXTS = [
  'Orders are late: größe 値 🚀',
  '\u0000\u001b[31m\u007f\u009b31m\u0085',
  '\u202eexe.txt\u202c\u2066\u2069\u200e\u061c',
  'a\u200bb\ufeff\u00ad\u2060',
  '\u2028\u2029\ufff9',
  'a\u{e0041}\u{e007f}',
  '\ud83d \ude80',
  'a \\ and "quotes"',
];

describe('escapeControls', () => {
  for (const text of TEXTS) {
    it(`keeps the meaning of ${JSON.stringify(visible(text))}, and leaves nothing invisible`, () => {
      const escaped = escapeControls(JSON.stringify({ text }));
      assert.deepEqual(JSON.parse(escaped), { text });
      assert.equal(visible(escaped), escaped);
    });
  }
});
