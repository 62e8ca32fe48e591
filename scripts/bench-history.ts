// How long it takes to look into a history of 0, 1,000 and 100,000 deliveries: npm run bench:history
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeFile } from '../src/adapters/store/database.ts';
import { openRecordings } from '../src/adapters/store/reader.ts';
import { openDatabase } from '../src/adapters/store/sqlite.ts';
import { createRecordingWriter } from '../src/adapters/store/writer.ts';
import { createUlids } from '../src/core/identifiers.ts';
import type { Recording } from '../src/core/recording.ts';
import type { Selection } from '../src/core/selection.ts';
import { repoRoot } from '../test/helpers/repo-root.ts';

const SIZES = [0, 1000, 100_000];
const ROUNDS = 7;
const PAGE = 50;
const AT_ONCE = 20;
const EVENTS = ['payment.failed', 'payment.succeeded', 'order.created', 'order.shipped', 'user.invited'];
const KEEP_ALL = { maxAgeMs: Infinity, maxCount: Infinity, maxBytes: Infinity };

const QUERIES: { name: string; argv: string[]; selection: Selection }[] = [
  { name: 'the newest 50', argv: [], selection: {} },
  {
    name: '`--event "order.*" --failed`',
    argv: ['--event', 'order.*', '--failed'],
    selection: { events: ['order.*'], isFailed: true },
  },
  { name: '`--event` that there is not', argv: ['--event', 'no.such'], selection: { events: ['no.such'] } },
  { name: '`--grep` that all have', argv: ['--grep', 'note'], selection: { grep: 'note' } },
  { name: '`--grep` that one has', argv: ['--grep', '"number":7,'], selection: { grep: '"number":7,' } },
];

interface Store {
  size: number;
  directory: string;
  perSecond: number;
}

/** A delivery with a body of about 1 KiB; one in fifty failed. */
function sample(number: number, id: string, at: Date): Recording {
  const eventType = EVENTS[number % EVENTS.length] ?? '';
  const body = Buffer.from(JSON.stringify({ number, type: eventType, data: { note: 'x'.repeat(900) } }));
  const isFailed = number % 50 === 0;
  const status = isFailed ? 500 : 200;
  return {
    id,
    direction: 'received',
    at,
    provider: 'acme',
    eventType,
    idempotencyKey: `msg_${number}`,
    method: 'POST',
    target: '/webhooks/acme',
    status,
    durationMs: 3.1,
    sizeBytes: body.length,
    isFailed,
    isInvalid: false,
    peer: '127.0.0.1:49152',
    httpVersion: '1.1',
    headers: [
      ['Content-Type', 'application/json'],
      ['User-Agent', 'Acme-Webhooks/1.0'],
      ['webhook-id', `msg_${number}`],
      ['webhook-timestamp', '1783331563'],
      ['webhook-signature', `v1,${'a'.repeat(44)}`],
    ],
    body,
    answer: { status, headers: [['Content-Type', 'text/plain; charset=utf-8']], body: Buffer.from('ok\n') },
    attempts: [],
  };
}

async function makeStore(folder: string, size: number): Promise<Store> {
  const directory = join(folder, String(size));
  const newId = createUlids(randomBytes);
  const firstMs = Date.now() - size * 1000;
  const writer = createRecordingWriter(directory, KEEP_ALL, () => new Date());
  const startedMs = performance.now();
  for (let number = 0; number < size; number += AT_ONCE) {
    const group = Array.from({ length: AT_ONCE }, (_, more) => {
      const at = new Date(firstMs + (number + more) * 1000);
      return writer.write(sample(number + more, newId(at), at));
    });
    await Promise.all(group);
  }
  const perSecond = (size / (performance.now() - startedMs)) * 1000;
  writer.close();
  if (size === 0) {
    // The tables alone.
    await makeStore(folder, AT_ONCE);
    const tables = openRecordings(join(folder, String(AT_ONCE)));
    tables.prune({ ...KEEP_ALL, maxCount: 0 }, new Date());
    tables.close();
    return { size, directory: join(folder, String(AT_ONCE)), perSecond };
  }
  return { size, directory, perSecond };
}

/** The middle of what each work takes in milliseconds, one after the other in each round. */
function medians(works: readonly (() => void)[]): number[] {
  const times = works.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    works.forEach((work, index) => {
      const startedMs = performance.now();
      work();
      times[index]?.push(performance.now() - startedMs);
    });
  }
  return times.map((list) => list.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN);
}

/** What `hooks history` asks of the reader for a list: a page, and how many there are. */
function readList(directory: string, selection: Selection): void {
  const reader = openRecordings(directory);
  if (reader.list(selection, { limit: PAGE }).length === PAGE) reader.count(selection);
  reader.close();
}

function readLast(directory: string): void {
  const reader = openRecordings(directory);
  reader.read(reader.resolveId('last'));
  reader.close();
}

function hooks(directory: string, argv: readonly string[]): void {
  const env = {
    PATH: process.env.PATH,
    HOME: tmpdir(),
    HOOKS_STATE_DIR: directory,
    HOOKS_CONFIG_DIR: directory,
  };
  const { status, stderr } = spawnSync(process.execPath, [join(repoRoot, 'dist/bin/hooks.js'), ...argv], {
    env,
  });
  if (status !== 0) throw new Error(`hooks ${argv.join(' ')}: ${stderr}`);
}

function row(name: string, times: readonly number[]): string {
  const [empty = Number.NaN] = times;
  const cells = times.map((ms) => `${ms.toFixed(1)} ms (${(ms / empty).toFixed(1)}×)`);
  return `| ${[name, ...cells].join(' | ')} |`;
}

function table(title: string, rows: readonly string[]): string {
  const head = `| ${[title, ...SIZES.map((size) => size.toLocaleString('en'))].join(' | ')} |`;
  return [head, `|${' --- |'.repeat(SIZES.length + 1)}`, ...rows, ''].join('\n');
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function sqliteVersion(file: string): string {
  const database = openDatabase(file);
  const version = database.prepare('SELECT sqlite_version() AS version').get()?.version;
  database.close();
  return `${process.getBuiltinModule('node:sqlite') ? 'node:sqlite' : 'libsql'} ${version}`;
}

const folder = mkdtempSync(join(tmpdir(), 'hooks-bench-'));
try {
  const stores: Store[] = [];
  for (const size of SIZES) stores.push(await makeStore(folder, size));
  const full = stores.filter(({ size }) => size > 0);
  const sizes = full.map(({ size, directory, perSecond }) => {
    const megabytes = (sizeOf(storeFile(directory)) + sizeOf(`${storeFile(directory)}-wal`)) / 1e6;
    return `${size.toLocaleString('en')}: ${megabytes.toFixed(1)} MB, written at ${perSecond.toFixed(0)} a second`;
  });
  const version = sqliteVersion(storeFile(stores[0]?.directory ?? ''));
  const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${process.platform} ${process.arch}`;
  const lists = (run: (directory: string, query: (typeof QUERIES)[number]) => void) =>
    QUERIES.map((query) =>
      row(
        query.name,
        medians(
          stores.map(
            ({ directory }) =>
              () =>
                run(directory, query),
          ),
        ),
      ),
    );
  const shows = (run: (directory: string) => void) => {
    const [empty] = stores;
    // An empty store has none to show: the start alone is what the others are compared with.
    const works = stores.map(
      ({ size, directory }) =>
        () =>
          size === 0 ? readList(directory, {}) : run(directory),
    );
    return empty === undefined ? '' : row('show last (empty: list)', medians(works));
  };
  process.stdout.write(
    [
      `${machine}; Node ${process.versions.node}, ${version}; medians of ${ROUNDS}; ${sizes.join('; ')}`,
      '',
      table('`hooks history`, start-up included', [
        ...lists((directory, { argv }) => hooks(directory, ['history', 'list', ...argv])),
      ]),
      table('the reader alone, opening included', [
        ...lists((directory, { selection }) => readList(directory, selection)),
        shows(readLast),
      ]),
    ].join('\n'),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
