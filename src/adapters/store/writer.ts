import { statSync } from 'node:fs';
import type { HeaderList } from '../../core/headers.ts';
import type { OpenDelivery } from '../../core/open-delivery.ts';
import type { RecordedAttempt, Recording } from '../../core/recording.ts';
import type { Retention } from '../../core/retention.ts';
import { isStoreFailing, openStore, storeError, storeFile } from './database.ts';
import { OPEN_COLUMNS, openValues } from './open-deliveries.ts';
import { prune } from './prune.ts';
import {
  ATTEMPT_COLUMNS,
  answerValues,
  attemptValues,
  CONTENT_COLUMNS,
  contentValues,
  DELIVERY_COLUMNS,
  deliveryValues,
  headersValue,
} from './rows.ts';
import type { SqlDatabase, SqlStatement } from './sqlite.ts';
import { inTransaction } from './transaction.ts';

/** Keeps deliveries. */
export interface RecordingWriter {
  /** Resolves once the recording is on disk; rejects with HooksError `store-unusable`. A later call may succeed again. */
  write(recording: Recording, open?: OpenDelivery): Promise<void>;
  /** Adds what came of a recording after it was written: answer, status and attempts. As `write` otherwise. */
  complete(recording: Recording): Promise<void>;
  /**
   * Adds an attempt to a recording, with what it changes about the delivery and what is to come, all or nothing; like
   * `write` in how it resolves.
   */
  addAttempt(
    id: string,
    attempt: RecordedAttempt,
    outcome: DeliveryOutcome,
    course: CourseChange,
  ): Promise<void>;
  close(): void;
}

/** What of a recorded delivery an attempt changes. */
export interface DeliveryOutcome {
  status?: number;
  durationMs?: number;
  isFailed: boolean;
}

/** What an attempt changes about the course of its delivery. */
export interface CourseChange {
  /** What is to come; absent where the delivery has come to its end. */
  open?: OpenDelivery | undefined;
  /** Headers as they were sent first, where the delivery was kept before that. */
  begun?: HeaderList | undefined;
}

/** Writes one thing; what it throws undoes it. */
type Work = (statements: Statements) => void;

interface Waiting {
  work: Work;
  resolve: () => void;
  reject: (error: unknown) => void;
}

interface OpenStore {
  /** Tells the file from another of its name. */
  fileId: bigint | undefined;
  database: SqlDatabase;
  statements: Statements;
}

type Statements = Record<
  | 'delivery'
  | 'content'
  | 'headers'
  | 'attempt'
  | 'furtherAttempt'
  | 'outcome'
  | 'answer'
  | 'open'
  | 'closed',
  SqlStatement
>;

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

  function enqueue(work: Work): Promise<void> {
    return new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ work, resolve, reject });
    });
  }

  return {
    write: (recording, open) => enqueue((statements) => writeRecording(statements, recording, open)),
    complete: (recording) => enqueue((statements) => writeCompletion(statements, recording)),
    addAttempt: (id, attempt, outcome, course) =>
      enqueue((statements) => writeAttempt(statements, id, attempt, outcome, course)),
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
      answer: database.prepare(
        'UPDATE contents SET answer_status = ?, answer_headers = ?, answer_body = ? WHERE id = ?',
      ),
      headers: database.prepare('UPDATE contents SET headers = ? WHERE id = ?'),
      outcome: database.prepare(
        'UPDATE deliveries SET status = ?, duration_ms = ?, is_failed = ? WHERE id = ?',
      ),
      open: database.prepare(
        `INSERT OR REPLACE INTO open_deliveries (${OPEN_COLUMNS.join(', ')}) VALUES (${OPEN_COLUMNS.map(() => '?').join(', ')})`,
      ),
      closed: database.prepare('DELETE FROM open_deliveries WHERE id = ?'),
    },
  };
}

function fileIdOf(directory: string): bigint | undefined {
  return statSync(storeFile(directory), { bigint: true, throwIfNoEntry: false })?.ino;
}

function commit({ database, statements }: OpenStore, batch: readonly Waiting[]): void {
  inTransaction(database, () => {
    for (const { work } of batch) work(statements);
  });
}

function writeRecording(statements: Statements, recording: Recording, open: OpenDelivery | undefined): void {
  statements.delivery.run(...deliveryValues(recording));
  statements.content.run(...contentValues(recording));
  for (const attempt of recording.attempts) statements.attempt.run(...attemptValues(recording.id, attempt));
  if (open !== undefined) statements.open.run(...openValues(recording.id, open, process.pid));
}

function writeCompletion(statements: Statements, recording: Recording): void {
  const { id, answer, attempts } = recording;
  if (!writeOutcome(statements, id, recording)) return;
  statements.answer.run(...answerValues(answer), id);
  for (const attempt of attempts) statements.furtherAttempt.run(...attemptValues(id, attempt));
}

/** False where it has been pruned meanwhile. */
function writeOutcome(
  statements: Statements,
  id: string,
  { status, durationMs, isFailed }: DeliveryOutcome,
): boolean {
  const { changes } = statements.outcome.run(status ?? null, durationMs ?? null, Number(isFailed), id);
  return Number(changes) > 0;
}

function writeAttempt(
  statements: Statements,
  id: string,
  attempt: RecordedAttempt,
  outcome: DeliveryOutcome,
  { open, begun }: CourseChange,
): void {
  if (!writeOutcome(statements, id, outcome)) return;
  if (begun !== undefined) statements.headers.run(headersValue(begun), id);
  statements.attempt.run(...attemptValues(id, attempt));
  if (open === undefined) statements.closed.run(id);
  else statements.open.run(...openValues(id, open, process.pid));
}
