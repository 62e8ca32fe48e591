import { isUtf8 } from 'node:buffer';
import type { ChalkInstance } from 'chalk';
import { formatSize } from '../core/size.ts';
import { visible } from '../core/visible.ts';
import { prettyJson, shorten } from './pretty-json.ts';

export type BodyDetail = 'full' | 'short' | 'none';

const SHORT_LINES = 24;
const SHORT_BYTES = 256;
// A line or a value of a minified body can be as long as the body.
const SHORT_CHARACTERS = 400;
// Beyond this a body is not looked at for the short view: formatting megabytes would hold the listener up.
const PARSE_LIMIT_BYTES = 262_144;

/** The body as lines for a person: JSON indented, other text as it is, bytes as hex; cut to what `detail` allows. */
export function bodyLines(body: Uint8Array, detail: BodyDetail, colors: ChalkInstance): string[] {
  if (detail === 'none' || body.length === 0) return [];
  if (!isUtf8(body)) return hexLines(body, detail, colors);
  const isCut = detail === 'short' && body.length > PARSE_LIMIT_BYTES;
  // As a stream: the cut may go through a character, which is then left out.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    isCut ? body.subarray(0, SHORT_BYTES) : body,
    { stream: true },
  );
  const longest = detail === 'short' ? SHORT_CHARACTERS : Infinity;
  const most = detail === 'short' && !isCut ? SHORT_LINES + 1 : Infinity;
  const lines = isJson(text) ? prettyJson(text, colors, { longest, most }) : textLines(text, longest);
  if (isCut) return [...lines, colors.dim(`… ${formatSize(body.length)} in all`)];
  if (detail === 'full' || lines.length <= SHORT_LINES + 1) return lines;
  return [
    ...lines.slice(0, SHORT_LINES),
    colors.dim(`… ${lines.length - SHORT_LINES} more lines (--body full)`),
  ];
}

function textLines(text: string, longest: number): string[] {
  const lines = text.replace(/\n$/, '').split('\n');
  return lines.map((line) => visible(shorten(line, longest)));
}

/** True for text that is JSON. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function hexLines(body: Uint8Array, detail: BodyDetail, colors: ChalkInstance): string[] {
  const shown = detail === 'full' ? body : body.subarray(0, SHORT_BYTES);
  const lines = Array.from({ length: hexLineCount(shown) }, (_, index) => hexLine(shown, index));
  return shown.length < body.length ? [...lines, colors.dim(`… ${formatSize(body.length)} in all`)] : lines;
}

/** How many lines a body takes in hex. */
export function hexLineCount(body: Uint8Array): number {
  return Math.ceil(body.length / 16);
}

/** One line of a body in hex: offset, sixteen bytes, and what of them can be read. */
export function hexLine(body: Uint8Array, index: number): string {
  const at = index * 16;
  const row = Buffer.from(body.subarray(at, at + 16));
  const hex = row.toString('hex').replaceAll(/../g, '$& ').padEnd(48);
  return `${at.toString(16).padStart(8, '0')}  ${hex} ${row.toString('latin1').replaceAll(/[^ -~]/g, '.')}`;
}
