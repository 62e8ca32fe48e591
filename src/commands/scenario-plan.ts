import { resolve } from 'node:path';
import { stateDirectory } from '../adapters/state-directory.ts';
import { openRecordings } from '../adapters/store/reader.ts';
import type { Delivery } from '../core/delivery.ts';
import { HooksError } from '../core/errors.ts';
import { seededRandom } from '../core/identifiers.ts';
import type { OutgoingPlan } from '../core/outgoing.ts';
import { GENERIC } from '../core/provider.ts';
import type { Recording } from '../core/recording.ts';
import type { ReplaySigning } from '../core/replay.ts';
import type { Warning } from '../core/run-event.ts';
import { atPlace, placed } from '../core/scenario/problem.ts';
import type { LeafStep, ReplayStep, SendStep, Step } from '../core/scenario/scenario.ts';
import { replayStepDelivery, sendDelivery } from '../core/scenario/step-delivery.ts';
import { expandVariables, type Scope } from '../core/scenario/template.ts';
import type { Occurrence } from '../core/scenario/unroll.ts';
import type { SecretReference } from '../core/secret-reference.ts';
import type { CallbackDesk } from '../flows/callback-desk.ts';
import { callbackFinder } from './carried-callbacks.ts';
import type { Context } from './context.ts';
import { type ChosenEndpoint, chooseEndpoint } from './endpoints.ts';
import { readInput } from './input.ts';
import { parseRecordingFile } from './recording-file.ts';
import type { RetryParty } from './retries.ts';
import type { LoadedScenario } from './scenario-source.ts';
import { refuseExposure } from './secret-exposure.ts';
import { resolveSecrets, secretOfStep, withSecretsRead } from './secrets.ts';
import { type PayloadFlags, prepareTargets } from './send-plan.ts';
import { chooseEvent } from './send-targets.ts';
import { schemeFromFlags } from './signing.ts';
import type { Workspace } from './workspace.ts';

type Maker = (part: number, scope: Scope, first: Delivery | undefined, desk?: CallbackDesk) => Delivery;

/** What is known of a scenario's deliveries before the first is made. */
export interface PreparedScenario {
  endpoint: ChosenEndpoint;
  /** Expected callbacks are pointed at the desk. */
  create: (
    occurrence: Occurrence,
    scope: Scope,
    first: Delivery | undefined,
    desk?: CallbackDesk,
  ) => Delivery;
  /** Whether a step expects the receiver to call something. */
  expectsCallbacks: boolean;
  /** How many deliveries a step makes. */
  partsOf: (step: LeafStep) => number;
  warnings: Warning[];
  /** Of the steps that send, where they agree. */
  provider?: string;
  scheme?: string;
  /** Whose deliveries the scenario sends. */
  parties: RetryParty[];
  /** What the first of them is made from. */
  firstPlan?: OutgoingPlan;
}

// Stands in a plan that names no endpoint.
const EXAMPLE_ENDPOINT = 'localhost:3000';

/** Finds events, bodies, recordings and secrets of every step. Throws HooksError that names the step's place. */
export async function prepareScenario(
  { scenario, directory, isByName }: LoadedScenario,
  flags: PayloadFlags & { to?: string },
  context: Context,
  workspace: Workspace,
): Promise<PreparedScenario> {
  const named = flags.to ?? scenario.endpoint;
  const isOpen = named === undefined && workspace.setting('endpoint') === undefined;
  const to = flags.dryRun && isOpen ? EXAMPLE_ENDPOINT : named;
  const endpoint = chooseEndpoint(to, workspace, isByName && flags.to === undefined ? 'project' : 'user');
  const shared = await sharedFlags(flags, context);
  const makers = new Map<LeafStep, { parts: number; make: Maker }>();
  const plans: OutgoingPlan[] = [];
  const parties = new Map<string, RetryParty>();
  const warnings = new Map<string, Warning>();
  for (const step of leaves(scenario.steps)) {
    try {
      if (step.kind === 'send') makers.set(step, { parts: 1, make: await sendMaker(step) });
      if (step.kind === 'replay') makers.set(step, await replayMaker(step));
    } catch (error) {
      throw placed(step.place, error);
    }
  }
  const providers = new Set(plans.map(({ pack }) => pack?.manifest.id));
  const schemes = new Set(plans.map(({ scheme }) => scheme.id));
  const [provider] = providers;
  const [scheme] = schemes;
  return {
    endpoint,
    create: ({ step, part }, scope, first, desk) => makerOf(step).make(part, scope, first, desk),
    expectsCallbacks: leaves(scenario.steps).some(
      (step) => step.kind === 'send' && step.expect.callbacks !== undefined,
    ),
    partsOf: (step) => makers.get(step)?.parts ?? 1,
    warnings: [...warnings.values()],
    parties: [...parties.values()],
    ...(provider !== undefined && providers.size === 1 && { provider }),
    ...(scheme !== undefined && schemes.size === 1 && { scheme }),
    ...(plans[0] && { firstPlan: plans[0] }),
  };

  function makerOf(step: LeafStep) {
    const maker = makers.get(step);
    if (maker === undefined) throw new TypeError(`the step ${step.kind} delivers nothing`);
    return maker;
  }

  async function sendMaker(step: SendStep): Promise<Maker> {
    const provider = step.provider ?? shared.provider ?? scenario.provider;
    const own: PayloadFlags = {
      ...shared,
      ...(await ownSecret(step.secret)),
      ...(provider !== undefined && { provider }),
      ...(step.method !== undefined && { method: step.method }),
      ...(step.body && { data: '' }),
      unsigned: isUnsigned(step),
    };
    const choice = chooseEvent(step.event, own, workspace, endpoint.saved?.provider);
    const prepared = await prepareTargets(
      { ...(choice && { choice }), endpoints: [endpoint] },
      own,
      context,
      workspace,
    );
    const { body } = step;
    const isFile = body !== undefined && 'file' in body;
    const example = isFile ? await readFileBeside(body.file, 'the body') : prepared.plan.example;
    const plan = { ...prepared.plan, example };
    plans.push(plan);
    const manifest = plan.pack?.manifest;
    parties.set(manifest?.id ?? GENERIC, { id: manifest?.id ?? GENERIC, manifest, scheme: plan.scheme });
    for (const warning of prepared.warnings) warnings.set(warning.message, warning);
    const { callbacks } = step.expect;
    if (callbacks === undefined) return (_part, scope, first) => sendDelivery(step, plan, scope, first);
    const callbacksIn = await callbackFinder(plan, callbacks.names);
    return (_part, scope, first, desk) => {
      const plain = sendDelivery(step, plan, scope, first);
      if (first) return plain;
      const carried = callbacksIn(plain.body);
      if (desk === undefined) return plain;
      const pointed = desk.point(carried);
      const delivery = sendDelivery(step, plan, scope, undefined, pointed.edits);
      pointed.sentAs(delivery.id);
      return delivery;
    };
  }

  async function replayMaker(step: ReplayStep) {
    const recordings = await recordingsOf(step);
    const signings = await Promise.all(recordings.map((recording) => signingOf(step, recording)));
    for (const [index, { provider: id = GENERIC }] of recordings.entries()) {
      const manifest = workspace.packs.find((pack) => pack.manifest.id === id)?.manifest;
      parties.set(id, { id, manifest, scheme: signings[index]?.scheme });
    }
    const make: Maker = (part, scope) => {
      const recording = recordings[part];
      if (recording === undefined) throw new TypeError(`there is no recording ${part}`);
      const signing = signings[part];
      const headers = [...endpoint.credentials, ...(flags.header ?? [])];
      const target = {
        url: endpoint.url.href,
        endpoint: endpoint.saved?.name,
        headers,
        ...(signing && { signing }),
      };
      return replayStepDelivery(step, recording, target, scope);
    };
    return { parts: recordings.length, make };
  }

  async function recordingsOf({ source }: ReplayStep): Promise<Recording[]> {
    if ('recording' in source) {
      const history = openRecordings(stateDirectory(context.io.env));
      try {
        return [history.read(history.resolveId(source.recording))];
      } finally {
        history.close();
      }
    }
    const read = parseRecordingFile(await readFileBeside(source.file, 'the recordings'), source.file);
    if (read.length === 0) throw new HooksError('invalid-input', `no delivery is in ${source.file}`);
    return read.map(({ importWarning: _warning, ...one }, index) => ({
      ...one,
      id: one.id ?? `${index + 1}`,
      at: one.at ?? new Date(0),
    }));
  }

  async function signingOf(step: ReplayStep, { provider }: Recording): Promise<ReplaySigning | undefined> {
    if (step.isAsIs) return undefined;
    const pack = workspace.packs.find(({ manifest }) => manifest.id === provider);
    const { scheme } = schemeFromFlags(pack, flags, workspace);
    const manifest = pack && { manifest: pack.manifest };
    if (!scheme.needsSecret || isUnsigned(step)) return { scheme, secrets: [], ...manifest };
    const secretFlags = { ...shared, ...(await ownSecret(step.secret)) };
    refuseExposure(scheme, endpoint, secretFlags, workspace);
    const texts = await resolveSecrets(secretFlags, context, workspace, endpoint.saved);
    if (texts === undefined) {
      throw new HooksError(
        'secret-missing',
        'a replay is signed anew, and there is no secret to sign it with',
        {
          next: 'set HOOKS_SECRET (or --secret-file), or say asIs or unsigned in the step',
        },
      );
    }
    return { scheme, secrets: texts.map((text) => scheme.parseSecret(text)), ...manifest };
  }

  /** A plan that is only printed needs no secret. */
  function isUnsigned(step: SendStep | ReplayStep): boolean {
    return step.isUnsigned || flags.unsigned === true || flags.dryRun === true;
  }

  async function ownSecret(reference: SecretReference | undefined): Promise<{ secret?: string[] }> {
    if (reference === undefined || flags.dryRun) return {};
    return { secret: await secretOfStep(secretBeside(reference, directory), context) };
  }

  function readFileBeside(path: string, what: string): Promise<Uint8Array> {
    return readInput(resolve(directory, path), context.io.stdin, what);
  }
}

/** The reference with the whole path of its file. */
export function secretBeside({ from, name }: SecretReference, directory: string): SecretReference {
  return { from, name: from === 'file' ? resolve(directory, name) : name };
}

/** A plan that is only printed reads no secrets. */
async function sharedFlags({ secretFile, ...flags }: PayloadFlags, context: Context): Promise<PayloadFlags> {
  if (secretFile === undefined || flags.dryRun) return flags;
  return withSecretsRead({ ...flags, secretFile }, context);
}

/** Makes every delivery once, for nobody, so that mistakes are told before anything is sent. */
export function rehearse(
  scenario: LoadedScenario['scenario'],
  occurrences: readonly Occurrence[],
  { create }: PreparedScenario,
  now: Date,
): void {
  const random = seededRandom('rehearsal');
  const variables = expandVariables(scenario, { now, random });
  const seen = new Set<string>();
  for (const occurrence of occurrences) {
    const { step, part, round } = occurrence;
    if (step.kind !== 'send' && step.kind !== 'replay') continue;
    const key = `${step.place.line}:${step.place.column}:${part}`;
    if (!seen.has(key)) {
      const scope = { variables: new Map([...variables, ['index', round ?? 0]]), now, random };
      atPlace(step.place, () => create(occurrence, scope, undefined));
    }
    seen.add(key);
    for (const name of Object.keys(step.capture)) variables.set(name, 'captured');
  }
}

function leaves(steps: readonly Step[]): LeafStep[] {
  return steps.flatMap((step) =>
    step.kind === 'repeat' || step.kind === 'parallel' ? leaves(step.steps) : [step],
  );
}
