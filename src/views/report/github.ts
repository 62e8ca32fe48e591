import { SEVERITIES, type Severity } from '../../core/report.ts';
import { caseFacts, isKnownFailure, type Report, reportTitle } from '../../core/report-file.ts';
import type { CaseFinished } from '../../core/run-event.ts';
import { visible } from '../../core/visible.ts';

const COMMANDS: Record<Severity, string> = { must: 'error', should: 'warning', note: 'notice' };
// GitHub shows ten of each kind for a step.
const MOST_ANNOTATIONS = 10;
// GitHub refuses a summary of more than 1 MiB as a whole.
const MOST_SUMMARY_BYTES = 900_000;

/** Workflow commands that make an annotation of each failed case; a failure known from the baseline is a notice. */
export function githubAnnotations({ cases, finished }: Report): string {
  const failed = cases.filter(({ outcome }) => outcome === 'failed');
  const severityOf = (one: CaseFinished) => (isKnownFailure(one, finished) ? 'note' : one.severity);
  return SEVERITIES.flatMap((severity) =>
    failed
      .filter((one) => severityOf(one) === severity)
      .slice(0, MOST_ANNOTATIONS)
      .map((one) => annotation(one, COMMANDS[severity])),
  ).join('');
}

function annotation(one: CaseFinished, command: string): string {
  const { id, title, location } = one;
  const place =
    location === undefined
      ? ''
      : `file=${property(location.file)},line=${location.line},col=${location.column},`;
  const told = caseFacts(one).filter(([name]) => ['expected', 'got', 'again'].includes(name));
  const lines = [title, ...told.map(([name, text]) => `${name}: ${text}`)].map(visible);
  return `::${command} ${place}title=${property(id)}::${data(lines.join('\n'))}\n`;
}

/** The report as Markdown for the summary of a step; the last failures are left out where it would be too long. */
export function githubSummary(report: Report): string {
  const { finished, cases } = report;
  const rows = [...finished.groups, { ...finished, group: 'all' }].map(
    ({ group, passed, failed, skipped, score }) =>
      `| ${inert(group)} | ${passed} | ${failed.must} | ${failed.should} | ${failed.note} | ${skipped} | ${score} % |`,
  );
  const head = [
    `## ${finished.isPassed ? '✅' : '❌'} ${inert(reportTitle(report))}`,
    '',
    '| group | passed | must | should | note | skipped | score |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
    '',
    '',
  ].join('\n');
  return head + failureBlocks(cases, report, MOST_SUMMARY_BYTES - Buffer.byteLength(head));
}

function failureBlocks(cases: readonly CaseFinished[], { finished }: Report, mostBytes: number): string {
  const failed = cases.filter(({ outcome }) => outcome === 'failed');
  let text = '';
  let leftBytes = mostBytes;
  for (const [index, one] of failed.entries()) {
    const kind = isKnownFailure(one, finished) ? 'known' : one.severity;
    const facts = caseFacts(one).map(([name, fact]) => inert(`${name}: ${fact}`));
    const block =
      `<details><summary>${kind}: ${inert(one.title)} (<code>${inert(one.id)}</code>)</summary>\n\n` +
      `<pre>${facts.join('\n')}</pre>\n</details>\n\n`;
    leftBytes -= Buffer.byteLength(block);
    if (leftBytes < 0) return `${text}… and ${failed.length - index} more\n`;
    text += block;
  }
  return text;
}

/** One line that neither HTML nor Markdown reads as anything but text. */
function inert(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/["'\\`*_{}[\]()|~#@!$:/.+-]|=/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** As the runner's toolkit escapes the text of a command. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(visible(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
