import { randomSource } from '../adapters/random.ts';
import type { Delivery } from '../core/delivery.ts';
import { HooksError } from '../core/errors.ts';
import { parseMoment } from '../core/moment.ts';
import { createDelivery } from '../core/outgoing.ts';
import type { Warning } from '../core/run-event.ts';
import { openView } from '../views/open.ts';
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
  const create = deliveryMaker(prepared, flags);
  const timeoutMs = timeoutFor(flags, workspace, prepared.plan.choice?.pack.manifest);
  if (flags.dryRun || flags.curl) return previewRequest(create(), { ...flags, timeoutMs }, io);

  const url = new URL(prepared.plan.url);
  if (flags.waitForEndpoint !== undefined) await awaitEndpoint(url, flags.waitForEndpoint, io.signal);
  await deliverAll({ create, count: flags.count, url, timeoutMs }, flags, view, context, workspace);
}

function deliveryMaker({ plan }: PreparedSend, { seed, timestamp }: SendFlags): () => Delivery {
  const random = randomSource(seed);
  return () => {
    const now = new Date();
    const signedAt = timestamp === undefined ? now : parseMoment(timestamp, now);
    return createDelivery(plan, { eventAt: now, signedAt, random });
  };
}

/** What an edited payload departs from its schema in. Samples as bundled have been checked by our tests. */
async function schemaWarnings(prepared: PreparedSend, flags: SendFlags): Promise<Warning[]> {
  const { choice } = prepared.plan;
  if (!flags.validate || choice === undefined) return [];
  if (!prepared.isEdited && choice.pack.isBundled) return [];
  const { describeDepartures } = await import('./send-validation.ts');
  return describeDepartures(choice, deliveryMaker(prepared, flags)().body);
}

async function awaitEndpoint(url: URL, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const { waitForEndpoint } = await import('../adapters/http-client/endpoint-ready.ts');
  if (await waitForEndpoint(url, { timeoutMs, signal })) return;
  if (signal.aborted) return;
  throw new HooksError('endpoint-unreachable', `nothing listened at ${url.host} within ${timeoutMs} ms`, {
    next: 'start your receiver, or wait longer with --wait-for-endpoint',
  });
}
