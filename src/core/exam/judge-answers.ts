import type { AnsweredAttempt, AttemptResult } from '../delivery.ts';
import { formatDuration } from '../duration.ts';
import { quotedShort } from '../quoted-short.ts';
import type { CaseOutcome, Severity } from '../report.ts';
import type { ExamCase, Expected } from './exam-case.ts';

/** What came of a case. */
export interface Judgement {
  outcome: CaseOutcome;
  severity: Severity;
  /** One sentence; may hold what the receiver answered. */
  got: string;
}

// More than what is quoted of it can take.
const MOST_QUOTED_BYTES = 640;

/** Holds the answers of a case against what it demands; the worst of them decides. */
export function judgeAnswers(
  { expected, severity, withinMs }: Pick<ExamCase, 'expected' | 'severity' | 'withinMs'>,
  results: readonly AttemptResult[],
): Judgement {
  let worst: Judgement | undefined;
  for (const [index, result] of results.entries()) {
    const failure = failureOf(result, expected, severity) ?? latenessOf(result, severity, withinMs);
    if (failure === undefined) continue;
    const place = results.length > 1 ? `delivery ${index + 1} of ${results.length}: ` : '';
    const found = { outcome: 'failed', severity: failure, got: place + describeResult(result) } as const;
    if (worst === undefined || isWorse(found.severity, worst.severity)) worst = found;
  }
  return worst ?? { outcome: 'passed', severity, got: describeAll(results) };
}

/** How bad the result is, or undefined where it is as expected. */
function failureOf(result: AttemptResult, expected: Expected, severity: Severity): Severity | undefined {
  if (result.kind === 'failed') return expected === 'refused' ? softer(severity) : severity;
  const { status } = result;
  if (expected === 'accepted') return status >= 200 && status < 300 ? undefined : severity;
  if (expected === 'answered') return status < 500 ? undefined : severity;
  if (status >= 200 && status < 300) return severity;
  // Not let in, but not refused on purpose either: a server error is sent again and hides real ones.
  return status >= 400 && status < 500 ? undefined : softer(severity);
}

function latenessOf(
  result: AttemptResult,
  severity: Severity,
  withinMs: number | undefined,
): Severity | undefined {
  return withinMs !== undefined && result.durationMs > withinMs ? severity : undefined;
}

function softer(severity: Severity): Severity {
  return severity === 'must' ? 'should' : severity;
}

function isWorse(one: Severity, other: Severity): boolean {
  const rank = { must: 2, should: 1, note: 0 };
  return rank[one] > rank[other];
}

/** What a right receiver does, as it is shown beside what came. */
export function describeExpected({ expected, withinMs, probe }: ExamCase): string {
  const answer = {
    accepted: 'a 2xx answer',
    refused: 'a 4xx answer',
    answered: 'any answer but a server error',
  }[expected];
  const time = withinMs === undefined ? '' : ` within ${formatDuration(withinMs)}`;
  if (probe?.kind === 'processed') {
    return `${answer}, and the probe says: processed ${probe.times === 1 ? 'once' : `${probe.times} times`}`;
  }
  return probe
    ? `${answer}, and the probe answers the same before and after the last delivery`
    : answer + time;
}

/** One result in words. */
export function describeResult(result: AttemptResult): string {
  if (result.kind === 'failed') return `no answer: ${result.message}`;
  const { status, statusText, durationMs } = result;
  return `${`${status} ${statusText}`.trim()} in ${formatDuration(durationMs)}${quoteBody(result)}`;
}

function quoteBody({ body }: AnsweredAttempt): string {
  const text = Buffer.from(body.subarray(0, MOST_QUOTED_BYTES)).toString().trim();
  return text === '' ? '' : `: ${quotedShort(text)}`;
}

function describeAll(results: readonly AttemptResult[]): string {
  const [first] = results;
  if (first === undefined) return 'nothing was sent';
  if (results.length === 1) return describeResult(first);
  const statuses = new Map<string, number>();
  for (const result of results) {
    const status = result.kind === 'failed' ? 'no answer' : String(result.status);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  const counts = [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
  const slowest = Math.max(...results.map(({ durationMs }) => durationMs));
  return `${counts}, the slowest in ${formatDuration(slowest)}`;
}
