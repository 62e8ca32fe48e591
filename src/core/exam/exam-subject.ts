import type { EventChoice, ProviderPack } from '../catalogue.ts';
import { type SchemeShape, shapeOf } from '../diagnosis/scheme-shape.ts';
import type { OutgoingPlan } from '../outgoing.ts';
import type { Fact } from '../provider.ts';
import type { Reference } from '../report.ts';
import type { SchemeParameters } from '../signing/scheme.ts';

/** What the cases are made from: one provider, its scheme, and the event that most cases send. */
export interface ExamSubject {
  /** The genuine delivery of the event. */
  plan: OutgoingPlan & { choice: EventChoice; pack: ProviderPack };
  /** Absent where nothing is computed: a shared secret, or no signature. */
  shape?: SchemeShape;
  /** How long the provider waits for an answer. */
  limitMs: number;
  /** The provider does not publish how long it waits. */
  isLimitAssumed: boolean;
}

// Where a provider publishes none; shorter than most wait.
const ASSUMED_LIMIT_MS = 10_000;

/** The subject for a plan of a provider's event; `limitMs` replaces the time that the provider waits. */
export function createSubject(
  plan: ExamSubject['plan'],
  parameters: SchemeParameters,
  limitMs?: number,
): ExamSubject {
  const seconds = plan.pack.manifest.timeoutSeconds.value;
  const shape = shapeOf(parameters);
  return {
    plan,
    ...(shape && { shape }),
    limitMs: limitMs ?? (seconds === undefined ? ASSUMED_LIMIT_MS : seconds * 1000),
    isLimitAssumed: limitMs === undefined && seconds === undefined,
  };
}

/** Where a fact of the provider comes from. */
export function sourceOf({ plan }: ExamSubject, fact: Fact<unknown>): Reference | undefined {
  const source = fact.source === undefined ? undefined : plan.pack.manifest.sources[fact.source];
  return source && { title: source.title, ...(source.url !== undefined && { url: source.url }) };
}
