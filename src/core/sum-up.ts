import { type CaseResult, countCase, emptyTally, type Severity, scoreOf, type Tally } from './report.ts';
import { casesByGroup, failsRun } from './report-file.ts';
import type { CaseFinished, TestFinished } from './run-event.ts';

/** The end of a run: its cases by group and all together. A run that was stopped has not passed. */
export function sumUp(
  cases: readonly CaseFinished[],
  failOn: Severity,
  stopped: TestFinished['stopped'],
  durationMs: number,
): TestFinished {
  const finished: TestFinished = {
    type: 'test.finished',
    ...talliedAndScored(cases),
    groups: [...casesByGroup({ cases })].map(([group, members]) => ({ group, ...talliedAndScored(members) })),
    failOn,
    isPassed: false,
    ...(stopped && { stopped }),
    durationMs,
  };
  return { ...finished, isPassed: stopped === undefined && !cases.some((one) => failsRun(one, finished)) };
}

function talliedAndScored(cases: readonly CaseResult[]): Tally & { score: number } {
  const tally = emptyTally();
  for (const one of cases) countCase(tally, one);
  return { ...tally, score: scoreOf(cases) };
}
