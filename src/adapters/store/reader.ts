import { HooksError } from '../../core/errors.ts';
import type { Recording, RecordingSummary } from '../../core/recording.ts';
import type { Retention } from '../../core/retention.ts';
import { parseRelativeId, type Selection } from '../../core/selection.ts';
import { hasStore, openStore, storeError, storeFile } from './database.ts';
import { prune } from './prune.ts';
import { SUMMARY_COLUMNS, toRecording, toSummary } from './rows.ts';
import { conditionsOf } from './selection-sql.ts';
import type { SqlDatabase, SqlValue } from './sqlite.ts';

/** Reads what was recorded. All but `prune` leave it as it is. */
export interface RecordingReader {
  /** The newest first, except where ids are named; at most `limit`, after `offset`. */
  list(selection: Selection, page?: { limit?: number; offset?: number }): RecordingSummary[];
  count(selection: Selection): number;
  /** The whole recording. Throws HooksError `unknown-name` where there is none with that id. */
  read(id: string): Recording;
  /** The full id of `last`, `last~2` or a prefix. Throws HooksError `unknown-name` or `ambiguous-name`. */
  resolveId(text: string): string;
  prune(retention: Retention, now: Date): number;
  remove(ids: readonly string[]): number;
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
      const most =
        selection.last === undefined
          ? limit
          : limit < 0
            ? selection.last
            : Math.min(limit, selection.last - offset);
      const sql = `SELECT ${columns} FROM deliveries d ${where} ORDER BY d.id DESC LIMIT ? OFFSET ?`;
      const rows = database
        .prepare(sql)
        .all(...values, most, offset)
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
    read(id) {
      const one = (table: string) => database.prepare(`SELECT * FROM ${table} WHERE id = ?`).get(id);
      const [summary, content] = [one('deliveries'), one('contents')];
      if (summary === undefined || content === undefined)
        throw new HooksError('unknown-name', `no recording has the id '${id}'`);
      const attempts = database.prepare('SELECT * FROM attempts WHERE id = ? ORDER BY attempt').all(id);
      return toRecording(toSummary(summary), content, attempts);
    },
    prune: (retention, now) => prune(database, retention, now),
    remove(ids) {
      database.exec('BEGIN IMMEDIATE');
      let removed = 0;
      for (const id of ids) {
        const value: SqlValue = id;
        removed += Number(database.prepare('DELETE FROM deliveries WHERE id = ?').run(value).changes);
        database.prepare('DELETE FROM contents WHERE id = ?').run(value);
        database.prepare('DELETE FROM attempts WHERE id = ?').run(value);
      }
      database.exec('COMMIT');
      return removed;
    },
    close: () => database.close(),
  };
}

/** Makes what the driver throws an error that a user can act on. */
function guarded(reader: RecordingReader, file: string): RecordingReader {
  return new Proxy(reader, {
    get(target, key: keyof RecordingReader) {
      const method = target[key] as (...values: unknown[]) => unknown;
      return (...values: unknown[]) => {
        try {
          return method(...values);
        } catch (error) {
          throw storeError(error, file);
        }
      };
    },
  });
}
