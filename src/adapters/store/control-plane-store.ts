import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type {
  ControlPlaneStore,
  DeliveryQuery,
  KeptDelivery,
  KeptSecret,
  Resource,
} from '../../core/control-plane/resource.ts';
import { HooksError } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { storeError } from './database.ts';
import { openDatabase, type SqlDatabase, type SqlRow, type SqlValue } from './sqlite.ts';
import { inTransaction } from './transaction.ts';

const FORMAT_VERSION = 1;

// Apart from the history: here are secrets (those of the stand-in's own subscriptions), there are none.
const TABLES = `
  CREATE TABLE resources (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    provider TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    fields TEXT NOT NULL,
    secrets TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (provider, kind, id)
  ) STRICT;
  CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    details TEXT NOT NULL,
    body BLOB NOT NULL
  ) STRICT;
  CREATE TABLE keys (
    provider TEXT PRIMARY KEY,
    hash TEXT NOT NULL
  ) STRICT;
  PRAGMA user_version = ${FORMAT_VERSION};
`;

const MOST_DELIVERIES = 1000;
const CUT_OFF = 'hooks serve ended before an answer came';

/**
 * Opens what the stand-in of a provider keeps in the state folder, and makes it where there is none; the file is
 * readable to its owner alone. Deliveries that an earlier process left under way count as failed. Throws HooksError
 * `store-unusable`, as do the functions of the store.
 */
export function openControlPlaneStore(directory: string, provider: string): ControlPlaneStore {
  const file = join(directory, 'control-plane.sqlite');
  const database = guarded(file, () => open(directory, file));
  const run = (sql: string, ...values: SqlValue[]) =>
    guarded(file, () => database.prepare(sql).run(...values));
  const all = (sql: string, ...values: SqlValue[]) =>
    guarded(file, () => database.prepare(sql).all(...values));

  const store: ControlPlaneStore = {
    resources: (kind) =>
      all('SELECT * FROM resources WHERE provider = ? AND kind = ? ORDER BY number', provider, kind).map(
        asResource,
      ),
    saveResource({ kind, id, fields, secrets, createdAt, updatedAt }) {
      run(
        `INSERT INTO resources (provider, kind, id, fields, secrets, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (provider, kind, id) DO UPDATE SET fields = excluded.fields, secrets = excluded.secrets,
         updated_at = excluded.updated_at`,
        ...[provider, kind, id, JSON.stringify(fields), JSON.stringify(secrets)],
        ...[createdAt.getTime(), updatedAt.getTime()],
      );
    },
    removeResource(kind, id) {
      run('DELETE FROM resources WHERE provider = ? AND kind = ? AND id = ?', provider, kind, id);
    },
    deliveries(query) {
      const { where, values } = conditions(provider, query);
      return all(
        `SELECT * FROM deliveries WHERE ${where} ORDER BY created_at DESC, id DESC LIMIT ?`,
        ...values,
        query.most ?? MOST_DELIVERIES,
      ).map(asDelivery);
    },
    saveDelivery({ body, ...delivery }) {
      const { id, resourceId, messageId, outcome, createdAt } = delivery;
      run(
        'INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        ...[
          id,
          provider,
          resourceId,
          messageId,
          outcome,
          createdAt.getTime(),
          JSON.stringify(delivery),
          body,
        ],
      );
      run(
        `DELETE FROM deliveries WHERE provider = ? AND id NOT IN
         (SELECT id FROM deliveries WHERE provider = ? ORDER BY created_at DESC, id DESC LIMIT ${MOST_DELIVERIES})`,
        ...[provider, provider],
      );
    },
    keyHash: () => textOf(all('SELECT hash FROM keys WHERE provider = ?', provider)[0]?.hash),
    saveKeyHash(hash) {
      run('INSERT OR REPLACE INTO keys VALUES (?, ?)', provider, hash);
    },
    close: () => database.close(),
  };
  for (const left of store.deliveries({ outcomes: ['pending'] }))
    store.saveDelivery({ ...left, outcome: 'failed', why: CUT_OFF });
  return store;
}

function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeError(error, file, `cannot use what hooks serve keeps in ${file}`);
  }
}

function open(directory: string, file: string): SqlDatabase {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  // SQLite gives its -wal and -shm files the mode of this one.
  if (existsSync(file)) chmodSync(file, 0o600);
  else closeSync(openSync(file, 'a', 0o600));
  const database = openDatabase(file);
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    inTransaction(database, () => {
      if (database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined) database.exec(TABLES);
    });
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
    if (version !== FORMAT_VERSION) throw otherFormat(file, version);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function otherFormat(file: string, version: number): HooksError {
  return new HooksError('store-unusable', `cannot use what hooks serve keeps in ${file}`, {
    why: `its format is ${version}, this version of hooks has ${FORMAT_VERSION}`,
    next: 'move the file away, or choose another folder with HOOKS_STATE_DIR',
  });
}

function conditions(provider: string, query: DeliveryQuery): { where: string; values: SqlValue[] } {
  const parts: [sql: string, ...values: SqlValue[]][] = [['provider = ?', provider]];
  const among = (column: string, values: readonly string[]) =>
    parts.push([`${column} IN (${values.map(() => '?').join(', ')})`, ...values]);
  if (query.ids) among('id', query.ids.slice(0, MOST_DELIVERIES));
  if (query.outcomes) among('outcome', query.outcomes);
  if (query.resourceId !== undefined) parts.push(['resource_id = ?', query.resourceId]);
  if (query.messageId !== undefined) parts.push(['message_id = ?', query.messageId]);
  if (query.since) parts.push(['created_at >= ?', query.since.getTime()]);
  if (query.until) parts.push(['created_at < ?', query.until.getTime()]);
  return { where: parts.map(([sql]) => sql).join(' AND '), values: parts.flatMap(([, ...values]) => values) };
}

function asResource(row: SqlRow): Resource {
  const secrets = JSON.parse(String(row.secrets)) as { value: string; until?: string }[];
  return {
    kind: String(row.kind),
    id: String(row.id),
    fields: JSON.parse(String(row.fields)) as Record<string, Json>,
    secrets: secrets.map(
      ({ value, until }): KeptSecret => (until === undefined ? { value } : { value, until: new Date(until) }),
    ),
    createdAt: new Date(Number(row.created_at)),
    updatedAt: new Date(Number(row.updated_at)),
  };
}

function asDelivery(row: SqlRow): KeptDelivery {
  const details = JSON.parse(String(row.details)) as Omit<KeptDelivery, 'body'> & { attemptedAt?: string };
  const { attemptedAt, ...rest } = details;
  return {
    ...rest,
    createdAt: new Date(Number(row.created_at)),
    ...(attemptedAt !== undefined && { attemptedAt: new Date(attemptedAt) }),
    body: row.body as Uint8Array,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
