import { readExample } from '../adapters/provider-packs.ts';
import { type EventChoice, findProvider, type ProviderPack } from '../core/catalogue.ts';
import { HooksError } from '../core/errors.ts';
import type { EventSample } from '../core/exam/coverage-cases.ts';
import type { ExamCase } from '../core/exam/exam-case.ts';
import { baselineCase, examCases } from '../core/exam/exam-cases.ts';
import { createSubject, type ExamSubject } from '../core/exam/exam-subject.ts';
import { suggestion } from '../core/nearest.ts';
import type { OutgoingPlan } from '../core/outgoing.ts';
import { commandLine } from '../core/request-text.ts';
import { shownUrl } from '../core/shown-url.ts';
import type { SchemeParameters } from '../core/signing/scheme.ts';

export interface Exam {
  subject: ExamSubject;
  baseline: ExamCase;
  cases: ExamCase[];
  samples: EventSample[];
}

/** All cases for a receiver of the provider whose genuine delivery is planned. Throws HooksError `usage` without one. */
export async function prepareExam(
  { choice, pack = choice?.pack, ...plan }: OutgoingPlan,
  parameters: SchemeParameters,
  limitMs: number | undefined,
): Promise<Exam> {
  if (choice === undefined || pack === undefined) {
    throw new HooksError('usage', 'the cases are made from an event of a provider, and none is named', {
      next: 'name one (list them with `hooks events`), or a provider with --provider',
    });
  }
  const subject = createSubject({ ...plan, choice, pack }, parameters, limitMs);
  const samples = await readSamples(pack);
  return { subject, baseline: baselineCase(subject), cases: examCases(subject, samples), samples };
}

/** The case of that name. Throws HooksError `unknown-name` with the nearest. */
export function findCase({ baseline, cases }: Exam, id: string): ExamCase {
  const all = [baseline, ...cases];
  const found = all.find((one) => one.id === id);
  if (found) return found;
  const ids = all.map((one) => one.id);
  throw new HooksError('unknown-name', `no case is called '${id}'`, {
    next: suggestion(id, ids, 'list them with `hooks test <endpoint> --provider … --list`'),
  });
}

/** The event that most cases send: one of which the provider also has a later one, else its first. */
export function usualEvent(packs: readonly ProviderPack[], provider: string): string {
  const { id, events, succession } = findProvider(packs, provider).manifest;
  const [first] = Object.keys(events);
  return `${id}/${succession?.older.eventType ?? first ?? ''}`;
}

/** The command that sends the delivery of a case again; where more is needed than one after the other, plays the case. */
export function reproduction(subject: ExamSubject, one: ExamCase, more: readonly string[]): string {
  if (one.probe !== undefined || one.isTogether || one.holdMs !== undefined || one.withinMs !== undefined) {
    return playedAgain(subject, one.id, more);
  }
  const { choice, pack } = subject.plan;
  const isSample = one.group === 'coverage';
  const event = isSample ? one.id.slice('coverage/'.length) : choice.event.slug;
  const isGenuine = isSample || one.group === 'baseline';
  return commandLine([
    ...['hooks', 'send', `${pack.manifest.id}/${event}`, '--to', publishedUrl(subject)],
    ...(isGenuine ? [] : ['--case', one.id]),
    ...more,
  ]);
}

/** The command that plays one case again. */
export function playedAgain(subject: ExamSubject, id: string, more: readonly string[]): string {
  const provider = subject.plan.pack.manifest.id;
  return commandLine(['hooks', 'test', publishedUrl(subject), '--provider', provider, '--only', id, ...more]);
}

/** Reports are published: a token in the URL is left for the reader to put in again. */
export function publishedUrl({ plan }: ExamSubject): string {
  return shownUrl(plan.url);
}

async function readSamples(pack: ProviderPack): Promise<EventSample[]> {
  const choices = Object.entries(pack.manifest.events).flatMap(([eventType, event]): EventChoice[] => [
    { pack, eventType, event },
    ...(pack.variants[eventType] ?? []).map((variant) => ({ pack, eventType, event, variant })),
  ]);
  return Promise.all(choices.map(async (choice) => ({ choice, example: await readExample(choice) })));
}
