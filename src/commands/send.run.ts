import { randomSource } from '../adapters/random.ts';
import type { Delivery } from '../core/delivery.ts';
import { HooksError } from '../core/errors.ts';
import { createFanOut } from '../core/fan-out.ts';
import { parseMoment } from '../core/moment.ts';
import type { OutgoingPlan } from '../core/outgoing.ts';
import type { Warning } from '../core/run-event.ts';
import { openView } from '../views/open.ts';
import { awaitEndpoint } from './await-endpoint.ts';
import type { CallbackFlags } from './callback-options.ts';
import type { Context } from './context.ts';
import { type DeliverFlags, deliverAll, timeoutFor } from './deliver.ts';
import { retriablePlans } from './retriable-plans.ts';
import type { Retriable } from './retries.ts';
import { withSecretsRead } from './secrets.ts';
import type { SendCallbacks } from './send-callbacks.ts';
import { type PayloadFlags, type PreparedSend, prepareTargets } from './send-plan.ts';
import { previewRequests } from './send-preview.ts';
import { chooseTargets } from './send-targets.ts';
import type { Lineup, TwinFlags } from './send-twins.ts';
import type { ConfigFlag, OutputFlags } from './shared-options.ts';
import { loadWorkspace, type Workspace } from './workspace.ts';

export interface SendFlags
  extends PayloadFlags,
    DeliverFlags,
    OutputFlags,
    ConfigFlag,
    CallbackFlags,
    TwinFlags {
  to?: string[];
  count: number;
  waitForEndpoint?: number;
  validate: boolean;
  timestamp?: string;
  case?: string;
  include?: boolean;
  resume?: boolean;
}

/** Prepares, previews or delivers, and sets the exit code. */
export async function runSend(event: string | undefined, given: SendFlags, context: Context): Promise<void> {
  if (given.resume) return (await import('./resume.run.ts')).runResume(event, given, context);
  const { io } = context;
  // A twin needs the secret as well, and stdin can be read only once.
  const flags = given.twins === undefined ? given : await withSecretsRead(given, context);
  const workspace = await loadWorkspace(context, flags);
  const targets = chooseTargets(event, flags, workspace);
  const prepared = await prepareTargets(targets, flags, context, workspace);
  const twins = await twinsOf(prepared, flags, context, workspace);
  const plans = [...prepared.plans, ...(twins?.plans ?? [])];
  const isPreview = flags.dryRun || flags.curl;
  const view = openView(
    {
      ...flags,
      deliveries: isPreview ? 1 : flags.count * plans.length,
      endpoints: prepared.plans.length,
    },
    io,
  );
  const departures = await schemaWarnings(prepared, flags);
  for (const warning of [...prepared.warnings, ...departures, ...(twins?.warnings ?? [])])
    await view(warning);
  const timeoutMs = timeoutFor(flags, workspace, prepared.plan.choice?.pack.manifest);
  const one = flags.case === undefined ? undefined : await caseDeliveries(prepared, flags.case, flags);
  const lineUp = (callbacks?: SendCallbacks): Lineup => {
    const create = deliveryMaker(prepared, flags, callbacks);
    const own = { create, count: flags.count * prepared.plans.length, ofFirst: prepared.plans.length };
    return one ?? twins?.beside(create, flags.count, (at) => momentOf(flags, at)) ?? own;
  };
  if (isPreview) {
    // Only to refuse what a preview cannot do.
    await callbacksOf(prepared, flags, context);
    const { create, ofFirst } = lineUp();
    const requests = Array.from({ length: ofFirst }, (_, index) => create(index));
    return previewRequests(requests, { ...flags, timeoutMs }, io);
  }
  const urls = plans.map(({ url }) => new URL(url));
  const { waitForEndpoint } = flags;
  if (waitForEndpoint !== undefined)
    await Promise.all(urls.map((url) => awaitEndpoint(url, waitForEndpoint, io.signal)));
  const callbacks = await callbacksOf(prepared, flags, context);
  const { create, count } = lineUp(callbacks);
  const retriable = retriableOf(plans, flags);
  const around = callbacks && { around: callbacks.around };
  try {
    await deliverAll(
      { create, count, urls, timeoutMs, retriable, ...around },
      flags,
      view,
      context,
      workspace,
    );
  } finally {
    await callbacks?.close();
  }
}

function deliveryMaker(
  { plans }: PreparedSend,
  flags: SendFlags,
  callbacks?: SendCallbacks,
): (index: number, at?: Date) => Delivery {
  const random = randomSource(flags.seed);
  const create = createFanOut(plans, (at) => ({ ...momentOf(flags, at), random }), callbacks?.editsFor);
  if (callbacks === undefined) return create;
  return (index, at) => {
    const delivery = create(index, at);
    callbacks.sentAs(Math.floor(index / plans.length), delivery.id);
    return delivery;
  };
}

/** What `--callbacks` asks for; loaded only where a flag is about it. */
async function callbacksOf(prepared: PreparedSend, flags: SendFlags, context: Context) {
  const { callbacks, callbackHost, callbackUrl, expectCallback, within } = flags;
  const isAsked = [callbacks, callbackHost, callbackUrl, expectCallback, within].some(
    (flag) => flag !== undefined,
  );
  return isAsked
    ? (await import('./send-callbacks.ts')).startSendCallbacks(prepared, flags, context)
    : undefined;
}

/** What `--twins` asks for; loaded only where it is asked for. */
async function twinsOf(prepared: PreparedSend, flags: SendFlags, context: Context, workspace: Workspace) {
  return flags.twins === undefined
    ? undefined
    : (await import('./send-twins.ts')).prepareTwins(prepared, flags, context, workspace);
}

function momentOf({ timestamp }: SendFlags, now = new Date()): { eventAt: Date; signedAt: Date } {
  return { eventAt: now, signedAt: timestamp === undefined ? now : parseMoment(timestamp, now) };
}

/** How the deliveries are signed once more; what a case of the examiner sends is wrong on purpose. */
function retriableOf(plans: readonly OutgoingPlan[], flags: SendFlags): Retriable {
  const retriable = retriablePlans(plans, (at) => momentOf(flags, at).signedAt);
  return flags.case === undefined
    ? retriable
    : { ...retriable, signing: 'unsigned', isMadeWhenDue: true, again: (delivery) => delivery };
}

/** What a case of the examiner sends, as many times as asked for. */
async function caseDeliveries(prepared: PreparedSend, id: string, flags: SendFlags) {
  if (prepared.plans.length > 1) {
    const names = prepared.plans.map(({ endpoint, url }) => endpoint ?? url);
    throw new HooksError('usage', `--case tests one endpoint, and ${names.join(', ')} are meant`, {
      next: 'name one with --to',
    });
  }
  const { findCase, prepareExam } = await import('./exam-plan.ts');
  const one = findCase(await prepareExam(prepared.plan, prepared.parameters, undefined), id);
  const random = randomSource(flags.seed);
  const make = () => one.deliveries({ ...momentOf(flags), random });
  let made = make();
  const perRound = made.length;
  const create = (index: number): Delivery => {
    // Made anew for each round, so that times are right when they are due.
    if (index > 0 && index % perRound === 0) made = make();
    const delivery = made[index % perRound];
    if (delivery === undefined) throw new TypeError(`the case ${id} sends nothing`);
    return delivery;
  };
  return { create, count: perRound * flags.count, ofFirst: 1 };
}

/** What an edited payload departs from its schema in. Samples as bundled have been checked by our tests. */
async function schemaWarnings(prepared: PreparedSend, flags: SendFlags): Promise<Warning[]> {
  const { choice } = prepared.plan;
  if (!flags.validate || choice === undefined) return [];
  if (!prepared.isEdited && choice.pack.isBundled) return [];
  const { describeDepartures } = await import('./send-validation.ts');
  return describeDepartures(choice, deliveryMaker(prepared, flags)(0).body);
}
