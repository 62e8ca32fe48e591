import { disturbed } from '../disorder.ts';
import type { RandomBytes } from '../identifiers.ts';
import type { Disorder, LeafStep, Step } from './scenario.ts';

/** One thing to do, in the order in which it is done. */
export interface Occurrence {
  /** Counts all that the scenario asks for, from 1; a copy has the number of what it repeats. */
  number: number;
  step: LeafStep;
  /** Round of the innermost repeat, from 1. */
  round?: number;
  /** Which of the recordings of a replay. */
  part: number;
  /** 2 for the second delivery of the same. */
  copy?: number;
  isDropped: boolean;
  /** It comes behind one that the scenario has after it. */
  isLate: boolean;
}

/** What is done one after the other, and what at the same time. */
export type Planned = Occurrence | { branches: Planned[][] };

/** How many deliveries a step makes; more than one only of a replay of a file. */
export type CountParts = (step: LeafStep) => number;

/** Repeats written out, in the order of the scenario, numbered. */
export function unroll(steps: readonly Step[], partsOf: CountParts): Planned[] {
  let number = 0;
  return unrollSteps(steps, undefined);

  function unrollSteps(list: readonly Step[], round: number | undefined): Planned[] {
    return list.flatMap((step): Planned[] => {
      if (step.kind === 'repeat') {
        return Array.from({ length: step.times }, (_, index) => unrollSteps(step.steps, index + 1)).flat();
      }
      if (step.kind === 'parallel') {
        return [{ branches: step.steps.map((branch) => unrollSteps([branch], round)) }];
      }
      return Array.from({ length: partsOf(step) }, (_, part) => ({
        number: ++number,
        step,
        ...(round !== undefined && { round }),
        part,
        isDropped: false,
        isLate: false,
      }));
    });
  }
}

/**
 * The plan with runs of consecutive `send` steps disturbed: some left out, some twice, some in another order. A wait, an
 * expectation, a replay or a step that captures ends a run, because what follows relies on it.
 */
export function disturb(planned: readonly Planned[], disorder: Disorder, random: RandomBytes): Planned[] {
  const result: Planned[] = [];
  let run: Occurrence[] = [];
  for (const one of planned) {
    if (!('branches' in one) && isMovable(one)) {
      run.push(one);
      continue;
    }
    result.push(...disturbRun(run, disorder, random));
    run = [];
    if ('branches' in one) {
      result.push({ branches: one.branches.map((branch) => disturb(branch, disorder, random)) });
    } else result.push(one);
  }
  return [...result, ...disturbRun(run, disorder, random)];
}

/** The run of consecutive `send` steps that begins there: none of them relies on another. */
export function independentFrom(planned: readonly Planned[], from: number): Occurrence[] {
  const run: Occurrence[] = [];
  for (let next = from; next < planned.length; next++) {
    const one = planned[next];
    if (one === undefined || 'branches' in one || !isMovable(one)) break;
    run.push(one);
  }
  return run;
}

function isMovable({ step }: Occurrence): boolean {
  return step.kind === 'send' && Object.keys(step.capture).length === 0;
}

function disturbRun(run: readonly Occurrence[], disorder: Disorder, random: RandomBytes): Occurrence[] {
  const { kept, dropped } = disturbed(run, disorder, random);
  return [
    ...kept.map(({ item, copy, isLate }) => ({ ...item, isLate, ...(copy !== undefined && { copy }) })),
    ...dropped.map((one) => ({ ...one, isDropped: true })),
  ];
}

/** Every occurrence of the plan, branch after branch. */
export function flatten(planned: readonly Planned[]): Occurrence[] {
  return planned.flatMap((one) => ('branches' in one ? one.branches.flatMap(flatten) : [one]));
}
