import type { Retention } from '../../core/retention.ts';
import type { SqlDatabase } from './sqlite.ts';

/** Removes what is older, more or larger than the limits, the oldest first; gives how many deliveries went. */
export function prune(database: SqlDatabase, { maxAgeMs, maxCount, maxBytes }: Retention, now: Date): number {
  const count = Number(database.prepare('SELECT COUNT(*) AS n FROM deliveries').get()?.n ?? 0);
  const before = [
    firstKeptByAge(database, now.getTime() - maxAgeMs),
    count > maxCount ? firstKeptByCount(database, maxCount) : undefined,
    firstKeptBySize(database, maxBytes),
  ].filter((id) => id !== undefined);
  const firstKept = before.sort().at(-1);
  return firstKept === undefined ? 0 : removeBefore(database, firstKept);
}

// Behind every ULID: stands for "none is kept".
const BEHIND_ALL = '~';

function firstKeptByAge(database: SqlDatabase, oldestAt: number): string | undefined {
  const isAnyOlder =
    database.prepare('SELECT 1 FROM deliveries WHERE at < ? LIMIT 1').get(oldestAt) !== undefined;
  if (!isAnyOlder) return undefined;
  const row = database.prepare('SELECT MIN(id) AS id FROM deliveries WHERE at >= ?').get(oldestAt);
  return typeof row?.id === 'string' ? row.id : BEHIND_ALL;
}

function firstKeptByCount(database: SqlDatabase, maxCount: number): string {
  if (maxCount <= 0) return BEHIND_ALL;
  const row = database
    .prepare('SELECT id FROM deliveries ORDER BY id DESC LIMIT 1 OFFSET ?')
    .get(maxCount - 1);
  return typeof row?.id === 'string' ? row.id : BEHIND_ALL;
}

function firstKeptBySize(database: SqlDatabase, maxBytes: number): string | undefined {
  const total = Number(database.prepare('SELECT SUM(size_bytes) AS n FROM deliveries').get()?.n ?? 0);
  if (total <= maxBytes) return undefined;
  let kept = 0;
  let firstKept = BEHIND_ALL;
  for (const { id, size_bytes } of database
    .prepare('SELECT id, size_bytes FROM deliveries ORDER BY id DESC')
    .iterate()) {
    kept += Number(size_bytes);
    if (kept > maxBytes) break;
    firstKept = String(id);
  }
  return firstKept;
}

function removeBefore(database: SqlDatabase, firstKept: string): number {
  database.exec('BEGIN IMMEDIATE');
  try {
    const { changes } = database.prepare('DELETE FROM deliveries WHERE id < ?').run(firstKept);
    database.prepare('DELETE FROM contents WHERE id < ?').run(firstKept);
    database.prepare('DELETE FROM attempts WHERE id < ?').run(firstKept);
    database.exec('COMMIT');
    return Number(changes);
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
