import { randomHex } from '../adapters/random.ts';
import type { Output } from '../views/output.ts';
import type { Environment } from './context.ts';

/** Whether this runs as a step of GitHub Actions. */
export function inGitHubActions(env: Environment): boolean {
  return env.GITHUB_ACTIONS === 'true';
}

/**
 * Runs while GitHub's runner takes nothing that is printed for a workflow command: it would find `##[add-path]` anywhere
 * in a line, also in what a receiver answered.
 */
export async function withoutCommands<T>(log: Output, run: () => Promise<T>): Promise<T> {
  // Nobody may guess the word that switches them on again.
  const token = randomHex(16);
  log.write(`::stop-commands::${token}\n`);
  try {
    return await run();
  } finally {
    log.write(`::${token}::\n`);
  }
}
