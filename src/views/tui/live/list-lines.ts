import type { ChalkInstance } from 'chalk';
import { formatDuration } from '../../../core/duration.ts';
import { formatSize } from '../../../core/size.ts';
import { visible } from '../../../core/visible.ts';
import { fitCells } from '../../cell-width.ts';
import { localTime } from '../../local-time.ts';
import { statusColor } from '../../status-color.ts';
import type { LiveRow } from './live-row.ts';
import { type LiveState, layoutOf, selectedIndex } from './live-state.ts';

interface Column {
  head: string;
  cells: number;
  align?: 'right';
  /** Shown from this width on. */
  from: number;
  text: (row: LiveRow) => string;
  paint: (text: string, row: LiveRow, colors: ChalkInstance) => string;
}

const dim = (text: string, _: LiveRow, colors: ChalkInstance) => colors.dim(text);

const TIME: Column = { head: 'TIME', cells: 8, from: 0, text: ({ at }) => localTime(at), paint: dim };
const DATE_AND_TIME: Column = {
  head: 'TIME',
  cells: 14,
  from: 0,
  text: ({ at }) => `${localDate(at)} ${localTime(at)}`,
  paint: dim,
};

const BEFORE_NAME: readonly Column[] = [
  {
    head: 'PROVIDER',
    cells: 11,
    from: 70,
    text: ({ provider }) => visible(provider ?? '–'),
    paint: (text, _, colors) => colors.cyan(text),
  },
];

const AFTER_NAME: readonly Column[] = [
  {
    head: 'SIG',
    cells: 3,
    from: 0,
    text: ({ signature }) => SIGNATURES[signature ?? ''] ?? '',
    paint: (text, { signature }, colors) =>
      signature === 'refused'
        ? colors.red(text)
        : signature === 'genuine'
          ? colors.green(text)
          : colors.yellow(text),
  },
  {
    head: 'BODY',
    cells: 4,
    from: 0,
    text: ({ body }) => BODIES[body ?? ''] ?? '',
    paint: (text, { body }, colors) =>
      body === 'valid'
        ? colors.green(text)
        : body === 'noted' || body === 'no-schema'
          ? colors.yellow(text)
          : colors.red(text),
  },
  {
    head: 'ANSWER',
    cells: 6,
    from: 0,
    text: ({ answer }) =>
      visible(answer.status === undefined ? (answer.instead ?? '') : String(answer.status)),
    paint: (text, { answer, isFailed }, colors) =>
      answer.status !== undefined
        ? statusColor(answer.status, colors)(text)
        : isFailed
          ? colors.red(text)
          : text,
  },
  {
    head: 'TOOK',
    cells: 7,
    align: 'right',
    from: 60,
    text: ({ durationMs }) => (durationMs === undefined ? '' : formatDuration(durationMs)),
    paint: dim,
  },
  {
    head: 'SIZE',
    cells: 8,
    align: 'right',
    from: 66,
    text: ({ sizeBytes }) => (sizeBytes === undefined ? '' : formatSize(sizeBytes)),
    paint: dim,
  },
];

const SIGNATURES: Readonly<Record<string, string>> = { genuine: '✓', refused: '✗', 'not-verified': '–' };
const BODIES: Readonly<Record<string, string>> = {
  valid: '✓',
  noted: '✓!',
  invalid: '✗',
  'not-json': '✗',
  'no-schema': '·',
};

/** Heads of the columns, and the rows that fit below them. */
export function listLines(state: LiveState): string[] {
  const { shown, top, colors, source } = state;
  const { listColumns, listRows } = layoutOf(state);
  // What listens began today, as a rule.
  const columns = columnsFor(listColumns, source === 'listen' ? TIME : DATE_AND_TIME);
  const index = selectedIndex(state);
  const rows = shown
    .slice(top, top + listRows)
    .map((row, offset) => rowLine(row, columns, colors, top + offset === index));
  return [headLine(columns, colors), ...(rows.length === 0 ? [emptyLine(state)] : rows)];
}

type Columns = ReturnType<typeof columnsFor>;

function columnsFor(width: number, time: Column) {
  const before = [time, ...BEFORE_NAME].filter(({ from }) => width >= from);
  const after = AFTER_NAME.filter(({ from }) => width >= from);
  const taken = [...before, ...after].reduce((sum, { cells }) => sum + cells + 1, 2);
  return { before, after, nameCells: Math.max(4, width - taken) };
}

function headLine({ before, after, nameCells }: Columns, colors: ChalkInstance): string {
  const head = ({ head, cells, align }: Column) => fitCells(head, cells, align);
  return colors.dim(
    [
      '  ',
      ...before.map((one) => `${head(one)} `),
      fitCells('EVENT', nameCells),
      ...after.map((one) => ` ${head(one)}`),
    ].join(''),
  );
}

function rowLine(
  row: LiveRow,
  { before, after, nameCells }: Columns,
  colors: ChalkInstance,
  isSelected: boolean,
): string {
  const cell = ({ cells, align, text, paint }: Column) =>
    paint(fitCells(text(row), cells, align), row, colors);
  const line = [
    ...before.map((one) => `${cell(one)} `),
    nameText(row, nameCells, colors),
    ...after.map((one) => ` ${cell(one)}`),
  ].join('');
  return isSelected ? colors.inverse(`› ${line}`) : `  ${line}`;
}

/** Event type, with what is odd about it in front and what a person wants to see behind. */
function nameText(row: LiveRow, cells: number, colors: ChalkInstance): string {
  const { kind, isDuplicate, isUnknownType, name, title } = row;
  const odd = [
    ...(kind === 'turned-away' ? ['turned away:'] : []),
    ...(kind === 'sent' ? ['→'] : []),
    ...(isDuplicate ? ['again:'] : []),
    ...(isUnknownType ? ['unknown:'] : []),
  ].join(' ');
  const head = odd === '' ? name : `${odd} ${name}`;
  const text = fitCells(title === '' ? head : `${head}  ${title}`, cells);
  const at = Math.min(text.length, head.length);
  const paint =
    kind === 'turned-away' ? colors.red : odd === '' || kind === 'sent' ? colors.bold : colors.yellow;
  return paint(text.slice(0, at)) + colors.dim(text.slice(at));
}

function emptyLine({ filter, source, colors, rows }: LiveState): string {
  if (filter !== '' && rows.length > 0)
    return colors.dim(`  nothing matches “${visible(filter)}”; Esc shows all`);
  return colors.dim(source === 'listen' ? '  waiting for deliveries …' : '  nothing recorded');
}

function localDate(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
