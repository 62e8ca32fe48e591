import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { RunEvent } from '../../src/core/run-event.ts';
import type { Ran } from './hooks-process.ts';
import { repoRoot } from './repo-root.ts';

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

export interface RunningTool {
  /** The first event of that type that fits, as soon as it is there. */
  event<T extends RunEvent['type']>(type: T, fits?: (event: EventOf<T>) => boolean): Promise<EventOf<T>>;
  kill: ChildProcess['kill'];
  ended: Promise<Ran>;
}

/** Starts the built tool in a process of its own, with `--json` among its flags; it is killed with the test. */
export function startTool(
  t: TestContext,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningTool {
  const child = spawn(process.execPath, [join(repoRoot, 'dist/bin/hooks.js'), ...argv], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: tmpdir(),
      HOOKS_CONFIG_DIR: join(tmpdir(), 'hooks-no-config'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  const events: RunEvent[] = [];
  const watchers = new Set<() => void>();
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    events.push(...lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as RunEvent));
    for (const look of [...watchers]) look();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk;
  });
  const ended = new Promise<Ran>((resolve) => {
    child.on('close', (exitCode) => resolve({ exitCode, ...output }));
  });
  return {
    kill: (signal) => child.kill(signal),
    ended,
    event<T extends RunEvent['type']>(type: T, fits: (event: EventOf<T>) => boolean = () => true) {
      return new Promise<EventOf<T>>((resolve, reject) => {
        const look = () => {
          const found = events.find(
            (event): event is EventOf<T> => event.type === type && fits(event as EventOf<T>),
          );
          if (found) {
            watchers.delete(look);
            resolve(found);
          }
        };
        watchers.add(look);
        look();
        void ended.then(({ stderr }) => reject(new Error(`it ended without ${type}: ${stderr}`)));
      });
    },
  };
}
