import { isDeepStrictEqual } from 'node:util';
import { resolvePath } from './body-path.ts';
import type { AnsweredAttempt } from './delivery.ts';
import { formatDuration } from './duration.ts';
import { type Json, parseJsonBytes } from './json.ts';
import { valueAt } from './json-pointer.ts';
import type { StatusMatch } from './status-match.ts';

/** What an answer has to be. */
export interface Expectations {
  status: { match: StatusMatch; text: string };
  /** Values at paths of the answer's JSON body. */
  body: readonly { path: string; value: Json }[];
  maxLatencyMs?: number;
}

/** What was expected of an answer and did not come, one sentence each; empty when all is well. */
export function unmetExpectations(answer: AnsweredAttempt, expected: Expectations): string[] {
  const unmet: string[] = [];
  if (!expected.status.match(answer.status)) unmet.push(statusProblem(answer, expected.status.text));
  if (expected.maxLatencyMs !== undefined && answer.durationMs > expected.maxLatencyMs) {
    unmet.push(latencyProblem(answer.durationMs, expected.maxLatencyMs));
  }
  return [...unmet, ...bodyProblems(answer, expected.body)];
}

function latencyProblem(actualMs: number, allowedMs: number): string {
  const [actual, allowed] = [formatDuration(actualMs), formatDuration(allowedMs)];
  return actual === allowed
    ? `answered in slightly more than the ${allowed} that are allowed`
    : `answered in ${actual}, allowed are ${allowed}`;
}

function statusProblem({ status }: AnsweredAttempt, expected: string): string {
  const redirect =
    status >= 300 && status < 400 ? '; redirects are not followed, as webhook senders do not' : '';
  return `expected status ${expected}, got ${status}${redirect}`;
}

function bodyProblems(answer: AnsweredAttempt, expected: Expectations['body']): string[] {
  if (expected.length === 0) return [];
  if (answer.bodyTruncated) return ['the answer is too long to look into its body'];
  const parsed = parseJsonBytes(answer.body);
  if ('problem' in parsed) return [`expected a JSON answer, but ${parsed.problem}`];
  return expected.flatMap(({ path, value }) => {
    const actual = valueAt(parsed.value, resolvePath(parsed.value, path));
    const wanted = JSON.stringify(value);
    const got = actual === undefined ? 'nothing' : JSON.stringify(actual);
    return isDeepStrictEqual(actual, value)
      ? []
      : [`expected ${path} of the answer to be ${wanted}, got ${got}`];
  });
}
