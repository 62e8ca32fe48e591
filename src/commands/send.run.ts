import { randomSource } from '../adapters/random.ts';
import type { Delivery } from '../core/delivery.ts';
import { parseMoment } from '../core/moment.ts';
import { createDelivery } from '../core/outgoing.ts';
import type { Warning } from '../core/run-event.ts';
import { openView } from '../views/open.ts';
import { awaitEndpoint } from './await-endpoint.ts';
import type { Context } from './context.ts';
import { type DeliverFlags, deliverAll, timeoutFor } from './deliver.ts';
import { type PayloadFlags, type PreparedSend, prepareSend } from './send-plan.ts';
import { previewRequest } from './send-preview.ts';
import type { ConfigFlag, OutputFlags } from './shared-options.ts';
import { loadWorkspace } from './workspace.ts';

export interface SendFlags extends PayloadFlags, DeliverFlags, OutputFlags, ConfigFlag {
  count: number;
  waitForEndpoint?: number;
  validate: boolean;
  timestamp?: string;
  case?: string;
  include?: boolean;
}

/** Prepares, previews or delivers, and sets the exit code. */
export async function runSend(event: string | undefined, flags: SendFlags, context: Context): Promise<void> {
  const { io } = context;
  const workspace = await loadWorkspace(context, flags);
  const prepared = await prepareSend(event, flags, context, workspace);
  const view = openView({ ...flags, deliveries: flags.dryRun || flags.curl ? 1 : flags.count }, io);
  for (const warning of [...prepared.warnings, ...(await schemaWarnings(prepared, flags))])
    await view(warning);
  const timeoutMs = timeoutFor(flags, workspace, prepared.plan.choice?.pack.manifest);
  const one = flags.case === undefined ? undefined : await caseDeliveries(prepared, flags.case, flags);
  const create = one?.create ?? deliveryMaker(prepared, flags);
  if (flags.dryRun || flags.curl) return previewRequest(create(0), { ...flags, timeoutMs }, io);

  const url = new URL(prepared.plan.url);
  if (flags.waitForEndpoint !== undefined) await awaitEndpoint(url, flags.waitForEndpoint, io.signal);
  await deliverAll(
    { create, count: one?.count ?? flags.count, url, timeoutMs },
    flags,
    view,
    context,
    workspace,
  );
}

function deliveryMaker({ plan }: PreparedSend, flags: SendFlags): (index: number) => Delivery {
  const random = randomSource(flags.seed);
  return () => createDelivery(plan, { ...momentOf(flags), random });
}

function momentOf({ timestamp }: SendFlags): { eventAt: Date; signedAt: Date } {
  const now = new Date();
  return { eventAt: now, signedAt: timestamp === undefined ? now : parseMoment(timestamp, now) };
}

/** What a case of the examiner sends, as many times as asked for. */
async function caseDeliveries(prepared: PreparedSend, id: string, flags: SendFlags) {
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
  return { create, count: perRound * flags.count };
}

/** What an edited payload departs from its schema in. Samples as bundled have been checked by our tests. */
async function schemaWarnings(prepared: PreparedSend, flags: SendFlags): Promise<Warning[]> {
  const { choice } = prepared.plan;
  if (!flags.validate || choice === undefined) return [];
  if (!prepared.isEdited && choice.pack.isBundled) return [];
  const { describeDepartures } = await import('./send-validation.ts');
  return describeDepartures(choice, deliveryMaker(prepared, flags)(0).body);
}
