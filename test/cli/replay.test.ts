import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import { Webhook } from 'svix';
import { request } from 'undici';
import type { RunEvent } from '../../src/core/run-event.ts';
import { hooksProcess, jsonLines, startListener, temporaryFolder } from '../helpers/hooks-process.ts';

const SECRET = 'whsec_c3RhbmRhcmQtd2ViaG9va3MtdGVzdC1rZXktMDE=';

interface Received {
  target?: string | undefined;
  headers: Record<string, string>;
  body: Buffer;
}

/** An endpoint that keeps what it gets. */
async function endpoint(t: TestContext, status = 200): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (incoming, answer) => {
    const body = await buffer(incoming);
    received.push({ target: incoming.url, headers: incoming.headers as Record<string, string>, body });
    answer.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received };
}

const AWKWARD_BODIES: { name: string; body: Buffer }[] = [
  {
    name: 'numbers that a rewrite would change',
    body: Buffer.from('{"a":1.0,"b":1e400,"c":12345678901234567890}'),
  },
  { name: 'escapes that a rewrite would change', body: Buffer.from('{"name":"Zo\\u00eb \\/ Zoë"}') },
  { name: 'duplicate keys', body: Buffer.from('{"a":1,"a":2}') },
  { name: 'a byte order mark', body: Buffer.from('\ufeff{"a":1}') },
  { name: 'bytes that are no UTF-8', body: Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x80, 0x7d, 0x0a]) },
  { name: 'line ends at both ends', body: Buffer.from('\r\n{"a":1}\r\n\n') },
  { name: 'no body', body: Buffer.alloc(0) },
  { name: '5 MB', body: Buffer.alloc(5_000_000, 'abcdefghijklmnopqrstuvwxyz\n') },
];

describe('hooks replay', () => {
  for (const format of ['ndjson', 'har', 'http']) {
    it(`gives identical bytes after listen, export as ${format}, import and replay, and svix accepts them`, async (t) => {
      const folder = temporaryFolder(t);
      const env = { HOOKS_SECRET: SECRET, HOOKS_STATE_DIR: join(folder, 'first') };
      const listener = await startListener(
        t,
        ['--provider', 'incident-io', '--exit-after', String(AWKWARD_BODIES.length)],
        { env },
      );
      for (const [index, { body }] of AWKWARD_BODIES.entries()) {
        const headers = {
          'webhook-id': `msg_${index}`,
          'webhook-timestamp': '1614265330',
          'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
          'X-Repeated': ['one', 'two'],
        };
        assert.equal((await request(listener.url, { method: 'POST', headers, body })).statusCode, 200);
      }
      await listener.ended;

      const file = join(folder, `deliveries.${format}`);
      const exported = await hooksProcess(['history', 'export', '--format', format, '-o', file], { env });
      assert.equal(exported.exitCode, 0, exported.stderr);
      const other = { ...env, HOOKS_STATE_DIR: join(folder, 'second') };
      const imported = await hooksProcess(['history', 'import', file], { env: other });
      assert.equal(imported.stdout, `imported ${AWKWARD_BODIES.length}\n`, imported.stderr);

      const { url, received } = await endpoint(t);
      const argv = ['replay', '--last', '100', '--to', url, '--scheme', 'standard-webhooks'];
      const replayed = await hooksProcess(argv, { env: other });
      assert.equal(replayed.exitCode, 0, replayed.stdout + replayed.stderr);
      assert.equal(received.length, AWKWARD_BODIES.length);
      for (const [index, { name, body }] of AWKWARD_BODIES.entries()) {
        const { headers = {}, body: got = Buffer.alloc(0) } = received[index] ?? {};
        assert.ok(body.equals(got), name);
        assert.equal(headers['webhook-id'], `msg_${index}`);
        assert.equal(headers['x-repeated'], 'one, two');
        // The library takes text; bytes that are none can't be handed to it.
        if (name !== 'bytes that are no UTF-8') {
          assert.doesNotThrow(() => verifyWithSvix(got, headers), name);
        }
      }
    });
  }

  it('keeps the order and the id, signs anew, and is recorded as a replay of its original', async (t) => {
    const env = { HOOKS_SECRET: SECRET, HOOKS_STATE_DIR: temporaryFolder(t) };
    const first = await endpoint(t);
    const sent = ['-n', '5', '--timestamp', '-2h'];
    await hooksProcess(['send', 'schedule.created_v1', '--to', first.url, ...sent], { env });
    const second = await endpoint(t);
    const ran = await hooksProcess(['replay', '--last', '5', '--to', second.url, '--json'], { env });
    assert.equal(ran.exitCode, 0, ran.stderr);
    assert.deepEqual(
      second.received.map(({ headers }) => headers['webhook-id']),
      first.received.map(({ headers }) => headers['webhook-id']),
    );
    for (const { headers, body } of second.received) assert.doesNotThrow(() => verifyWithSvix(body, headers));
    const listed = await hooksProcess(['history', 'list', '--json'], { env });
    const recordings = jsonLines<{ id: string; replayOf?: string }>(listed.stdout);
    const originals = recordings.filter(({ replayOf }) => replayOf === undefined).map(({ id }) => id);
    const replays = recordings.flatMap(({ replayOf }) => replayOf ?? []);
    assert.deepEqual(replays, originals);
  });

  it('sends the recorded bytes and the stale signature with --as-is', async (t) => {
    const env = { HOOKS_SECRET: SECRET, HOOKS_STATE_DIR: temporaryFolder(t) };
    const first = await endpoint(t);
    await hooksProcess(['send', 'issue_created', '--to', first.url, '--timestamp', '1700000000'], { env });
    const second = await endpoint(t);
    await hooksProcess(['replay', 'last', '--as-is', '--to', second.url], { env });
    const signature = (received: Received[]) => received[0]?.headers['x-coalesce-signature'];
    assert.ok(signature(first.received));
    assert.equal(signature(second.received), signature(first.received));
    assert.deepEqual(second.received[0]?.body, first.received[0]?.body);
  });

  it('makes another event of it with --new-id, in the body where the id stands there, and edits with --set', async (t) => {
    const env = { HOOKS_SECRET: SECRET, HOOKS_STATE_DIR: temporaryFolder(t) };
    const first = await endpoint(t);
    await hooksProcess(['send', 'ping', '--to', first.url], { env });
    const second = await endpoint(t);
    await hooksProcess(['replay', 'last', '--new-id', '--set', 'ping.message=again', '--to', second.url], {
      env,
    });
    const [before, after] = [first, second].map(({ received }) => JSON.parse(String(received[0]?.body)));
    assert.notEqual(after.event_id, before.event_id);
    assert.equal(after.ping.message, 'again');
    assert.equal(after.workspace, before.workspace);
  });

  it('leaves out credentials, which are never recorded, and says so', async (t) => {
    const env = { HOOKS_SECRET: SECRET, HOOKS_STATE_DIR: temporaryFolder(t) };
    const first = await endpoint(t);
    await hooksProcess(['send', 'ping', '--to', first.url, '-H', 'Authorization: Bearer hunter2'], { env });
    assert.equal(first.received[0]?.headers.authorization, 'Bearer hunter2');
    const second = await endpoint(t);
    const ran = await hooksProcess(['replay', 'last', '--to', second.url], { env });
    assert.match(ran.stderr, /Authorization/);
    assert.equal(second.received[0]?.headers.authorization, undefined);
  });

  it('takes user and password out of the URL: neither shown nor recorded, but sent', async (t) => {
    const state = temporaryFolder(t);
    const env = { HOOKS_SECRET: SECRET, HOOKS_STATE_DIR: state };
    const { url, received } = await endpoint(t);
    const to = url.replace('http://', 'http://user:pa55word@');
    const runs = [
      await hooksProcess(['send', 'ping', '--to', to], { env }),
      await hooksProcess(['replay', 'last', '--to', to, '-v'], { env }),
      await hooksProcess(
        ['send', 'ping', '--to', to, '--curl', '--proxy', 'http://me:pa55word@127.0.0.1:1'],
        { env },
      ),
      await hooksProcess(['history', 'list', '--json'], { env }),
    ];
    const basic = Buffer.from('user:pa55word').toString('base64');
    assert.deepEqual(
      received.map(({ headers }) => headers.authorization),
      Array(2).fill(`Basic ${basic}`),
    );
    for (const { stdout, stderr } of runs) {
      assert.ok(!`${stdout}${stderr}`.includes('pa55word') && !`${stdout}${stderr}`.includes(basic));
    }
    for (const name of readdirSync(state)) {
      const bytes = readFileSync(join(state, name));
      assert.ok(!bytes.includes('pa55word') && !bytes.includes(basic), name);
    }
  });

  it('sends each recording where it went before, without --to', async (t) => {
    const env = { HOOKS_SECRET: SECRET, HOOKS_STATE_DIR: temporaryFolder(t) };
    const [first, second] = [await endpoint(t), await endpoint(t)];
    for (const { url } of [first, second]) await hooksProcess(['send', 'ping', '--to', url], { env });
    assert.equal((await hooksProcess(['replay', '--last', '2'], { env })).exitCode, 0);
    assert.deepEqual([first.received.length, second.received.length], [2, 2]);
  });

  it('plays with the original timing, but not with a rate as well', async (t) => {
    const env = { HOOKS_SECRET: SECRET, HOOKS_STATE_DIR: temporaryFolder(t) };
    const first = await endpoint(t);
    await hooksProcess(['send', 'ping', '--to', first.url, '-n', '3', '--rate', '20/s'], { env });
    const second = await endpoint(t);
    const argv = ['replay', '--last', '3', '--to', second.url, '--original-timing', '--speed', '2'];
    assert.equal((await hooksProcess(argv, { env })).exitCode, 0);
    assert.deepEqual(
      second.received.map(({ body }) => String(body)),
      first.received.map(({ body }) => String(body)),
    );
    assert.equal((await hooksProcess([...argv, '--rate', '1/s'], { env })).exitCode, 2);
  });

  it('fails like a send: 1 for an answer that was not expected, 3 for none, 2 for a wrong call', async (t) => {
    const env = { HOOKS_SECRET: SECRET, HOOKS_STATE_DIR: temporaryFolder(t) };
    const empty = await hooksProcess(['replay', 'last', '--to', '1'], { env });
    assert.equal(empty.exitCode, 2);
    assert.match(empty.stderr, /nothing has been recorded yet/);
    const failing = await endpoint(t, 500);
    await hooksProcess(['send', 'ping', '--to', failing.url], { env });
    assert.equal((await hooksProcess(['replay', '--failed', '--to', failing.url], { env })).exitCode, 1);
    assert.equal((await hooksProcess(['replay', 'last', '--to', 'localhost:1'], { env })).exitCode, 3);
    assert.equal(
      (await hooksProcess(['replay', 'last', '--as-is', '--new-id', '--to', '1'], { env })).exitCode,
      2,
    );
    const speed = await hooksProcess(['replay', 'last', '--speed', '2', '--to', '1'], { env });
    assert.equal(speed.exitCode, 2);
    assert.match(speed.stderr, /--speed says how fast[\s\S]*next: add --original-timing/);
    assert.equal((await hooksProcess(['replay', 'ZZZZ', '--to', '1'], { env })).exitCode, 2);
    const unsigned = await hooksProcess(['replay', 'last', '--to', failing.url], {
      env: { HOOKS_STATE_DIR: env.HOOKS_STATE_DIR },
    });
    assert.equal(unsigned.exitCode, 2);
    assert.match(unsigned.stderr, /no secret/);
  });

  it('delivers to the address with its credentials, which are shown nowhere', async (t) => {
    const env = {
      HOOKS_SECRET: SECRET,
      HOOKS_STATE_DIR: temporaryFolder(t),
      HOOKS_CONFIG_DIR: temporaryFolder(t),
    };
    const { url, received } = await endpoint(t);
    const to = `${url}in?shop=1&token=hunter2hunter2`;
    await hooksProcess(['endpoint', 'add', 'mine', '--url', to], { env });
    const listener = await startListener(t, ['--exit-after', '1', '--body', 'none'], { env });
    const runs = [
      await hooksProcess(['send', 'ping', '--to', to, '-v', '-i'], { env }),
      await hooksProcess(['send', 'ping', '--to', to, '--json'], { env }),
      await hooksProcess(['send', 'ping', '--to', to, '--dry-run'], { env }),
      await hooksProcess(['send', 'ping', '--to', to, '--dry-run', '--json'], { env }),
      await hooksProcess(['replay', 'last'], { env }),
      await hooksProcess(['endpoint', 'list'], { env }),
      await hooksProcess(['history', '--json'], { env }),
      await hooksProcess(['history', 'show'], { env }),
      await hooksProcess(['history', 'show', '--json'], { env }),
      ...(await Promise.all(
        ['ndjson', 'har', 'http', 'curl'].map((format) =>
          hooksProcess(['history', 'export', '--format', format], { env }),
        ),
      )),
    ];
    await request(`${listener.url}/in?token=hunter2hunter2`, { method: 'POST', body: '{}' });
    runs.push(await listener.ended, await hooksProcess(['history', 'show'], { env }));
    for (const { stdout, stderr } of runs) {
      assert.doesNotMatch(stdout + stderr, /hunter2/);
      assert.match(stdout, /token=(?:\*\*\*|%2A)/i);
    }
    assert.deepEqual(
      received.map(({ target }) => target),
      Array.from({ length: 3 }, () => '/in?shop=1&token=hunter2hunter2'),
    );
  });

  it('prints events that name what they repeat', async (t) => {
    const env = { HOOKS_SECRET: SECRET, HOOKS_STATE_DIR: temporaryFolder(t) };
    const { url } = await endpoint(t);
    await hooksProcess(['send', 'ping', '--to', url], { env });
    const ran = await hooksProcess(['replay', '--to', url, '--json'], { env });
    const types = jsonLines<RunEvent>(ran.stdout).map(({ type }) => type);
    assert.deepEqual(types, ['attempt.started', 'attempt.finished', 'run.finished']);
  });
});

function verifyWithSvix(body: Buffer, headers: Record<string, string>): void {
  const webhook = new Webhook(SECRET) as Webhook & {
    verify(payload: Buffer, headers: Record<string, string>): unknown;
  };
  try {
    webhook.verify(body, headers);
  } catch (error) {
    // The library also parses what it has verified; a body that is no JSON has been accepted all the same.
    if (!(error instanceof SyntaxError)) throw error;
  }
}
