import type { OpenDelivery, RetryContext } from '../../core/open-delivery.ts';
import { openStore, storeError, storeFile } from './database.ts';
import { type SqlRow, type SqlValue, sqliteCode } from './sqlite.ts';
import { inTransaction } from './transaction.ts';

export const OPEN_COLUMNS = ['id', 'attempt', 'due_at', 'first_at', 'last_at', 'owner', 'context'] as const;

/** A row of `open_deliveries`; `owner` is the id of the process that goes on with it. */
export function openValues(
  id: string,
  { attempt, dueAt, firstAt, lastAt, context }: OpenDelivery,
  owner: number,
): SqlValue[] {
  return [id, attempt, dueAt.getTime(), firstAt.getTime(), lastAt.getTime(), owner, JSON.stringify(context)];
}

/** An open delivery with the id of its recording. */
export interface ClaimedDelivery extends OpenDelivery {
  id: string;
}

/**
 * Takes over all deliveries that have attempts to come and no process that goes on with them, the oldest first;
 * `busyWith` are the processes that keep the others. Throws HooksError `store-unusable`.
 */
export function claimOpenDeliveries(
  directory: string,
  isRunning: (processId: number) => boolean,
): { claimed: ClaimedDelivery[]; busyWith: number[] } {
  const database = openStore(directory);
  try {
    return inTransaction(database, () => {
      const rows = database.prepare('SELECT * FROM open_deliveries ORDER BY id').all();
      const isFree = ({ owner }: SqlRow) => Number(owner) === process.pid || !isRunning(Number(owner));
      const free = rows.filter(isFree);
      const claim = database.prepare('UPDATE open_deliveries SET owner = ? WHERE id = ?');
      for (const { id } of free) claim.run(process.pid, String(id));
      const busyWith = rows.filter((row) => !isFree(row)).map(({ owner }) => Number(owner));
      return { claimed: free.map(toClaimed), busyWith: [...new Set(busyWith)] };
    });
  } catch (error) {
    const isOfStore = sqliteCode(error) !== undefined || error instanceof SyntaxError;
    throw isOfStore ? storeError(error, storeFile(directory)) : error;
  } finally {
    database.close();
  }
}

function toClaimed(row: SqlRow): ClaimedDelivery {
  return {
    id: String(row.id),
    attempt: Number(row.attempt),
    dueAt: new Date(Number(row.due_at)),
    firstAt: new Date(Number(row.first_at)),
    lastAt: new Date(Number(row.last_at)),
    context: JSON.parse(String(row.context)) as RetryContext,
  };
}
