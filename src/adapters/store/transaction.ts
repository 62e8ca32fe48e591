import type { SqlDatabase } from './sqlite.ts';

/** Does the work in one transaction that writes; what it throws undoes all of it, and is thrown on. */
export function inTransaction<T>(database: SqlDatabase, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

function rollBack(database: SqlDatabase): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // After a full disk and the like, SQLite has rolled back by itself; what counts is the first error.
  }
}
