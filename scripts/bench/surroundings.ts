import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repoRoot } from '../../test/helpers/repo-root.ts';

/** The secret that all signed deliveries of the benchmarks are signed with. */
export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

export const BUNDLE = join(repoRoot, 'dist', 'bundle', 'hooks.cjs');

/** What one run of the benchmarks has to itself; `end` takes it all away. */
export interface Surroundings {
  folder: string;
  env: Record<string, string>;
  /** Starts a server of ours that prints its URL in its first line. */
  startServer(argv: readonly string[]): Promise<RunningServer>;
  end(): Promise<void>;
}

export interface RunningServer {
  url: string;
  child: ChildProcess;
  stop(): Promise<void>;
}

export function createSurroundings(): Surroundings {
  const folder = mkdtempSync(join(tmpdir(), 'hooks-bench-'));
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    HOOKS_CONFIG_DIR: join(folder, 'config'),
    HOOKS_STATE_DIR: join(folder, 'state'),
    HOOKS_SECRET: SECRET,
    TERM: 'xterm-256color',
  };
  const running = new Set<RunningServer>();
  return {
    folder,
    env,
    async startServer(argv) {
      const server = await start(argv, env);
      running.add(server);
      return {
        ...server,
        async stop() {
          running.delete(server);
          await server.stop();
        },
      };
    },
    async end() {
      await Promise.all([...running].map((server) => server.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function start(argv: readonly string[], env: Record<string, string>): Promise<RunningServer> {
  const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      // Only until it is found; what comes later is read and thrown away, as fast as it comes.
      if (text === 'found') return;
      text += chunk;
      const found = /http:\/\/[\w.]+:\d+/.exec(text)?.[0];
      if (found === undefined) return;
      text = 'found';
      resolve(found);
    });
    child.once('exit', () => reject(new Error(`${argv.join(' ')} ended before it was ready`)));
  });
  return {
    url,
    child,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** Runs Node to its end and gives the milliseconds that it took. Throws where it fails. */
export function timeProcess(argv: readonly string[], env: Record<string, string>): number {
  const startedMs = performance.now();
  const { status, stderr } = spawnSync(process.execPath, argv, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const tookMs = performance.now() - startedMs;
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`);
  return tookMs;
}

/** Runs Node to its end without holding this process up; its output goes to the null device. */
export async function runProcess(argv: readonly string[], env: Record<string, string>): Promise<void> {
  const nowhere = openSync(process.platform === 'win32' ? 'NUL' : '/dev/null', 'w');
  const child = spawn(process.execPath, argv, { env, stdio: ['ignore', nowhere, 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}`);
}

/** Resident memory of a process in MB (10^6 bytes), as `ps` tells it. */
export function residentMegabytes(pid: number): number {
  const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return (Number(stdout) * 1024) / 1e6;
}
