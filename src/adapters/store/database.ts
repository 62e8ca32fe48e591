import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HooksError } from '../../core/errors.ts';
import { openDatabase, SQLITE, type SqlDatabase, sqliteCode } from './sqlite.ts';
import { inTransaction } from './transaction.ts';

/** Version of the tables below; a store with a newer one is refused. */
export const FORMAT_VERSION = 3;

// Bodies and headers stand apart from what lists and filters read, so that these stay quick however large bodies are.
const OPEN_DELIVERIES = `
  CREATE TABLE open_deliveries (
    id TEXT PRIMARY KEY,
    attempt INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    context TEXT NOT NULL
  ) STRICT;
`;
const TABLES = `
  CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    direction TEXT NOT NULL,
    at INTEGER NOT NULL,
    provider TEXT,
    event_type TEXT,
    slug TEXT,
    variant TEXT,
    idempotency_key TEXT,
    method TEXT NOT NULL,
    target TEXT NOT NULL,
    status INTEGER,
    duration_ms REAL,
    size_bytes INTEGER NOT NULL,
    is_failed INTEGER NOT NULL,
    is_invalid INTEGER NOT NULL,
    replay_of TEXT,
    imported_at INTEGER
  ) STRICT;
  CREATE TABLE contents (
    id TEXT PRIMARY KEY,
    peer TEXT,
    http_version TEXT,
    headers TEXT NOT NULL,
    verdicts TEXT,
    answer_status INTEGER,
    answer_headers TEXT,
    answer_body BLOB,
    body BLOB NOT NULL
  ) STRICT;
  CREATE TABLE attempts (
    id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    at INTEGER NOT NULL,
    result TEXT NOT NULL,
    body BLOB,
    provider_at INTEGER,
    PRIMARY KEY (id, attempt)
  ) STRICT;
  ${OPEN_DELIVERIES}
  PRAGMA user_version = ${FORMAT_VERSION};
`;

/** The tables, of which each has the id of the delivery; the one with a row for each comes first. */
export const TABLE_NAMES = ['deliveries', 'contents', 'attempts', 'open_deliveries'] as const;

export function storeFile(directory: string): string {
  return join(directory, 'history.sqlite');
}

/**
 * Opens the store in a folder, and makes it where there is none; the file is readable to its owner alone. Throws
 * HooksError `store-unusable`.
 */
export function openStore(directory: string): SqlDatabase {
  const file = storeFile(directory);
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw isFolder(file);
    makeFolder(directory);
    // SQLite gives its -wal and -shm files the mode of this one.
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
    return prepared(openDatabase(file));
  } catch (error) {
    throw storeError(error, file);
  }
}

function isFolder(file: string): HooksError {
  return new HooksError('store-unusable', `cannot use the history in ${file}`, {
    why: 'it is a folder',
    next: 'move it away, or choose another folder with HOOKS_STATE_DIR',
  });
}

function makeFolder(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch {
    // Of a disk that can only be read, the recursive one says that there is no such folder.
    mkdirSync(directory, { mode: 0o700 });
  }
}

/** True where something has been recorded, so that there is a store to read. */
export function hasStore(directory: string): boolean {
  return existsSync(storeFile(directory));
}

/** What a driver threw as an error that a user can act on. */
export function storeError(
  error: unknown,
  file: string,
  what = `cannot use the history in ${file}`,
): HooksError {
  if (error instanceof HooksError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new HooksError('store-unusable', what, {
    why,
    next: adviceFor(error),
    cause: error,
  });
}

/** True where nothing else can be written now either; false where it is about what was to be written. */
export function isStoreFailing(error: unknown): boolean {
  const code = sqliteCode(error);
  if (code === undefined)
    return error instanceof HooksError || (error as NodeJS.ErrnoException).syscall !== undefined;
  return STORE_FAILING.has(code);
}

const STORE_FAILING: ReadonlySet<number> = new Set([
  SQLITE.permission,
  SQLITE.busy,
  SQLITE.locked,
  SQLITE.readOnly,
  SQLITE.ioError,
  SQLITE.corrupt,
  SQLITE.full,
  SQLITE.cannotOpen,
  SQLITE.protocol,
  SQLITE.notADatabase,
]);

const ADVICE: Readonly<Record<string | number, string>> = {
  [SQLITE.full]: 'free some space on its disk, or choose a folder on another with HOOKS_STATE_DIR',
  [SQLITE.busy]:
    'wait for the other process that writes to it, or choose another folder with HOOKS_STATE_DIR',
  [SQLITE.corrupt]: 'move the file away; a new history is begun then',
  [SQLITE.tooBig]: 'give --no-record, or receive less with --max-body',
};
const SAME_ADVICE: Readonly<Record<string | number, number>> = {
  ENOSPC: SQLITE.full,
  EDQUOT: SQLITE.full,
  [SQLITE.locked]: SQLITE.busy,
  [SQLITE.notADatabase]: SQLITE.corrupt,
};
const OTHERWISE = 'check the folder and its permissions, or choose another with HOOKS_STATE_DIR';

function adviceFor(error: unknown): string {
  const code = sqliteCode(error) ?? (error as NodeJS.ErrnoException).code ?? '';
  return ADVICE[SAME_ADVICE[code] ?? code] ?? OTHERWISE;
}

function prepared(database: SqlDatabase): SqlDatabase {
  try {
    prepare(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: SqlDatabase): void {
  const isNew = versionOf(database) === 0;
  // Lets what is pruned be given back to the disk; has to be said before there are tables.
  if (isNew) database.exec('PRAGMA auto_vacuum = INCREMENTAL');
  // WAL: readers and one writer at once. NORMAL: what was committed survives the end of the process at any moment.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  if (isNew) create(database);
  upgrade(database);
  const version = versionOf(database);
  if (!hasTables(database)) throw foreign();
  if (version > FORMAT_VERSION) throw newer(version);
}

function create(database: SqlDatabase): void {
  inTransaction(database, () => {
    const isEmpty = database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
    // Another process may have been quicker while this one waited for the lock.
    if (isEmpty) database.exec(TABLES);
  });
}

// What brings the tables of a version to those of the next.
const STEPS: Readonly<Record<number, string>> = {
  1: 'ALTER TABLE deliveries ADD COLUMN imported_at INTEGER',
  2: `ALTER TABLE attempts ADD COLUMN provider_at INTEGER; ${OPEN_DELIVERIES}`,
};

/** Brings a store of an older version to this one. */
function upgrade(database: SqlDatabase): void {
  if (STEPS[versionOf(database)] === undefined || !hasTables(database)) return;
  inTransaction(database, () => {
    // Another process may have been quicker while this one waited for the lock.
    for (let version = versionOf(database); STEPS[version] !== undefined; version++) {
      database.exec(`${STEPS[version]}; PRAGMA user_version = ${version + 1}`);
    }
  });
}

function hasTables(database: SqlDatabase): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'deliveries'").get() !== undefined;
}

function foreign(): HooksError {
  return new HooksError('store-unusable', 'the file of the history belongs to another program', {
    why: 'it is an SQLite database without the tables of hooks',
    next: 'move the file away, or choose another folder with HOOKS_STATE_DIR',
  });
}

function newer(version: number): HooksError {
  return new HooksError(
    'store-unusable',
    `the history was written by a newer version of hooks (format ${version})`,
    {
      why: `this version reads formats up to ${FORMAT_VERSION}`,
      next: 'update hooks, or choose another folder with HOOKS_STATE_DIR',
    },
  );
}

function versionOf(database: SqlDatabase): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}
