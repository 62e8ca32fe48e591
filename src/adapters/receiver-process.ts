import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

/** A receiver that runs while it is tested, in a process group of its own. */
export interface ReceiverProcess {
  /** Of the shell that runs the command, and of its group; absent where it could not be started. */
  pid: number | undefined;
  isRunning(): boolean;
  /** Resolves when the command itself has ended, with how: `exit code 1`, `signal SIGSEGV`. */
  ended: Promise<string>;
  /** The last of what it wrote to stdout and stderr; whole after `stop`. */
  output(): string;
  /** Ends it and all processes it has started: asks first, then kills. */
  stop(): Promise<void>;
}

interface StartOptions {
  /** All variables that the command finds. */
  env: Readonly<Record<string, string | undefined>>;
  mostOutputCharacters?: number;
}

const MOST_OUTPUT_CHARACTERS = 20_000;
const GRACE_MS = 2000;
const LOOK_EVERY_MS = 25;
const IS_WINDOWS = process.platform === 'win32';

/**
 * Starts a command with the shell. Whatever becomes of this process, the command and its children end with it; but for
 * those that leave the group on purpose, as daemons do.
 */
export function startReceiver(
  command: string,
  { env, mostOutputCharacters = MOST_OUTPUT_CHARACTERS }: StartOptions,
): ReceiverProcess {
  const child = spawnShell(command, env);
  const output = lastOf([child.stdout, child.stderr], mostOutputCharacters);
  const guard = child.pid === undefined ? undefined : guardGroup(child.pid);
  const group = groupOf(child);
  const killAll = () => group.signal('SIGKILL');
  process.once('exit', killAll);
  let isRunning = child.pid !== undefined;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      isRunning = false;
      resolve(signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    pid: child.pid,
    isRunning: () => isRunning,
    ended,
    output,
    async stop() {
      group.signal('SIGTERM');
      await gone(group);
      killAll();
      // What is killed is there until the system has cleared it away.
      await gone(group);
      process.removeListener('exit', killAll);
      guard?.kill('SIGKILL');
      await ended;
      // A daemon may hold the pipes for ever.
      await within(GRACE_MS, closed);
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}

function spawnShell(command: string, env: StartOptions['env']) {
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  if (IS_WINDOWS) return spawn(command, { shell: true, env: { ...env }, stdio, windowsHide: true });
  // Both outputs in one pipe keep their order; a group of its own, so that what it starts can be ended with it.
  return spawn('/bin/sh', ['-c', 'exec /bin/sh -c "$0" 2>&1', command], {
    env: { ...env },
    stdio,
    detached: true,
  });
}

function lastOf(streams: readonly Readable[], mostCharacters: number): () => string {
  let text = '';
  let isCut = false;
  for (const stream of streams) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      isCut ||= text.length > mostCharacters;
      text = text.slice(-mostCharacters);
    });
  }
  // The first line has lost its beginning.
  return () => (isCut ? `…${text.slice(text.indexOf('\n'))}` : text);
}

interface ProcessGroup {
  exists(): boolean;
  signal(name: NodeJS.Signals): void;
}

function groupOf(child: ChildProcess): ProcessGroup {
  const { pid } = child;
  if (pid === undefined) return { exists: () => false, signal: () => {} };
  if (IS_WINDOWS) {
    const exists = () => child.exitCode === null && child.signalCode === null;
    // Windows knows no groups: this ends the tree of children, and knows no gentle way for those without a window.
    const signal = () => {
      if (exists()) spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' });
    };
    return { exists, signal };
  }
  let isGone = false;
  const send = (name: NodeJS.Signals | 0) => {
    // The system may have given the number to somebody else since.
    if (isGone) return;
    try {
      process.kill(-pid, name);
    } catch (error) {
      isGone = (error as NodeJS.ErrnoException).code === 'ESRCH';
    }
  };
  const exists = () => {
    send(0);
    return !isGone && hasLiving(pid);
  };
  child.once('exit', exists);
  return { exists, signal: send };
}

/** Whether any process of the group runs; in a container without an init nobody ever clears the dead ones away. */
function hasLiving(group: number): boolean {
  if (process.platform !== 'linux') return true;
  return readdirSync('/proc').some((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      // After the name, which may hold anything: state, parent, group.
      const [state = '', , own] = readFileSync(`/proc/${entry}/stat`, 'latin1')
        .replace(/^.*\) /s, '')
        .split(' ');
      return Number(own) === group && !'ZX'.includes(state);
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}

/** Kills the group when this process is gone: after SIGKILL, SIGHUP or a second Ctrl-C no handler of ours runs. */
function guardGroup(pid: number): ChildProcess | undefined {
  if (IS_WINDOWS) return undefined;
  // The end of its input is the end of this process.
  const guard = spawn('/bin/sh', ['-c', 'read -r line; kill -s KILL -- "-$0"', String(pid)], {
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  return guard.on('error', () => {});
}

async function gone(group: ProcessGroup): Promise<void> {
  const endMs = performance.now() + GRACE_MS;
  while (group.exists() && performance.now() < endMs) await wait(LOOK_EVERY_MS);
}

async function within(timeoutMs: number, event: Promise<void>): Promise<void> {
  const done = new AbortController();
  await Promise.race([event, wait(timeoutMs, undefined, { signal: done.signal }).catch(() => {})]);
  done.abort();
}
