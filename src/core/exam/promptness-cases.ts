import { formatDuration } from '../duration.ts';
import type { ExamCase } from './exam-case.ts';
import { type ExamSubject, sourceOf } from './exam-subject.ts';
import { forge } from './forge.ts';

const BURST = 20;
// A receiver that needs more with one delivery under way exceeds the limit with five.
const SHARE_OF_LIMIT = 0.2;
const LONGEST_PROMPT_MS = 2000;

/** Whether answers come within the time that the provider waits. */
export function promptnessCases(subject: ExamSubject): ExamCase[] {
  const { limitMs, isLimitAssumed } = subject;
  const source = sourceOf(subject, subject.plan.pack.manifest.timeoutSeconds);
  const limit = `${formatDuration(limitMs)}${isLimitAssumed ? ' (assumed: the provider publishes no limit)' : ''}`;
  const promptMs = Math.min(limitMs * SHARE_OF_LIMIT, LONGEST_PROMPT_MS);
  const common = { group: 'promptness', expected: 'accepted', ...(source && { source }) } as const;
  const many = (moment: Parameters<ExamCase['deliveries']>[0]) =>
    Array.from({ length: BURST }, () => forge(subject, moment));
  return [
    {
      ...common,
      id: 'promptness/in-time',
      title: 'answers before the provider gives up',
      severity: 'must',
      why: `The provider waits ${limit}. An answer that comes later is no answer: the event is sent again.`,
      sent: 'the delivery',
      deliveries: (moment) => [forge(subject, moment)],
    },
    {
      ...common,
      id: 'promptness/answers-first',
      title: `answers at once, within ${formatDuration(promptMs)}, and works afterwards`,
      severity: 'should',
      why: `The provider waits ${limit}. A receiver that does its work before it answers exceeds that on its first busy day.`,
      sent: 'three deliveries, one after the other',
      deliveries: (moment) => many(moment).slice(0, 3),
      withinMs: promptMs,
    },
    {
      ...common,
      id: 'promptness/burst',
      title: `answers ${BURST} deliveries that arrive at the same moment in time`,
      severity: 'must',
      why: `After an outage everything comes at once. The provider waits ${limit} for each.`,
      sent: `${BURST} deliveries, released together`,
      deliveries: many,
      isTogether: true,
    },
    {
      ...common,
      id: 'promptness/prompt-burst',
      title: `answers ${BURST} deliveries that arrive at the same moment within ${formatDuration(promptMs)}`,
      severity: 'should',
      why: 'Deliveries that wait for each other are a queue in front of the answer.',
      sent: `${BURST} deliveries, released together`,
      deliveries: many,
      isTogether: true,
      withinMs: promptMs,
    },
  ];
}
