import { stateDirectory } from '../adapters/state-directory.ts';
import { openRecordings, type RecordingReader } from '../adapters/store/reader.ts';
import { HooksError } from '../core/errors.ts';
import type { RunEvent } from '../core/run-event.ts';
import type { View } from '../views/open.ts';
import type { LiveTerminal, LiveView, LiveViewOptions } from '../views/tui/live/open-live-view.tsx';
import { createBodyMemory } from './body-memory.ts';
import type { Context, Io } from './context.ts';
import { createLiveActions, type LiveFlags } from './live-actions.ts';
import type { OutputFlags } from './shared-options.ts';
import type { Workspace } from './workspace.ts';

export interface PlainFlag {
  plain?: boolean;
}

const LISTED = 10_000;
const MEMORY_BYTES = 64 * 1024 * 1024;
// With a store it only has to bridge a time in which that cannot be written.
const MEMORY_BESIDE_STORE_BYTES = 8 * 1024 * 1024;

/** The terminal that the live view takes; undefined where lines are to be printed. */
export function liveTerminal(
  flags: OutputFlags & PlainFlag,
  { stdin, stdout, env }: Io,
): LiveTerminal | undefined {
  if (flags.plain || flags.json || flags.quiet || env.TERM === 'dumb') return undefined;
  if (stdout.isTTY !== true || !('isTTY' in stdin) || stdin.isTTY !== true) return undefined;
  // TTYs are whole streams of Node.
  return { stdin: stdin as NodeJS.ReadStream, stdout: stdout as NodeJS.WriteStream };
}

/** Loads Ink and opens the view; `start` has it take the terminal. */
export async function loadLiveView(
  options: Omit<LiveViewOptions, 'colors' | 'atEnd'>,
  { color }: OutputFlags,
  { env, atEnd = () => () => {} }: Io,
): Promise<LiveView> {
  const { openLiveView } = await withoutDevelopmentMode(() => import('../views/tui/live/open-live-view.tsx'));
  return openLiveView({ ...options, colors: { env, ...(color !== undefined && { color }) }, atEnd });
}

/** React asks once, as it is loaded; its development mode is slow, and keeps a note of every frame. */
async function withoutDevelopmentMode<T>(load: () => Promise<T>): Promise<T> {
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production';
  try {
    return await load();
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}

/** A view of `hooks listen` that takes the terminal once it is ready; `plain` says what is said before and after. */
export async function openListenView(
  {
    flags,
    terminal,
    plain,
    quit,
  }: { flags: LiveFlags & OutputFlags; terminal: LiveTerminal; plain: View; quit: () => void },
  context: Context,
  workspace: Workspace,
): Promise<View> {
  const memory = createBodyMemory(flags.record === false ? MEMORY_BYTES : MEMORY_BESIDE_STORE_BYTES);
  const store = lazyReader(context.io);
  const load = async (id: string) => (flags.record === false ? undefined : store.find(id)) ?? memory.read(id);
  const actions = createLiveActions({ flags, context, workspace, load, quit });
  const live = await loadLiveView(
    { title: 'hooks listen', subtitle: '', source: 'listen', capacity: LISTED, actions, terminal },
    flags,
    context.io,
  );
  const warnings: RunEvent[] = [];
  let isStarted = false;

  async function view(event: RunEvent): Promise<void> {
    if (event.type === 'ready') {
      isStarted = true;
      return live.start({ title: event.url, subtitle: subtitleOf(event) });
    }
    if (!isStarted) return plain(event);
    if (event.type === 'listen.finished') {
      await live.end();
      for (const warning of warnings.splice(0)) await plain(warning);
      return plain(event);
    }
    if (event.type === 'warning' && warnings.length < LISTED) warnings.push(event);
    if (event.type === 'delivery.received' && event.isShown) memory.keep(event);
    live.show(event);
  }
  return Object.assign(view, {
    close() {
      live.close();
      store.close();
      // An error ended the run: what was said before may tell why.
      for (const warning of warnings.splice(0)) void plain(warning);
    },
  });
}

function subtitleOf({ provider, isVerifying }: Extract<RunEvent, { type: 'ready' }>): string {
  return `${provider ?? 'any provider'}, ${isVerifying ? 'verifying' : 'not verifying'}`;
}

/** The store is there with the first recording; opening it earlier would make one. */
function lazyReader({ env }: Io) {
  let reader: RecordingReader | undefined;
  return {
    find(id: string) {
      try {
        reader ??= openRecordings(stateDirectory(env));
        return reader.read(id);
      } catch (error) {
        // One that could not be kept may still be in memory.
        if (error instanceof HooksError) return undefined;
        throw error;
      }
    },
    close: () => reader?.close(),
  };
}
