import { randomSource } from '../adapters/random.ts';
import { stateDirectory } from '../adapters/state-directory.ts';
import { openRecordings } from '../adapters/store/reader.ts';
import type { HeaderOverride } from '../core/delivery-headers.ts';
import { HooksError } from '../core/errors.ts';
import type { PayloadEdit } from '../core/payload.ts';
import { GENERIC } from '../core/provider.ts';
import type { Recording } from '../core/recording.ts';
import {
  maskedHeaders,
  originalTiming,
  type ReplayPlan,
  type ReplaySigning,
  replayDelivery,
} from '../core/replay.ts';
import { signedAgain } from '../core/resign.ts';
import type { Selection } from '../core/selection.ts';
import { openView } from '../views/open.ts';
import type { Context } from './context.ts';
import { type DeliverFlags, deliverAll, timeoutFor } from './deliver.ts';
import { type ChosenEndpoint, chooseEndpoint, namerOf, withoutCredentials } from './endpoints.ts';
import { type Owned, packOf, replaySigner } from './replay-signing.ts';
import type { Retriable } from './retries.ts';
import { withProviderIds } from './selection-names.ts';
import { type SelectionFlags, selectionFrom } from './selection-options.ts';
import type { ConfigFlag, OutputFlags, SchemeFlags, SecretFlags } from './shared-options.ts';
import { loadWorkspace, type Workspace } from './workspace.ts';

export interface ReplayFlags
  extends SelectionFlags,
    DeliverFlags,
    SecretFlags,
    SchemeFlags,
    OutputFlags,
    ConfigFlag {
  to?: string;
  asIs?: boolean;
  newId?: boolean;
  set?: PayloadEdit[];
  header?: HeaderOverride[];
  originalTiming?: boolean;
  speed?: number;
  unsigned?: boolean;
}

/** Fires what is selected again, in the order in which it came, and sets the exit code. */
export async function runReplay(ids: readonly string[], flags: ReplayFlags, context: Context): Promise<void> {
  refuseContradictions(flags);
  const workspace = await loadWorkspace(context, flags);
  const source = openRecordings(stateDirectory(context.io.env));
  try {
    const selected = source.list(withProviderIds(selectionOf(ids, flags), workspace.packs));
    // Named ids keep the order in which they were named; a selection is played as it came.
    const order = (ids.length > 0 ? selected : selected.reverse()).map(({ id }) => id);
    const [first] = order;
    if (first === undefined)
      throw new HooksError('unknown-name', 'no recorded delivery matches', {
        next: 'look with `hooks history`',
      });
    const endpoint = endpointFor(source.read(first), flags, workspace);
    const signingFor = await replaySigner(flags, context, workspace, endpoint);
    const view = openView({ ...flags, deliveries: order.length }, context.io);
    const skipped = [...new Set(order.flatMap((id) => leftOut(source.read(id), signingFor, flags)))];
    if (skipped.length > 0) {
      await view({
        type: 'warning',
        code: 'masked-headers',
        message: `left out, since their values are never recorded: ${skipped.join(', ')}`,
        next: "add them with -H 'Name: value'",
      });
    }
    const random = randomSource(flags.seed);
    const owners = order.map((id) => ({ provider: source.read(id).provider ?? GENERIC }));
    const manifest = packOf(source.read(first), workspace)?.manifest;
    await deliverAll(
      {
        create: (index, at) => {
          const recording = source.read(order[index] ?? first);
          return replayDelivery(
            recording,
            planFor(endpointFor(recording, flags, workspace), flags),
            signingFor(recording),
            {
              signedAt: at ?? new Date(),
              random,
            },
          );
        },
        count: order.length,
        retriable: retriableOf(owners, signingFor, flags, workspace, endpoint),
        urls: [endpoint.url],
        timeoutMs: timeoutFor(flags, workspace, manifest),
        ...(flags.originalTiming && {
          dueMs: originalTiming(
            order.map((id) => source.read(id).at),
            flags.speed ?? 1,
          ),
        }),
      },
      flags,
      view,
      context,
      workspace,
    );
  } finally {
    source.close();
  }
}

/** How the replays are signed once more, for retries and duplicates. */
function retriableOf(
  owners: readonly { provider: string }[],
  signingFor: (one: Owned) => ReplaySigning | undefined,
  flags: ReplayFlags,
  workspace: Workspace,
  { namedBy }: ChosenEndpoint,
): Retriable {
  const parties = [...new Set(owners.map(({ provider }) => provider))].map((id) => ({
    id,
    manifest: packOf({ provider: id }, workspace)?.manifest,
    scheme: signingFor({ provider: id })?.scheme,
  }));
  return {
    parties,
    namedBy: () => namedBy,
    signing: flags.asIs ? 'as-is' : flags.unsigned ? 'unsigned' : 'anew',
    again(delivery, at) {
      const signing = signingFor(delivery);
      return signing === undefined ? delivery : signedAgain(delivery, signing, flags.header ?? [], at);
    },
  };
}

/** Masked headers that neither the signature nor the user puts back. */
function leftOut(
  recording: Recording,
  signingFor: (one: Owned) => ReplaySigning | undefined,
  { header = [] }: ReplayFlags,
): string[] {
  const restored = [...(signingFor(recording)?.scheme.headerNames ?? []), ...header.map(({ name }) => name)];
  const names = new Set(restored.map((name) => name.toLowerCase()));
  return maskedHeaders(recording).filter((name) => !names.has(name.toLowerCase()));
}

function refuseContradictions(flags: ReplayFlags): void {
  const edits = [flags.set && '--set', flags.newId && '--new-id'].filter((flag) => typeof flag === 'string');
  if (flags.asIs && edits.length > 0) {
    throw new HooksError(
      'usage',
      `--as-is sends the recorded bytes, so it cannot be combined with ${edits.join(' and ')}`,
    );
  }
  if (flags.speed !== undefined && !flags.originalTiming) {
    throw new HooksError('usage', '--speed says how fast the original timing is played', {
      next: 'add --original-timing, or leave --speed out',
    });
  }
  if (flags.originalTiming && flags.rate !== undefined) {
    throw new HooksError(
      'usage',
      '--original-timing and --rate both say when a delivery is due; give one of them',
    );
  }
}

/** Without any condition the newest delivery is meant, not the whole history. */
function selectionOf(ids: readonly string[], flags: ReplayFlags): Selection {
  const selection = selectionFrom(ids, flags);
  return Object.keys(selection).length === 0 ? { last: 1 } : selection;
}

/** Without --to a recording that was sent goes where it went; for one that was received nothing tells. */
function endpointFor(recording: Recording, flags: ReplayFlags, workspace: Workspace): ChosenEndpoint {
  const isOwnTarget =
    flags.to === undefined && workspace.setting('endpoint') === undefined && recording.direction === 'sent';
  if (!isOwnTarget || !URL.canParse(recording.target)) return chooseEndpoint(flags.to, workspace);
  const url = new URL(recording.target);
  return { ...withoutCredentials(url), namedBy: namerOf(url, workspace) };
}

function planFor(
  { url, credentials, saved }: ChosenEndpoint,
  { asIs, newId, set, header }: ReplayFlags,
): ReplayPlan {
  return {
    url: url.href,
    ...(saved && { endpoint: saved.name }),
    isAsIs: asIs ?? false,
    isNewId: newId ?? false,
    edits: set ?? [],
    headers: [...credentials, ...(header ?? [])],
  };
}
