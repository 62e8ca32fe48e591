import { clockMs, pause } from '../adapters/clock.ts';
import { commandProbe, urlProbe } from '../adapters/probe.ts';
import { randomHex, SEED_BYTES } from '../adapters/random.ts';
import type { Deliver } from '../core/delivery.ts';
import { EXIT, HooksError } from '../core/errors.ts';
import { seededRandom } from '../core/identifiers.ts';
import { commandLine } from '../core/request-text.ts';
import { placed } from '../core/scenario/problem.ts';
import type { Disorder } from '../core/scenario/scenario.ts';
import { expandText } from '../core/scenario/template.ts';
import { disturb, flatten, unroll } from '../core/scenario/unroll.ts';
import { shownUrl } from '../core/shown-url.ts';
import { playScenario } from '../flows/scenario.ts';
import type { ScenarioPlan, ScenarioPorts } from '../flows/scenario-step.ts';
import { openView } from '../views/open.ts';
import type { CallbackAddressFlags } from './callback-options.ts';
import { type CallbackServer, startCallbackServer } from './callback-server.ts';
import { connectionOptions, openClient } from './clients.ts';
import type { Context } from './context.ts';
import { timeoutFor } from './deliver.ts';
import { openRecorder } from './recorder.ts';
import { reportRun } from './report-output.ts';
import type { PreparedRetries } from './retries.ts';
import type { RetryFlags } from './retry-options.ts';
import { printPlan } from './scenario-dry-run.ts';
import { type PreparedScenario, prepareScenario, rehearse } from './scenario-plan.ts';
import { preparedRetries, scenarioRetries } from './scenario-retries.ts';
import { type LoadedScenario, loadScenario, printScenarios } from './scenario-source.ts';
import type { TestingFlags } from './testing-flags.ts';
import { withReceiver } from './with-receiver.ts';
import { loadWorkspace } from './workspace.ts';

export interface RunFlags extends TestingFlags, RetryFlags, CallbackAddressFlags {
  to?: string;
  dryRun?: boolean;
  unsigned?: boolean;
  record: boolean;
  shuffle?: boolean;
  duplicate?: number;
  drop?: number;
  reorderWindow?: { places: number } | { ms: number };
}

/** Plays a scenario, shows and reports, and sets the exit code. */
export async function runScenario(
  name: string | undefined,
  flags: RunFlags,
  context: Context,
): Promise<void> {
  const workspace = await loadWorkspace(context, flags);
  if (flags.list) return printScenarios(workspace, flags, context);
  if (name === undefined) {
    throw new HooksError('usage', 'no scenario to play', {
      next: 'name a YAML file, or one of `hooks run --list`',
    });
  }
  const loaded = await loadScenario(name, workspace, context);
  const prepared = await prepareScenario(loaded, sendFlags(flags), context, workspace);
  const timeoutMs = timeoutFor(flags, workspace, prepared.firstPlan?.pack?.manifest);
  const retries = preparedRetries(prepared, flags, timeoutMs);
  const plan = planFor(name, loaded, prepared, flags, timeoutMs, retries);
  rehearse(loaded.scenario, flatten(plan.planned), prepared, new Date());
  const view = openView(flags, context.io);
  for (const warning of [...prepared.warnings, ...(retries?.warnings ?? [])]) await view(warning);
  if (flags.dryRun) return printPlan(plan, flags, context.io);
  const { url } = prepared.endpoint;
  await withReceiver(flags, url, context, async () => {
    const client = await openClient(
      await connectionOptions(flags, url, context),
      flatten(plan.planned).length,
    );
    const recorder = flags.record ? await openRecorder(context, workspace) : undefined;
    let callbacks: CallbackServer | undefined;
    const ports: ScenarioPorts = {
      deliver: client.deliver,
      probe: openProbe(client.deliver, url),
      now: () => new Date(),
      clockMs,
      sleep: pause,
      signal: context.io.signal,
      ...(recorder && { record: recorder.record, keep: recorder.keep }),
    };
    const create: ScenarioPlan['create'] = (occurrence, scope, first) =>
      prepared.create(occurrence, scope, first, callbacks?.desk);
    try {
      if (prepared.expectsCallbacks) callbacks = await startCallbackServer(flags);
      callbacks?.keepWith(recorder?.write);
      const played = playScenario(
        { ...plan, create },
        { ...ports, ...(callbacks && { listenForCalls: callbacks.listen }) },
      );
      const { isPassed } = await reportRun(played, flags, context, view);
      context.exit(isPassed ? EXIT.ok : EXIT.failed);
      return { isFailed: !isPassed };
    } finally {
      await callbacks?.close();
      recorder?.close();
      await client.close();
    }
  });
}

/** What of the flags says how deliveries are made; the seed is the scenario's own affair. */
function sendFlags({ seed: _seed, list: _list, ...flags }: RunFlags) {
  return flags;
}

function planFor(
  name: string,
  { scenario, directory }: LoadedScenario,
  { endpoint, create, partsOf, provider, scheme }: PreparedScenario,
  flags: RunFlags,
  timeoutMs: number,
  retries: PreparedRetries | undefined,
): ScenarioPlan {
  const seed = flags.seed ?? randomHex(SEED_BYTES);
  const disorder: Disorder = {
    shuffle: flags.shuffle ?? scenario.disorder.shuffle,
    duplicate: flags.duplicate ?? scenario.disorder.duplicate,
    drop: flags.drop ?? scenario.disorder.drop,
    ...windowOf(flags),
  };
  const disorderSeed = flags.seed ?? scenario.disorder.seed ?? seed;
  // Shown and published only: a token in its query is left for the reader to put in again.
  const url = shownUrl(endpoint.url.href);
  return {
    scenario,
    planned: disturb(unroll(scenario.steps, partsOf), disorder, seededRandom(`${disorderSeed}/disorder`)),
    started: {
      url,
      seed,
      ...(provider !== undefined && { provider }),
      ...(scheme !== undefined && { scheme }),
    },
    timeoutMs,
    create,
    ...(retries && { retries: scenarioRetries(retries.plan, directory) }),
    reproduce: commandLine(['hooks', 'run', name, '--to', url, ...playedWords(flags), '--seed', seed]),
  };
}

function windowOf({ reorderWindow }: RunFlags): { window?: number } {
  if (reorderWindow === undefined) return {};
  if ('places' in reorderWindow) return { window: reorderWindow.places };
  throw new HooksError(
    'usage',
    'the steps of a scenario have no times, so --reorder-window takes no duration',
    {
      next: 'give the number of steps that may overtake one, e.g. 3',
    },
  );
}

function playedWords(flags: RunFlags): string[] {
  const { shuffle, duplicate, drop, provider, scheme, unsigned, reorderWindow } = flags;
  const words: [name: string, value: string | number | true | undefined][] = [
    ['--provider', provider],
    ['--scheme', scheme],
    ['--unsigned', unsigned || undefined],
    ['--shuffle', shuffle || undefined],
    ['--duplicate', duplicate],
    ['--drop', drop],
    ['--reorder-window', reorderWindow && 'places' in reorderWindow ? reorderWindow.places : undefined],
    ['--retries', flags.retries],
    ['--retry-schedule', flags.retrySchedule?.map((ms) => `${ms}ms`).join(',')],
    ['--jitter', flags.jitter],
    ['--time-scale', flags.timeScale],
    ['--sign-now', flags.signNow || undefined],
    ['--time-header', flags.timeHeader],
    ['--outage', flags.outage === undefined ? undefined : `${flags.outage}ms`],
  ];
  return words.flatMap(([name, value]) => {
    if (value === undefined) return [];
    return value === true ? [name] : [name, String(value)];
  });
}

/** A path is one of the endpoint's host. */
function openProbe(deliver: Deliver, endpoint: URL): ScenarioPorts['probe'] {
  return async ({ probe, place }, scope, values) => {
    if ('command' in probe) return commandProbe(probe.command)(values);
    const filled = expandText(probe.url, scope, encodeURIComponent);
    try {
      return await urlProbe(filled.startsWith('/') ? endpoint.origin + filled : filled, deliver)(values);
    } catch (error) {
      throw placed(place, error);
    }
  };
}
