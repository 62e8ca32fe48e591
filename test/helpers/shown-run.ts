import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from './hooks-process.ts';
import { repoRoot } from './repo-root.ts';

/** A run of the tool that goes on until it is stopped, as a person reads it. It is ended with the test. */
export function shownRun(t: TestContext, argv: readonly string[], env: Record<string, string>) {
  const state = temporaryFolder(t);
  const child = spawn(process.execPath, [join(repoRoot, 'dist/bin/hooks.js'), ...argv], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: state,
      HOOKS_CONFIG_DIR: state,
      HOOKS_STATE_DIR: state,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  let stdout = '';
  let wake = () => {};
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
    wake();
  });
  return {
    stdout: () => stdout,
    /** Resolves when that has been printed. */
    async until(text: RegExp): Promise<void> {
      while (!text.test(stdout)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    /** Ends it as Ctrl-C does; gives all that it printed. */
    stop(): Promise<string> {
      child.kill('SIGINT');
      return new Promise((resolve) => child.on('close', () => resolve(stdout)));
    },
  };
}
