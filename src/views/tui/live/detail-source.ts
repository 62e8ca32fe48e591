import type { ChalkInstance } from 'chalk';
import type { Recording } from '../../../core/recording.ts';
import type { Verification } from '../../../core/verification.ts';
import { visible } from '../../../core/visible.ts';
import { hexLine, hexLineCount } from '../../body-text.ts';
import { answerLines } from './answer-lines.ts';
import { judgedBodyLines } from './judged-body.ts';
import type { ReplayOutcome } from './live-actions.ts';
import type { LiveRow } from './live-row.ts';
import { type LiveState, layoutOf, type Tab } from './live-state.ts';
import { verdictLines } from './verdict-lines.ts';

/** Lines that are made as they are drawn. */
export interface LineSource {
  count: number;
  line(index: number): string;
}

/** What the lines of a tab follow from. */
export interface TabContent {
  recording: Recording;
  row: LiveRow;
  verification?: Verification;
  replays: readonly ReplayOutcome[];
  colors: ChalkInstance;
  columns: number;
}

// The body of one delivery is formatted once, however often the screen is drawn.
const made = new WeakMap<Recording, Map<string, LineSource>>();

/** What the open tab shows of the open delivery. */
export function detailSource(state: LiveState): LineSource {
  const { detail, colors, tab } = state;
  if (detail === undefined) return fixed([]);
  if (detail.problem !== undefined) return fixed([colors.red(visible(detail.problem))]);
  const { recording, row, verification } = detail;
  if (recording === undefined) return fixed([colors.dim('loading …')]);
  const replays = state.replays.get(recording.id) ?? [];
  const columns = layoutOf(state).detailColumns;
  const content = { recording, row, replays, colors, columns, ...(verification && { verification }) };
  const key = `${tab} ${columns} ${replays.length} ${row.forwards.length} ${verification !== undefined}`;
  const known = made.get(recording) ?? new Map<string, LineSource>();
  made.set(recording, known);
  const source = known.get(key) ?? sourceOf(tab, content);
  known.set(key, source);
  return source;
}

function sourceOf(tab: Tab, content: TabContent): LineSource {
  const { recording, colors } = content;
  switch (tab) {
    case 'body':
      return fixed(judgedBodyLines(recording.body, recording.verdicts?.schema, content));
    case 'headers':
      return fixed(headerTable(recording, colors));
    case 'verdicts':
      return fixed(verdictLines(content));
    case 'answers':
      return fixed(answerLines(content));
    case 'raw': {
      const { body } = recording;
      if (body.length === 0) return fixed([colors.dim('no body')]);
      return { count: hexLineCount(body), line: (index) => hexLine(body, index) };
    }
  }
}

function headerTable(
  { method, target, httpVersion, peer, headers }: Recording,
  colors: ChalkInstance,
): string[] {
  const version = httpVersion === undefined ? '' : ` HTTP/${httpVersion}`;
  return [
    `${colors.bold(visible(method))} ${visible(target)}${colors.dim(visible(version))}`,
    ...(peer === undefined ? [] : [colors.dim(`from ${visible(peer)}`)]),
    '',
    ...headers.map(([name, value]) => `${colors.cyan(visible(name))}: ${visible(value)}`),
  ];
}

function fixed(lines: readonly string[]): LineSource {
  return { count: lines.length, line: (index) => lines[index] ?? '' };
}
