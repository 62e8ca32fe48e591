import type { EventChoice } from '../catalogue.ts';
import type { Confidence } from '../provider.ts';
import type { Severity } from '../report.ts';
import type { ExamCase } from './exam-case.ts';
import { type ExamSubject, sourceOf } from './exam-subject.ts';
import { forge } from './forge.ts';

/** One event type or variant with its sample. */
export interface EventSample {
  choice: EventChoice;
  example: Uint8Array;
}

/** Every event type and variant of the provider, as its sample. */
export function coverageCases(subject: ExamSubject, samples: readonly EventSample[]): ExamCase[] {
  return samples.map(({ choice, example }) => {
    const { event, variant } = choice;
    const name = variant === undefined ? event.slug : `${event.slug}@${variant}`;
    const source = sourceOf(subject, event);
    return {
      id: `coverage/${name}`,
      group: 'coverage',
      title: `accepts ${name}`,
      severity: severityOf(confidenceOf(choice)),
      why:
        (variant === undefined ? undefined : event.variants?.[variant]?.description) ??
        `${event.description} What is not 2xx is sent again and counts against the endpoint, also for an event type that you ignore.`,
      ...(source && { source }),
      sent: `the sample of ${name}`,
      expected: 'accepted',
      deliveries: (moment) => [forge({ ...subject, plan: { ...subject.plan, choice, example } }, moment)],
    };
  });
}

function confidenceOf({ event, variant }: EventChoice): Confidence {
  return (variant === undefined ? undefined : event.variants?.[variant]?.confidence) ?? event.confidence;
}

/** What is only guessed cannot be demanded. */
function severityOf(confidence: Confidence): Severity {
  return confidence === 'documented' || confidence === 'observed' ? 'must' : 'should';
}
