import { type DisorderRules, type Disturbed, disturbed } from './disorder.ts';
import { type RandomBytes, randomShare } from './identifiers.ts';

/** How deliveries that have times are disturbed. */
export interface DeliveryDisorder extends DisorderRules {
  /** Each comes later by up to so long. */
  windowMs?: number;
}

/** Deliveries in the order in which they go out. */
export interface DisturbedDeliveries {
  order: readonly Disturbed<number>[];
  /** When the one at that position is due; absent at once. */
  dueMs?: (position: number) => number;
  dropped: number;
  duplicated: number;
  moved: number;
}

/** `count` deliveries, each due at its time, disturbed. What moves within an order takes the times of that order. */
export function disturbDeliveries(
  count: number,
  dueMs: ((index: number) => number) | undefined,
  { windowMs, ...rules }: DeliveryDisorder,
  random: RandomBytes,
): DisturbedDeliveries {
  const indexes = Array.from({ length: count }, (_, index) => index);
  const { kept, dropped } = disturbed(indexes, rules, random);
  const delayed = windowMs === undefined ? kept : delayedOrder(kept, dueMs, windowMs, random);
  const times =
    windowMs === undefined
      ? dueMs && kept.map(({ item }) => dueMs(item)).sort((a, b) => a - b)
      : delayed.map((one) => ('atMs' in one ? Number(one.atMs) : 0));
  const numbers = {
    dropped: dropped.length,
    duplicated: delayed.filter(({ copy }) => copy !== undefined).length,
    moved: delayed.filter(({ isLate }) => isLate).length,
  };
  return { order: delayed, ...(times && { dueMs: (position) => times[position] ?? 0 }), ...numbers };
}

function delayedOrder(
  kept: readonly Disturbed<number>[],
  dueMs: ((index: number) => number) | undefined,
  windowMs: number,
  random: RandomBytes,
): (Disturbed<number> & { atMs: number })[] {
  const seen = new Set<number>();
  let highest = -1;
  return kept
    .map(({ item }) => ({ item, atMs: (dueMs?.(item) ?? 0) + randomShare(random) * windowMs }))
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ item, atMs }) => {
      const isCopy = seen.has(item);
      seen.add(item);
      const isLate = item < highest;
      highest = Math.max(highest, item);
      return { item, atMs, isLate, ...(isCopy && { copy: 2 as const }) };
    });
}
