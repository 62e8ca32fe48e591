import type { Delivery } from '../delivery.ts';
import { formatDuration } from '../duration.ts';
import type { CaseResult } from '../report.ts';
import type { AnswerExpectation, ExpectStep, LeafStep, Scenario } from './scenario.ts';
import type { Occurrence } from './unroll.ts';

type Facts = Omit<CaseResult, 'outcome' | 'got' | 'at' | 'durationMs' | 'sent' | 'reproduce'>;

/** What is known of an occurrence before it is played; `digits` makes the numbers of all of them equally long. */
export function describeOccurrence({ name }: Scenario, occurrence: Occurrence, digits: number): Facts {
  const { number, step, copy, round, part } = occurrence;
  const id = `${slug(name) || 'scenario'}/${String(number).padStart(digits, '0')}-${shortName(step)}`;
  const notes = [
    ...(round === undefined ? [] : [`round ${round}`]),
    ...(part > 0 ? [`recording ${part + 1}`] : []),
    ...(copy === undefined ? [] : ['duplicate']),
  ];
  return {
    id: copy === undefined ? id : `${id}-copy`,
    group: name,
    title: titleOf(step) + (notes.length > 0 ? ` (${notes.join(', ')})` : ''),
    severity: 'must',
    why: 'the scenario expects it',
    expected: expectedOf(step),
    location: step.place,
  };
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

function shortName(step: LeafStep): string {
  return step.kind === 'send' ? slug(subject(step)) || 'send' : step.kind;
}

/** What a step delivers, as it is named in the scenario. */
function subject(step: LeafStep): string {
  if (step.kind === 'send') return step.event ?? 'own body';
  if (step.kind !== 'replay') return step.kind;
  return 'recording' in step.source ? step.source.recording : step.source.file;
}

function titleOf(step: LeafStep): string {
  if (step.kind === 'wait') return `waits ${formatDuration(step.durationMs)}`;
  if (step.title !== undefined) return step.title;
  if (step.kind === 'expect') return `shows the side effect: ${probeName(step)}`;
  const what = step.kind === 'replay' ? `the replay of ${subject(step)}` : subject(step);
  const { text } = step.expect.status;
  return text === '2xx' ? `accepts ${what}` : `answers ${what} with ${text}`;
}

export function probeName({ probe }: ExpectStep): string {
  return 'url' in probe ? probe.url : probe.command;
}

function expectedOf(step: LeafStep): string {
  if (step.kind === 'wait') return 'nothing';
  if (step.kind === 'expect') return `${probeDemand(step)} within ${formatDuration(step.withinMs)}`;
  return answerDemand(step.expect);
}

function answerDemand({ status, headers, body, maxLatencyMs, callbacks }: AnswerExpectation): string {
  const more = [
    ...Object.entries(headers).map(([name, value]) => {
      if (typeof value === 'boolean') return `${value ? 'a' : 'no'} header ${name}`;
      return `the header ${name}: ${value}`;
    }),
    ...values(body),
    ...(maxLatencyMs === undefined ? [] : [`at most ${formatDuration(maxLatencyMs)}`]),
    ...(callbacks?.names ?? []).map(
      (name) => `a call of ${name} within ${formatDuration(callbacks?.withinMs ?? 0)}`,
    ),
  ];
  return [`status ${status.text}`, ...more].join(', ');
}

function probeDemand({ status, body, text }: ExpectStep): string {
  const demands = [
    ...(status === undefined ? [] : [`status ${status.text}`]),
    ...values(body),
    ...(text === undefined ? [] : [`the text ${JSON.stringify(text)}`]),
  ];
  return demands.length === 0 ? 'success' : demands.join(', ');
}

function values(body: ExpectStep['body']): string[] {
  return Object.entries(body).map(([path, value]) => `${path} = ${JSON.stringify(value)}`);
}

/** What was done, one sentence that also says what disorder made of it. */
export function describeSent(occurrence: Occurrence, delivery: Delivery | undefined): string {
  const { step } = occurrence;
  if (step.kind === 'wait') return 'nothing';
  if (step.kind === 'expect') return `asked ${probeName(step)}`;
  const what = delivery === undefined ? subject(step) : deliveryText(delivery);
  return [disorderText(occurrence), what].filter((part) => part !== '').join(': ');
}

/** What disorder made of an occurrence; empty where nothing. */
export function disorderText({ number, copy, isLate, isDropped }: Occurrence): string {
  if (isDropped) return `step ${number} left out (drop)`;
  const late = isLate ? ', out of order (shuffle)' : '';
  if (copy !== undefined) return `2nd copy of step ${number} (duplicate)${late}`;
  return isLate ? `step ${number}${late}` : '';
}

function deliveryText({ method, provider, slug: event, variant, id, body }: Delivery): string {
  const name = event === undefined ? `a body (${provider})` : `${provider}/${event}`;
  return `${method} ${name}${variant === undefined ? '' : `@${variant}`}, id ${id}, ${body.length} bytes`;
}
