import { type RandomBytes, randomShare } from './identifiers.ts';

/** How the order of deliveries is disturbed. */
export interface DisorderRules {
  /** Any order. */
  shuffle: boolean;
  /** From 0 to 1 the share that comes twice; from 2 on how many do. */
  duplicate: number;
  /** The share that does not come at all. */
  drop: number;
  /** How many that came after it may overtake one; absent keeps the order unless it is shuffled. */
  window?: number;
}

/** One thing where disorder has put it. */
export interface Disturbed<T> {
  item: T;
  /** 2 for the second of the same. */
  copy?: 2;
  /** It comes behind one that it should come before. */
  isLate: boolean;
}

/** The things in their disturbed order, and those that are left out. */
export function disturbed<T>(
  items: readonly T[],
  rules: DisorderRules,
  random: RandomBytes,
): { kept: Disturbed<T>[]; dropped: T[] } {
  // Every thing draws the same numbers whatever the shares are, so that one share does not change what the other hits.
  const drawn = items.map((item, index) => ({
    item,
    index,
    drop: randomShare(random),
    duplicate: randomShare(random),
    rank: randomShare(random),
  }));
  const kept = drawn.filter(({ drop }) => drop >= rules.drop);
  const isTwice = duplicator(kept, rules.duplicate);
  const deliveries = kept.flatMap(({ item, index, duplicate, rank }) => [
    { item, index, place: placeOf(index, rank, rules) },
    ...(isTwice(duplicate) ? [{ item, index, place: placeOf(index, randomShare(random), rules) }] : []),
  ]);
  return {
    kept: marked(deliveries.sort((a, b) => a.place - b.place)),
    dropped: drawn.filter(({ drop }) => drop < rules.drop).map(({ item }) => item),
  };
}

/** Sorting by it gives the order; what has the same place keeps its order. */
function placeOf(index: number, rank: number, { shuffle, window }: DisorderRules): number {
  if (window !== undefined) return index + rank * (window + 1);
  return shuffle ? rank : index;
}

function duplicator(kept: readonly { duplicate: number }[], amount: number): (drawn: number) => boolean {
  if (amount <= 1) return (drawn) => drawn < amount;
  const limit = kept.map(({ duplicate }) => duplicate).sort((a, b) => a - b)[amount - 1] ?? 1;
  return (drawn) => drawn <= limit;
}

/** The second of the same is the copy, wherever disorder has put it. */
function marked<T>(deliveries: readonly { item: T; index: number }[]): Disturbed<T>[] {
  const seen = new Set<number>();
  let highest = -1;
  return deliveries.map(({ item, index }) => {
    const isCopy = seen.has(index);
    seen.add(index);
    const isLate = index < highest;
    highest = Math.max(highest, index);
    return { item, isLate, ...(isCopy && { copy: 2 as const }) };
  });
}
