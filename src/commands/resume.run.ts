import { isProcessRunning } from '../adapters/process-running.ts';
import { randomSource } from '../adapters/random.ts';
import { stateDirectory } from '../adapters/state-directory.ts';
import { type ClaimedDelivery, claimOpenDeliveries } from '../adapters/store/open-deliveries.ts';
import { openRecordings } from '../adapters/store/reader.ts';
import type { Delivery } from '../core/delivery.ts';
import { HooksError } from '../core/errors.ts';
import { type ReplaySigning, replayDelivery } from '../core/replay.ts';
import { signedAgain } from '../core/resign.ts';
import type { Warning } from '../core/run-event.ts';
import { openView, type View } from '../views/open.ts';
import type { Context } from './context.ts';
import { type DeliverFlags, deliverAll } from './deliver.ts';
import { type Owned, replaySigner } from './replay-signing.ts';
import { attemptAt } from './retries.ts';
import type { SendFlags } from './send.run.ts';
import { loadWorkspace } from './workspace.ts';

// What says how new deliveries are made has no meaning for those that are open.
const REFUSED = [
  'to',
  'method',
  'set',
  'unset',
  'merge',
  'data',
  'edit',
  'frozen',
  'id',
  'case',
  'timestamp',
  'retries',
  'retrySchedule',
  'jitter',
  'outage',
  'shuffle',
  'duplicate',
  'drop',
  'reorderWindow',
  'twins',
  'rate',
  'dryRun',
  'curl',
] as const satisfies readonly (keyof SendFlags)[];

/** Goes on with the deliveries that interrupted runs have left open, and sets the exit code. */
export async function runResume(
  event: string | undefined,
  flags: SendFlags,
  context: Context,
): Promise<void> {
  refuseOthers(event, flags);
  const workspace = await loadWorkspace(context, flags);
  const directory = stateDirectory(context.io.env);
  const source = openRecordings(directory);
  try {
    const { claimed, busyWith } = claimOpenDeliveries(directory, isProcessRunning);
    const view = openView({ ...flags, deliveries: claimed.length }, context.io);
    for (const warning of busyWarnings(busyWith)) await view(warning);
    const [first] = claimed;
    if (first === undefined) return await nothingOpen(view, busyWith);
    const signingFor = await signingOf(claimed, flags, context, workspace);
    const deliveries = claimed.map((one) => {
      const { signing } = one.context;
      const recording = source.read(one.id);
      const delivery = replayDelivery(
        recording,
        {
          url: recording.target,
          isAsIs: signing === 'as-is',
          isNewId: false,
          edits: [],
          headers: flags.header ?? [],
        },
        signing === 'anew' ? signingFor(recording) : undefined,
        { signedAt: one.dueAt, random: randomSource(undefined) },
      );
      const { replayOf: _itself, ...rest } = delivery;
      return recording.replayOf === undefined ? rest : { ...rest, replayOf: recording.replayOf };
    });
    const timeScale = flags.timeScale ?? first.context.timeScale;
    const contexts = claimed.map(({ context: one }) => ({ ...one, timeScale }));
    const startOf = startsByRun(claimed);
    const now = new Date();
    const waitMs = (one: ClaimedDelivery) =>
      timeScale === 1
        ? Math.max(0, one.dueAt.getTime() - now.getTime())
        : one.dueAt.getTime() - (startOf.get(one.context.run) ?? one.dueAt.getTime());
    const again = (delivery: Delivery, signedAt: Date) => {
      const signing = signingFor(delivery);
      return signing === undefined ? delivery : signedAgain(delivery, signing, flags.header ?? [], signedAt);
    };
    await deliverAll(
      {
        create: (index) => at(deliveries, index),
        count: claimed.length,
        urls: deliveries.map(({ url }) => new URL(url)),
        timeoutMs: flags.timeout ?? first.context.timeoutMs,
        dueMs: (index) => waitMs(at(claimed, index)),
        retriable: { parties: [], signing: 'anew', again },
        retries: {
          success: first.context.rules.success,
          warnings: [],
          plan: {
            contextOf: (_delivery, index) => at(contexts, index),
            timeScale,
            startsAt: now,
            outageMs: 0,
            again: (delivery, moment) => attemptAt(delivery, moment, again),
            resumed: (index) => {
              const { id, ...open } = at(claimed, index);
              return {
                delivery: at(deliveries, index),
                open: { ...open, context: at(contexts, index) },
                recordingId: id,
              };
            },
          },
        },
      },
      { ...flags, record: true } satisfies DeliverFlags,
      view,
      context,
      workspace,
    );
  } finally {
    source.close();
  }
}

function refuseOthers(event: string | undefined, flags: SendFlags): void {
  const given = [
    ...(event === undefined ? [] : ['an event']),
    ...REFUSED.filter((name) => flags[name] !== undefined).map(
      (name) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    ),
    ...(flags.record ? [] : ['--no-record']),
    ...(flags.count > 1 ? ['--count'] : []),
  ];
  if (given.length === 0) return;
  throw new HooksError(
    'usage',
    `--resume goes on as it was begun, so it cannot be combined with ${given.join(', ')}`,
  );
}

function busyWarnings(busyWith: readonly number[]): Warning[] {
  if (busyWith.length === 0) return [];
  const message = `deliveries of runs that are under way are left to them (process ${busyWith.join(', ')})`;
  return [{ type: 'warning', code: 'under-way', message }];
}

async function nothingOpen(view: View, busyWith: readonly number[]): Promise<void> {
  const message = `no interrupted delivery${busyWith.length > 0 ? ' but those' : ''} has attempts to come`;
  await view({ type: 'warning', code: 'nothing-open', message });
}

/** Where nothing is signed anew, no secret is asked for. */
async function signingOf(
  claimed: readonly ClaimedDelivery[],
  flags: SendFlags,
  context: Context,
  workspace: Awaited<ReturnType<typeof loadWorkspace>>,
): Promise<(one: Owned) => ReplaySigning | undefined> {
  const needsSigning = claimed.some(({ context: { signing } }) => signing === 'anew');
  return needsSigning ? replaySigner(flags, context, workspace, undefined) : () => undefined;
}

/** Provider time stands still between runs: each goes on from the latest attempt that was made. */
function startsByRun(claimed: readonly ClaimedDelivery[]): Map<string, number> {
  const starts = new Map<string, number>();
  for (const { lastAt, context } of claimed) {
    starts.set(context.run, Math.max(starts.get(context.run) ?? 0, lastAt.getTime()));
  }
  // What was overdue when the run ended is due at once.
  for (const { dueAt, context } of claimed) {
    starts.set(context.run, Math.min(starts.get(context.run) ?? Infinity, dueAt.getTime()));
  }
  return starts;
}

function at<T>(list: readonly T[], index: number): T {
  const one = list[index];
  if (one === undefined) throw new RangeError(`there are only ${list.length}`);
  return one;
}
