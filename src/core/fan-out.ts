import type { Delivery } from './delivery.ts';
import { createDelivery, type Moment, type OutgoingPlan } from './outgoing.ts';
import type { PayloadEdit } from './payload.ts';

/** The event of which copies for further endpoints can still be asked for. */
const REMEMBERED_EVENTS = 1000;

/**
 * Makes the deliveries of a run: event after event, each for every endpoint. All endpoints get the same id and the same
 * body of an event, each under a signature of its own, as a provider does it. `editsFor` gives what is particular to the
 * event with that number. Throws what `createDelivery` throws.
 */
export function createFanOut(
  plans: readonly OutgoingPlan[],
  momentOf: (at?: Date) => Moment,
  editsFor?: (event: number) => readonly PayloadEdit[],
): (index: number, at?: Date) => Delivery {
  const events = new Map<number, Delivery>();
  return (index, at) => {
    const plan = plans[index % plans.length];
    if (plan === undefined) throw new TypeError('no endpoint to deliver to');
    const number = Math.floor(index / plans.length);
    const known = events.get(number);
    if (known) {
      const same = { ...plan, example: known.body, isVerbatim: true, id: known.id };
      return createDelivery(same, momentOf(at));
    }
    const own = editsFor ? { ...plan, edits: [...plan.edits, ...editsFor(number)] } : plan;
    const made = createDelivery(own, momentOf(at));
    if (plans.length === 1) return made;
    events.set(number, made);
    const [oldest] = events.keys();
    if (events.size > REMEMBERED_EVENTS && oldest !== undefined) events.delete(oldest);
    return made;
  };
}
