import { readFile } from 'node:fs/promises';
import { randomHex, SEED_BYTES } from '../adapters/random.ts';
import { readScenario } from '../adapters/scenario-file.ts';
import { listScenarios } from '../adapters/scenario-folder.ts';
import { findProvider } from '../core/catalogue.ts';
import type { Delivery } from '../core/delivery.ts';
import { HooksError } from '../core/errors.ts';
import { seededRandom } from '../core/identifiers.ts';
import type { Json } from '../core/json.ts';
import type { OutgoingPlan } from '../core/outgoing.ts';
import type { Warning } from '../core/run-event.ts';
import type { Scenario, SendStep } from '../core/scenario/scenario.ts';
import { sendDelivery } from '../core/scenario/step-delivery.ts';
import { expandVariables } from '../core/scenario/template.ts';
import { createSimulation, type SimulatedEvent, sendSteps } from '../core/simulation.ts';
import { openView } from '../views/open.ts';
import type { Context } from './context.ts';
import { type DeliverFlags, deliverAll, timeoutFor } from './deliver.ts';
import { retriablePlans } from './retriable-plans.ts';
import { withSecretsRead } from './secrets.ts';
import { type PayloadFlags, prepareTargets } from './send-plan.ts';
import { chooseTargets } from './send-targets.ts';
import type { ConfigFlag, OutputFlags } from './shared-options.ts';
import { loadWorkspace, type Workspace } from './workspace.ts';

export interface SimulateFlags extends PayloadFlags, DeliverFlags, OutputFlags, ConfigFlag {
  to?: string[];
  rate: number;
  for?: number;
  count?: number;
}

const DEFAULT_MS = 60_000;

/** Delivers the stream, and sets the exit code. */
export async function runSimulate(name: string, flags: SimulateFlags, context: Context): Promise<void> {
  if (flags.for !== undefined && flags.count !== undefined) {
    throw new HooksError('usage', '--for and --count both say when the stream ends; give one of them');
  }
  const workspace = await loadWorkspace(context, flags);
  const pack = findProvider(workspace.packs, name);
  const seed = flags.seed ?? randomHex(SEED_BYTES);
  const scenarios = await scenariosOf(pack.manifest.id, workspace);
  const own = { ...(await withSecretsRead(flags, context)), seed, provider: pack.manifest.id };
  const { plansOf, warnings } = await preparePlans(scenarios, own, context, workspace);
  const count = flags.count ?? Math.max(1, Math.floor(((flags.for ?? DEFAULT_MS) / 1000) * flags.rate));
  const next = createSimulation(scenarios, seededRandom(seed), (step) => plansOf.has(step));
  const events = Array.from({ length: count }, next);
  const copies = events.flatMap((event, index) =>
    (plansOf.get(event.step) ?? []).map((plan) => ({ event, index, plan })),
  );
  const plans = [...plansOf.values()].flat();
  const urls = [...new Set(plans.map(({ url }) => url))];
  const view = openView({ ...own, deliveries: copies.length, endpoints: urls.length }, context.io);
  for (const warning of [...warnings, seedNote(seed, pack.manifest.id)]) await view(warning);
  const create = eventMaker(seed);
  await deliverAll(
    {
      create: (index, at) => {
        const copy = copies[index];
        if (copy === undefined) throw new RangeError(`there are only ${copies.length}`);
        return create(copy.event, copy.index, copy.plan, at);
      },
      count: copies.length,
      urls: urls.map((url) => new URL(url)),
      timeoutMs: timeoutFor(flags, workspace, pack.manifest),
      dueMs: (index) => ((copies[index]?.index ?? 0) * 1000) / flags.rate,
      retriable: retriablePlans(plans),
    },
    // The rate is that of events, each of which may go to several endpoints.
    { ...withoutRate(own), seed },
    view,
    context,
    workspace,
  );
}

function withoutRate({ rate: _, ...flags }: SimulateFlags): Omit<SimulateFlags, 'rate'> {
  return flags;
}

async function scenariosOf(provider: string, { packs }: Workspace): Promise<Scenario[]> {
  const files = listScenarios(packs).filter(({ name }) => name.startsWith(`${provider}/`));
  const scenarios = await Promise.all(
    files.map(async ({ file }) => readScenario(await readFile(file, 'utf8'), file)),
  );
  const stories = scenarios.filter((scenario) => sendSteps(scenario).length > 0);
  if (stories.length > 0) return stories;
  throw new HooksError('usage', `${provider} has no scenario, and lives are made of scenarios`, {
    next: 'put one into the folder scenarios of the provider',
  });
}

/** For each step what its deliveries are made from, one for each endpoint; steps that nobody wants have none. */
async function preparePlans(
  scenarios: readonly Scenario[],
  flags: SimulateFlags,
  context: Context,
  workspace: Workspace,
): Promise<{ plansOf: Map<SendStep, readonly OutgoingPlan[]>; warnings: Warning[] }> {
  const plansOf = new Map<SendStep, readonly OutgoingPlan[]>();
  const warnings = new Map<string, Warning>();
  let refusal: unknown;
  for (const step of scenarios.flatMap(sendSteps)) {
    try {
      const targets = chooseTargets(step.event, flags, workspace);
      const prepared = await prepareTargets(targets, flags, context, workspace);
      plansOf.set(step, prepared.plans);
      for (const warning of prepared.warnings) warnings.set(warning.message, warning);
    } catch (error) {
      // Nobody is subscribed to that event; what else is wrong is wrong for all.
      if (!(error instanceof HooksError) || error.kind !== 'usage') throw error;
      refusal ??= error;
    }
  }
  if (plansOf.size === 0) throw refusal;
  return { plansOf, warnings: [...warnings.values()] };
}

// An event goes to all its endpoints at once; by then its first delivery has been made.
const REMEMBERED = 1000;

// Some ids hold a time: with one of the clock they would not follow from the seed.
const STORY_START_MS = Date.UTC(2026, 0, 1);

/** Makes the deliveries of events: ids follow from the seed, all endpoints of an event get the same body. */
function eventMaker(seed: string) {
  const lives = new Map<number, Map<string, Json>>();
  const firsts = new Map<number, Delivery>();
  const variablesOf = (scenario: Scenario, life: number) =>
    expandVariables(scenario, {
      now: new Date(STORY_START_MS + life * 1000),
      random: seededRandom(`${seed}/${life}`),
    });
  return (
    { life, scenario, step, at }: SimulatedEvent,
    index: number,
    plan: OutgoingPlan,
    now = new Date(),
  ): Delivery => {
    const variables = lives.get(life) ?? variablesOf(scenario, life);
    lives.set(life, variables);
    const random = seededRandom(`${seed}/${life}/${at}`);
    const delivery = sendDelivery(step, plan, { variables, now, random }, firsts.get(index));
    firsts.set(index, firsts.get(index) ?? delivery);
    firsts.delete(index - REMEMBERED);
    return delivery;
  };
}

function seedNote(seed: string, provider: string): Warning {
  const message = `the same lives and ids come again with --seed ${seed}`;
  return { type: 'warning', code: 'seed', message: `simulating ${provider}: ${message}` };
}
