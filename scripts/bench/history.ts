import { statSync } from 'node:fs';
import { join } from 'node:path';
import { storeFile } from '../../src/adapters/store/database.ts';
import { openRecordings } from '../../src/adapters/store/reader.ts';
import { openDatabase } from '../../src/adapters/store/sqlite.ts';
import type { Selection } from '../../src/core/selection.ts';
import type { Options } from './options.ts';
import { writeRecordings } from './recordings.ts';
import type { Row, Section, Table } from './report.ts';
import { measureInTurn, median, ratioTo } from './rounds.ts';
import { BUNDLE, type Surroundings, timeProcess } from './surroundings.ts';

const PAGE = 50;

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

/** How long it takes to look into small and large histories. */
export async function benchHistory(surroundings: Surroundings, { isQuick }: Options): Promise<Section> {
  const sizes = isQuick ? [1000, 20_000] : [1000, 100_000, 1_000_000];
  const rounds = isQuick ? 3 : 7;
  const stores: { size: number; directory: string; perSecond: number }[] = [];
  for (const size of sizes) {
    const directory = join(surroundings.folder, `history-${size}`);
    const startedMs = performance.now();
    await writeRecordings(directory, size);
    stores.push({ size, directory, perSecond: (size / (performance.now() - startedMs)) * 1000 });
  }
  const directories = stores.map(({ directory }) => directory);
  const written = stores.map(
    ({ size, directory, perSecond }) =>
      `${size.toLocaleString('en')} (${megabytes(directory).toFixed(0)} MB, written at ${perSecond.toFixed(0)} a second)`,
  );
  const rows: Row[] = [];
  for (const { name, argv, selection } of QUERIES) {
    const calls = directories.map(
      (directory) => () =>
        timeProcess([BUNDLE, 'history', 'list', ...argv], {
          ...surroundings.env,
          HOOKS_STATE_DIR: directory,
        }),
    );
    rows.push(...(await compareSizes(`\`history list\`: ${name}`, calls, sizes, rounds)));
    const readings = directories.map((directory) => () => timed(() => readList(directory, selection)));
    rows.push(...(await compareSizes(`the reader alone: ${name}`, readings, sizes, rounds)));
  }
  const showing = directories.map((directory) => () => timed(() => readLast(directory)));
  rows.push(...(await compareSizes('the reader alone: show last', showing, sizes, rounds)));
  const tables: Table[] = [{ base: 'the same of 1,000', rows }];
  return {
    title: 'History',
    text: `Queries over histories of ${written.join(', ')} deliveries with bodies of about 1 KiB, by ${sqliteVersion(directories[0] ?? '')}. \`history list\` is the whole process, start-up included; the reader alone includes opening the store.`,
    tables,
  };
}

async function compareSizes(
  name: string,
  works: readonly (() => number)[],
  sizes: readonly number[],
  rounds: number,
): Promise<Row[]> {
  const [base = [], ...others] = await measureInTurn(works, rounds);
  return others.map((times, index) => ({
    name: `${name}, of ${sizes[index + 1]?.toLocaleString('en')}`,
    ratio: ratioTo(base, times),
    measured: `${median(times).toFixed(1)} ms, not ${median(base).toFixed(1)}`,
  }));
}

function timed(work: () => void): number {
  const startedMs = performance.now();
  work();
  return performance.now() - startedMs;
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

function megabytes(directory: string): number {
  const size = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return (size(storeFile(directory)) + size(`${storeFile(directory)}-wal`)) / 1e6;
}

function sqliteVersion(directory: string): string {
  const database = openDatabase(storeFile(directory));
  const version = database.prepare('SELECT sqlite_version() AS version').get()?.version;
  database.close();
  return `${process.getBuiltinModule('node:sqlite') ? 'node:sqlite' : 'libsql'} ${version}`;
}
