import { cellWidth } from './cell-width.ts';

// biome-ignore lint/complexity/useRegexLiterals: a literal may not hold the escape character.
const COLOURS = new RegExp('\u001b\\[[\\d;]*m', 'g');

/** The text without the escapes that colour it. */
export function withoutColours(text: string): string {
  return text.replace(COLOURS, '');
}

/** A line broken at spaces so that it fits; what follows is indented as the text behind a label is. */
export function wrapWords(line: string, columns: number): string[] {
  const plain = withoutColours(line);
  if (cellWidth(plain) <= columns) return [line];
  const label = /^ *(?:\w+:? {1,}| *)(?=\S)/.exec(plain)?.[0] ?? '';
  const indent = ' '.repeat(Math.min(label.length, Math.floor(columns / 3)));
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(/(?<=\S)(?= )/)) {
    if (current !== '' && cellWidth(withoutColours(current + word)) > columns) {
      lines.push(current);
      current = indent + word.trimStart();
    } else current += word;
  }
  return [...lines, current];
}
