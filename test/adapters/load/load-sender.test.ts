import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { frameRequest } from '../../../src/adapters/http-client/request-frame.ts';
import { createLoadSender } from '../../../src/adapters/load/load-sender.ts';
import type { Outcome } from '../../../src/core/load/shard.ts';
import { listen, rawServer } from '../../helpers/raw-server.ts';
import { bytes } from '../../helpers/test-bytes.ts';

const OK = 'HTTP/1.1 204 No Content\r\n\r\n';
const FIELDS = ['Content-Type', 'application/json', 'X-Id', 'one'];

/** Sends so many, the next as soon as one has ended: as a closed loop does. */
async function sendInTurn(t: TestContext, port: number, count: number, timeoutMs = 10_000) {
  const outcomes: Outcome[] = [];
  let resolveDone = () => {};
  const done = new Promise<void>((resolve) => {
    resolveDone = resolve;
  });
  const sender = createLoadSender({
    frame: frameRequest({
      method: 'POST',
      url: `http://localhost:${port}/hooks?a=1`,
      headers: [],
      body: bytes('{}'),
    }),
    connection: {},
    timeoutMs,
    nowMs: () => performance.now(),
    onEnd(_dueMs, _sentMs, outcome) {
      outcomes.push(outcome);
      if (outcomes.length < count) next();
      else resolveDone();
    },
  });
  t.after(() => sender.close());
  const next = () => sender.transmit({ id: 'one', fields: FIELDS, body: bytes('{"a":1}') }, 0);
  next();
  return { sender, outcomes, done };
}

describe('the sender of a load', () => {
  it('sends one after the other on one connection, as the other clients would', async (t) => {
    const server = await rawServer(t, (socket) => socket.write(OK));
    const { done, outcomes } = await sendInTurn(t, server.port, 3);
    await done;
    assert.deepEqual(outcomes, [204, 204, 204]);
    assert.equal(server.sockets.length, 1);
    assert.equal(
      server.requests[0]?.toString(),
      `POST /hooks?a=1 HTTP/1.1\r\nhost: localhost:${server.port}\r\nconnection: keep-alive\r\nContent-Type: application/json\r\nX-Id: one\r\ncontent-length: 7\r\n\r\n{"a":1}`,
    );
  });

  it('goes on after connections that nobody takes, also where each end starts the next', async (t) => {
    const server = createServer();
    const port = await listen(t, server);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const { sender, done, outcomes } = await sendInTurn(t, port, 5);
    await done;
    assert.deepEqual(outcomes, Array(5).fill('refused'));
    assert.match(sender.firstFailure()?.message ?? '', /nothing listens on port/);
  });

  for (const [name, answer, outcome, message] of [
    ['that are reset', (socket: Socket) => socket.resetAndDestroy(), 'reset', /closed the connection/],
    ['that end without an answer', (socket: Socket) => socket.end(), 'reset', /closed the connection/],
    ['that bring no HTTP', (socket: Socket) => socket.write('SSH-2.0 \r\n\r\n'), 'not-http', /is not HTTP/],
  ] as const) {
    it(`goes on after connections ${name}, and says what was wrong`, async (t) => {
      let count = 0;
      const server = await rawServer(t, (socket) => (++count === 3 ? socket.write(OK) : answer(socket)));
      const { sender, done, outcomes } = await sendInTurn(t, server.port, 4);
      await done;
      assert.deepEqual(outcomes, [outcome, outcome, 204, outcome]);
      assert.match(sender.firstFailure()?.message ?? '', message);
    });
  }

  it('waits for no answer longer than it may, and opens a new connection then', async (t) => {
    let count = 0;
    const server = await rawServer(t, (socket) => {
      if (++count > 1) socket.write(OK);
    });
    const { done, outcomes } = await sendInTurn(t, server.port, 2, 50);
    await done;
    assert.deepEqual(outcomes, ['timeout', 204]);
    assert.equal(server.sockets.length, 2);
  });

  it('ends what is under way when it is told to', async (t) => {
    const { promise, resolve } = withResolvers();
    const server = await rawServer(t, resolve);
    const { sender, done, outcomes } = await sendInTurn(t, server.port, 1);
    await promise;
    sender.cancel();
    await done;
    assert.deepEqual(outcomes, ['cancelled']);
  });
});

function withResolvers() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
