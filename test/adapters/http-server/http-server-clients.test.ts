import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  assertStillServes,
  CHUNKED,
  listener,
  parseAnswers,
  post,
  rawClient,
  rawExchange,
  request,
  text,
  withHeaders,
} from '../../helpers/raw-http.ts';

describe('a slow client', () => {
  const limits = { headersTimeoutMs: 150, requestTimeoutMs: 150, keepAliveTimeoutMs: 60_000, lingerMs: 50 };
  for (const [what, bytes] of [
    ['that starts a request line', 'POS'],
    ['that never ends its headers', 'POST / HTTP/1.1\r\nHost: a\r\nX-Drip: '],
    ['that never sends its body', withHeaders('Content-Length: 10')],
    ['that never ends its body', `${withHeaders('Content-Length: 10')}abc`],
    ['that never ends a chunk', `${CHUNKED}5\r\nab`],
    ['that never ends its chunks', `${CHUNKED}5\r\nabcde\r\n`],
    ['that never ends its trailers', `${CHUNKED}0\r\nX: y`],
    ['that never continues', withHeaders('Content-Length: 10', 'Expect: 100-continue')],
  ] as const) {
    it(`${what} gets 408`, async (t) => {
      const server = await listener(t, { limits });
      const answer = await rawExchange(t, server.port, bytes);
      assert.match(answer, /^(HTTP\/1\.1 100 Continue\r\n\r\n)?HTTP\/1\.1 408 Request Timeout\r\n/);
      assert.deepEqual(
        server.refused.map(({ reason, status }) => [reason, status]),
        [['too-slow', 408]],
      );
      assert.deepEqual(server.received, []);
      await assertStillServes(t, server);
    });
  }

  it('gets 408 for its second request as well', async (t) => {
    const server = await listener(t, { limits });
    const sent = await rawExchange(t, server.port, `${post('hi')}POST / HT`);
    assert.deepEqual(
      parseAnswers(sent).map(({ status }) => status),
      [200, 408],
    );
    assert.equal(server.refused[0]?.reason, 'too-slow');
  });

  it('that drips a byte now and then is not spared', async (t) => {
    const server = await listener(t, { limits });
    const client = rawClient(t, server.port);
    client.write('POST / HTTP/1.1\r\nHost: a\r\nX-Drip: ');
    const drip = setInterval(() => client.write('a'), 5);
    t.after(() => clearInterval(drip));
    assert.match(await client.end(), /^HTTP\/1\.1 408 /);
  });

  it('that only sends empty lines after a request gets 408 in the end', async (t) => {
    const server = await listener(t, { limits: { ...limits, keepAliveTimeoutMs: 60 } });
    const client = rawClient(t, server.port);
    client.write(post('hi'));
    const drip = setInterval(() => client.write('\r\n'), 5);
    t.after(() => clearInterval(drip));
    assert.deepEqual(
      parseAnswers(await client.end()).map(({ status }) => status),
      [200, 408],
    );
    assert.equal(server.refused[0]?.reason, 'too-slow');
  });

  it('that does not take its answer is cut off', async (t) => {
    const server = await listener(t, {
      limits: { answerTimeoutMs: 50 },
      handle: async () => ({ status: 200, headers: [], body: Buffer.alloc(50_000_000) }),
    });
    const client = rawClient(t, server.port);
    client.socket.pause();
    client.write(post('hi'));
    await server.until(() => server.received.length === 1);
    const { promise, resolve } = closeOf(client.socket);
    client.socket.once('error', resolve);
    // The server has reset the connection once a write fails.
    const poke = setInterval(() => client.write('x'), 10);
    t.after(() => clearInterval(poke));
    await promise;
  });

  it('handled slowly is not a slow client', async (t) => {
    let answerNow = () => {};
    const asked = new Promise<void>((resolve) => {
      answerNow = resolve;
    });
    const server = await listener(t, {
      limits,
      handle: async ({ target }) => {
        if (target === '/hook') await asked;
        return text(200, 'ok');
      },
    });
    const patient = rawClient(t, server.port);
    patient.write(post('hi'));
    await server.until(() => server.received.length === 1);
    // A slow client comes and is cut off: the limits have passed by then.
    assert.match(await rawExchange(t, server.port, 'POST'), / 408 /);
    answerNow();
    assert.equal((await patient.answers(1))[0]?.status, 200);
    assert.equal(server.refused.length, 1);
  });
});

function closeOf(socket: { once(event: 'close', listener: () => void): unknown }) {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  socket.once('close', resolve);
  return { promise, resolve };
}

describe('a client that vanishes', () => {
  const partial = [
    ['in the request line', 'POST / HT'],
    ['in the headers', 'POST / HTTP/1.1\r\nHost: a\r\nX-'],
    ['before its body', withHeaders('Content-Length: 10')],
    ['in its body', `${withHeaders('Content-Length: 10')}abc`],
    ['in a chunk', `${CHUNKED}5\r\nab`],
    ['before the last chunk', `${CHUNKED}5\r\nabcde\r\n`],
    ['in the trailers', `${CHUNKED}0\r\nX: y\r\n`],
  ] as const;
  for (const [where, bytes] of partial) {
    for (const way of ['closes', 'resets'] as const) {
      it(`${where} (${way}) hands nothing on`, async (t) => {
        const server = await listener(t);
        const client = rawClient(t, server.port);
        client.write(post('first'));
        await client.answers(1);
        await new Promise((resolve) => client.socket.write(bytes, 'latin1', resolve));
        // The server reads in order of arrival: once it has answered this, it has seen the part above.
        await assertStillServes(t, server);
        if (way === 'closes') client.socket.end();
        else client.socket.resetAndDestroy();
        await server.until(() => server.refused.length === 1);
        assert.deepEqual(
          server.refused.map(({ reason, status }) => [reason, status]),
          [['connection-lost', undefined]],
        );
        await assertStillServes(t, server);
        assert.equal(server.refused.length, 1);
        assert.equal(server.received.filter(({ target }) => target !== '/hook').length, 0);
      });
    }
  }

  it('between two requests is nothing to report', async (t) => {
    const server = await listener(t);
    for (const way of ['end', 'resetAndDestroy'] as const) {
      const client = rawClient(t, server.port);
      client.write(post('hi'));
      await client.answers(1);
      client.socket[way]();
      await client.end();
    }
    await assertStillServes(t, server);
    await server.server.stop(1000);
    assert.deepEqual(server.refused, []);
  });

  it('while its request is handled harms nothing', async (t) => {
    for (const way of ['destroy', 'resetAndDestroy'] as const) {
      let answerNow = () => {};
      const asked = new Promise<void>((resolve) => {
        answerNow = resolve;
      });
      const server = await listener(t, {
        handle: async ({ target }) => {
          if (target === '/gone') await asked;
          return text(200, 'got 10 bytes');
        },
      });
      const client = rawClient(t, server.port);
      client.write(request('GET /gone HTTP/1.1', 'Host: a'));
      await server.until(() => server.received.length === 1);
      client.socket[way]();
      await assertStillServes(t, server);
      answerNow();
      await assertStillServes(t, server);
      await server.server.stop(1000);
      assert.deepEqual(server.refused, []);
      assert.deepEqual(server.errors, []);
    }
  });

  it('with requests behind the one that is handled loses those, and only those', async (t) => {
    let answerNow = () => {};
    const asked = new Promise<void>((resolve) => {
      answerNow = resolve;
    });
    const server = await listener(t, {
      handle: async ({ body }) => {
        if (body.length === 1) await asked;
        return text(200, `got ${body.length} bytes`);
      },
    });
    const client = rawClient(t, server.port);
    client.write(post('1') + post('22') + post('333'));
    await server.until(() => server.received.length === 1);
    client.socket.resetAndDestroy();
    answerNow();
    await server.until(() => server.refused.length === 1 || server.received.length === 3);
    if (server.refused.length === 1) assert.equal(server.refused[0]?.reason, 'connection-lost');
    await assertStillServes(t, server);
  });

  it('right after connecting harms nothing, 200 times', async (t) => {
    const server = await listener(t);
    const clients = Array.from({ length: 200 }, () => rawClient(t, server.port));
    await Promise.all(
      clients.map(async (client, index) => {
        if (index % 3 === 0) client.write(post('hi').slice(0, index % 60));
        client.socket.once('connect', () => client.socket.resetAndDestroy());
        await client.end();
      }),
    );
    await assertStillServes(t, server);
  });
});

describe('too many connections', () => {
  it('are turned away and reported, and room is made again', async (t) => {
    const server = await listener(t, { limits: { maxConnections: 3 } });
    const clients = [1, 2, 3].map(() => rawClient(t, server.port));
    for (const client of clients) client.write(post('hi'));
    await Promise.all(clients.map((client) => client.answers(1)));
    assert.equal(await rawExchange(t, server.port, post('hi')), '');
    await server.until(() => server.refused.length === 1);
    assert.equal(server.refused[0]?.reason, 'too-many-connections');
    assert.match(server.refused[0]?.peer ?? '', /^127\.0\.0\.1:\d+$/);
    assert.equal(server.refused[0]?.status, undefined);
    clients[0]?.write(post('hi', 'Connection: close'));
    await clients[0]?.end();
    await assertStillServes(t, server);
  });
});
