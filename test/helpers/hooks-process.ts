import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { repoRoot } from './repo-root.ts';

export interface Ran {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export interface Surroundings {
  env?: Record<string, string>;
  stdin?: string | Uint8Array;
  cwd?: string;
}

export interface RunningHooks {
  child: ChildProcess;
  /** URL of the `ready` line. */
  url: string;
  /** Ends when the process does. */
  ended: Promise<Ran>;
}

// What the calls of this test process record goes with it.
const STATE_DIRECTORY = mkdtempSync(join(tmpdir(), 'hooks-state-'));
process.on('exit', () => rmSync(STATE_DIRECTORY, { recursive: true, force: true }));

const BIN = join(repoRoot, 'dist/bin/hooks.js');

/** An environment in which nothing of the user's own counts. */
function cleanEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: tmpdir(),
    HOOKS_CONFIG_DIR: join(tmpdir(), 'hooks-no-config'),
    HOOKS_STATE_DIR: STATE_DIRECTORY,
    ...extra,
  };
}

/** Runs the built tool in a process of its own, to its end. */
export function hooksProcess(argv: readonly string[], { env, stdin, cwd }: Surroundings = {}): Promise<Ran> {
  const child = spawn(process.execPath, [BIN, ...argv], { env: cleanEnvironment(env), cwd });
  child.stdin.end(stdin ?? '');
  return ending(child);
}

/** Starts `hooks listen --json` on a free port; resolves once it is ready. It is ended with the test. */
export async function startListener(
  t: { after: (end: () => void) => void },
  argv: readonly string[],
  surroundings: Surroundings = {},
): Promise<RunningHooks> {
  const child = spawn(process.execPath, [BIN, 'listen', '-p', '0', '--json', ...argv], {
    env: cleanEnvironment(surroundings.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  const ended = ending(child);
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk;
      const ready = /\{"type":"ready","url":"([^"]+)"/.exec(text)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    ended.then(
      ({ stderr }) => reject(new Error(`the listener ended before it was ready: ${stderr}`)),
      reject,
    );
  });
  return { child, url, ended };
}

/** The JSON lines of an output. */
export function jsonLines<T = Record<string, unknown>>(text: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** A folder that is removed with the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hooks-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function ending(child: ChildProcess): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const output = { stdout: '', stderr: '' };
    child.stdout?.on('data', (chunk: Buffer) => {
      output.stdout += chunk;
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      output.stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, ...output }));
  });
}
