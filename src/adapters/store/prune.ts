import { ulid } from '../../core/identifiers.ts';
import type { Retention } from '../../core/retention.ts';
import { TABLE_NAMES } from './database.ts';
import type { SqlDatabase } from './sqlite.ts';
import { inTransaction } from './transaction.ts';

/**
 * Removes what is older, more or larger than the limits, the oldest first; gives how many deliveries went. Old is what
 * was recorded long ago: an import of old deliveries is new.
 */
export function prune(database: SqlDatabase, { maxAgeMs, maxCount, maxBytes }: Retention, now: Date): number {
  const tooOld = removeOlder(database, now.getTime() - maxAgeMs);
  const firstKept = [firstKeptByCount(database, maxCount), firstKeptBySize(database, maxBytes)]
    .filter((id) => id !== undefined)
    .sort()
    .at(-1);
  return tooOld + (firstKept === undefined ? 0 : removeBefore(database, firstKept));
}

// Behind every ULID: stands for "none is kept".
const BEHIND_ALL = '~';

/** An id begins with the moment of the recording; what was imported is as old as its import. */
function removeOlder(database: SqlDatabase, oldestMs: number): number {
  if (oldestMs <= 0) return 0;
  const firstKept = ulid((count) => new Uint8Array(count), new Date(oldestMs));
  const condition = 'id < ? AND coalesce(imported_at, 0) < ?';
  const values = [firstKept, Math.ceil(oldestMs)];
  const hasAny = database.prepare(`SELECT 1 FROM deliveries WHERE ${condition} LIMIT 1`).get(...values);
  if (hasAny === undefined) return 0;
  return inTransaction(database, () => {
    const removed = database.prepare(`DELETE FROM deliveries WHERE ${condition}`).run(...values);
    for (const table of TABLE_NAMES.slice(1))
      database
        .prepare(`DELETE FROM ${table} WHERE id < ? AND id NOT IN (SELECT id FROM deliveries)`)
        .run(firstKept);
    return Number(removed.changes);
  });
}

function firstKeptByCount(database: SqlDatabase, maxCount: number): string | undefined {
  if (maxCount <= 0) return BEHIND_ALL;
  if (maxCount === Number.POSITIVE_INFINITY) return undefined;
  return idOf(
    database.prepare('SELECT id FROM deliveries ORDER BY id DESC LIMIT 1 OFFSET ?').get(maxCount - 1),
  );
}

function firstKeptBySize(database: SqlDatabase, maxBytes: number): string | undefined {
  // The bodies are only a part of what the file holds; to count them takes a look at every delivery.
  if (usedBytes(database) <= maxBytes) return undefined;
  const newestToGo = idOf(
    database
      .prepare(
        `SELECT MAX(id) AS id FROM (SELECT id, SUM(size_bytes) OVER (ORDER BY id DESC) AS sum FROM deliveries)
         WHERE sum > ?`,
      )
      .get(maxBytes),
  );
  if (newestToGo === undefined) return undefined;
  return (
    idOf(database.prepare('SELECT MIN(id) AS id FROM deliveries WHERE id > ?').get(newestToGo)) ?? BEHIND_ALL
  );
}

function usedBytes(database: SqlDatabase): number {
  const number = (name: string) => Number(database.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
  return (number('page_count') - number('freelist_count')) * number('page_size');
}

function idOf(row: Record<string, unknown> | undefined): string | undefined {
  return typeof row?.id === 'string' ? row.id : undefined;
}

function removeBefore(database: SqlDatabase, firstKept: string): number {
  const hasAny = database.prepare('SELECT 1 FROM deliveries WHERE id < ? LIMIT 1').get(firstKept);
  if (hasAny === undefined) return 0;
  return inTransaction(database, () => {
    const [removed = 0] = TABLE_NAMES.map((table) =>
      Number(database.prepare(`DELETE FROM ${table} WHERE id < ?`).run(firstKept).changes),
    );
    return removed;
  });
}

/** Gives the disk back what was removed. */
export function shrink(database: SqlDatabase): void {
  try {
    database.exec('PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // A full disk or a busy store: the space is used for what comes next.
  }
}
