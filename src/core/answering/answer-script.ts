import type { EventName } from '../event-pattern.ts';
import type { AnswerRule, AnswerStep } from './answer-rule.ts';

/** A rule with its pattern made ready. */
export interface AnswerRuleFor extends AnswerRule {
  isFor: (name: EventName) => boolean;
}

export interface AnswerScriptOptions {
  /** A number from 0 up to 1, for the shares. */
  chance: () => number;
  /** Sequences begin anew with each delivery, so that every one of them meets the same answers. */
  isPerDelivery: boolean;
}

// Deliveries whose place in a sequence is remembered; a sender is done with one long before that many others came.
const REMEMBERED_DELIVERIES = 100_000;

/**
 * Makes the function that says what a delivery is answered: by the first rule that is for its event type and, where it
 * goes by chance, is hit. Undefined where no rule says anything.
 */
export function createAnswerScript(
  rules: readonly AnswerRuleFor[],
  { chance, isPerDelivery }: AnswerScriptOptions,
): (delivery: EventName & { idempotencyKey?: string }) => AnswerStep | undefined {
  const sayings = rules.map(({ isFor, chances, sequence = [] }) => {
    const answeredBefore = createCounter();
    const say = (key: string) =>
      chances ? drawn(chances, chance()) : sequence[Math.min(answeredBefore(key), sequence.length - 1)];
    return { isFor, say };
  });
  return (delivery) => {
    const key = isPerDelivery ? (delivery.idempotencyKey ?? '') : '';
    for (const { isFor, say } of sayings) {
      const step = isFor(delivery) ? say(key) : undefined;
      if (step) return step;
    }
    return undefined;
  };
}

function drawn(chances: NonNullable<AnswerRule['chances']>, drawnAt: number): AnswerStep | undefined {
  let upTo = 0;
  for (const { step, share } of chances) {
    upTo += share;
    if (drawnAt < upTo) return step;
  }
  return undefined;
}

/** Tells how often a key was asked for before. */
function createCounter(): (key: string) => number {
  const counts = new Map<string, number>();
  return (key) => {
    const before = counts.get(key) ?? 0;
    counts.set(key, before + 1);
    if (counts.size > REMEMBERED_DELIVERIES) {
      const [oldest] = counts.keys();
      if (oldest !== undefined) counts.delete(oldest);
    }
    return before;
  };
}
