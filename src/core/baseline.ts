import { HooksError } from './errors.ts';
import { isObject } from './json.ts';
import { type CaseOutcome, type CaseResult, SEVERITIES, type Severity } from './report.ts';
import { failsRun } from './report-file.ts';
import type { CaseFinished, TestFinished } from './run-event.ts';

type Finding = Pick<CaseResult, 'outcome' | 'severity'>;

/** What an earlier run found, by the id of the case. */
export type Baseline = ReadonlyMap<string, Finding>;

/**
 * An earlier run from its `--json` lines; those of other events are passed over. Throws HooksError `invalid-input` that
 * names the line.
 */
export function parseBaseline(text: string, file: string): Baseline {
  const findings = new Map<string, Finding>();
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue;
    const place = `${file}:${index + 1}`;
    const event = parseLine(line, place);
    if (event.type !== 'case.finished') continue;
    const { id, outcome, severity } = event;
    if (typeof id !== 'string' || !isOutcome(outcome) || !isSeverity(severity)) {
      throw notARun(place, 'a case has no id, outcome or severity');
    }
    // Lines of several runs in one file: what failed in any of them is known.
    if (findings.get(id)?.outcome !== 'failed') findings.set(id, { outcome, severity });
  }
  if (findings.size === 0) throw notARun(file, 'no case.finished line is in it');
  return findings;
}

function parseLine(line: string, place: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw notARun(place, 'the line is not JSON');
  }
  if (isObject(value)) return value;
  throw notARun(place, 'the line is not a JSON object');
}

function notARun(place: string, why: string): HooksError {
  return new HooksError('invalid-input', `${place} is not the record of an earlier run`, {
    why,
    next: 'make one with `hooks test … --json > baseline.ndjson`',
  });
}

function isOutcome(value: unknown): value is CaseOutcome {
  return value === 'passed' || value === 'failed' || value === 'skipped';
}

function isSeverity(value: unknown): value is Severity {
  return SEVERITIES.some((severity) => severity === value);
}

/**
 * What has changed since the baseline. A failure is known where the case failed then at least as badly; every other one
 * is new, also of a case that was skipped or not there.
 */
export function compareWithBaseline(
  cases: readonly CaseFinished[],
  baseline: Baseline,
): NonNullable<TestFinished['baseline']> {
  const idsOf = (isMeant: (one: CaseFinished, before: Finding | undefined) => boolean) =>
    cases.filter((one) => isMeant(one, baseline.get(one.id))).map(({ id }) => id);
  const isKnown = (one: CaseFinished, before: Finding | undefined) =>
    one.outcome === 'failed' &&
    before?.outcome === 'failed' &&
    SEVERITIES.indexOf(before.severity) <= SEVERITIES.indexOf(one.severity);
  const ids = new Set(cases.map(({ id }) => id));
  return {
    newlyFailing: idsOf((one, before) => one.outcome === 'failed' && !isKnown(one, before)),
    fixed: idsOf(({ outcome }, before) => outcome === 'passed' && before?.outcome === 'failed'),
    stillFailing: idsOf(isKnown),
    added: [...ids].filter((id) => !baseline.has(id)).length,
    vanished: [...baseline.keys()].filter((id) => !ids.has(id)).length,
  };
}

/** The end of a run with what has changed since the baseline; what failed then does not fail this run. */
export function withBaseline(
  finished: TestFinished,
  cases: readonly CaseFinished[],
  baseline: Baseline,
): TestFinished {
  const compared = { ...finished, baseline: compareWithBaseline(cases, baseline) };
  const isPassed = finished.stopped === undefined && !cases.some((one) => failsRun(one, compared));
  return { ...compared, isPassed };
}
