import { setImmediate } from 'node:timers/promises';
import type { RecordingReader } from '../adapters/store/reader.ts';
import type { Selection } from '../core/selection.ts';
import { type LiveRow, rowOfRecording } from '../views/tui/live/live-row.ts';
import type { LiveTerminal } from '../views/tui/live/open-live-view.tsx';
import type { Context } from './context.ts';
import type { ListFlags } from './history.run.ts';
import { createLiveActions } from './live-actions.ts';
import { loadLiveView } from './live-view.ts';
import type { Workspace } from './workspace.ts';

// The first fills the screen at once; the others keep the keys waiting for some milliseconds.
const FIRST_PAGE = 200;
const PAGE = 1000;
// Behind every ULID.
const BEHIND_ALL = '~';

interface Browsed {
  recordings: RecordingReader;
  selection: Selection;
  flags: ListFlags;
  terminal: LiveTerminal;
}

/** The live view over the past; resolves when the user leaves it. */
export async function browseHistory(
  { recordings, selection, flags, terminal }: Browsed,
  context: Context,
  workspace: Workspace,
): Promise<void> {
  const { signal } = context.io;
  const leaving = new AbortController();
  const left = AbortSignal.any([signal, leaving.signal]);
  const isLeft = aborted(left);
  const load = async (id: string) => recordings.read(id);
  const quit = () => leaving.abort();
  const live = await loadLiveView(
    {
      title: 'hooks history',
      subtitle: '',
      source: 'history',
      capacity: Number.POSITIVE_INFINITY,
      actions: createLiveActions({ flags, context, workspace, load, quit }),
      terminal,
    },
    flags,
    context.io,
  );
  try {
    live.start();
    // Named ones keep the order in which they were named.
    const isNamed = selection.ids !== undefined;
    let oldest = BEHIND_ALL;
    const all = recordings.count(selection) - flags.offset;
    const total = Math.min(all, flags.limit ?? all);
    for (let loaded = 0; loaded < total && !left.aborted; ) {
      const limit = Math.min(loaded === 0 ? FIRST_PAGE : PAGE, total - loaded);
      const found = page(recordings, selection, { limit, offset: flags.offset + loaded }, total - loaded);
      // What has been recorded since moves the pages: no delivery is listed twice.
      const rows = found.filter(({ id = '' }) => isNamed || id < oldest);
      oldest = rows[0]?.id ?? oldest;
      loaded = found.length === 0 ? total : loaded + found.length;
      live.addOlder(rows, total - loaded);
      await setImmediate();
    }
    await isLeft;
    await live.end();
  } finally {
    live.close();
  }
}

/** The oldest first; the newest of them has `lastSeq`. */
function page(
  recordings: RecordingReader,
  selection: Selection,
  range: { limit: number; offset: number },
  lastSeq: number,
): LiveRow[] {
  const summaries = recordings.list(selection, range).reverse();
  const verdicts = recordings.verdicts(summaries.map(({ id }) => id));
  return summaries.map((summary, index) =>
    rowOfRecording(summary, verdicts.get(summary.id), lastSeq - summaries.length + 1 + index),
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
