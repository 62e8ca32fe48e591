import { isUtf8 } from 'node:buffer';
import type { ChalkInstance } from 'chalk';
import { formatSize } from '../../../core/size.ts';
import type { SchemaCheck, SchemaProblem } from '../../../core/verdict.ts';
import { visible } from '../../../core/visible.ts';
import { bodyLines, isJson } from '../../body-text.ts';
import { cellWidth } from '../../cell-width.ts';
import { pointerLines, prettyJson } from '../../pretty-json.ts';
import { withoutColours } from '../../wrap-words.ts';

// Formatting more would hold the keys up; the raw bytes are a tab away.
const FORMATTED_BYTES = 2 * 1024 * 1024;
const LONGEST_TOKEN = 4000;

/** The body for a person, with what its schema says beside the line that is meant. */
export function judgedBodyLines(
  body: Uint8Array,
  schema: SchemaCheck | undefined,
  { colors, columns }: { colors: ChalkInstance; columns: number },
): string[] {
  if (body.length === 0) return [colors.dim('no body')];
  const problems = notesOf(schema, colors);
  const text = body.length <= FORMATTED_BYTES && isUtf8(body) ? new TextDecoder().decode(body) : undefined;
  if (text !== undefined && isJson(text)) {
    const lines = prettyJson(text, colors, { longest: LONGEST_TOKEN });
    return withNotes(lines, text, problems, columns);
  }
  const rest =
    text === undefined && isUtf8(body)
      ? [colors.dim(`${formatSize(body.length)} are not formatted; tab 5 shows the bytes`)]
      : bodyLines(body, text === undefined ? 'short' : 'full', colors);
  const said = schema?.state === 'not-json' ? [colors.red(`✗ ${visible(schema.message)}`), ''] : [];
  return [...said, ...problems.map(({ note }) => note), ...rest];
}

interface Note {
  pointer: string;
  note: string;
}

function notesOf(schema: SchemaCheck | undefined, colors: ChalkInstance): Note[] {
  if (schema?.state !== 'valid' && schema?.state !== 'invalid') return [];
  const painted = (problem: SchemaProblem, note: (text: string) => string): Note => ({
    pointer: problem.pointer,
    note: note(visible(problem.message)),
  });
  return [
    ...(schema.state === 'invalid' ? schema.errors : []).map((problem) =>
      painted(problem, (text) => colors.red(`✗ ${text}`)),
    ),
    ...schema.warnings.map((problem) => painted(problem, (text) => colors.yellow(`! ${text}`))),
  ];
}

function withNotes(
  lines: readonly string[],
  text: string,
  notes: readonly Note[],
  columns: number,
): string[] {
  const places = pointerLines(
    text,
    notes.map(({ pointer }) => pointer),
  );
  return lines.flatMap((line, index) => {
    const here = notes.filter(({ pointer }) => places.get(pointer) === index).map(({ note }) => note);
    if (here.length === 0) return [line];
    const beside = `${line}  ${here.join('  ')}`;
    if (cellWidth(withoutColours(beside)) <= columns) return [beside];
    const indent = /^ */.exec(withoutColours(line))?.[0] ?? '';
    return [line, ...here.map((note) => `${indent}${note}`)];
  });
}
