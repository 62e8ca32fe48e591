import { randomHex, SEED_BYTES } from '../adapters/random.ts';
import type { Delivery } from '../core/delivery.ts';
import { disturbDeliveries } from '../core/disturbed-deliveries.ts';
import { seededRandom } from '../core/identifiers.ts';
import type { DisorderSummary } from '../core/run-event.ts';
import type { DisorderFlags } from './retry-options.ts';

/** What is delivered, before and after disorder. */
export interface Ordered {
  create: (index: number, at?: Date) => Delivery;
  count: number;
  dueMs?: (index: number) => number;
}

/** The deliveries as the flags disturb them, and what that has made of them; undefined where nothing is asked for. */
export function inDisorder(
  { create, count, dueMs }: Ordered,
  { shuffle, duplicate, drop, reorderWindow, seed = randomHex(SEED_BYTES) }: DisorderFlags,
  again: (delivery: Delivery, at: Date) => Delivery,
): { ordered: Ordered; summary: DisorderSummary } | undefined {
  if (!shuffle && [duplicate, drop, reorderWindow].every((flag) => flag === undefined)) return undefined;
  const rules = {
    shuffle: shuffle ?? false,
    duplicate: duplicate ?? 0,
    drop: drop ?? 0,
    ...(reorderWindow !== undefined && 'places' in reorderWindow && { window: reorderWindow.places }),
    ...(reorderWindow !== undefined && 'ms' in reorderWindow && { windowMs: reorderWindow.ms }),
  };
  const {
    order,
    dueMs: newDueMs,
    ...numbers
  } = disturbDeliveries(count, dueMs, rules, seededRandom(`${seed}/disorder`));
  const twice = new Set(order.filter(({ copy }) => copy !== undefined).map(({ item }) => item));
  const firsts = new Map<number, Delivery>();
  const ordered = {
    count: order.length,
    ...(newDueMs && { dueMs: newDueMs }),
    create(position: number, at?: Date): Delivery {
      const item = order[position]?.item ?? position;
      const first = firsts.get(item);
      if (first !== undefined) {
        firsts.delete(item);
        return again(first, at ?? new Date());
      }
      const delivery = create(item, at);
      if (twice.has(item)) firsts.set(item, delivery);
      return delivery;
    },
  };
  return { ordered, summary: { seed, ...numbers } };
}
