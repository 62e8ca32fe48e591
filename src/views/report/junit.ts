import { caseFacts, casesByGroup, failsRun, type Report, reportTitle } from '../../core/report-file.ts';
import type { CaseFinished, TestFinished } from '../../core/run-event.ts';
import { visible, visibleLines } from '../../core/visible.ts';

/**
 * The report as JUnit XML, as Jenkins, GitLab and others read it. What fails the run is a failure; what does not is a
 * passed test with its finding as output, because these systems know no warnings.
 */
export function formatJunit(report: Report): string {
  const { cases, finished } = report;
  const suites = [...casesByGroup(report)].map(([group, members]) => suite(group, members, finished));
  const head = `<testsuites name="${attribute(reportTitle(report))}" ${counts(cases, finished)} time="${seconds(finished.durationMs)}">`;
  return `${['<?xml version="1.0" encoding="UTF-8"?>', head, ...suites, '</testsuites>'].join('\n')}\n`;
}

function suite(group: string, cases: readonly CaseFinished[], finished: TestFinished): string {
  const time = seconds(cases.reduce((sum, { durationMs }) => sum + durationMs, 0));
  // The format wants a date without a fraction and without a zone.
  const at = (cases[0]?.at ?? '').replace(/(\.\d+)?Z$/, '');
  const skipped = cases.filter(({ outcome }) => outcome === 'skipped').length;
  const head = `  <testsuite name="${attribute(group)}" ${counts(cases, finished)} skipped="${skipped}" timestamp="${attribute(at)}" time="${time}">`;
  return [head, ...cases.map((one) => testCase(one, finished)), '  </testsuite>'].join('\n');
}

function counts(cases: readonly CaseFinished[], finished: TestFinished): string {
  const failures = cases.filter((one) => failsRun(one, finished)).length;
  return `tests="${cases.length}" failures="${failures}" errors="0"`;
}

function testCase(one: CaseFinished, finished: TestFinished): string {
  const head = `    <testcase classname="${attribute(`hooks.${one.group}`)}" name="${attribute(`${one.title} [${one.id}]`)}" time="${seconds(one.durationMs)}"`;
  const inner = outcomeElement(one, finished);
  return inner === '' ? `${head}/>` : `${head}>\n      ${inner}\n    </testcase>`;
}

function outcomeElement(one: CaseFinished, finished: TestFinished): string {
  if (one.outcome === 'passed') return '';
  // Jenkins' schema knows no attribute here; its reader takes the text.
  if (one.outcome === 'skipped') return `<skipped>${content(one.got)}</skipped>`;
  const facts = content(
    caseFacts(one)
      .map(([name, text]) => `${name}: ${text}`)
      .join('\n'),
  );
  return failsRun(one, finished)
    ? `<failure message="${attribute(one.got)}" type="${attribute(one.severity)}">${facts}</failure>`
    : `<system-out>does not fail the run (${one.severity})\n${facts}</system-out>`;
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}

function attribute(value: string): string {
  return escaped(visible(value)).replaceAll('"', '&quot;');
}

function content(value: string): string {
  return escaped(visibleLines(value));
}

/** What XML forbids even escaped and `visible` leaves as it is: the two non-characters at the end of the plane. */
function escaped(value: string): string {
  return value
    .replaceAll('\ufffe', '\\ufffe')
    .replaceAll('\uffff', '\\uffff')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
