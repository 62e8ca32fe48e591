import { stateDirectory } from '../adapters/state-directory.ts';
import { hasStore, storeFile } from '../adapters/store/database.ts';
import { openRecordings, type RecordingReader } from '../adapters/store/reader.ts';
import { diffRecordings } from '../core/diff.ts';
import { chooseScheme } from '../core/provider-scheme.ts';
import type { Recording } from '../core/recording.ts';
import { retentionFrom } from '../core/retention.ts';
import { withShownTarget } from '../core/shown-url.ts';
import type { SignatureScheme } from '../core/signing/scheme.ts';
import { visible } from '../core/visible.ts';
import { colorsFor } from '../views/colors.ts';
import { diffText } from '../views/diff-text.ts';
import { recordingText, summaryText } from '../views/history-text.ts';
import { bodyRecord, formatEventJson } from '../views/json.ts';
import { writeAll } from '../views/output.ts';
import type { Context } from './context.ts';
import { liveTerminal, type PlainFlag } from './live-view.ts';
import { unknownNames, withProviderIds } from './selection-names.ts';
import { type SelectionFlags, selectionFrom } from './selection-options.ts';
import type { ConfigFlag, OutputFlags } from './shared-options.ts';
import { loadWorkspace } from './workspace.ts';

type Flags = OutputFlags & ConfigFlag;

export type ListFlags = Flags & PlainFlag & SelectionFlags & { limit?: number; offset: number };

const DEFAULT_LIMIT = 50;
const NOTHING_YET =
  'nothing has been recorded yet\n  next: receive deliveries with `hooks listen`, or send one with `hooks send`\n';

/** Shows what is selected: on a terminal in the live view, else a line each, the newest first. */
export async function listRecordings(
  ids: readonly string[],
  flags: ListFlags,
  context: Context,
): Promise<void> {
  const { stdout, stderr, env } = context.io;
  const workspace = await loadWorkspace(context, flags);
  const { packs } = workspace;
  if (ids.length === 0 && !hasStore(stateDirectory(env))) {
    return writeAll(stderr, flags.json || flags.quiet ? '' : NOTHING_YET);
  }
  await withRecordings(context, async (recordings) => {
    const selection = withProviderIds(selectionFrom(ids, flags), packs);
    const terminal = liveTerminal(flags, context.io);
    if (terminal && recordings.list(selection, { limit: 1, offset: flags.offset }).length > 0) {
      const { browseHistory } = await import('./history-live.ts');
      return browseHistory({ recordings, selection, flags, terminal }, context, workspace);
    }
    const limit = flags.limit ?? (flags.json ? -1 : DEFAULT_LIMIT);
    const found = recordings.list(selection, { limit, offset: flags.offset }).map(withShownTarget);
    const colors = colorsFor(stdout, { ...flags, env });
    for (const summary of found) {
      await writeAll(stdout, flags.json ? formatEventJson(summary) : summaryText(summary, colors));
    }
    if (flags.quiet) return;
    for (const { message, next } of unknownNames(selection, packs, (one) => recordings.count(one) > 0))
      await writeAll(stderr, `note: ${visible(message)}\n  next: ${visible(next)}\n`);
    if (flags.json) return;
    await writeAll(
      stderr,
      pageText({ found: found.length, offset: flags.offset, limit }, () => recordings.count(selection)),
    );
  });
}

/** What is left beyond a page; `count` looks through everything once more. */
function pageText(
  { found, offset, limit }: { found: number; offset: number; limit: number },
  count: () => number,
): string {
  const shown = offset + found;
  // A short page is the last one.
  const isLast = found < limit && (found > 0 || offset === 0);
  const total = isLast ? shown : count();
  if (total === 0) return 'nothing recorded matches\n';
  return shown < total ? `${found} of ${total}; more with --offset ${shown}\n` : '';
}

/** Prints one recording whole. */
export async function showRecording(
  id: string,
  flags: Flags & { raw?: boolean },
  context: Context,
): Promise<void> {
  const { stdout, env } = context.io;
  const recording = await withRecordings(context, async (recordings) =>
    withShownTarget(recordings.read(recordings.resolveId(id))),
  );
  if (flags.raw) return writeAll(stdout, recording.body);
  if (flags.json) return writeAll(stdout, formatEventJson(asJson(recording)));
  const colors = colorsFor(stdout, { ...flags, env });
  await writeAll(stdout, recordingText(recording, { colors, isVerbose: flags.verbose ?? false }));
}

function asJson({ answer, attempts, ...recording }: Recording): object {
  return {
    ...recording,
    ...(answer && { answer: { ...answer, body: bodyRecord(answer.body) } }),
    attempts: attempts.map(({ result, ...attempt }) => ({
      ...attempt,
      result: result.kind === 'answered' ? { ...result, body: bodyRecord(result.body) } : result,
    })),
  };
}

/** Prints where two recordings differ. */
export async function diffRecorded(a: string, b: string, flags: Flags, context: Context): Promise<void> {
  const { stdout, env } = context.io;
  const { packs } = await loadWorkspace(context, flags);
  const diff = await withRecordings(context, async (recordings) => {
    const [left, right] = [a, b].map((id) => withShownTarget(recordings.read(recordings.resolveId(id)))) as [
      Recording,
      Recording,
    ];
    const schemes = { before: schemeOf(left), after: schemeOf(right) };
    return diffRecordings(left, right, schemes);
  });
  await writeAll(
    stdout,
    flags.json ? formatEventJson(diff) : diffText(diff, colorsFor(stdout, { ...flags, env })),
  );

  /** Tells id and timestamp of what was signed. */
  function schemeOf({ provider }: Recording): SignatureScheme {
    return chooseScheme(
      packs.find(({ manifest }) => manifest.id === provider),
      {},
    ).scheme;
  }
}

/** Removes what is beyond the limits given, or beyond those that hold anyway. */
export async function pruneRecordings(
  flags: Flags & { olderThan?: number; keep?: number; maxSize?: number },
  context: Context,
): Promise<void> {
  const { olderThan, keep, maxSize } = flags;
  const { setting } = await loadWorkspace(context, flags);
  const isOwn = olderThan !== undefined || keep !== undefined || maxSize !== undefined;
  const none = Number.POSITIVE_INFINITY;
  const limits = { maxAgeMs: olderThan ?? none, maxCount: keep ?? none, maxBytes: maxSize ?? none };
  const kept = isOwn ? limits : retentionFrom(setting);
  const removed = hasStore(stateDirectory(context.io.env))
    ? await withRecordings(context, async (recordings) => recordings.prune(kept, new Date()))
    : 0;
  await writeAll(
    context.io.stdout,
    flags.json ? formatEventJson({ removed }) : flags.quiet ? '' : `removed ${removed}\n`,
  );
}

export async function printStorePath({ json }: Flags, { io }: Context): Promise<void> {
  const path = storeFile(stateDirectory(io.env));
  await writeAll(io.stdout, json ? formatEventJson({ path }) : `${path}\n`);
}

async function withRecordings<T>(
  { io }: Context,
  use: (recordings: RecordingReader) => Promise<T>,
): Promise<T> {
  const recordings = openRecordings(stateDirectory(io.env));
  try {
    return await use(recordings);
  } finally {
    recordings.close();
  }
}
