import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { storeFile } from '../../../src/adapters/store/database.ts';
import type { Recording } from '../../../src/core/recording.ts';
import { KEEP_ALL, keep, openReader, openWriter } from '../../helpers/history-store.ts';
import { hooksError } from '../../helpers/hooks-error.ts';
import { temporaryFolder } from '../../helpers/hooks-process.ts';
import { idAt, minute, received, sent } from '../../helpers/recordings.ts';
import { bytes } from '../../helpers/test-bytes.ts';

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, index) => index);

/** How many transactions the -wal file holds: of each, the last frame says how large the database became. */
function commitsIn(directory: string): number {
  const wal = readFileSync(`${storeFile(directory)}-wal`);
  const frameBytes = 24 + wal.readUInt32BE(8);
  const salt = wal.subarray(16, 24);
  let commits = 0;
  for (let at = 32; at + frameBytes <= wal.length; at += frameBytes) {
    const isCurrent = wal.subarray(at + 8, at + 16).equals(salt);
    if (isCurrent && wal.readUInt32BE(at + 4) > 0) commits++;
  }
  return commits;
}

const ROUND_TRIPS: { name: string; recording: Recording }[] = [
  {
    name: 'a delivery with everything',
    recording: received(0, {
      slug: 'payment_failed',
      idempotencyKey: 'msg_2Lh9KRb0pzN4LePd3XiA4v12Axj',
      isFailed: true,
      isInvalid: true,
      status: 422,
      target: '/webhooks?from=acme&x=%20',
      verdicts: {
        provider: 'acme',
        eventType: 'payment.failed',
        isKnownEventType: true,
        signature: { state: 'refused', scheme: 'standard', reason: 'timestamp-too-old', message: 'too old' },
        schema: { state: 'invalid', errors: [{ pointer: '/data', message: 'is missing' }], warnings: [] },
        isDuplicate: true,
        idempotencyKey: 'msg_2Lh9KRb0pzN4LePd3XiA4v12Axj',
      },
      answer: {
        status: 422,
        headers: [
          ['X-Why', 'no'],
          ['x-why', 'twice'],
        ],
        body: EVERY_BYTE,
      },
      replayOf: idAt(minute(1)),
    }),
  },
  { name: 'a body of every byte', recording: received(0, { body: EVERY_BYTE }) },
  { name: 'no body', recording: received(0, { body: new Uint8Array() }) },
  { name: 'a body of a megabyte', recording: received(0, { body: new Uint8Array(1 << 20).fill(0xff) }) },
  {
    name: 'a body that is a part of a larger buffer',
    recording: received(0, { body: Buffer.from('before{"a":1}behind').subarray(6, 13) }),
  },
  {
    name: 'headers in their order and case, repeats and latin1 values',
    recording: received(0, {
      headers: [
        ['x-b', '2'],
        ['X-A', 'first'],
        ['content-type', 'text/plain; charset=iso-8859-1'],
        ['x-a', 'second'],
        ['X-Name', 'J\u00fcrgen \u00a3 \u0080\u00ff'],
        ['X-Empty', ''],
        ['X-Quoted', '"a\\b"'],
      ],
    }),
  },
  {
    name: 'attempts that were answered, and that were not',
    recording: sent(0, 503, {
      variant: 'minimal',
      attempts: [
        {
          attempt: 1,
          startedAt: minute(0),
          result: {
            kind: 'failed',
            reason: 'refused',
            message: 'nothing listens',
            next: 'start your app',
            tried: ['127.0.0.1:3000', '[::1]:3000'],
            durationMs: 1.5,
          },
        },
        {
          attempt: 2,
          startedAt: minute(1),
          result: {
            kind: 'answered',
            status: 503,
            statusText: 'Service Unavailable',
            headers: [['Retry-After', '5']],
            body: EVERY_BYTE,
            bodyTruncated: true,
            firstByteMs: 2.25,
            durationMs: 3.5,
          },
        },
      ],
    }),
  },
  {
    name: 'nothing that is optional',
    recording: {
      id: idAt(minute(0)),
      direction: 'received',
      at: minute(0),
      method: 'PUT',
      target: '/',
      sizeBytes: 0,
      isFailed: false,
      isInvalid: false,
      headers: [],
      body: new Uint8Array(),
      attempts: [],
    },
  },
];

/** Buffers and typed arrays hold the same bytes. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') };
  if (value instanceof Date || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}

describe('the writer of the history', () => {
  for (const { name, recording } of ROUND_TRIPS) {
    it(`keeps ${name} as it was`, async (t) => {
      const directory = temporaryFolder(t);
      await keep(directory, [recording]);
      const read = openReader(t, directory).read(recording.id);
      assert.deepEqual(plain(read), plain(recording));
      assert.ok(read.body instanceof Uint8Array);
    });
  }

  it('has a recording on disk when its promise resolves, for others to read', async (t) => {
    const directory = temporaryFolder(t);
    const writer = openWriter(t, directory);
    await writer.write(received(0));
    assert.equal(openReader(t, directory).count({}), 1);
  });

  it('commits all that wait in one transaction', async (t) => {
    const directory = temporaryFolder(t);
    const writer = openWriter(t, directory);
    await writer.write(received(0));
    const before = commitsIn(directory);
    await Promise.all(Array.from({ length: 100 }, (_, index) => writer.write(received(index + 1))));
    assert.equal(commitsIn(directory) - before, 1);
    await writer.write(received(101));
    assert.equal(commitsIn(directory) - before, 2);
    assert.equal(openReader(t, directory).count({}), 102);
  });

  it('keeps the others where one of a group cannot be kept', async (t) => {
    const directory = temporaryFolder(t);
    const writer = openWriter(t, directory);
    await writer.write(received(1));
    const twice = received(1);
    const results = await Promise.allSettled(
      [received(0), twice, received(2)].map((one) => writer.write(one)),
    );
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.ok(
      hooksError('store-unusable', /cannot keep the delivery/)((results[1] as PromiseRejectedResult).reason),
    );
    await writer.write(received(3));
    assert.equal(openReader(t, directory).count({}), 4);
  });

  it('refuses a body that is larger than SQLite holds, and keeps the others', async (t) => {
    const directory = temporaryFolder(t);
    const writer = openWriter(t, directory);
    // Memory that nobody touches costs nothing.
    const tooLarge = writer.write(received(1, { body: Buffer.alloc(1_000_000_001) }));
    const others = Promise.all([writer.write(received(0)), writer.write(received(2))]);
    await assert.rejects(tooLarge, hooksError('store-unusable', /too big\n.*--max-body/));
    await others;
    assert.equal(openReader(t, directory).count({}), 2);
  });

  it('undoes the whole of a recording of which a part cannot be kept', async (t) => {
    const directory = temporaryFolder(t);
    const writer = openWriter(t, directory);
    const [attempt] = sent(0, 200).attempts;
    assert.ok(attempt);
    await assert.rejects(
      writer.write(sent(0, 200, { attempts: [attempt, attempt] })),
      hooksError('store-unusable'),
    );
    assert.equal(openReader(t, directory).count({}), 0);
  });

  it('writes what waits when it is closed, and opens it no more', async (t) => {
    const directory = temporaryFolder(t);
    const writer = openWriter(t, directory);
    const writing = Promise.all([writer.write(received(0)), writer.write(received(1))]);
    writer.close();
    await writing;
    assert.equal(openReader(t, directory).count({}), 2);
    rmSync(directory, { recursive: true });
    await new Promise(setImmediate);
    assert.ok(!existsSync(directory), 'it has been opened again');
  });

  it('makes the store with the first write only', async (t) => {
    const directory = join(temporaryFolder(t), 'deep', 'state');
    const writer = openWriter(t, directory);
    await new Promise(setImmediate);
    assert.ok(!existsSync(directory));
    await writer.write(received(0));
    assert.ok(existsSync(storeFile(directory)));
  });

  it('makes folder and files for their owner alone', { skip: process.platform === 'win32' }, async (t) => {
    const directory = join(temporaryFolder(t), 'state');
    const umask = process.umask(0);
    t.after(() => process.umask(umask));
    await openWriter(t, directory).write(received(0));
    const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
    assert.equal(modeOf(directory), '700');
    const files = readdirSync(directory).sort();
    assert.deepEqual(files, ['history.sqlite', 'history.sqlite-shm', 'history.sqlite-wal']);
    for (const file of files) assert.equal(modeOf(join(directory, file)), '600', file);
  });

  it('lets no value of a secret header reach the disk', async (t) => {
    const directory = temporaryFolder(t);
    const secret = 'open-sesame-4711';
    const secrets = [
      ['Authorization', `Bearer ${secret}`],
      ['x-gitlab-token', secret],
      ['COOKIE', `session=${secret}`],
    ] as const;
    const { attempts } = sent(0, 200);
    const [attempt] = attempts;
    assert.ok(attempt?.result.kind === 'answered');
    const result = { ...attempt.result, headers: [['Set-Cookie', secret] as const] };
    const writer = openWriter(t, directory);
    await writer.write(
      received(0, { headers: secrets, answer: { status: 200, headers: secrets, body: bytes('ok') } }),
    );
    await writer.write(sent(1, 200, { headers: secrets, attempts: [{ ...attempt, result }] }));
    const filesHold = (text: string) =>
      readdirSync(directory).some((file) => readFileSync(join(directory, file)).includes(text));
    assert.ok(filesHold('x-gitlab-token'));
    assert.ok(!filesHold(secret));
    writer.close();
    assert.ok(!filesHold(secret));
  });

  const LIMITS = [
    { name: 'age', retention: { ...KEEP_ALL, maxAgeMs: 10 * 60_000 }, kept: 10 },
    { name: 'count', retention: { ...KEEP_ALL, maxCount: 7 }, kept: 7 },
    { name: 'size', retention: { ...KEEP_ALL, maxBytes: 5 * 100_000 }, kept: 5 },
  ];
  for (const { name, retention, kept } of LIMITS) {
    it(`holds the store within the limit of ${name}, from its first write on`, async (t) => {
      const directory = temporaryFolder(t);
      const body = new Uint8Array(100_000);
      await keep(
        directory,
        Array.from({ length: 20 }, (_, index) => received(index + 1, { body })),
      );
      await openWriter(t, directory, retention, () => minute(21)).write(received(21, { body }));
      const ids = openReader(t, directory)
        .list({})
        .map(({ id }) => id);
      assert.deepEqual(
        ids,
        Array.from({ length: ids.length }, (_, index) => idAt(minute(21 - index))),
      );
      assert.equal(ids.length, name === 'age' ? kept + 1 : kept);
    });
  }

  it('looks at the limits again after a thousand writes', async (t) => {
    const directory = temporaryFolder(t);
    const writer = openWriter(t, directory, { ...KEEP_ALL, maxCount: 100 });
    for (let index = 0; index < 21; index++) {
      await Promise.all(Array.from({ length: 50 }, (_, more) => writer.write(received(index * 50 + more))));
    }
    assert.ok(openReader(t, directory).count({}) <= 150);
  });
});

describe('what becomes known of a delivery after it was written', () => {
  const attempt = (number: number, status: number) => ({
    attempt: number,
    url: 'http://localhost:3000/',
    startedAt: minute(number),
    result: {
      kind: 'answered' as const,
      status,
      statusText: '',
      headers: [],
      body: bytes('no'),
      bodyTruncated: false,
      firstByteMs: 1,
      durationMs: 2,
    },
  });

  it('is added to it, attempt by attempt', async (t) => {
    const directory = temporaryFolder(t);
    const writer = openWriter(t, directory);
    const { status: _, answer: __, ...unanswered } = received(0, { isFailed: true });
    await writer.write(unanswered);
    const answer = { status: 202, headers: [['X-A', '1']] as const, body: EVERY_BYTE };
    const first = { ...unanswered, status: 202, answer, attempts: [attempt(1, 503)] };
    await writer.complete(first);
    assert.deepEqual(plain(openReader(t, directory).read(first.id)), plain(first));
    const second = { ...first, isFailed: false, attempts: [attempt(1, 503), attempt(2, 204)] };
    await writer.complete(second);
    assert.deepEqual(plain(openReader(t, directory).read(first.id)), plain(second));
    assert.equal(openReader(t, directory).list({}).length, 1);
  });
});
