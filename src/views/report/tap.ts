import { caseFacts, failsRun, type Report, reportTitle } from '../../core/report-file.ts';
import type { CaseFinished, TestFinished } from '../../core/run-event.ts';
import { visible } from '../../core/visible.ts';

/** The report as TAP version 14. What does not fail the run is marked as TODO, which TAP consumers do not count. */
export function formatTap(report: Report): string {
  const { cases, finished } = report;
  const lines = cases.map((one, index) => testLine(one, index + 1, finished));
  const bail = finished.stopped === undefined ? '' : `Bail out! ended early: ${finished.stopped}\n`;
  return `TAP version 14\n1..${cases.length}\n# ${description(reportTitle(report))}\n${lines.join('')}${bail}`;
}

function testLine(one: CaseFinished, number: number, finished: TestFinished): string {
  const name = `${number} - ${description(one.id)}: ${description(one.title)}`;
  if (one.outcome === 'passed') return `ok ${name}\n`;
  if (one.outcome === 'skipped') return `ok ${name} # SKIP ${description(one.got)}\n`;
  const todo = failsRun(one, finished) ? '' : ` # TODO ${one.severity}`;
  const facts = [['severity', one.severity] as const, ...caseFacts(one)];
  const yaml = facts.map(([key, value]) => `  ${key}: ${scalar(value)}\n`);
  return `not ok ${name}${todo}\n  ---\n${yaml.join('')}  ...\n`;
}

/** A JSON string is a YAML string. */
function scalar(value: string): string {
  return JSON.stringify(visible(value));
}

/** `#` would begin a directive. */
function description(text: string): string {
  return visible(text).replaceAll('\\', '\\\\').replaceAll('#', '\\#');
}
