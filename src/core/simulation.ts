import { type RandomBytes, randomShare } from './identifiers.ts';
import type { Scenario, SendStep } from './scenario/scenario.ts';
import { flatten, unroll } from './scenario/unroll.ts';

/** Something that happens to one thing: the nth event of a life that follows a scenario. */
export interface SimulatedEvent {
  /** Counts the lives from 0. */
  life: number;
  scenario: Scenario;
  step: SendStep;
  /** Place of the step in its life, from 0. */
  at: number;
}

interface Life {
  number: number;
  scenario: Scenario;
  steps: readonly SendStep[];
  next: number;
}

// More than a person follows, fewer than a busy team has open.
const MOST_OPEN = 25;

/** The steps of a scenario that a provider would send, in their order. */
export function sendSteps(scenario: Scenario): SendStep[] {
  return flatten(unroll(scenario.steps, () => 1)).flatMap(({ step }) => (step.kind === 'send' ? [step] : []));
}

/**
 * Makes the function that gives one event after the other, of many lives at once: each follows one of the scenarios from
 * its first step to its last, and new ones begin as old ones end. The order follows from `random` alone. Only steps that
 * `isWanted` are given; there has to be one at least.
 */
export function createSimulation(
  scenarios: readonly Scenario[],
  random: RandomBytes,
  isWanted: (step: SendStep) => boolean = () => true,
): () => SimulatedEvent {
  const stories = scenarios
    .map((scenario) => ({ scenario, steps: sendSteps(scenario).filter(isWanted) }))
    .filter(({ steps }) => steps.length > 0);
  if (stories.length === 0) throw new TypeError('there is nothing to simulate');
  const average = stories.reduce((sum, { steps }) => sum + steps.length, 0) / stories.length;
  const open: Life[] = [];
  let begun = 0;

  function oneOf<T>(list: readonly T[]): T {
    return list[Math.floor(randomShare(random) * list.length)] as T;
  }

  /** In the long run as many lives begin as end. */
  function beginsNew(): boolean {
    const chance = randomShare(random) < 1 / average;
    return open.length === 0 || (chance && open.length < MOST_OPEN);
  }

  return () => {
    if (beginsNew()) open.push({ ...oneOf(stories), number: begun++, next: 0 });
    const life = oneOf(open);
    const at = life.next++;
    if (life.next === life.steps.length) open.splice(open.indexOf(life), 1);
    return { life: life.number, scenario: life.scenario, step: life.steps[at] as SendStep, at };
  };
}
