import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { HooksError } from '../../core/errors.ts';
import { openDatabase, type SqlDatabase } from './sqlite.ts';

/** Version of the tables below; a store with a newer one is refused. */
export const FORMAT_VERSION = 1;

// Bodies and headers stand apart from what lists and filters read, so that these stay quick however large bodies are.
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
    replay_of TEXT
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
    PRIMARY KEY (id, attempt)
  ) STRICT;
  PRAGMA user_version = ${FORMAT_VERSION};
`;

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
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    // SQLite gives its -wal and -shm files the mode of this one.
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
    const database = openDatabase(file);
    prepareStore(database);
    return database;
  } catch (error) {
    throw storeError(error, file);
  }
}

/** True where something has been recorded, so that there is a store to read. */
export function hasStore(directory: string): boolean {
  return existsSync(storeFile(directory));
}

/** What a driver threw as an error that a user can act on. */
export function storeError(error: unknown, file: string): HooksError {
  if (error instanceof HooksError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new HooksError('store-unusable', `cannot use the history in ${file}`, {
    why,
    next: adviceFor(why),
    cause: error,
  });
}

function adviceFor(why: string): string {
  if (/full|ENOSPC/i.test(why)) return 'free some space, or remove old deliveries with `hooks history prune`';
  if (/readonly|read-only|EACCES|EROFS|EPERM|unable to open/i.test(why)) {
    return 'check the permissions of the folder, or choose another with HOOKS_STATE_DIR';
  }
  if (/malformed|not a database|corrupt/i.test(why)) return 'move the file away; a new history is begun then';
  return 'choose another folder with HOOKS_STATE_DIR';
}

function prepareStore(database: SqlDatabase): void {
  // WAL: readers and one writer at once. NORMAL: what was committed survives the end of the process at any moment.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  if (versionOf(database) === 0) create(database);
  const version = versionOf(database);
  if (version > FORMAT_VERSION) {
    throw new HooksError(
      'store-unusable',
      `the history was written by a newer version of hooks (format ${version})`,
      {
        why: `this version reads formats up to ${FORMAT_VERSION}`,
        next: 'update hooks, or choose another folder with HOOKS_STATE_DIR',
      },
    );
  }
}

function create(database: SqlDatabase): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have been quicker while this one waited for the lock.
    if (versionOf(database) === 0) database.exec(TABLES);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function versionOf(database: SqlDatabase): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}
