import { visible } from '../../../core/visible.ts';
import { fitCells } from '../../cell-width.ts';
import { schemaText, signatureText } from '../../listen-text.ts';
import { localTime } from '../../local-time.ts';
import { answerText } from './answer-lines.ts';
import { detailSource } from './detail-source.ts';
import { type LiveState, layoutOf, type Prompt, TABS } from './live-state.ts';

const PROMPTS: Record<Prompt['kind'], string> = {
  filter: 'filter: ',
  to: 'replay to: ',
  export: 'write to: ',
  replace: '',
};

/** Who listens where, and how much came. */
export function titleLine(state: LiveState): string {
  const { colors, counts, rows, shown, fallen, loading } = state;
  const parts = [
    colors.bold(visible(state.title)),
    state.source === 'listen' ? `${counts.received} received` : `${rows.length} recorded`,
    ...(counts.refused > 0 ? [colors.red(`${counts.refused} ✗ signature`)] : []),
    ...(counts.wrongBody > 0 ? [colors.red(`${counts.wrongBody} ✗ body`)] : []),
    ...(counts.turnedAway > 0 ? [colors.red(`${counts.turnedAway} turned away`)] : []),
    ...(loading === undefined ? [] : [colors.dim(`of ${loading}, loading …`)]),
    ...(fallen > 0 ? [colors.dim(`${fallen} oldest not listed`)] : []),
    ...(state.filter === '' ? [] : [colors.yellow(`${shown.length} match`)]),
    ...(state.pausedAt === undefined ? [] : [colors.yellow(`PAUSED, ${held(state)} new`)]),
    ...(state.subtitle === '' ? [] : [colors.dim(visible(state.subtitle))]),
  ];
  return parts.join(colors.dim('  '));
}

function held({ rows, pausedAt = 0 }: LiveState): number {
  const first = rows.findIndex(({ seq }) => seq > pausedAt);
  return first < 0 ? 0 : rows.length - first;
}

/** The line that is being written, or what was last said. */
export function statusLine({ prompt, status, colors, filter }: LiveState): string {
  if (prompt?.kind === 'replace')
    return colors.yellow(`${visible(prompt.text)} exists; replace it? y, any other key leaves it`);
  if (prompt !== undefined)
    return `${colors.bold(PROMPTS[prompt.kind])}${visible(prompt.text)}${colors.inverse(' ')}`;
  if (status !== undefined) return (status.isBad ? colors.yellow : colors.green)(visible(status.text));
  return filter === '' ? '' : colors.dim(`filter: ${visible(filter)}  (Esc in the list shows all)`);
}

/** The keys that are of use here. */
export function hintLine({ pane, prompt, colors, source, pausedAt }: LiveState): string {
  const pause = source === 'history' ? [] : [pausedAt === undefined ? 'p pause' : 'p go on'];
  const hints =
    prompt !== undefined
      ? ['Enter takes it', 'Esc leaves it']
      : pane === 'help'
        ? ['any key goes back']
        : pane === 'detail'
          ? ['Esc list', 'Tab/1-5 tabs', 'J/K next', 'r replay', 'e edit', 'y/c copy', '? help', 'q quit']
          : ['Enter open', '/ filter', ...pause, 'r replay', 'e edit', 'y/c copy', '? help', 'q quit'];
  return colors.dim(hints.join('  '));
}

/** What the open delivery is, the tabs, and the lines of the open one that fit below. */
export function detailHead(state: LiveState): string[] {
  const { detail, colors, tab } = state;
  if (detail === undefined) return [];
  const { row, recording } = detail;
  const verdicts = recording?.verdicts;
  const columns = layoutOf(state).detailColumns;
  const name = [row.provider, row.name].filter((part) => part !== undefined).join(' ');
  const facts = [
    colors.dim(localTime(row.at)),
    colors.bold(fitCells(visible(name), Math.min(visible(name).length, columns - 10)).trimEnd()),
    ...(row.title === '' ? [] : [row.title]),
  ];
  const judged = [
    ...(verdicts === undefined
      ? []
      : [signatureText(verdicts.signature, colors), schemaText(verdicts.schema, colors)]),
    answerText(row.answer, colors),
    ...(row.isDuplicate ? [colors.yellow('came before')] : []),
    colors.dim(visible(row.id ?? '')),
  ];
  const tabs = TABS.map((one, index) => {
    const label = ` ${index + 1} ${one} `;
    return one === tab ? colors.inverse(`[${label.trim()}]`) : colors.dim(label);
  });
  const { count } = detailSource(state);
  const last = Math.min(count, state.scroll.top + layoutOf(state).detailRows);
  const place =
    count > layoutOf(state).detailRows ? colors.dim(`  ${state.scroll.top + 1}–${last} of ${count}`) : '';
  return [facts.join('  '), judged.join('  '), `${tabs.join('')}${place}`];
}

export function detailBody(state: LiveState): string[] {
  const source = detailSource(state);
  const { detailRows } = layoutOf(state);
  const { top } = state.scroll;
  const count = Math.max(0, Math.min(detailRows, source.count - top));
  return Array.from({ length: count }, (_, offset) => source.line(top + offset));
}

const HELP: readonly (readonly [keys: string, meaning: string])[] = [
  ['↑ ↓  j k', 'one delivery up, down (in the detail: one line)'],
  ['PgUp PgDn  Ctrl-B Ctrl-F', 'one page up, down'],
  ['g G  Home End', 'oldest, newest; at the newest the list follows'],
  ['Enter  Esc', 'open the delivery; back to the list'],
  ['Tab  1-5', 'body, headers, verdicts, answers, raw bytes'],
  ['← →', 'in the detail: sideways along long lines'],
  ['J K', 'in the detail: next, previous delivery'],
  ['/', 'filter: all words must match, !word must not; try refused, 5xx, again'],
  ['p  Space', 'pause the list; deliveries go on being received'],
  ['r  e', 'replay; edit the body in $EDITOR and replay that'],
  ['y  c', 'copy the body; copy a curl command'],
  ['x', 'write the delivery to a file (NDJSON)'],
  ['q', 'quit'],
  ['Ctrl-C', 'interrupt (exit code 130)'],
  ['', ''],
  ['SIG  ✓ ✗ –', 'genuine, refused, not verified'],
  ['BODY ✓ ✓! ✗ ·', 'valid, valid with notes, wrong, no schema'],
];

export function helpLines({ colors }: LiveState): string[] {
  return HELP.map(([keys, meaning]) => `  ${colors.cyan(fitCells(keys, 25))} ${meaning}`);
}
