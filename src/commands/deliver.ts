import { clockMs, pause } from '../adapters/clock.ts';
import type { Delivery } from '../core/delivery.ts';
import { parseDuration } from '../core/duration.ts';
import { EXIT } from '../core/errors.ts';
import type { ProviderManifest } from '../core/provider.ts';
import type { Recording } from '../core/recording.ts';
import type { RunEvent, RunFinished } from '../core/run-event.ts';
import { send } from '../flows/send.ts';
import type { View } from '../views/open.ts';
import { openClients } from './clients.ts';
import type { Context } from './context.ts';
import { inDisorder } from './disorder.ts';
import { openRecorder } from './recorder.ts';
import { asksForRetries, type PreparedRetries, prepareRetries, type Retriable } from './retries.ts';
import type { DisorderFlags, RetryFlags } from './retry-options.ts';
import { type ConnectionFlags, type ExpectationFlags, expectationsFrom } from './shared-options.ts';
import { showRun } from './show-run.ts';
import type { Workspace } from './workspace.ts';

const DEFAULT_TIMEOUT_MS = 15_000;

export interface DeliverFlags extends ConnectionFlags, ExpectationFlags, RetryFlags, DisorderFlags {
  concurrency: number;
  rate?: number;
  timeout?: number;
  record: boolean;
}

/** The deliveries of one run. */
export interface Deliveries {
  /** With retries, `at` is the moment of the provider. */
  create: (index: number, at?: Date) => Delivery;
  count: number;
  /** Where they go; decides about proxies. */
  urls: readonly URL[];
  timeoutMs: number;
  /** When the nth is due; without it `--rate` decides. */
  dueMs?: (index: number) => number;
  /** What retries and duplicates need. */
  retriable: Retriable;
  /** What else happens with the run; `write` keeps what comes in. */
  around?: (
    run: AsyncIterable<RunEvent>,
    write: ((recording: Recording) => Promise<void>) | undefined,
  ) => AsyncIterable<RunEvent>;
  /** Goes on with retries that an interrupted run has left. */
  retries?: PreparedRetries;
}

// Enough for a burst, few enough for the ports of one machine.
const MOST_IN_BURST = 256;

/** Delivers, shows and records, and sets the exit code. */
export async function deliverAll(
  deliveries: Deliveries,
  flags: DeliverFlags,
  view: View,
  context: Context,
  workspace: Workspace,
): Promise<void> {
  const { io } = context;
  const { urls, timeoutMs, retriable } = deliveries;
  const evenMs = flags.rate === undefined ? undefined : evenly(flags.rate);
  const dueMs = deliveries.dueMs ?? evenMs;
  const planned = { create: deliveries.create, count: deliveries.count, ...(dueMs && { dueMs }) };
  const disorder = inDisorder(planned, flags, retriable.again);
  const retries =
    deliveries.retries ??
    (asksForRetries(flags) ? prepareRetries(flags, retriable, timeoutMs, new Date()) : undefined);
  for (const warning of retries?.warnings ?? []) await view(warning);
  const { create, count, dueMs: providerDueMs } = disorder?.ordered ?? planned;
  const concurrency =
    flags.outage === undefined
      ? flags.concurrency
      : Math.max(flags.concurrency, Math.min(count, MOST_IN_BURST));
  const client = await openClients({ ...flags, concurrency }, urls, count, context);
  const recorder = flags.record ? await openRecorder(context, workspace) : undefined;
  const scale = retries?.plan.timeScale ?? 1;
  const plan = {
    create,
    count,
    concurrency,
    ...(providerDueMs && { dueMs: (index: number) => providerDueMs(index) / scale }),
    timeoutMs,
    expectations: expectationsFrom(flags, retries?.success),
    ...(retries && { retries: { ...retries.plan, ...(providerDueMs && { providerDueMs }) } }),
    ...(disorder && { disorder: disorder.summary }),
  };
  const ports = {
    deliver: client.deliver,
    now: () => new Date(),
    clockMs,
    sleep: pause,
    signal: io.signal,
    ...(recorder && { record: recorder.record, keep: recorder.keep }),
  };
  try {
    const run = send(plan, ports);
    const whole = deliveries.around?.(run, recorder?.write) ?? run;
    context.exit(exitCodeOf(await showRun(whole, view, 'run.finished')));
  } finally {
    recorder?.close();
    await client.close();
  }
}

/** How long an attempt may take: as the flag says, the user's setting, the provider, else 15 s. */
export function timeoutFor(
  flags: { timeout?: number },
  { setting }: Workspace,
  manifest: ProviderManifest | undefined,
): number {
  if (flags.timeout !== undefined) return flags.timeout;
  const own = setting('timeout');
  if (own !== undefined) return parseDuration(own);
  const seconds = manifest?.timeoutSeconds.value;
  return seconds === undefined ? DEFAULT_TIMEOUT_MS : seconds * 1000;
}

function evenly(perSecond: number): (index: number) => number {
  return (index) => (index * 1000) / perSecond;
}

function exitCodeOf({ failed, unreachable, callbacks }: RunFinished): number {
  if (failed > 0 || (callbacks?.missing.length ?? 0) > 0) return EXIT.failed;
  return unreachable > 0 ? EXIT.surroundings : EXIT.ok;
}
