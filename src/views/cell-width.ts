const PLAIN = /^[\x20-\x7e]*$/;
// Variation selectors are marks as well.
const NO_CELL = /^\p{M}+$/u;
// East Asian wide and fullwidth forms, and what is shown as a coloured picture.
const TWO_CELLS =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f1e6}-\u{1f1ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f/u;

let segmenter: Intl.Segmenter | undefined;

/** How many cells of a terminal the text takes; it holds neither control characters nor escapes. */
export function cellWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of charactersOf(text)) width += widthOf(character);
  return width;
}

/** The text in exactly that many cells: cut with an ellipsis, or padded, on the left for numbers. */
export function fitCells(text: string, cells: number, align: 'left' | 'right' = 'left'): string {
  if (cells <= 0) return '';
  const width = cellWidth(text);
  const shown = width <= cells ? text : cut(text, cells);
  const padding = ' '.repeat(Math.max(0, cells - (width <= cells ? width : cellWidth(shown))));
  return align === 'left' ? shown + padding : padding + shown;
}

function cut(text: string, cells: number): string {
  if (PLAIN.test(text)) return `${text.slice(0, cells - 1)}…`;
  let shown = '';
  let width = 0;
  for (const character of charactersOf(text)) {
    width += widthOf(character);
    if (width > cells - 1) break;
    shown += character;
  }
  return `${shown}…`;
}

/** What a person takes for one character. */
export function* charactersOf(text: string): Generator<string> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  for (const { segment } of segmenter.segment(text)) yield segment;
}

function widthOf(character: string): number {
  if (NO_CELL.test(character)) return 0;
  return TWO_CELLS.test(character) ? 2 : 1;
}
