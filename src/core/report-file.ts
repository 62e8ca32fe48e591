import { type CaseResult, SEVERITIES } from './report.ts';
import type { CaseFinished, TestFinished, TestStarted } from './run-event.ts';

/** A whole run of `hooks test` or `hooks run`, for reports that are written at its end. */
export interface Report {
  started: TestStarted;
  cases: readonly CaseFinished[];
  finished: TestFinished;
}

/** The name of the run in reports: `hooks test http://localhost:3000/ as synq`. */
export function reportTitle({ started }: Pick<Report, 'started'>): string {
  const as = started.provider === undefined ? '' : ` as ${started.provider}`;
  return `hooks ${started.command} ${started.title}${as}`;
}

/** The cases by group, in the order in which the groups began. */
export function casesByGroup({ cases }: Pick<Report, 'cases'>): Map<string, CaseFinished[]> {
  const groups = new Map<string, CaseFinished[]>();
  for (const one of cases) {
    const members = groups.get(one.group);
    if (members === undefined) groups.set(one.group, [one]);
    else members.push(one);
  }
  return groups;
}

/** Whether the case failed already in the run that `--baseline` names. */
export function isKnownFailure({ id }: Pick<CaseResult, 'id'>, { baseline }: TestFinished): boolean {
  return baseline?.stillFailing.includes(id) ?? false;
}

/** Whether the case is among those that fail the run: bad enough for `--fail-on`, and not known from the baseline. */
export function failsRun(
  one: Pick<CaseResult, 'id' | 'outcome' | 'severity'>,
  finished: TestFinished,
): boolean {
  return (
    one.outcome === 'failed' &&
    SEVERITIES.indexOf(one.severity) <= SEVERITIES.indexOf(finished.failOn) &&
    !isKnownFailure(one, finished)
  );
}

/** What is known of a case, by name; texts may hold what a receiver answered. */
export function caseFacts(one: CaseResult): [name: string, text: string][] {
  const { sent, expected, got, why, source, reproduce, location } = one;
  const facts: [name: string, text: string | undefined][] = [
    ['sent', sent],
    ['expected', expected],
    ['got', got],
    ['why', why],
    ['source', source && [source.title, source.url].filter(Boolean).join(', ')],
    ['at', location && `${location.file}:${location.line}:${location.column}`],
    ['again', reproduce],
  ];
  return facts.flatMap(([name, text]) => (text === undefined || text === '' ? [] : [[name, text]]));
}

/** A link from data that may be followed: http or https, nothing else. */
export function webUrl(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}
