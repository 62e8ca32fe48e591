import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repoRoot } from './repo-root.ts';

/** Starts the tool with --json and ends it as soon as a text has come so many times; both of its folders are the state. */
export async function interrupted(
  argv: readonly string[],
  { state, env, cwd }: { state: string; env?: Record<string, string>; cwd?: string },
  { signal, after, times }: { signal: NodeJS.Signals; after: string; times: number },
): Promise<{ exitCode: number | null; text: string }> {
  const child = spawn(process.execPath, [join(repoRoot, 'dist/bin/hooks.js'), ...argv, '--json'], {
    env: { PATH: process.env.PATH, HOOKS_CONFIG_DIR: state, HOOKS_STATE_DIR: state, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
    ...(cwd !== undefined && { cwd }),
  });
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    if (!child.killed && text.split(after).length > times) child.kill(signal);
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  return { exitCode: child.exitCode, text };
}

/** The line comes after an attempt has been recorded. */
export const RETRY_SCHEDULED = '"type":"retry.scheduled"';
