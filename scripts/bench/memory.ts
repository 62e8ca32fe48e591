import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repoRoot } from '../../test/helpers/repo-root.ts';
import { EVENT } from './deliveries.ts';
import type { Options } from './options.ts';
import type { Row, Section, Table } from './report.ts';
import { median, ratioTo } from './rounds.ts';
import { BUNDLE, type RunningServer, residentMegabytes, type Surroundings } from './surroundings.ts';

const run = promisify(execFile);
const LARGE_BODY_BYTES = 100e6;
const SAMPLES = 10;

/** Whether memory grows with what went by, and what one large body takes. */
export async function benchMemory(surroundings: Surroundings, { isQuick }: Options): Promise<Section> {
  const amount = isQuick ? 50_000 : 1_000_000;
  const rows = [
    await receiving(surroundings, amount),
    await sending(surroundings, amount, 'load', ['--duration', '1h']),
    await sending(surroundings, amount, 'send', ['-n', String(amount), '--no-record']),
  ];
  return {
    title: 'Memory',
    text: `Resident memory, first of processes through which ${amount.toLocaleString('en')} deliveries of about 1 KiB go, sampled ten times: the last three samples against the third, fourth and fifth, by when the heap has found its size. Then the most that a process ever takes for one body of 100 MB, less what it takes without it.`,
    tables: [{ base: 'early in the run', rows }, await largeBody(surroundings)],
  };
}

async function receiving(surroundings: Surroundings, amount: number): Promise<Row> {
  const env = { ...surroundings.env, HOOKS_STATE_DIR: join(surroundings.folder, 'memory') };
  const server = await surroundings.startServer(['--no-warnings', BUNDLE, 'listen', '--port', '0']);
  const pound = join(repoRoot, 'dist/scripts/bench/load/pound.js');
  const samples: number[] = [];
  // A part at a time: its load generator holds all that it sends.
  const part = String(Math.ceil(amount / SAMPLES));
  for (let sample = 0; sample < SAMPLES; sample++) {
    await run(process.execPath, [pound, server.url, part, '50'], { env });
    samples.push(residentMegabytes(server.child.pid ?? 0));
  }
  await server.stop();
  return growth(`\`listen\`, recording, ${amount.toLocaleString('en')} deliveries`, samples);
}

/** What does not end by itself is interrupted after as many. */
async function sending(
  surroundings: Surroundings,
  amount: number,
  command: 'load' | 'send',
  flags: readonly string[],
): Promise<Row> {
  const sink = await surroundings.startServer([join(repoRoot, 'dist/scripts/bench/load/sink.js')]);
  const argv = [command, EVENT, '--to', sink.url, '--concurrency', '10', '--quiet', ...flags];
  const child = execFile(process.execPath, [BUNDLE, ...argv], { env: surroundings.env });
  const samples: number[] = [];
  let total = 0;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  while (!hasEnded) {
    const { count } = (await (await fetch(sink.url)).json()) as { count: number };
    total += count;
    const megabytes = residentMegabytes(child.pid ?? 0);
    if (total >= ((samples.length + 1) * amount) / (SAMPLES + 1) && megabytes > 0) samples.push(megabytes);
    if (total >= amount && command === 'load' && !child.killed) child.kill('SIGINT');
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 50))]);
  }
  await sink.stop();
  return growth(
    `\`${command === 'send' ? 'send -n' : command}\`, ${amount.toLocaleString('en')} deliveries`,
    samples,
    command === 'send' ? LATENCIES : undefined,
  );
}

const LATENCIES =
  'each delivery leaves behind the time that it took, 8 bytes in a list that grows by halves, of which the summary makes its median and p95.';

function growth(name: string, samples: readonly number[], missedBecause?: string): Row {
  const early = samples.slice(2, 5);
  const late = samples.slice(-3);
  return {
    name,
    ratio: ratioTo(early, late),
    measured: `${median(early).toFixed(0)} → ${median(late).toFixed(0)} MB`,
    // What the heap breathes from one collection to the next is no growth.
    goal: { most: 1.15 },
    ...(missedBecause && { missedBecause }),
  };
}

async function largeBody(surroundings: Surroundings): Promise<Table> {
  const listen = ['listen', '--port', '0', '--max-body', String(LARGE_BODY_BYTES), '--unsigned'];
  const peaks = join(surroundings.folder, 'peak');
  const withPeak = join(surroundings.folder, 'peak.cjs');
  writeFileSync(withPeak, PEAK_AT_EXIT.replace('FILE', JSON.stringify(peaks)));
  const peakOf = async (work: (argv: string[]) => Promise<unknown>): Promise<number> => {
    await work(['--require', withPeak, BUNDLE]);
    return Number(readFileSync(peaks, 'utf8'));
  };
  const receive = (bodies: readonly Buffer[]) =>
    peakOf(async (argv) => {
      const server = await surroundings.startServer([...argv, ...listen]);
      for (const body of bodies) await post(server, body);
      await server.stop();
    });
  const idle = await receive([Buffer.from('{}')]);
  // Not JSON, which would be parsed; and JSON, of which a parsed copy is made to look at.
  const opaque = await receive([Buffer.alloc(LARGE_BODY_BYTES, 'x')]);
  const twice = await receive([Buffer.alloc(LARGE_BODY_BYTES, 'x'), Buffer.alloc(LARGE_BODY_BYTES, 'y')]);
  const receiver = await surroundings.startServer([join(repoRoot, 'dist/scripts/bench/load/bare-server.js')]);
  const replay = await peakOf((argv) =>
    run(process.execPath, [...argv, 'replay', 'last', '--to', receiver.url, '--as-is', '--no-record'], {
      env: surroundings.env,
    }),
  );
  await receiver.stop();
  const row = (name: string, peak: number, goal: Row['goal']): Row => {
    const ratio = (peak - idle) / LARGE_BODY_BYTES;
    return {
      name,
      ratio: { median: ratio, low: ratio, high: ratio },
      measured: `${(peak / 1e6).toFixed(0)} MB at most, ${(idle / 1e6).toFixed(0)} without it`,
      ...(goal && { goal }),
      missedBecause: LARGE_BODY_WHY,
    };
  };
  return {
    base: 'the body',
    rows: [
      row('`listen`: one body received and recorded', opaque, { most: 4 }),
      row('`listen`: two of them, one after the other', twice, { most: 4 }),
      row('`replay` of it', replay, { most: 4 }),
    ],
  };
}

// Not maxRSS where there is something better: on Linux a process inherits that of the one which started it.
const PEAK_AT_EXIT = `process.on('exit', () => {
  const { existsSync, readFileSync, writeFileSync } = require('node:fs');
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const kilobytes = /VmHWM:[^0-9]*([0-9]+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  writeFileSync(FILE, String(kilobytes * 1024));
});`;

const LARGE_BODY_WHY =
  'alive at once are the bytes as received, the text that is looked at for JSON, and the copies of the SQLite driver: four with libsql on Node 20, two with `node:sqlite`. All of it is bounded by `--max-body`, and given back.';

function post({ url }: RunningServer, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'text/plain', 'content-length': body.length };
    request(url, { method: 'POST', headers }, (response) => {
      response.resume();
      if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
      else response.on('end', resolve);
    })
      .on('error', reject)
      .end(body);
  });
}
