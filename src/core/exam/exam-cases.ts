import { acceptanceCases } from './acceptance-cases.ts';
import { ageCases } from './age-cases.ts';
import { coverageCases, type EventSample } from './coverage-cases.ts';
import type { ExamCase } from './exam-case.ts';
import type { ExamSubject } from './exam-subject.ts';
import { forge } from './forge.ts';
import { forgeryCases } from './forgery-cases.ts';
import { promptnessCases } from './promptness-cases.ts';
import { robustnessCases } from './robustness-cases.ts';
import { semanticsCases } from './semantics-cases.ts';
import { urlTokenCases } from './url-token-cases.ts';

/**
 * All cases for a subject, made from its manifest, scheme and samples (one of each event type and variant), in the
 * order in which they are played.
 */
export function examCases(subject: ExamSubject, samples: readonly EventSample[]): ExamCase[] {
  return [
    ...(subject.plan.scheme.needsSecret ? forgeryCases(subject) : []),
    ...ageCases(subject),
    ...acceptanceCases(subject),
    ...urlTokenCases(subject),
    ...robustnessCases(subject),
    ...semanticsCases(subject, successionSamples(subject, samples)),
    ...promptnessCases(subject),
    ...coverageCases(subject, samples),
  ];
}

/** The first case: a genuine delivery. Without it being accepted no refusal means anything. */
export function baselineCase(subject: ExamSubject): ExamCase {
  const { choice, scheme } = subject.plan;
  const signed = scheme.needsSecret ? ', signed as the provider signs' : '';
  return {
    id: 'baseline/genuine',
    group: 'baseline',
    title: 'accepts a genuine delivery',
    severity: 'must',
    why: 'A receiver that refuses everything would refuse every forgery as well.',
    sent: `the sample of ${choice.event.slug}${signed}`,
    expected: 'accepted',
    deliveries: (moment) => [forge(subject, moment)],
  };
}

function successionSamples({ plan }: ExamSubject, samples: readonly EventSample[]) {
  const { succession } = plan.pack.manifest;
  const sampleOf = (eventType: string | undefined) =>
    samples.find(({ choice }) => choice.eventType === eventType && choice.variant === undefined);
  const older = sampleOf(succession?.older.eventType);
  const newer = sampleOf(succession?.newer.eventType);
  return older && newer ? { older, newer } : undefined;
}
