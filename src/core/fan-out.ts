import type { Delivery } from './delivery.ts';
import { createDelivery, type Moment, type OutgoingPlan } from './outgoing.ts';

/** The event of which copies for further endpoints can still be asked for. */
const REMEMBERED_EVENTS = 1000;

/**
 * Makes the deliveries of a run: event after event, each for every endpoint. All endpoints get the same id and the same
 * body of an event, each under a signature of its own, as a provider does it. Throws what `createDelivery` throws.
 */
export function createFanOut(
  plans: readonly OutgoingPlan[],
  momentOf: (at?: Date) => Moment,
): (index: number, at?: Date) => Delivery {
  const events = new Map<number, Delivery>();
  return (index, at) => {
    const plan = plans[index % plans.length];
    if (plan === undefined) throw new TypeError('no endpoint to deliver to');
    if (plans.length === 1) return createDelivery(plan, momentOf(at));
    const number = Math.floor(index / plans.length);
    const known = events.get(number);
    if (known) {
      const same = { ...plan, example: known.body, isVerbatim: true, id: known.id };
      return createDelivery(same, momentOf(at));
    }
    const made = createDelivery(plan, momentOf(at));
    events.set(number, made);
    const [oldest] = events.keys();
    if (events.size > REMEMBERED_EVENTS && oldest !== undefined) events.delete(oldest);
    return made;
  };
}
