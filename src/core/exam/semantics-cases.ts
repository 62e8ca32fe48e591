import { setAt } from '../body-path.ts';
import type { EventChoice } from '../catalogue.ts';
import type { Delivery } from '../delivery.ts';
import { uuid } from '../identifiers.ts';
import type { Json } from '../json.ts';
import { parsePointer } from '../json-pointer.ts';
import type { Moment } from '../outgoing.ts';
import { formatTime } from '../payload.ts';
import type { SuccessionEvent } from '../provider.ts';
import type { ExamCase } from './exam-case.ts';
import { type ExamSubject, sourceOf } from './exam-subject.ts';
import { forge } from './forge.ts';

const COPIES_AT_ONCE = 5;
const ONE_HOUR_MS = 3_600_000;

/** What the receiver does with events that come twice, at once, or in the wrong order. */
export function semanticsCases(subject: ExamSubject, samples: SuccessionSamples | undefined): ExamCase[] {
  return [...duplicateCases(subject), ...(samples ? orderCases(subject, samples) : [])];
}

function duplicateCases(subject: ExamSubject): ExamCase[] {
  const { duplicates, ordering } = subject.plan.pack.manifest.facts;
  const source = (duplicates && sourceOf(subject, duplicates)) ?? (ordering && sourceOf(subject, ordering));
  const why =
    'Every sender delivers at least once: an answer that was lost or late makes it send the event again.';
  const common = { group: 'semantics', why, ...(source && { source }) } as const;
  const copies = (count: number) => (moment: Moment) => {
    const delivery = forge(subject, moment);
    return Array.from({ length: count }, () => delivery);
  };
  return [
    {
      ...common,
      id: 'semantics/duplicate-accepted',
      title: 'accepts a delivery that it has had before',
      severity: 'must',
      sent: 'the same delivery twice, one after the other',
      why: `${why} What is not 2xx is sent again, and again.`,
      expected: 'accepted',
      deliveries: copies(2),
    },
    {
      ...common,
      id: 'semantics/duplicate-processed-once',
      title: 'processes a delivery that comes twice only once',
      severity: 'must',
      sent: 'the same delivery twice, one after the other',
      expected: 'accepted',
      deliveries: copies(2),
      probe: { kind: 'processed', times: 1 },
    },
    {
      ...common,
      id: 'semantics/concurrent-duplicates-accepted',
      title: 'accepts copies of a delivery that arrive at the same moment',
      severity: 'should',
      sent: `the same delivery ${COPIES_AT_ONCE} times, released together`,
      expected: 'accepted',
      deliveries: copies(COPIES_AT_ONCE),
      isTogether: true,
    },
    {
      ...common,
      id: 'semantics/concurrent-duplicates-processed-once',
      title: 'processes copies of a delivery that arrive at the same moment only once',
      severity: 'must',
      sent: `the same delivery ${COPIES_AT_ONCE} times, released together`,
      why: `${why} Looking an id up and keeping it later leaves a gap in which a second copy slips through.`,
      expected: 'accepted',
      deliveries: copies(COPIES_AT_ONCE),
      isTogether: true,
      probe: { kind: 'processed', times: 1 },
    },
    {
      ...common,
      id: 'semantics/two-events-processed',
      title: 'processes two events that differ in nothing but their ids',
      severity: 'must',
      sent: 'two deliveries of the same content, each with an id of its own',
      why: 'Two events may look the same. A receiver that dedupes on the content loses the second.',
      expected: 'accepted',
      deliveries: (moment) => [forge(subject, moment), forge(subject, moment)],
      probe: { kind: 'processed', times: 2 },
    },
  ];
}

/** The samples of the provider's two events of which the second makes the first outdated. */
export interface SuccessionSamples {
  older: { choice: EventChoice; example: Uint8Array };
  newer: { choice: EventChoice; example: Uint8Array };
}

function orderCases(subject: ExamSubject, samples: SuccessionSamples): ExamCase[] {
  const { manifest } = subject.plan.pack;
  const { succession } = manifest;
  if (succession === undefined) return [];
  const { ordering } = manifest.facts;
  const source = ordering && sourceOf(subject, ordering);
  const swapped = (moment: Moment): Delivery[] => {
    const subjectId = uuid(moment.random);
    const earlier = new Date(moment.eventAt.getTime() - ONE_HOUR_MS);
    return [
      eventOf(samples.newer, succession.newer, moment.eventAt),
      eventOf(samples.older, succession.older, earlier),
    ];

    function eventOf({ choice, example }: SuccessionSamples['older'], event: SuccessionEvent, at: Date) {
      const plan = { ...subject.plan, choice, example };
      const fields: [path: string, value: Json][] = [
        [event.subject, subjectId],
        ...event.times.map((path): [string, Json] => [path, formatTime(at, 3)]),
      ];
      const edit = (payload: Json) =>
        fields.reduce((document, [path, value]) => setAt(document, parsePointer(path), value), payload);
      return forge({ ...subject, plan }, moment, { edit });
    }
  };
  const common = {
    group: 'semantics',
    sent: `${samples.newer.choice.event.slug}, then ${samples.older.choice.event.slug} of the same thing with a time an hour earlier`,
    expected: 'accepted',
    deliveries: swapped,
    ...(source && { source }),
  } as const;
  return [
    {
      ...common,
      id: 'semantics/late-event-accepted',
      title: 'accepts an event that comes later than one that happened after it',
      severity: 'must',
      why: 'No provider here promises an order. What is not 2xx is sent again, which makes it even later.',
    },
    {
      ...common,
      id: 'semantics/late-event-changes-nothing',
      title: 'does not undo what is newer when an older event comes late',
      severity: 'must',
      why: 'No provider here promises an order: a retry of an old event comes after newer ones.',
      probe: { kind: 'unchanged', subject: succession.older.subject },
    },
  ];
}
