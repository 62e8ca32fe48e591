/** Looks for the highest rate that a receiver keeps: doubling, then bisection, then the result once more. */
export interface LimitSearch {
  options: LimitSearchOptions;
  /** Highest rate that was kept and not refuted since. */
  kept: number | undefined;
  /** Lowest rate that was not. */
  missed: number | undefined;
  /** Rates that were kept, rising; a refuted one is taken out. */
  good: readonly number[];
  isConfirmed: boolean;
  steps: number;
}

export interface LimitSearchOptions {
  startRate: number;
  /** No rate above it is tried. */
  maxRate: number;
  /** The search ends when kept and missed lie within this share of each other. */
  precision: number;
  /** Bound for receivers that behave differently each time. */
  maxSteps: number;
}

export type LimitStep =
  | { kind: 'try'; rate: number; isConfirmation: boolean }
  | { kind: 'found'; rate: number; isConfirmed: boolean; isHighestTried: boolean }
  | { kind: 'none'; lowestRate: number };

// Below it there is no load to speak of.
const LOWEST_RATE = 1;

export function startLimitSearch(options: LimitSearchOptions): LimitSearch {
  return { options, kept: undefined, missed: undefined, good: [], isConfirmed: false, steps: 0 };
}

/** What to do next. */
export function nextLimitStep(search: LimitSearch): LimitStep {
  const { options, kept, missed, isConfirmed, steps } = search;
  const isOver = steps >= options.maxSteps;
  if (kept === undefined) {
    const rate = missed === undefined ? Math.min(options.startRate, options.maxRate) : missed / 4;
    if (isOver || rate < LOWEST_RATE) return { kind: 'none', lowestRate: missed ?? rate };
    return { kind: 'try', rate: tidy(rate), isConfirmation: false };
  }
  const isHighestTried = missed === undefined;
  const found = { kind: 'found', rate: kept, isConfirmed, isHighestTried } as const;
  if (isConfirmed || isOver) return found;
  const rate = higher(kept, missed, options);
  if (rate === undefined) return { kind: 'try', rate: kept, isConfirmation: true };
  return { kind: 'try', rate, isConfirmation: false };
}

/** The rate to try above the one that was kept; undefined where there is none left. */
function higher(kept: number, missed: number | undefined, options: LimitSearchOptions): number | undefined {
  if (missed === undefined) {
    return kept >= options.maxRate ? undefined : Math.min(tidy(kept * 2), options.maxRate);
  }
  if (missed / kept - 1 <= options.precision) return undefined;
  const rate = tidy((kept + missed) / 2);
  return rate > kept && rate < missed ? rate : undefined;
}

/** The search after the step that `nextLimitStep` asked for was played. */
export function noteLimitStep(
  search: LimitSearch,
  { rate, isConfirmation }: Extract<LimitStep, { kind: 'try' }>,
  isKept: boolean,
): LimitSearch {
  const steps = search.steps + 1;
  if (isKept) {
    const good = isConfirmation ? search.good : [...search.good, rate].sort((a, b) => a - b);
    return { ...search, steps, good, kept: Math.max(search.kept ?? 0, rate), isConfirmed: isConfirmation };
  }
  // What was kept once and not again is too high; what lies below it is asked anew.
  const good = search.good.filter((one) => one < rate);
  const missed = Math.min(search.missed ?? Number.POSITIVE_INFINITY, rate);
  return { ...search, steps, good, kept: good.at(-1), missed };
}

/** Three digits: more would only look exact. */
function tidy(rate: number): number {
  return Number(rate.toPrecision(3));
}
