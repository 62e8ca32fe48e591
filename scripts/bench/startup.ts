import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { repoRoot } from '../../test/helpers/repo-root.ts';
import { EVENT } from './deliveries.ts';
import type { Options } from './options.ts';
import type { Goal, Row, Section } from './report.ts';
import { type Measure, measureInTurn, median, ratioTo } from './rounds.ts';
import { BUNDLE, type Surroundings, timeProcess } from './surroundings.ts';

const SEND =
  'a signed POST with nothing but `node:http` takes most of the goal by itself (its row in the table); the rest is compiling Commander and our own code, which Node 20 does anew in every process, and reading providers, sample and settings.';

interface Start {
  name: string;
  argv: string[];
  goal?: Goal;
  missedBecause?: string;
}

/** How long a call takes from its start to its end, against a Node that does nothing. */
export async function benchStartup(surroundings: Surroundings, { isQuick }: Options): Promise<Section> {
  const sink = await surroundings.startServer([join(repoRoot, 'dist/scripts/bench/load/sink.js')]);
  const send = [BUNDLE, 'send', EVENT, '--to', sink.url, '--quiet'];
  const starts: Start[] = [
    { name: '`--version`', argv: [BUNDLE, '--version'], goal: { most: 1.5 } },
    { name: '`--help`', argv: [BUNDLE, '--help'], goal: { most: 1.5 } },
    { name: '`events`', argv: [BUNDLE, 'events'] },
    {
      name: '`send`, signed, not recorded',
      argv: [...send, '--no-record'],
      goal: { most: 2 },
      missedBecause: SEND,
    },
    { name: '`send`, signed and recorded', argv: send, goal: { most: 2.5 }, missedBecause: SEND },
    { name: '`send -n 2`, over undici', argv: [...send, '--no-record', '-n', '2'] },
    {
      name: 'one signed POST with nothing but `node:http`',
      argv: [join(repoRoot, 'dist/scripts/bench/load/post.js'), sink.url],
    },
    { name: '`--version` without the bundle', argv: [join(repoRoot, 'dist/bin/hooks.js'), '--version'] },
  ];
  const results = await measureInTurn(
    [{ argv: ['-e', '0'] }, ...starts].map(
      ({ argv }) =>
        () =>
          timeProcess(argv, surroundings.env),
    ),
    isQuick ? 7 : 31,
  );
  const [base = [], ...others] = results;
  const rows = starts.map(({ argv: _, ...start }, index): Row => {
    const times = others[index] ?? [];
    return { ...start, ratio: ratioTo(base, times), measured: `${median(times).toFixed(0)} ms` };
  });
  const frames = await firstFrame(surroundings, sink.url, isQuick ? 5 : 15);
  await sink.stop();
  return {
    title: 'Start-up',
    text: `Whole processes, from start to end, of the bundle that the package ships. \`node -e 0\` took ${median(base).toFixed(0)} ms. The first frame is drawn in a pseudo-terminal of \`script\`, as is the \`node -e 0\` that it is compared with.`,
    tables: [{ base: '`node -e 0`', rows: [...rows, ...frames] }],
  };
}

/** The time to the first frame that Ink draws; nothing where there is no `script` to make a terminal. */
async function firstFrame({ env, folder }: Surroundings, url: string, rounds: number): Promise<Row[]> {
  if (spawnSync('script', ['--version']).error !== undefined) return [];
  const many = `send ${EVENT} --to ${url} --no-record -n 100000`;
  const inTerminal = (command: string) => ['-qec', command, join(folder, 'typescript')];
  const works: Measure[] = [
    () => timeTerminal(inTerminal(`"${process.execPath}" -e 0`), env),
    () => timeTerminal(inTerminal(`"${process.execPath}" "${BUNDLE}" ${many}`), env, '░'),
  ];
  const [base = [], frames = []] = await measureInTurn(works, rounds);
  return [
    {
      name: 'first frame of a progress line (Ink)',
      ratio: ratioTo(base, frames),
      measured: `${median(frames).toFixed(0)} ms`,
      goal: { most: 6 },
      missedBecause:
        'beside Ink the run loads undici, which on Node 20 takes more than a fifth of a second to compile its parser; the frame waits for neither, but they share one thread.',
    },
  ];
}

/** Milliseconds until the text is on the terminal, or until the end. */
function timeTerminal(argv: readonly string[], env: Record<string, string>, text?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    let shown = '';
    let foundMs: number | undefined;
    const child = spawn('script', argv, { env, stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    child.stdout.on('data', (chunk: Buffer) => {
      if (text === undefined || foundMs !== undefined) return;
      shown += chunk;
      if (!shown.includes(text)) return;
      foundMs = performance.now() - startedMs;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    });
    child.on('exit', () => {
      if (text !== undefined && foundMs === undefined) reject(new Error(`never drew ${text}: ${shown}`));
      else resolve(foundMs ?? performance.now() - startedMs);
    });
    child.on('error', reject);
  });
}
