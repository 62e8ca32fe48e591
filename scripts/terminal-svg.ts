import type { IBufferCell } from '@xterm/headless';
import xterm from '@xterm/headless';

interface Picture {
  /** Said to those who cannot see it, and shown above the text. */
  title: string;
  columns: number;
  /** As a program wrote it, escapes and all. */
  text: string;
}

interface Run {
  column: number;
  cells: number;
  text: string;
  style: string;
  background: string | undefined;
}

const CELL_WIDTH = 8.4;
const LINE_HEIGHT = 18;
const PADDING = 14;
const BAR = 30;
const BACKGROUND = '#1b1f27';
const FOREGROUND = '#d7dce4';
// The sixteen colours of a terminal, as they are seen on that background.
const PALETTE = [
  '#3b4252',
  '#e06c75',
  '#98c379',
  '#e5c07b',
  '#61afef',
  '#c678dd',
  '#56b6c2',
  '#d7dce4',
  '#7f8795',
  '#e06c75',
  '#98c379',
  '#e5c07b',
  '#61afef',
  '#c678dd',
  '#56b6c2',
  '#ffffff',
];

/** What a terminal of that width shows of a text, as an SVG of its own. */
export async function terminalSvg({ title, columns, text }: Picture): Promise<string> {
  const lines = text.replace(/\n$/, '').split('\n');
  const rows = lines.length + Math.ceil(text.length / columns);
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 0, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(lines.join('\r\n'), resolve));
  const shown = Array.from({ length: rows }, (_, row) => runsOf(terminal, row, columns));
  terminal.dispose();
  const used = shown.findLastIndex((runs) => runs.length > 0) + 1;
  return svg(title, columns, shown.slice(0, used));
}

function runsOf(terminal: xterm.Terminal, row: number, columns: number): Run[] {
  const line = terminal.buffer.active.getLine(row);
  const runs: Run[] = [];
  for (let column = 0; column < columns; column++) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const { style, background } = looksOf(cell);
    const text = cell.getChars() || ' ';
    const last = runs.at(-1);
    const goesOn = last && last.style === style && last.background === background;
    if (goesOn && last.column + last.cells === column) {
      last.text += text;
      last.cells += cell.getWidth();
    } else runs.push({ column, cells: cell.getWidth(), text, style, background });
  }
  return runs.map(trimmed).filter(({ text, background }) => text !== '' || background !== undefined);
}

/** Without the space around it, which renderers of SVG leave out while they stretch the rest. */
function trimmed(run: Run): Run {
  if (run.background !== undefined) return run;
  const text = run.text.trim();
  const before = run.text.length - run.text.trimStart().length;
  const after = run.text.length - run.text.trimEnd().length;
  if (text === '') return { ...run, text };
  return { ...run, text, column: run.column + before, cells: run.cells - before - after };
}

function looksOf(cell: IBufferCell): { style: string; background: string | undefined } {
  const own = cell.isFgDefault() ? FOREGROUND : colorOf(cell.getFgColor(), cell.isFgRGB());
  const behind = cell.isBgDefault() ? undefined : colorOf(cell.getBgColor(), cell.isBgRGB());
  const isInverse = cell.isInverse() !== 0;
  const fill = isInverse ? (behind ?? BACKGROUND) : own;
  const style = [
    `fill="${fill}"`,
    ...(cell.isBold() ? ['font-weight="bold"'] : []),
    ...(cell.isDim() ? ['opacity="0.6"'] : []),
    ...(cell.isUnderline() ? ['text-decoration="underline"'] : []),
  ].join(' ');
  return { style, background: isInverse ? own : behind };
}

function colorOf(color: number, isRgb: boolean): string {
  if (isRgb) return `#${color.toString(16).padStart(6, '0')}`;
  const known = PALETTE[color];
  if (known !== undefined) return known;
  if (color >= 232) return `#${(8 + (color - 232) * 10).toString(16).padStart(2, '0').repeat(3)}`;
  const level = (at: number) => [0, 95, 135, 175, 215, 255][Math.floor((color - 16) / at) % 6] ?? 0;
  return `#${[36, 6, 1].map((at) => level(at).toString(16).padStart(2, '0')).join('')}`;
}

function svg(title: string, columns: number, rows: readonly (readonly Run[])[]): string {
  const width = Math.ceil(columns * CELL_WIDTH + 2 * PADDING);
  const height = rows.length * LINE_HEIGHT + 2 * PADDING + BAR;
  const body = rows.flatMap((runs, row) => runs.map((run) => runSvg(run, row))).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>
<g fill="#4b5263"><circle cx="20" cy="18" r="5"/><circle cx="38" cy="18" r="5"/><circle cx="56" cy="18" r="5"/></g>
<text x="${width / 2}" y="22" text-anchor="middle" fill="#7f8795" font-family="ui-sans-serif, system-ui, sans-serif" font-size="12">${escaped(title)}</text>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
${body}
</g>
</svg>
`;
}

/** With its length, so that columns stand below each other whatever the font. */
function runSvg({ column, cells, text, style, background }: Run, row: number): string {
  const x = number(PADDING + column * CELL_WIDTH);
  const top = BAR + PADDING + row * LINE_HEIGHT;
  const length = number(cells * CELL_WIDTH);
  const behind =
    background === undefined
      ? ''
      : `<rect x="${x}" y="${top}" width="${length}" height="${LINE_HEIGHT}" fill="${background}"/>`;
  return `${behind}<text x="${x}" y="${top + 13}" textLength="${length}" lengthAdjust="spacingAndGlyphs" ${style}>${escaped(text).replaceAll(' ', '\u00a0')}</text>`;
}

function number(value: number): string {
  return String(Number(value.toFixed(1)));
}

function escaped(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      // No character that XML cannot hold.
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
  );
}
