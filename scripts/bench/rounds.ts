import type { Ratio } from './report.ts';

/** Does the work once and says how long it took, or how much of it was done in a second. */
export type Measure = () => number | Promise<number>;

/**
 * Measures all works in turn, round after round, so that what else the machine does falls on all of them alike. The
 * order turns around with each round. What the first round gives is thrown away.
 */
export async function measureInTurn(works: readonly Measure[], rounds: number): Promise<number[][]> {
  const results = works.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    const order = [...works.keys()];
    if (round % 2 === 0) order.reverse();
    for (const index of order) {
      const value = (await works[index]?.()) ?? Number.NaN;
      if (round >= 0) results[index]?.push(value);
    }
  }
  return results;
}

/** How many times the base each is: compared within each round, then summed up. */
export function ratioTo(base: readonly number[], values: readonly number[]): Ratio {
  const ratios = values.map((value, round) => value / (base[round] ?? Number.NaN)).sort((a, b) => a - b);
  return { median: at(ratios, 0.5), low: at(ratios, 0.25), high: at(ratios, 0.75) };
}

export function median(values: readonly number[]): number {
  return at(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
}
