import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';

/** A receiver that runs while it is tested, in a process group of its own. */
export interface ReceiverProcess {
  isRunning(): boolean;
  /** Resolves when the command itself has ended, with how. */
  ended: Promise<string>;
  /** The last of what it wrote to stdout and stderr. */
  output(): string;
  /** Ends it and all processes it has started: asks first, then kills. */
  stop(): Promise<void>;
}

const MOST_OUTPUT_CHARACTERS = 20_000;
const GRACE_MS = 2000;
const LOOK_EVERY_MS = 25;

/** Starts a command with the shell. Whatever becomes of this process, the command and its children end with it. */
export function startReceiver(
  command: string,
  env: Readonly<Record<string, string | undefined>>,
): ReceiverProcess {
  const child = spawn(command, {
    shell: true,
    env: { ...env },
    // A group of its own, so that the processes that it starts can be ended with it.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let isRunning = true;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-MOST_OUTPUT_CHARACTERS);
    });
  }
  const killAll = () => signalGroup(child, 'SIGKILL');
  process.once('exit', killAll);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  }).finally(() => {
    isRunning = false;
  });
  return {
    isRunning: () => isRunning,
    ended,
    output: () => output,
    async stop() {
      signalGroup(child, 'SIGTERM');
      await gone(child);
      killAll();
      // What is killed is there until the system has cleared it away.
      await gone(child);
      process.removeListener('exit', killAll);
      await ended;
    },
  };
}

async function gone(child: ChildProcess): Promise<void> {
  const endMs = performance.now() + GRACE_MS;
  while (groupExists(child) && performance.now() < endMs) await wait(LOOK_EVERY_MS);
}

/** Whether any process of the group is left; signal 0 only asks. */
function groupExists(child: ChildProcess): boolean {
  return process.platform === 'win32' ? child.exitCode === null : signalGroup(child, 0);
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (pid === undefined) return false;
  if (process.platform === 'win32') {
    // Windows knows no groups: this ends the tree of children.
    return spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' }).status === 0;
  }
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}
