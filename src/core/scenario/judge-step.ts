import { isDeepStrictEqual } from 'node:util';
import { resolvePath } from '../body-path.ts';
import type { AnsweredAttempt } from '../delivery.ts';
import { unmetExpectations } from '../expectation.ts';
import { type HeaderList, headerValues } from '../headers.ts';
import { type Json, parseJsonBytes } from '../json.ts';
import { valueAt } from '../json-pointer.ts';
import type { ProbeAnswer } from '../probe-answer.ts';
import { quotedShort } from '../quoted-short.ts';
import { MASK } from '../secret-headers.ts';
import { isSecretHeader } from '../secret-names.ts';
import type { AnswerExpectation, Capture, ExpectStep } from './scenario.ts';
import { expandText, expandValue, type Scope } from './template.ts';

/** What a step expects of an answer and did not come, one sentence each. */
export function unmetByAnswer(answer: AnsweredAttempt, expected: AnswerExpectation, scope: Scope): string[] {
  const { status, maxLatencyMs } = expected;
  const body = Object.entries(expected.body).map(([path, value]) => ({
    path,
    value: expandValue(value, scope),
  }));
  const others = { status, body, ...(maxLatencyMs !== undefined && { maxLatencyMs }) };
  return [
    ...unmetExpectations(answer, others),
    ...Object.entries(expected.headers).flatMap(([name, wanted]) =>
      headerProblem(answer.headers, name, typeof wanted === 'string' ? expandText(wanted, scope) : wanted),
    ),
  ];
}

function headerProblem(headers: HeaderList, name: string, wanted: string | boolean): string[] {
  const values = headerValues(headers, name);
  const got = isSecretHeader(name) ? MASK : values.join(', ');
  if (wanted === true) return values.length > 0 ? [] : [`expected a header ${name} in the answer, got none`];
  if (wanted === false) {
    return values.length === 0 ? [] : [`expected no header ${name} in the answer, got ${got}`];
  }
  if (values.includes(wanted)) return [];
  const shown = isSecretHeader(name) ? MASK : wanted;
  return [
    `expected the header ${name} of the answer to be ${shown}, got ${values.length > 0 ? got : 'none'}`,
  ];
}

/** The variables that a step takes from an answer, and what it did not find, one sentence each. */
export function captureFrom(
  answer: AnsweredAttempt,
  captures: Readonly<Record<string, Capture>>,
): { values: Map<string, Json>; missing: string[] } {
  const values = new Map<string, Json>();
  const missing: string[] = [];
  for (const [name, capture] of Object.entries(captures)) {
    const value = find(answer, capture);
    if (value !== undefined) values.set(name, value);
    else {
      const what = capture.in === 'header' ? `no header ${capture.name}` : `nothing at ${capture.path}`;
      missing.push(`the answer has ${what} to capture as ${name}`);
    }
  }
  return { values, missing };
}

function find({ headers, body }: AnsweredAttempt, capture: Capture): Json | undefined {
  if (capture.in === 'header') return headerValues(headers, capture.name)[0];
  const parsed = parseJsonBytes(body);
  if ('problem' in parsed) return undefined;
  return valueAt(parsed.value, resolvePath(parsed.value, capture.path)) as Json | undefined;
}

/** Why a probe does not yet tell what is expected; undefined when it does. */
export function unmetByProbe(answer: ProbeAnswer, step: ExpectStep, scope: Scope): string | undefined {
  if (step.status === undefined) {
    if (!answer.ok) return answer.message;
  } else if (answer.status === undefined || !step.status.match(answer.status)) {
    const got = answer.status ?? (answer.ok ? 'none' : answer.message);
    return `expected status ${step.status.text}, got ${got}`;
  }
  const text = (answer.text ?? '').trim();
  const wanted = step.text === undefined ? undefined : expandText(step.text, scope).trim();
  if (wanted !== undefined && text !== wanted) {
    return `expected the text ${JSON.stringify(wanted)}, got ${JSON.stringify(quotedShort(text))}`;
  }
  return probeBodyProblem(text, step, scope);
}

function probeBodyProblem(text: string, { body }: ExpectStep, scope: Scope): string | undefined {
  const wanted = Object.entries(body);
  if (wanted.length === 0) return undefined;
  const parsed = parseJsonBytes(new TextEncoder().encode(text));
  if ('problem' in parsed) return `expected JSON, but ${parsed.problem}`;
  for (const [path, value] of wanted) {
    const expected = expandValue(value, scope);
    const actual = valueAt(parsed.value, resolvePath(parsed.value, path));
    if (isDeepStrictEqual(actual, expected)) continue;
    const got = actual === undefined ? 'nothing' : quotedShort(JSON.stringify(actual));
    return `expected ${path} to be ${JSON.stringify(expected)}, got ${got}`;
  }
  return undefined;
}
