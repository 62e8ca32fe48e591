import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { repoRoot } from './repo-root.ts';

const run = promisify(execFile);
const POLL_MS = 40;
const PATIENCE_MS = 60_000;

/** Why sessions in tmux cannot be had here; false where they can. For the `skip` of a test. */
export const noTmux: string | false =
  spawnSync('tmux', ['-V']).status === 0 ? false : 'tmux is not installed, and these drive it';

/** A terminal of its own in which the built tool runs, as a shell started it. */
export interface TerminalSession {
  /** Folder of its settings, its history and its files. */
  folder: string;
  /** Types keys, in the words of `tmux send-keys`. */
  press(...keys: string[]): Promise<void>;
  /** Types a text as it is. */
  type(text: string): Promise<void>;
  /** What the screen shows; with `escapes` its colours as well. */
  screen(options?: { escapes: boolean }): Promise<string>;
  /** The screen once it matches; throws with the last one where that does not happen. */
  shows(pattern: RegExp): Promise<string>;
  resize(columns: number, rows: number): Promise<void>;
  /** Process id of the tool. */
  pid(): number;
  /** Waits for the end of the tool; the exit code, what the terminal was before and is after. */
  ended(): Promise<{ exitCode: number; isRestored: boolean; screen: string }>;
  /** What was copied to the clipboard. */
  clipboard(): Promise<string>;
}

interface SessionOptions {
  columns?: number;
  rows?: number;
  /** Variables of its surroundings; undefined for one that is not there. */
  env?: Record<string, string | undefined>;
  folder?: string;
}

/** Runs `hooks …` in a tmux of its own, which ends with the test. */
export async function startSession(
  t: { after: (end: () => void) => void },
  argv: readonly string[],
  { columns = 80, rows = 24, env = {}, folder }: SessionOptions = {},
): Promise<TerminalSession> {
  const home = mkdtempSync(join(tmpdir(), 'hooks-tui-'));
  const state = folder ?? join(home, 'state');
  mkdirSync(state, { recursive: true });
  const file = (name: string) => join(home, name);
  // Its own socket, and of the surroundings nothing: no CI, no colours that are forced.
  const clean = { PATH: process.env.PATH ?? '', HOME: home, TERM: 'xterm-256color', LANG: 'C.UTF-8' };
  const socket = file('tmux');
  const tmux = async (...words: string[]) =>
    (await run('tmux', ['-u', '-S', socket, '-f', '/dev/null', ...words], { env: clean })).stdout;
  t.after(() => {
    spawnSync('tmux', ['-S', socket, 'kill-server']);
    rmSync(home, { recursive: true, force: true });
  });
  const variables = { HOOKS_STATE_DIR: state, HOOKS_CONFIG_DIR: join(home, 'config'), ...env };
  const call = [process.execPath, join(repoRoot, 'dist/bin/hooks.js'), ...argv].map(quoted).join(' ');
  // Ctrl-C goes to the whole group: the script outlives it.
  const script = `trap : INT
cd ${quoted(state)}
${Object.entries(variables)
  .map(([name, value]) => (value === undefined ? '' : `export ${name}=${quoted(value)}`))
  .join('\n')}
echo before; stty -a > ${quoted(file('before'))}
sh -c 'echo $$ > ${file('pid')}; exec "$@"' sh ${call}
echo "$?" > ${quoted(file('code'))}
stty -a > ${quoted(file('after'))}
echo after
exec cat`;
  writeFileSync(file('run.sh'), script);
  await tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), `sh ${quoted(file('run.sh'))}`);
  await tmux('set-option', '-s', 'set-clipboard', 'on');

  async function waitFor<T>(look: () => Promise<T | undefined>, failure: () => string): Promise<T> {
    for (const deadlineMs = performance.now() + PATIENCE_MS; performance.now() < deadlineMs; ) {
      const found = await look();
      if (found !== undefined) return found;
      await setTimeout(POLL_MS);
    }
    throw new Error(failure());
  }

  const screen = (options?: { escapes: boolean }) =>
    tmux('capture-pane', '-p', ...(options?.escapes ? ['-e'] : []));

  return {
    folder: state,
    press: async (...keys) => void (await tmux('send-keys', ...keys)),
    type: async (text) => void (await tmux('send-keys', '-l', text)),
    screen,
    async shows(pattern) {
      let last = '';
      return waitFor(
        async () => {
          last = await screen();
          return pattern.test(last) ? last : undefined;
        },
        () => `the screen does not match ${pattern}:\n${last}`,
      );
    },
    resize: async (width, height) =>
      void (await tmux('resize-window', '-x', String(width), '-y', String(height))),
    pid: () => Number(readFileSync(file('pid'), 'utf8')),
    async ended() {
      const last = await waitFor(
        async () => {
          const text = await screen();
          return /^after$/m.test(text) ? text : undefined;
        },
        () => `the tool did not end:\n${execFileSync('tmux', ['-S', socket, 'capture-pane', '-p'])}`,
      );
      const modes = await tmux('display-message', '-p', '#{alternate_on} #{cursor_flag} #{wrap_flag}');
      const [before, after] = ['before', 'after'].map((name) =>
        withoutSize(readFileSync(file(name), 'utf8')),
      );
      return {
        exitCode: Number(readFileSync(file('code'), 'utf8')),
        isRestored: modes.trim() === '0 1 1' && before === after,
        screen: last,
      };
    },
    clipboard: () =>
      waitFor(
        async () => {
          const text = await tmux('show-buffer').catch(() => '');
          return text === '' ? undefined : text;
        },
        () => 'nothing was copied',
      ),
  };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function withoutSize(stty: string): string {
  return stty.replace(/rows \d+; columns \d+;/, '');
}
