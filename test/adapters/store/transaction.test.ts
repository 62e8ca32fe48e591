import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SqlDatabase } from '../../../src/adapters/store/sqlite.ts';
import { inTransaction } from '../../../src/adapters/store/transaction.ts';

/** A database that notes what it is told, and fails at some of it. */
function fakeDatabase(failures: Readonly<Record<string, string>> = {}): {
  database: SqlDatabase;
  told: string[];
} {
  const told: string[] = [];
  const database: SqlDatabase = {
    exec(sql) {
      told.push(sql);
      const failure = failures[sql];
      if (failure !== undefined) throw new Error(failure);
    },
    prepare: () => assert.fail('not needed'),
    close: () => {},
  };
  return { database, told };
}

describe('inTransaction', () => {
  it('commits, and gives what the work gives', () => {
    const { database, told } = fakeDatabase();
    assert.equal(
      inTransaction(database, () => 'done'),
      'done',
    );
    assert.deepEqual(told, ['BEGIN IMMEDIATE', 'COMMIT']);
  });

  it('rolls back, and throws what the work threw', () => {
    const { database, told } = fakeDatabase();
    const work = () => assert.fail('disk is full');
    assert.throws(() => inTransaction(database, work), /disk is full/);
    assert.deepEqual(told, ['BEGIN IMMEDIATE', 'ROLLBACK']);
  });

  it('throws the first error where SQLite has rolled back by itself', () => {
    const { database } = fakeDatabase({ COMMIT: 'disk is full', ROLLBACK: 'no transaction is active' });
    assert.throws(() => inTransaction(database, () => 1), /disk is full/);
  });

  it('has nothing to roll back where it could not begin', () => {
    const { database, told } = fakeDatabase({ 'BEGIN IMMEDIATE': 'database is locked' });
    assert.throws(() => inTransaction(database, () => 1), /locked/);
    assert.deepEqual(told, ['BEGIN IMMEDIATE']);
  });
});
