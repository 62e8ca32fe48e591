import type { ChalkInstance } from 'chalk';
import { tokenEnd, tokenStart } from '../core/json-tokens.ts';
import { visible } from '../core/visible.ts';

/**
 * JSON text indented and coloured, as lines. Works on the text, not on parsed values, so that `1.0`, `\u00e9`, long
 * numbers and repeated keys are shown as they came. Tokens beyond `longest` characters are cut. The text has to be
 * valid JSON.
 */
export function prettyJson(text: string, colors: ChalkInstance, longest = Infinity): string[] {
  const lines: string[] = [];
  let line = '';
  let depth = 0;
  let previous = '';
  const tokens = tokenise(text);
  const breakLine = () => {
    lines.push(line);
    // Deep nesting must not make a line of a megabyte.
    line = '  '.repeat(Math.min(depth, 40));
  };
  for (const [index, token] of tokens.entries()) {
    const closes = token === '}' || token === ']';
    const opens = token === '{' || token === '[';
    if (closes) depth--;
    const isEmpty = closes && (previous === '{' || previous === '[');
    if ((closes && !isEmpty) || previous === ',' || ((previous === '{' || previous === '[') && !isEmpty))
      breakLine();
    if (token === ':') line += ': ';
    else line += paint(shorten(token, longest), tokens[index + 1] === ':', colors);
    if (opens) depth++;
    previous = token;
  }
  return [...lines, line];
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
