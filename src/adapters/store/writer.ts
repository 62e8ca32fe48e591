import { statSync } from 'node:fs';
import type { Recording } from '../../core/recording.ts';
import type { Retention } from '../../core/retention.ts';
import { isStoreFailing, openStore, storeError, storeFile } from './database.ts';
import { prune } from './prune.ts';
import {
  ATTEMPT_COLUMNS,
  answerValues,
  attemptValues,
  CONTENT_COLUMNS,
  contentValues,
  DELIVERY_COLUMNS,
  deliveryValues,
  outcomeValues,
} from './rows.ts';
import type { SqlDatabase, SqlStatement } from './sqlite.ts';
import { inTransaction } from './transaction.ts';

/** Keeps deliveries. */
export interface RecordingWriter {
  /** Resolves once the recording is on disk; rejects with HooksError `store-unusable`. A later call may succeed again. */
  write(recording: Recording): Promise<void>;
  /** Adds what came of a recording after it was written: answer, status and attempts. As `write` otherwise. */
  complete(recording: Recording): Promise<void>;
  close(): void;
}

interface Waiting {
  recording: Recording;
  isCompletion: boolean;
  resolve: () => void;
  reject: (error: unknown) => void;
}

interface OpenStore {
  /** Tells the file from another of its name. */
  fileId: bigint | undefined;
  database: SqlDatabase;
  statements: Record<
    'delivery' | 'content' | 'attempt' | 'outcome' | 'answer' | 'furtherAttempt',
    SqlStatement
  >;
}

// Between two looks at whether the store has outgrown its limits.
const WRITES_BETWEEN_PRUNES = 1000;

/**
 * A writer to the store in a folder. All recordings that wait are committed in one transaction (group commit), so that
 * durability costs each of them little; where one of them cannot be kept, the others are all the same. The store is
 * opened with the first write, and anew after it has failed or its file has been removed.
 */
export function createRecordingWriter(
  directory: string,
  retention: Retention,
  now: () => Date,
): RecordingWriter {
  let store: OpenStore | undefined;
  let waiting: Waiting[] = [];
  let writesUntilPrune = 0;

  function flush(): void {
    const batch = waiting;
    waiting = [];
    // `close` may have been quicker.
    if (batch.length === 0) return;
    const written = writeAll(batch) ?? batch.filter(isWrittenAlone);
    pruneSometimes(written.length);
  }

  /** What was written; undefined where one of them holds up the others, and nothing was written. */
  function writeAll(batch: readonly Waiting[]): readonly Waiting[] | undefined {
    try {
      // What is written to a file that has been removed is lost, and no error says so.
      if (store !== undefined && store.fileId !== fileIdOf(directory)) closeQuietly();
      store ??= open(directory);
      commit(store, batch);
    } catch (error) {
      const isAboutStore = isStoreFailing(error);
      if (!isAboutStore && batch.length > 1) return undefined;
      if (isAboutStore) closeQuietly();
      const file = storeFile(directory);
      const failure = isAboutStore
        ? storeError(error, file)
        : storeError(error, file, `cannot keep the delivery in ${file}`);
      for (const { reject } of batch) reject(failure);
      return [];
    }
    for (const { resolve } of batch) resolve();
    return batch;
  }

  function isWrittenAlone(one: Waiting): boolean {
    return writeAll([one])?.length === 1;
  }

  function pruneSometimes(written: number): void {
    writesUntilPrune -= written;
    if (writesUntilPrune > 0 || store === undefined) return;
    writesUntilPrune = WRITES_BETWEEN_PRUNES;
    try {
      prune(store.database, retention, now());
    } catch {
      // What was recorded is safe; the next prune may find the store free.
    }
  }

  function closeQuietly(): void {
    try {
      store?.database.close();
    } catch {
      // It is being given up because it fails.
    }
    store = undefined;
  }

  function enqueue(recording: Recording, isCompletion: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ recording, isCompletion, resolve, reject });
    });
  }

  return {
    write: (recording) => enqueue(recording, false),
    complete: (recording) => enqueue(recording, true),
    close() {
      if (waiting.length > 0) flush();
      closeQuietly();
    },
  };
}

function open(directory: string): OpenStore {
  const database = openStore(directory);
  const insert = (table: string, columns: readonly string[], otherwise = '') =>
    database.prepare(
      `INSERT ${otherwise} INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    );
  return {
    fileId: fileIdOf(directory),
    database,
    statements: {
      delivery: insert('deliveries', DELIVERY_COLUMNS),
      content: insert('contents', CONTENT_COLUMNS),
      attempt: insert('attempts', ATTEMPT_COLUMNS),
      furtherAttempt: insert('attempts', ATTEMPT_COLUMNS, 'OR REPLACE'),
      outcome: database.prepare(
        'UPDATE deliveries SET status = ?, duration_ms = ?, is_failed = ? WHERE id = ?',
      ),
      answer: database.prepare(
        'UPDATE contents SET answer_status = ?, answer_headers = ?, answer_body = ? WHERE id = ?',
      ),
    },
  };
}

function fileIdOf(directory: string): bigint | undefined {
  return statSync(storeFile(directory), { bigint: true, throwIfNoEntry: false })?.ino;
}

function commit({ database, statements }: OpenStore, batch: readonly Waiting[]): void {
  inTransaction(database, () => {
    for (const { recording, isCompletion } of batch) {
      if (isCompletion) {
        statements.outcome.run(...outcomeValues(recording));
        statements.answer.run(...answerValues(recording.answer), recording.id);
      } else {
        statements.delivery.run(...deliveryValues(recording));
        statements.content.run(...contentValues(recording));
      }
      const keepAttempt = isCompletion ? statements.furtherAttempt : statements.attempt;
      for (const attempt of recording.attempts) keepAttempt.run(...attemptValues(recording.id, attempt));
    }
  });
}
