import { readExample } from '../adapters/provider-packs.ts';
import { type EventChoice, findProvider, type ProviderPack } from '../core/catalogue.ts';
import { HooksError } from '../core/errors.ts';
import type { EventSample } from '../core/exam/coverage-cases.ts';
import type { ExamCase } from '../core/exam/exam-case.ts';
import { baselineCase, examCases } from '../core/exam/exam-cases.ts';
import { createSubject, type ExamSubject } from '../core/exam/exam-subject.ts';
import { nearest } from '../core/nearest.ts';
import type { OutgoingPlan } from '../core/outgoing.ts';
import { quote } from '../core/request-text.ts';
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
  const near = nearest(
    id,
    all.map((one) => one.id),
  );
  throw new HooksError('unknown-name', `no case is called '${id}'`, {
    next: `${near === undefined ? '' : `did you mean ${near}? Or `}list them with \`hooks test <endpoint> --provider … --list\``,
  });
}

/** The event that most cases send: one of which the provider also has a later one, else its first. */
export function usualEvent(packs: readonly ProviderPack[], provider: string): string {
  const { id, events, succession } = findProvider(packs, provider).manifest;
  const [first] = Object.keys(events);
  return `${id}/${succession?.older.eventType ?? first ?? ''}`;
}

/** The command that sends the delivery of a case again; where more is needed than one after the other, plays the case. */
export function reproduction(
  { subject }: Pick<Exam, 'subject'>,
  one: ExamCase,
  more: readonly string[],
): string {
  const { choice, pack } = subject.plan;
  // Reports are published: a token in the URL is left for the reader to put in again.
  const url = shownUrl(subject.plan.url);
  const provider = pack.manifest.id;
  if (one.probe !== undefined || one.isTogether || one.holdMs !== undefined || one.withinMs !== undefined) {
    return words(['hooks', 'test', url, '--provider', provider, '--only', one.id, ...more]);
  }
  if (one.group === 'coverage') {
    return words(['hooks', 'send', `${provider}/${one.id.slice('coverage/'.length)}`, '--to', url, ...more]);
  }
  const event = `${provider}/${choice.event.slug}`;
  const isGenuine = one.group === 'baseline';
  return words(['hooks', 'send', event, '--to', url, ...(isGenuine ? [] : ['--case', one.id]), ...more]);
}

/** A command line of these words. */
export function words(parts: readonly string[]): string {
  return parts.map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : quote(part))).join(' ');
}

async function readSamples(pack: ProviderPack): Promise<EventSample[]> {
  const choices = Object.entries(pack.manifest.events).flatMap(([eventType, event]): EventChoice[] => [
    { pack, eventType, event },
    ...(pack.variants[eventType] ?? []).map((variant) => ({ pack, eventType, event, variant })),
  ]);
  return Promise.all(choices.map(async (choice) => ({ choice, example: await readExample(choice) })));
}
