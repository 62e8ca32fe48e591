import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { request } from 'undici';
import { type Answering, endpoint } from '../helpers/endpoint.ts';
import { openReader } from '../helpers/history-store.ts';
import { startListener, temporaryFolder } from '../helpers/hooks-process.ts';
import { checkedLines } from '../helpers/output-schema.ts';
import { rawClient } from '../helpers/raw-http.ts';
import { listen as listenOn, rawServer, tcpServer } from '../helpers/raw-server.ts';
import { runHooks } from '../helpers/run-hooks.ts';
import { deliveriesIn, type RunningListener, runListener } from '../helpers/running-listener.ts';

const PING = {
  workspace: 'acme',
  event_id: '8ef720a8-402b-4ad6-b403-cbd8e41b4979',
  event_time: '2026-09-08T08:58:21.530Z',
  event_type: 'EVENT_TYPE_PING',
  ping: { message: 'Hello' },
};
const CREATED = { event_type: 'public_incident.incident_created_v2' };

async function deliver({ url }: { url: string }, body: string = JSON.stringify(PING)) {
  const answer = await request(url, {
    method: 'POST',
    body,
    headers: { 'Content-Type': 'application/json' },
  });
  return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
}

/** A port of this machine that nothing listens on. */
async function closedPort(t: TestContext): Promise<number> {
  const server = createServer();
  const port = await listenOn(t, server);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** Answers 503 twice, then 204; tells when it is asked the third time. */
function thirdTimeTaken(): { answering: Answering; third: Promise<void> } {
  let isAsked = () => {};
  const third = new Promise<void>((resolve) => {
    isAsked = resolve;
  });
  const answering: Answering = (response, index) => {
    response.writeHead(index < 2 ? 503 : 204).end();
    if (index === 2) isAsked();
  };
  return { answering, third };
}

/** What the history has of the newest delivery. */
function newest(t: TestContext, { folder }: RunningListener) {
  const reader = openReader(t, folder);
  const [summary] = reader.list({ last: 1 });
  assert(summary, 'a delivery is recorded');
  return reader.read(summary.id);
}

describe('hooks listen --forward-to', () => {
  it('answers what the target answers, shows and records it', async (t) => {
    const target = await endpoint(t, (response) => response.writeHead(201, { 'X-A': '1' }).end('made'));
    const listener = await runListener(t, [
      '--forward-to',
      target.url,
      '--exit-after',
      '1',
      '--body',
      'none',
    ]);
    const answer = await deliver(listener);
    assert.deepEqual([answer.status, answer.body, answer.headers['x-a']], [201, 'made', '1']);
    const { exitCode, stdout } = await listener.ended;
    assert.equal(exitCode, 0);
    assert.match(stdout, new RegExp(`  201 from ${target.url}  POST / `));
    const recording = newest(t, listener);
    assert.deepEqual([recording.status, recording.isFailed, recording.attempts.length], [201, false, 1]);
    assert.equal(recording.attempts[0]?.url, target.url);
    assert.equal(Buffer.from(recording.answer?.body ?? []).toString(), 'made');
  });

  it('says what came of it in JSON that its schema describes', async (t) => {
    const target = await endpoint(t);
    const port = await closedPort(t);
    const flags = ['--forward-to', target.url, '--forward-to', `:${port}`, '--json', '--exit-after', '1'];
    const listener = await runListener(t, flags);
    assert.equal((await deliver(listener)).status, 204);
    const { stdout } = await listener.ended;
    const [delivery] = deliveriesIn(
      checkedLines(stdout)
        .map((line) => JSON.stringify(line))
        .join('\n'),
    );
    assert.deepEqual(delivery?.answer, { status: 204, from: target.url });
    assert.deepEqual(
      delivery?.forwards.map(({ target: to, attempt, result }) => [to, attempt, result.kind]),
      [
        [target.url, 1, 'answered'],
        [`http://localhost:${port}/`, 1, 'failed'],
      ],
    );
  });

  it('passes on to each target what is for it, and answers for the first', async (t) => {
    const [pings, all] = [await endpoint(t, 201), await endpoint(t, 202)];
    const flags = ['--forward-to', `*ping*=${pings.url}`, '--forward-to', all.url];
    const listener = await runListener(t, flags);
    assert.equal((await deliver(listener)).status, 201);
    assert.equal((await deliver(listener, JSON.stringify(CREATED))).status, 202);
    listener.interrupt();
    await listener.ended;
    assert.deepEqual([pings.received.length, all.received.length], [1, 2]);
  });

  it('answers as usual what is for no target', async (t) => {
    const target = await endpoint(t, 500);
    const listener = await runListener(t, ['--forward-to', `issue_*=${target.url}`]);
    assert.equal((await deliver(listener)).status, 200);
    assert.equal(target.received.length, 0);
  });

  it('takes the name of a saved endpoint', async (t) => {
    const target = await endpoint(t, 201);
    const { configDirectory } = await runHooks(['endpoint', 'add', 'mine', '--url', target.url]);
    const flags = ['--forward-to', 'mine', '--config', configDirectory];
    const listener = await runListener(t, flags);
    assert.equal((await deliver(listener)).status, 201);
  });

  it('logs in where the URL has user and password, and shows neither', async (t) => {
    const target = await endpoint(t);
    const listener = await runListener(t, [
      '--forward-to',
      `http://me:hunter2@127.0.0.1:${target.port}/`,
      '--json',
    ]);
    await deliver(listener);
    listener.interrupt();
    const { stdout, stderr } = await listener.ended;
    assert.equal(target.received[0]?.headers.authorization, `Basic ${btoa('me:hunter2')}`);
    assert.doesNotMatch(stdout + stderr, /hunter2/);
  });

  it('does not pass on what --strict refuses', async (t) => {
    const target = await endpoint(t);
    const listener = await runListener(t, ['--forward-to', target.url, '--strict']);
    assert.equal((await deliver(listener, 'not json')).status, 422);
    assert.equal(target.received.length, 0);
  });

  it('tells the sender what --respond says, and passes on all the same', async (t) => {
    const target = await endpoint(t, 201);
    const listener = await runListener(t, ['--forward-to', target.url, '--respond', '500:1']);
    assert.equal((await deliver(listener)).status, 500);
    listener.interrupt();
    await listener.ended;
    assert.equal(target.received.length, 1);
  });
});

describe('a target that does not take a delivery', () => {
  it('costs no delivery where it is down: 502, kept, and replayed with --failed', async (t) => {
    const port = await closedPort(t);
    const listener = await runListener(t, [
      '--forward-to',
      `:${port}`,
      '--exit-after',
      '1',
      '--body',
      'none',
    ]);
    const answer = await deliver(listener);
    assert.equal(answer.status, 502);
    assert.match(answer.body, /nothing listens|the delivery is kept/);
    const { stdout } = await listener.ended;
    assert.match(stdout, /1 not taken by a target/);
    assert.match(stdout, /next: hooks replay --failed/);
    const target = await endpoint(t);
    const replayed = await runHooks(['replay', '--failed', '--as-is', '--to', target.url], {
      env: { HOOKS_STATE_DIR: listener.folder },
    });
    assert.equal(replayed.exitCode, 0, replayed.stderr);
    assert.equal(target.received[0]?.body.toString(), JSON.stringify(PING));
  });

  it('is asked again after --forward-retries, while the sender is told 202', async (t) => {
    const { answering, third } = thirdTimeTaken();
    const target = await endpoint(t, answering);
    const flags = ['--forward-to', target.url, '--forward-retries', '1ms,1ms,1ms', '--json'];
    const listener = await runListener(t, flags);
    const answer = await deliver(listener);
    assert.equal(answer.status, 202);
    await third;
    listener.interrupt();
    const { stdout } = await listener.ended;
    const lines = checkedLines(stdout) as { type: string; attempt?: number; notForwarded?: number }[];
    const retried = lines.filter(({ type }) => type === 'forward.retried').map(({ attempt }) => attempt);
    assert.deepEqual(retried, [2, 3]);
    assert.equal(lines.at(-1)?.notForwarded, 0);
    const recording = newest(t, listener);
    assert.deepEqual([recording.attempts.length, recording.isFailed], [3, false]);
  });

  it('is not asked again for an answer of its own', async (t) => {
    const target = await endpoint(t, 500);
    const listener = await runListener(t, ['--forward-to', target.url, '--forward-retries', '1ms']);
    assert.equal((await deliver(listener)).status, 500);
    listener.interrupt();
    await listener.ended;
    assert.equal(target.received.length, 1);
    assert.equal(newest(t, listener).isFailed, true);
  });

  it('leaves what is still to be passed on in the history when listening ends', async (t) => {
    const port = await closedPort(t);
    const listener = await runListener(t, ['--forward-to', `:${port}`, '--forward-retries', '1h']);
    assert.equal((await deliver(listener)).status, 202);
    listener.interrupt();
    const { stdout } = await listener.ended;
    assert.match(stdout, /1 not taken by a target/);
    assert.equal(newest(t, listener).isFailed, true);
  });

  it('is given up after --forward-timeout, with 504', async (t) => {
    const target = await tcpServer(t, () => {});
    const flags = ['--forward-to', `127.0.0.1:${target.port}`, '--forward-timeout', '50ms'];
    const listener = await runListener(t, flags);
    assert.equal((await deliver(listener)).status, 504);
  });

  it('may not answer more than fits: 502', async (t) => {
    const target = await endpoint(t, (response) => response.end('x'.repeat(2000)));
    const listener = await runListener(t, ['--forward-to', target.url, '--max-body', '1kB']);
    assert.equal((await deliver(listener)).status, 502);
  });

  it('hangs up: 502', async (t) => {
    const target = await rawServer(t, (socket) => socket.destroy());
    const listener = await runListener(t, ['--forward-to', `127.0.0.1:${target.port}`]);
    assert.equal((await deliver(listener)).status, 502);
  });

  it('has its delivery on disk before it is asked, even where the listener is killed', async (t) => {
    let killed = () => {};
    const isKilled = new Promise<void>((resolve) => {
      killed = resolve;
    });
    const asked: Answering = () => killed();
    const target = await endpoint(t, asked);
    const folder = temporaryFolder(t);
    const { child, url, ended } = await startListener(t, ['--forward-to', target.url], {
      env: { HOOKS_STATE_DIR: folder },
    });
    const client = rawClient(t, Number(new URL(url).port));
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}');
    await isKilled;
    child.kill('SIGKILL');
    await ended;
    assert.equal(await client.end(), '');
    const reader = openReader(t, folder);
    const [summary] = reader.list({ isFailed: true });
    assert.equal(summary?.sizeBytes, 2);
  });
});

describe('hooks listen refuses to forward', () => {
  for (const host of ['localhost', '127.0.0.1', '[::1]']) {
    it(`to itself at ${host}`, async (t) => {
      const port = await closedPort(t);
      const run = await runHooks(['listen', '-p', String(port), '--forward-to', `${host}:${port}/x`]);
      assert.equal(run.exitCode, 2);
      assert.match(run.stderr, /is this listener itself/);
    });
  }

  it('again without a target', async () => {
    const run = await runHooks(['listen', '-p', '0', '--forward-retries', '3']);
    assert.equal(run.exitCode, 2);
    assert.match(run.stderr, /--forward-retries without --forward-to/);
  });

  it('to a name that is not saved', async () => {
    const run = await runHooks(['listen', '-p', '0', '--forward-to', 'nowhere']);
    assert.equal(run.exitCode, 2);
    assert.match(run.stderr, /no endpoint is saved as 'nowhere'/);
  });
});
