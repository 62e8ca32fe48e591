import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from './hooks-process.ts';
import { repoRoot } from './repo-root.ts';

export const API_KEY = 'key-of-the-tests';

// A test that waits for what never comes fails instead of hanging.
const PATIENCE_MS = 20_000;

export interface StandIn {
  url: string;
  apiUrl: string;
  /** State folder; give it to the next one to go on with it. */
  state: string;
  stdout: () => string;
  stderr: () => string;
  /** Resolves with the next line of that type, or one that came already and was not taken yet. */
  event: (type: string) => Promise<Record<string, unknown>>;
  /** Ends it as Ctrl-C does; gives the exit code. */
  stop: () => Promise<number | null>;
}

/** Runs `hooks serve <provider> --json` on a free port in a process of its own; it is ended with the test. */
export async function runStandIn(
  t: TestContext,
  argv: readonly string[],
  { state = temporaryFolder(t), env = {} }: { state?: string; env?: Record<string, string> } = {},
): Promise<StandIn> {
  const child = spawn(
    process.execPath,
    [join(repoRoot, 'dist/bin/hooks.js'), 'serve', ...argv, '-p', '0', '--json'],
    {
      env: {
        PATH: process.env.PATH ?? '',
        HOME: state,
        HOOKS_CONFIG_DIR: join(state, 'config'),
        HOOKS_STATE_DIR: state,
        HOOKS_API_KEY: API_KEY,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  t.after(() => child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  const untaken: Record<string, unknown>[] = [];
  let wake = () => {};
  let read = 0;
  let hasEnded = false;
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk;
    const end = output.stdout.lastIndexOf('\n') + 1;
    for (const line of output.stdout.slice(read, end).split('\n').slice(0, -1))
      untaken.push(JSON.parse(line));
    read = end;
    wake();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      hasEnded = true;
      wake();
      resolve(code);
    });
  });

  async function event(type: string): Promise<Record<string, unknown>> {
    for (;;) {
      const index = untaken.findIndex((line) => line.type === type);
      const [found] = index < 0 ? [] : untaken.splice(index, 1);
      if (found) return found;
      if (hasEnded) throw new Error(`hooks serve ended without ${type}: ${output.stdout}${output.stderr}`);
      await new Promise<void>((resolve, reject) => {
        const giveUp = setTimeout(() => reject(new Error(`no ${type} came: ${output.stdout}`)), PATIENCE_MS);
        wake = () => {
          clearTimeout(giveUp);
          resolve();
        };
      });
    }
  }

  const { url, apiUrl } = (await event('serve.ready')) as { url: string; apiUrl: string };
  return {
    url,
    apiUrl,
    state,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    event,
    stop() {
      child.kill('SIGINT');
      return ended;
    },
  };
}

export interface CallOptions {
  method?: string;
  body?: unknown;
  /** None sends no Authorization. */
  key?: string | undefined;
  headers?: Record<string, string>;
}

/** Calls the API with the key of the tests, unless said otherwise; a body is sent as JSON. */
export async function callApi(
  url: string,
  { method = 'GET', body, key = API_KEY, headers = {} }: CallOptions = {},
): Promise<{ status: number; headers: Headers; text: string; json: unknown }> {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(key !== '' && { Authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined,
  };
}
