import type { ChalkInstance } from 'chalk';
import { formatDuration } from '../core/duration.ts';
import { countCase, emptyTally, SEVERITIES, type Tally } from '../core/report.ts';
import { caseFacts, isKnownFailure } from '../core/report-file.ts';
import type { CaseFinished, TestFinished, TestStarted } from '../core/run-event.ts';
import { visible } from '../core/visible.ts';
import { baselineText } from './baseline-text.ts';
import { scoreCard } from './score-card.ts';

export interface TestTextOptions {
  colors: ChalkInstance;
  /** Only failures and the verdict. */
  isQuiet: boolean;
  /** A line for each case instead of each group. */
  isVerbose: boolean;
}

/** Text of `hooks test` and `hooks run`; remembers what failed, because failures are told last. */
export interface TestText {
  started(event: TestStarted): string;
  finishedCase(event: CaseFinished): string;
  finished(event: TestFinished): string;
}

export function createTestText(options: TestTextOptions): TestText {
  const { colors, isQuiet, isVerbose } = options;
  const failures: CaseFinished[] = [];
  let group: { name: string; tally: Tally } | undefined;
  // Steps of a story are few and some of them wait: each is told as it ends.
  let isByCase = isVerbose;

  function endGroup(): string {
    return group === undefined ? '' : groupText(group.name, group.tally, colors);
  }

  return {
    started(event) {
      isByCase ||= event.command === 'run';
      return isQuiet ? '' : startedText(event, colors);
    },
    finishedCase(event) {
      if (event.outcome === 'failed') failures.push(event);
      if (isQuiet) return '';
      if (isByCase) return caseText(event, colors);
      const ended = group?.name === event.group ? '' : endGroup();
      if (group?.name !== event.group) group = { name: event.group, tally: emptyTally() };
      countCase(group.tally, event);
      return ended;
    },
    finished(event) {
      const told = failures.map((one) => failureText(one, event, options)).join('');
      const verdict = verdictText(event, colors);
      if (isQuiet) return told + verdict;
      const changes = event.baseline === undefined ? '' : `\n${baselineText(event.baseline, colors)}`;
      return `${endGroup()}${told}\n${scoreCard(event, colors)}${changes}\n${verdict}`;
    },
  };
}

function startedText(
  { command, title, provider, scheme, cases, seed }: TestStarted,
  colors: ChalkInstance,
): string {
  const as = provider === undefined ? '' : ` as ${provider}`;
  const signed = scheme === undefined ? '' : ` (${scheme})`;
  const what = `${cases} ${command === 'test' ? 'case' : 'step'}${cases === 1 ? '' : 's'}`;
  return `${colors.bold(visible(title))}${visible(as + signed)}, ${what} ${colors.dim(`seed ${visible(seed)}`)}\n`;
}

function groupText(name: string, { passed, skipped, failed }: Tally, colors: ChalkInstance): string {
  const failures = failed.must + failed.should + failed.note;
  const outcome = failures > 0 ? 'failed' : passed > 0 ? 'passed' : 'skipped';
  const severity = SEVERITIES.find((one) => failed[one] > 0) ?? 'note';
  const sign = mark({ outcome, severity }, colors);
  const counts = [
    ...(passed > 0 ? [`${passed} passed`] : []),
    ...(failures > 0 ? [`${failures} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return `${sign} ${visible(name).padEnd(14)} ${counts.join(', ')}\n`;
}

function caseText(one: CaseFinished, colors: ChalkInstance): string {
  const rest = one.outcome === 'skipped' ? `skipped: ${visible(one.got)}` : formatDuration(one.durationMs);
  return `${mark(one, colors)} ${visible(one.id)} ${colors.dim(rest)}\n`;
}

function mark({ outcome, severity }: Pick<CaseFinished, 'outcome' | 'severity'>, colors: ChalkInstance) {
  if (outcome === 'passed') return colors.green('✓');
  if (outcome === 'skipped') return colors.dim('-');
  return { must: colors.red('✗'), should: colors.yellow('!'), note: colors.cyan('i') }[severity];
}

/** The facts of a failure; one that is known from the baseline has a line only. */
function failureText(
  one: CaseFinished,
  finished: TestFinished,
  { colors, isQuiet, isVerbose }: TestTextOptions,
): string {
  const isKnown = isKnownFailure(one, finished);
  if (isKnown && isQuiet) return '';
  const paint = { must: colors.red, should: colors.yellow, note: colors.cyan }[one.severity];
  const kind = isKnown ? colors.dim(`known, ${one.severity}`) : paint(one.severity);
  const head = `${mark(one, colors)} ${kind}: ${visible(one.title)} ${colors.dim(`[${visible(one.id)}]`)}\n`;
  if (isKnown && !isVerbose) return head;
  const lines = caseFacts(one).map(
    ([name, text]) => `    ${colors.dim(`${name}:`.padEnd(10))}${visible(text)}\n`,
  );
  return `\n${head}${lines.join('')}`;
}

const ENDINGS = {
  baseline: 'not tested: a genuine delivery was not accepted, so no refusal would mean anything',
  unreachable: 'ended early: the receiver does not answer any more',
  interrupted: 'ended early: interrupted',
};

function verdictText(event: TestFinished, colors: ChalkInstance): string {
  const { isPassed, failOn, score, durationMs } = event;
  const verdict = isPassed ? colors.green('passed') : colors.red('failed');
  const rule = failOn === 'must' ? '' : ` (--fail-on ${failOn})`;
  return `${verdict}: ${reasonText(event)}${rule}; score ${score} % in ${formatDuration(durationMs)}\n`;
}

function reasonText({ stopped, failed, baseline, isPassed }: TestFinished): string {
  if (stopped !== undefined) return ENDINGS[stopped];
  const counts = SEVERITIES.filter((severity) => failed[severity] > 0)
    .map((severity) => `${failed[severity]} ${severity}`)
    .join(', ');
  if (counts === '') return 'all demands are met';
  if (baseline === undefined) return `${counts} not met`;
  return isPassed ? `nothing that counts fails anew (${counts} not met)` : `${counts} not met, not all known`;
}
