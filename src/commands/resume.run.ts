import { isProcessRunning } from '../adapters/process-running.ts';
import { randomSource } from '../adapters/random.ts';
import { stateDirectory } from '../adapters/state-directory.ts';
import { type ClaimedDelivery, claimOpenDeliveries } from '../adapters/store/open-deliveries.ts';
import { openRecordings } from '../adapters/store/reader.ts';
import type { Delivery } from '../core/delivery.ts';
import { HooksError } from '../core/errors.ts';
import type { RetryContext } from '../core/open-delivery.ts';
import type { Recording } from '../core/recording.ts';
import { replayDelivery } from '../core/replay.ts';
import { signedAgain } from '../core/resign.ts';
import { resumedWaits } from '../core/resumed-waits.ts';
import type { Warning } from '../core/run-event.ts';
import { openView, type View } from '../views/open.ts';
import type { Context } from './context.ts';
import { type DeliverFlags, deliverAll } from './deliver.ts';
import { type ResumedSigning, type ResumedTarget, resumeSigners } from './resume-signing.ts';
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
    const { claimed: found, busyWith } = claimOpenDeliveries(directory, isProcessRunning);
    const view = openView({ ...flags, deliveries: found.length }, context.io);
    for (const warning of busyWarnings(busyWith)) await view(warning);
    const [first] = found;
    if (first === undefined) return await nothingOpen(view, busyWith);
    const timeScale = flags.timeScale ?? first.context.timeScale;
    const now = new Date();
    const waitMs = resumedWaits(found, timeScale, now);
    // Begun in this order, so that none waits behind one that is due later.
    const claimed = found.sort((a, b) => waitMs(a) - waitMs(b));
    const signers = await resumeSigners(
      claimed.map(({ id, context: one }) => ({ url: source.read(id).target, context: one })),
      flags,
      context,
      workspace,
    );
    const deliveries = claimed.map((one) => openedAgain(source.read(one.id), one, signers));
    const contexts = claimed.map(({ context: one }) => ({ ...one, timeScale }));
    const signed = (delivery: Delivery, signedAt: Date, one: RetryContext) => {
      const { signingFor, headers } = signers({ url: delivery.url, context: one });
      const signing = signingFor(delivery);
      return signing === undefined ? delivery : signedAgain(delivery, signing, headers, signedAt);
    };
    await deliverAll(
      {
        create: (index) => at(deliveries, index),
        count: claimed.length,
        urls: deliveries.map(({ url }) => new URL(url)),
        timeoutMs: flags.timeout ?? first.context.timeoutMs,
        dueMs: (index) => waitMs(at(claimed, index)),
        // Only duplicates and new retries would ask for these.
        retriable: { parties: [], signing: 'anew', namedBy: () => 'user', again: (delivery) => delivery },
        retries: {
          success: first.context.rules.success,
          warnings: [],
          plan: {
            contextOf: (_delivery, index) => at(contexts, index),
            timeScale,
            startsAt: now,
            outageMs: 0,
            again: (delivery, moment) =>
              attemptAt(delivery, moment, (one, signedAt) => signed(one, signedAt, moment.context)),
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

/** The delivery of a recording, as the next attempt begins with it. */
function openedAgain(
  recording: Recording,
  { context, dueAt }: ClaimedDelivery,
  signers: (target: ResumedTarget) => ResumedSigning,
): Delivery {
  const { signingFor, headers } = signers({ url: recording.target, context });
  const plan = {
    url: recording.target,
    ...(context.to?.endpoint !== undefined && { endpoint: context.to.endpoint }),
    isAsIs: context.signing === 'as-is',
    isNewId: false,
    edits: [],
    headers,
  };
  const signing = context.signing === 'anew' ? signingFor(recording) : undefined;
  const { replayOf: _itself, ...rest } = replayDelivery(recording, plan, signing, {
    signedAt: dueAt,
    random: randomSource(undefined),
  });
  return recording.replayOf === undefined ? rest : { ...rest, replayOf: recording.replayOf };
}

function at<T>(list: readonly T[], index: number): T {
  const one = list[index];
  if (one === undefined) throw new RangeError(`there are only ${list.length}`);
  return one;
}
