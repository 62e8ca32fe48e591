import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { HooksError } from '../../core/errors.ts';
import type { HeaderList } from '../../core/headers.ts';
import type { ReceivedRequest } from '../../core/received.ts';
import { isStoreFailing, storeError } from '../store/database.ts';
import { openDatabase, type SqlDatabase, type SqlRow } from '../store/sqlite.ts';
import { inTransaction } from '../store/transaction.ts';

/** A delivery with its place in its channel's stream. */
export interface BufferedDelivery {
  /** Grows with every delivery of the relay. */
  position: number;
  request: ReceivedRequest;
}

/** Buffer of a relay: what was accepted, and up to where it was handed on. */
export interface RelayStore {
  /** Makes a channel where there is none of that name. */
  create(channel: string): void;
  channels(): string[];
  /**
   * Resolves with its position once the delivery is on disk. Rejects with HooksError `store-unusable`, also where the
   * buffer is full of what nobody has fetched yet.
   */
  add(channel: string, request: ReceivedRequest): Promise<number>;
  /** What comes behind a position, the oldest first. */
  after(channel: string, position: number, limit: number): BufferedDelivery[];
  /** The last position that a reader was given. */
  servedUpTo(channel: string): number;
  /** Remembers that a reader was given all up to there. */
  serve(channel: string, position: number): void;
  /** The newest position of all. */
  newest(): number;
  close(): void;
}

export interface BufferLimits {
  /** Longer than that nothing is kept, fetched or not. */
  maxAgeMs: number;
  /** Of all bodies together; what was fetched goes first, what was not is never dropped for it. */
  maxBytes: number;
}

const FORMAT_VERSION = 1;

// AUTOINCREMENT: a position is never given twice, also not after the newest delivery was dropped.
const TABLES = `
  CREATE TABLE channels (name TEXT PRIMARY KEY, served INTEGER NOT NULL) STRICT;
  CREATE TABLE buffered (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    peer TEXT NOT NULL,
    method TEXT NOT NULL,
    target TEXT NOT NULL,
    http_version TEXT NOT NULL,
    headers TEXT NOT NULL,
    body BLOB NOT NULL
  ) STRICT;
  PRAGMA user_version = ${FORMAT_VERSION};
`;

interface Waiting {
  channel: string;
  request: ReceivedRequest;
  resolve: (position: number) => void;
  reject: (error: unknown) => void;
}

/** Opens the buffer in a folder, and makes it where there is none. Throws HooksError `store-unusable`. */
export function openRelayStore(directory: string, limits: BufferLimits, now: () => Date): RelayStore {
  const file = join(directory, 'relay.sqlite');
  const what = `cannot use the relay's buffer in ${file}`;
  const database = opened(directory, file, what, now());
  const insert = database.prepare(
    `INSERT INTO buffered (channel, id, at, peer, method, target, http_version, headers, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING position`,
  );
  let waiting: Waiting[] = [];

  /** All that wait go into one transaction. */
  function flush(): void {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    let positions: number[];
    try {
      positions = inTransaction(database, () => {
        makeRoom(batch.reduce((sum, { request }) => sum + request.body.length, 0));
        return batch.map(({ channel, request }) =>
          Number(insert.get(...valuesOf(channel, request))?.position),
        );
      });
    } catch (error) {
      if (batch.length > 1 && !isStoreFailing(error)) retryEach(batch);
      else for (const { reject } of batch) reject(storeError(error, file, what));
      return;
    }
    for (const [index, { resolve }] of batch.entries()) resolve(positions[index] ?? 0);
  }

  /** One that is too large holds up no other. */
  function retryEach(batch: readonly Waiting[]): void {
    for (const one of batch) {
      waiting = [one];
      flush();
    }
  }

  function makeRoom(bytes: number): void {
    database.prepare('DELETE FROM buffered WHERE at < ?').run(now().getTime() - limits.maxAgeMs);
    const held = Number(database.prepare('SELECT TOTAL(LENGTH(body)) AS n FROM buffered').get()?.n ?? 0);
    if (held + bytes <= limits.maxBytes) return;
    database
      .prepare(
        'DELETE FROM buffered WHERE position <= (SELECT served FROM channels WHERE name = buffered.channel)',
      )
      .run();
    const left = Number(database.prepare('SELECT TOTAL(LENGTH(body)) AS n FROM buffered').get()?.n ?? 0);
    if (left + bytes > limits.maxBytes) {
      throw new HooksError('store-unusable', 'the buffer is full of deliveries that nobody has fetched', {
        next: 'fetch them with `hooks listen --channel`, or give the relay more room with --max-buffer',
      });
    }
  }

  return {
    create(channel) {
      database.prepare('INSERT OR IGNORE INTO channels (name, served) VALUES (?, 0)').run(channel);
    },
    channels: () =>
      database
        .prepare('SELECT name FROM channels ORDER BY name')
        .all()
        .map(({ name }) => String(name)),
    add(channel, request) {
      return new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ channel, request, resolve, reject });
      });
    },
    after: (channel, position, limit) =>
      database
        .prepare('SELECT * FROM buffered WHERE channel = ? AND position > ? ORDER BY position LIMIT ?')
        .all(channel, position, limit)
        .map(toBuffered),
    servedUpTo: (channel) =>
      Number(database.prepare('SELECT served FROM channels WHERE name = ?').get(channel)?.served ?? 0),
    serve(channel, position) {
      database
        .prepare('UPDATE channels SET served = ? WHERE name = ? AND served < ?')
        .run(position, channel, position);
    },
    newest: () =>
      Number(database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'buffered'").get()?.seq ?? 0),
    close() {
      flush();
      database.close();
    },
  };
}

function opened(directory: string, file: string, what: string, now: Date): SqlDatabase {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
    const database = openDatabase(file);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    inTransaction(database, () => {
      if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'channels'").get() === undefined)
        make(database, now);
    });
    return database;
  } catch (error) {
    throw storeError(error, file, what);
  }
}

/**
 * Positions go on from the microsecond of its making: whoever has read from a buffer that was lost, and comes back with
 * a position of that one, misses none of the new one.
 */
function make(database: SqlDatabase, now: Date): void {
  database.exec(TABLES);
  database
    .prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('buffered', ?)")
    .run(now.getTime() * 1000);
}

function valuesOf(channel: string, request: ReceivedRequest) {
  const { id, receivedAt, peer, method, target, httpVersion, headers, body } = request;
  return [
    channel,
    id,
    receivedAt.getTime(),
    peer,
    method,
    target,
    httpVersion,
    JSON.stringify(headers),
    body,
  ];
}

function toBuffered(row: SqlRow): BufferedDelivery {
  return {
    position: Number(row.position),
    request: {
      id: String(row.id),
      receivedAt: new Date(Number(row.at)),
      peer: String(row.peer),
      method: String(row.method),
      target: String(row.target),
      httpVersion: String(row.http_version),
      headers: JSON.parse(String(row.headers)) as HeaderList,
      body: row.body as Uint8Array,
    },
  };
}
