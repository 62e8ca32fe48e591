import { HooksError } from '../../core/errors.ts';
import type { Recording, RecordingSummary } from '../../core/recording.ts';
import type { Retention } from '../../core/retention.ts';
import { parseRelativeId, type Selection } from '../../core/selection.ts';
import type { Verdicts } from '../../core/verdict.ts';
import { hasStore, openStore, storeError, storeFile } from './database.ts';
import { prune, shrink } from './prune.ts';
import { SUMMARY_COLUMNS, toRecording, toSummary } from './rows.ts';
import { conditionsOf } from './selection-sql.ts';
import { type SqlDatabase, sqliteCode } from './sqlite.ts';

/** Reads what was recorded. All but `prune` leave it as it is. */
export interface RecordingReader {
  /** The newest first, except where ids are named; at most `limit`, after `offset`. */
  list(selection: Selection, page?: { limit?: number; offset?: number }): RecordingSummary[];
  count(selection: Selection): number;
  /** What was said of the received ones among the deliveries with these ids; bodies are not touched. */
  verdicts(ids: readonly string[]): Map<string, Verdicts>;
  /** The whole recording. Throws HooksError `unknown-name` where there is none with that id. */
  read(id: string): Recording;
  /** The full id of `last`, `last~2` or a prefix. Throws HooksError `unknown-name` or `ambiguous-name`. */
  resolveId(text: string): string;
  prune(retention: Retention, now: Date): number;
  /** True where there is one with an id that fits a GLOB pattern. */
  hasId(pattern: string): boolean;
  /** True where there is one with that id and exactly this body. */
  holds(id: string, body: Uint8Array): boolean;
  close(): void;
}

/** Opens the store in a folder for reading. Throws HooksError `unknown-name` where nothing has been recorded yet. */
export function openRecordings(directory: string): RecordingReader {
  if (!hasStore(directory)) {
    throw new HooksError('unknown-name', 'nothing has been recorded yet', {
      why: `there is no ${storeFile(directory)}`,
      next: 'receive deliveries with `hooks listen`, or send one with `hooks send`',
    });
  }
  const database = openStore(directory);
  return guarded(createReader(database), storeFile(directory));
}

function createReader(database: SqlDatabase): RecordingReader {
  const columns = SUMMARY_COLUMNS.map((column) => `d.${column}`).join(', ');

  function resolveId(text: string): string {
    const back = parseRelativeId(text);
    if (back !== undefined) {
      const row = database.prepare('SELECT id FROM deliveries ORDER BY id DESC LIMIT 1 OFFSET ?').get(back);
      if (row === undefined)
        throw new HooksError('unknown-name', `there are not that many recordings: ${text}`);
      return String(row.id);
    }
    const prefix = text.toUpperCase();
    const rows = database
      .prepare('SELECT id FROM deliveries WHERE id >= ? AND id < ? LIMIT 3')
      .all(prefix, `${prefix}~`);
    const [first, second] = rows;
    if (first === undefined || !/^[0-9A-Z]+$/.test(prefix)) {
      throw new HooksError('unknown-name', `no recording has the id '${text}'`, {
        next: 'list them with `hooks history`',
      });
    }
    if (second === undefined || first.id === prefix) return String(first.id);
    throw new HooksError('ambiguous-name', `several recordings have an id that starts with '${text}'`, {
      next: `write more of it: ${rows.map(({ id }) => id).join(', ')}`,
    });
  }

  function idsOf(selection: Selection): string[] | undefined {
    return selection.ids === undefined || selection.ids.length === 0
      ? undefined
      : selection.ids.map(resolveId);
  }

  return {
    resolveId,
    list(selection, { limit = -1, offset = 0 } = {}) {
      const ids = idsOf(selection);
      const { where, values } = conditionsOf(selection, ids);
      const sql = `SELECT ${columns} FROM deliveries d ${where} ORDER BY d.id DESC LIMIT ? OFFSET ?`;
      const rows = database
        .prepare(sql)
        .all(...values, mostRows(limit, offset, selection.last), offset)
        .map(toSummary);
      if (ids === undefined) return rows;
      return rows.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
    },
    count(selection) {
      const { where, values } = conditionsOf(selection, idsOf(selection));
      const all = Number(
        database.prepare(`SELECT COUNT(*) AS n FROM deliveries d ${where}`).get(...values)?.n ?? 0,
      );
      return selection.last === undefined ? all : Math.min(all, selection.last);
    },
    verdicts(ids) {
      const places = ids.map(() => '?').join(', ');
      const rows = database
        .prepare(`SELECT id, verdicts FROM contents WHERE verdicts IS NOT NULL AND id IN (${places})`)
        .all(...ids);
      return new Map(rows.map((row) => [String(row.id), JSON.parse(String(row.verdicts)) as Verdicts]));
    },
    read(id) {
      const one = (table: string) => database.prepare(`SELECT * FROM ${table} WHERE id = ?`).get(id);
      const [summary, content] = [one('deliveries'), one('contents')];
      if (summary === undefined || content === undefined)
        throw new HooksError('unknown-name', `no recording has the id '${id}'`);
      const attempts = database.prepare('SELECT * FROM attempts WHERE id = ? ORDER BY attempt').all(id);
      return toRecording(toSummary(summary), content, attempts);
    },
    prune(retention, now) {
      const removed = prune(database, retention, now);
      if (removed > 0) shrink(database);
      return removed;
    },
    hasId: (pattern) =>
      database.prepare('SELECT 1 FROM deliveries WHERE id GLOB ? LIMIT 1').get(pattern) !== undefined,
    holds: (id, body) =>
      database.prepare('SELECT 1 FROM contents WHERE id = ? AND body = ?').get(id, body) !== undefined,
    close: () => database.close(),
  };
}

/** How many rows a page may have; -1 for any number. */
function mostRows(limit: number, offset: number, last: number | undefined): number {
  if (last === undefined) return limit;
  const left = Math.max(0, last - offset);
  return limit < 0 ? left : Math.min(limit, left);
}

/** Makes what the driver throws an error that a user can act on. */
function guarded(reader: RecordingReader, file: string): RecordingReader {
  function guard<Values extends unknown[], Result>(method: (...values: Values) => Result) {
    return (...values: Values): Result => {
      try {
        return method(...values);
      } catch (error) {
        // A SyntaxError: JSON that has been damaged.
        const isOfStore = sqliteCode(error) !== undefined || error instanceof SyntaxError;
        throw isOfStore ? storeError(error, file) : error;
      }
    };
  }
  return {
    list: guard(reader.list),
    count: guard(reader.count),
    verdicts: guard(reader.verdicts),
    read: guard(reader.read),
    resolveId: guard(reader.resolveId),
    prune: guard(reader.prune),
    hasId: guard(reader.hasId),
    holds: guard(reader.holds),
    close: reader.close,
  };
}
