import { createRequire } from 'node:module';
import { HooksError } from '../../core/errors.ts';

export type SqlValue = null | number | string | Uint8Array;
export type SqlRow = Record<string, unknown>;

export interface SqlStatement {
  run(...values: SqlValue[]): { changes: number };
  get(...values: SqlValue[]): SqlRow | undefined;
  all(...values: SqlValue[]): SqlRow[];
}

/** SQLite's primary result codes that decide what is done about an error. */
export const SQLITE = {
  permission: 3,
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  protocol: 15,
  tooBig: 18,
  notADatabase: 26,
} as const;

/** SQLite's primary result code of what a driver threw; undefined for anything else. */
export function sqliteCode(error: unknown): number | undefined {
  // node:sqlite says errcode, libsql rawCode; both with the details of extended codes in the higher bits.
  const { errcode, rawCode } = error as { errcode?: unknown; rawCode?: unknown };
  const code = errcode ?? rawCode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** What the two SQLite drivers have in common. Blobs come back as Uint8Array. */
export interface SqlDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqlStatement;
  close(): void;
}

/** Opens a database file with whichever SQLite there is: Node's own, else libsql. Throws what the driver throws. */
export function openDatabase(file: string): SqlDatabase {
  const builtIn = withoutExperimentalWarning(() => process.getBuiltinModule('node:sqlite'));
  return builtIn === undefined ? openWithLibsql(file) : openWithNode(builtIn, file);
}

// Types of Node 20 know no node:sqlite; this is the part of its API that is used.
interface NodeSqlite {
  DatabaseSync: new (file: string, options: { timeout: number }) => SqlDatabase;
}

const BUSY_TIMEOUT_MS = 5000;

function openWithNode(sqlite: unknown, file: string): SqlDatabase {
  const { DatabaseSync } = sqlite as NodeSqlite;
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  return database;
}

/** Node 22 and 24 say at first use that SQLite is experimental; what a user of hooks would do about it is nothing. */
function withoutExperimentalWarning<T>(load: () => T): T {
  const emitWarning = process.emitWarning;
  process.emitWarning = () => {};
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}

interface LibsqlStatement {
  run(values: SqlValue[]): { changes: number };
  get(values: SqlValue[]): SqlRow | undefined;
  all(values: SqlValue[]): SqlRow[];
}

interface LibsqlDatabase {
  exec(sql: string): void;
  prepare(sql: string): LibsqlStatement;
  close(): void;
}

function openWithLibsql(file: string): SqlDatabase {
  const database = connect(loadLibsql(), file);
  return {
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        run(...values) {
          refuseTooBig(values);
          return statement.run(values);
        },
        get: (...values) => tidy(statement.get(values)),
        all: (...values) => statement.all(values).map(tidied),
      };
    },
  };
}

// SQLite's default; libsql writes NULL for what is larger.
const LARGEST_BLOB_BYTES = 1_000_000_000;

function refuseTooBig(values: readonly SqlValue[]): void {
  if (values.some((value) => value instanceof Uint8Array && value.length > LARGEST_BLOB_BYTES))
    throw Object.assign(new Error('string or blob too big'), { rawCode: SQLITE.tooBig });
}

type LibsqlConstructor = new (file: string, options: object) => LibsqlDatabase;

function connect(Database: LibsqlConstructor, file: string): LibsqlDatabase {
  try {
    return new Database(file, { timeout: BUSY_TIMEOUT_MS });
  } catch (cause) {
    // What libsql throws here has no code, and a text that is about libsql.
    throw Object.assign(new Error('unable to open database file', { cause }), { rawCode: SQLITE.cannotOpen });
  }
}

function loadLibsql(): LibsqlConstructor {
  try {
    return createRequire(import.meta.url)('libsql');
  } catch (error) {
    throw new HooksError('store-unusable', 'there is no SQLite to keep the history with', {
      why: `Node ${process.versions.node} has none of its own, and the optional package libsql is not there`,
      next: 'use Node 22.13 or newer, install hooks with its optional dependencies, or give --no-record',
      cause: error,
    });
  }
}

function tidy(row: SqlRow | undefined): SqlRow | undefined {
  return row && tidied(row);
}

/** libsql gives blobs as ArrayBuffer or Buffer, and adds a field of its own. */
function tidied(row: SqlRow): SqlRow {
  delete row._metadata;
  for (const [key, value] of Object.entries(row))
    if (value instanceof ArrayBuffer) row[key] = new Uint8Array(value);
  return row;
}
