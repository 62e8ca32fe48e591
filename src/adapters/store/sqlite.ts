import { createRequire } from 'node:module';

export type SqlValue = null | number | string | Uint8Array;
export type SqlRow = Record<string, unknown>;

export interface SqlStatement {
  run(...values: SqlValue[]): { changes: number };
  get(...values: SqlValue[]): SqlRow | undefined;
  all(...values: SqlValue[]): SqlRow[];
  iterate(...values: SqlValue[]): Iterable<SqlRow>;
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
  iterate(values: SqlValue[]): Iterable<SqlRow>;
}

interface LibsqlDatabase {
  exec(sql: string): void;
  prepare(sql: string): LibsqlStatement;
  close(): void;
}

function openWithLibsql(file: string): SqlDatabase {
  const Database = createRequire(import.meta.url)('libsql') as new (
    file: string,
    options: object,
  ) => LibsqlDatabase;
  const database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  return {
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        run: (...values) => statement.run(values),
        get: (...values) => tidy(statement.get(values)),
        all: (...values) => statement.all(values).map(tidied),
        *iterate(...values) {
          for (const row of statement.iterate(values)) yield tidied(row);
        },
      };
    },
  };
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
