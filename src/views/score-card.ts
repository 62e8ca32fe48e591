import type { ChalkInstance } from 'chalk';
import type { Tally } from '../core/report.ts';
import type { TestFinished } from '../core/run-event.ts';
import { visible } from '../core/visible.ts';

const COLUMNS = ['passed', 'must', 'should', 'note', 'skipped', 'score'];
const CELL_WIDTH = 7;

/** A line for each group and one for all: passed, failed by severity, skipped, score. */
export function scoreCard(event: TestFinished, colors: ChalkInstance): string {
  const rows = [...event.groups, { ...event, group: 'all' }].map((row) => ({
    ...row,
    group: visible(row.group),
  }));
  const width = Math.max(...rows.map(({ group }) => group.length));
  const head = line(''.padEnd(width), COLUMNS);
  const lines = rows.map(({ group, score, ...tally }) => {
    const paint = score === 100 ? colors.green : score >= 80 ? colors.yellow : colors.red;
    return line(group.padEnd(width), countsOf(tally)) + paint(`${score} %`.padStart(CELL_WIDTH + 2));
  });
  return `${[colors.dim(head), ...lines].join('\n')}\n`;
}

function line(name: string, cells: readonly string[]): string {
  return [name, ...cells.map((cell) => cell.padStart(CELL_WIDTH))].join('  ');
}

function countsOf({ passed, failed, skipped }: Tally): string[] {
  return [passed, failed.must, failed.should, failed.note, skipped].map((count) =>
    count === 0 ? '·' : String(count),
  );
}
