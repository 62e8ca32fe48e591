import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cellWidth, fitCells } from '../../src/views/cell-width.ts';
import { withoutColours, wrapWords } from '../../src/views/wrap-words.ts';

describe('cellWidth', () => {
  const texts: [text: string, cells: number][] = [
    ['', 0],
    ['order paid', 10],
    ['Überfällig', 10],
    ['e\u0301', 1],
    ['日本', 4],
    ['한국', 4],
    ['👍', 2],
    ['👍🏽', 2],
    ['❤️', 2],
    ['✓', 1],
    ['🇩🇪', 2],
  ];
  for (const [text, cells] of texts) {
    it(`counts ${cells} for '${text}'`, () => assert.equal(cellWidth(text), cells));
  }
});

describe('fitCells', () => {
  it('pads, and cuts with an ellipsis, to exactly the cells', () => {
    assert.equal(fitCells('paid', 6), 'paid  ');
    assert.equal(fitCells('12 ms', 7, 'right'), '  12 ms');
    assert.equal(fitCells('order paid', 6), 'order…');
    assert.equal(fitCells('日本語', 4), '日… ');
    assert.equal(fitCells('paid', 0), '');
  });
});

describe('wrapWords', () => {
  it('breaks a line at spaces, and sets what follows behind the label', () => {
    assert.deepEqual(wrapWords('  next: start your receiver first', 20), [
      '  next: start your',
      '      receiver first',
    ]);
    assert.deepEqual(wrapWords('short', 20), ['short']);
  });

  it('does not count colours', () => {
    assert.deepEqual(wrapWords('\u001b[31mred\u001b[39m word', 8), ['\u001b[31mred\u001b[39m word']);
    assert.equal(withoutColours('\u001b[1;31mred\u001b[0m'), 'red');
  });
});
