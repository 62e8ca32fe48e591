import type { ChalkInstance } from 'chalk';
import { formatPointer } from '../core/json-pointer.ts';
import { tokenEnd, tokenStart } from '../core/json-tokens.ts';
import { visible } from '../core/visible.ts';

/**
 * JSON text indented and coloured, as lines. Works on the text, not on parsed values, so that `1.0`, `\u00e9`, long
 * numbers and repeated keys are shown as they came. Tokens beyond `longest` characters are cut. Lines beyond the first
 * `most` are counted and left empty: nobody sees them. The text has to be valid JSON.
 */
export function prettyJson(
  text: string,
  colors: ChalkInstance,
  { longest = Infinity, most = Infinity }: { longest?: number; most?: number } = {},
): string[] {
  const lines: string[] = [];
  let line = '';
  let depth = 0;
  let previous = '';
  const tokens = tokenise(text);
  const breakLine = () => {
    lines.push(line);
    // Deep nesting must not make a line of a megabyte.
    line = lines.length < most ? '  '.repeat(Math.min(depth, 40)) : '';
  };
  for (const [index, token] of tokens.entries()) {
    if (closes(token)) depth--;
    if (startsLine(token, previous)) breakLine();
    if (lines.length >= most) line = '';
    else if (token === ':') line += ': ';
    else line += paint(shorten(token, longest), tokens[index + 1] === ':', colors);
    if (opens(token)) depth++;
    previous = token;
  }
  return [...lines, line];
}

/**
 * The line of `prettyJson` on which the value of each JSON Pointer begins, counted from 0; of one that the text does not
 * have, the line of the nearest value around it. Of repeated keys the last counts, as it does for a parser.
 */
export function pointerLines(text: string, pointers: readonly string[]): Map<string, number> {
  const lines = new Map<string, number>([['', 0]]);
  const wanted = new Set(pointers.flatMap(ancestors));
  const path: { pointer: string; index: number; isArray: boolean }[] = [];
  let line = 0;
  let previous = '';
  let pointer = '';
  const tokens = tokenise(text);
  for (const [index, token] of tokens.entries()) {
    if (closes(token)) path.pop();
    if (startsLine(token, previous)) line++;
    const around = path.at(-1);
    const isValue = token !== ',' && token !== ':' && !closes(token);
    if (around && isValue && previous !== ':') {
      if (around.isArray) pointer = `${around.pointer}/${around.index++}`;
      else if (tokens[index + 1] === ':')
        pointer = `${around.pointer}${formatPointer([String(JSON.parse(token))])}`;
      if (wanted.has(pointer)) lines.set(pointer, line);
    }
    if (opens(token)) path.push({ pointer, index: 0, isArray: token === '[' });
    previous = token;
  }
  return new Map(
    pointers.map((one) => [one, lines.get(ancestors(one).findLast((known) => lines.has(known)) ?? '') ?? 0]),
  );
}

/** The pointer and those of the values around it, the outermost first. */
function ancestors(pointer: string): string[] {
  const segments = pointer.split('/').slice(1);
  return ['', ...segments.map((_, index) => `/${segments.slice(0, index + 1).join('/')}`)];
}

function closes(token: string): boolean {
  return token === '}' || token === ']';
}

function opens(token: string): boolean {
  return token === '{' || token === '[';
}

/** An empty object or list stands on one line. */
function startsLine(token: string, previous: string): boolean {
  return previous === ',' || (closes(token) ? previous !== '' && !opens(previous) : opens(previous));
}

/** The text, or its beginning with an ellipsis. */
export function shorten(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function tokenise(text: string): string[] {
  const tokens: string[] = [];
  for (let at = tokenStart(text, 0); at < text.length; at = tokenStart(text, at)) {
    const end = tokenEnd(text, at);
    tokens.push(text.slice(at, end));
    at = end;
  }
  return tokens;
}

function paint(token: string, isKey: boolean, colors: ChalkInstance): string {
  if (isKey) return colors.cyan(visible(token));
  if (token.startsWith('"')) return colors.green(visible(token));
  return /^[-\dtfn]/.test(token) ? colors.yellow(visible(token)) : visible(token);
}
