import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import http from 'node:http';
import net from 'node:net';
import { describe, it } from 'node:test';
import { startServer } from '../../../src/adapters/http-server/http-server.ts';
import type { Answer } from '../../../src/core/received.ts';
import { listener, parseAnswers, post, rawClient, rawExchange, text } from '../../helpers/raw-http.ts';

const latin1 = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('latin1');

describe('a received request', () => {
  it('keeps the order, case and repeats of its headers, and its bytes', async (t) => {
    const { port, received } = await listener(t);
    const request =
      'PUT /Hook%20s?b=2&a=1 HTTP/1.1\r\nhOsT: shop.example\r\nX-Tag: one\r\nAccept: */*\r\nx-tag: two\r\n' +
      'X-Tag: caf\xe9\r\nEmpty:\r\nContent-Length: 6\r\nConnection: close\r\n\r\n{"\xff\x00"}';
    await rawExchange(t, port, request);
    assert.equal(received.length, 1);
    const [got] = received;
    assert.equal(got?.id, 'delivery-1');
    assert.equal(got?.receivedAt.toISOString(), '2026-11-20T09:00:00.000Z');
    assert.match(got?.peer ?? '', /^127\.0\.0\.1:\d+$/);
    assert.equal(got?.method, 'PUT');
    assert.equal(got?.target, '/Hook%20s?b=2&a=1');
    assert.equal(got?.httpVersion, '1.1');
    assert.equal(latin1(got?.body), '{"\xff\x00"}');
    assert.deepEqual(got?.headers, [
      ['hOsT', 'shop.example'],
      ['X-Tag', 'one'],
      ['Accept', '*/*'],
      ['x-tag', 'two'],
      ['X-Tag', 'caf\xe9'],
      ['Empty', ''],
      ['Content-Length', '6'],
      ['Connection', 'close'],
    ]);
  });

  it('is not decompressed', async (t) => {
    const { port, received } = await listener(t);
    await rawExchange(t, port, post('\x1f\x8b\x08\x00', 'Content-Encoding: gzip', 'Connection: close'));
    assert.equal(latin1(received[0]?.body), '\x1f\x8b\x08\x00');
  });

  it('loses its chunks and their extensions but never gains a trailer', async (t) => {
    const { port, received } = await listener(t);
    const request =
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\nConnection: close\r\n\r\n' +
      '2;note="a"\r\n{"\r\n005\r\na":1}\r\n0\r\nX-Signature: forged\r\nHost: other\r\n\r\n';
    await rawExchange(t, port, request);
    assert.equal(latin1(received[0]?.body), '{"a":1}');
    assert.deepEqual(
      received[0]?.headers.map(([name]) => name),
      ['Host', 'Transfer-Encoding', 'Connection'],
    );
  });

  for (const [way, head, pieces] of [
    ['with a Content-Length', (size: number) => `Content-Length: ${size}`, (piece: Buffer) => [piece]],
    [
      'in chunks',
      () => 'Transfer-Encoding: chunked',
      (piece: Buffer) => [Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')],
    ],
  ] as const) {
    it(`of 5 MB, sent in odd pieces ${way}, is equal byte for byte`, async (t) => {
      const { port, received } = await listener(t, { maxBodyBytes: 5_000_000 });
      const body = randomBytes(5_000_000);
      const client = rawClient(t, port);
      client.write(`POST / HTTP/1.1\r\nHost: a\r\n${head(body.length)}\r\n\r\n`);
      for (let at = 0, size = 1; at < body.length; at += size, size = (size * 7) % 65_521) {
        const drained = pieces(body.subarray(at, at + size)).map((bytes) => client.write(bytes));
        if (drained.includes(false)) await new Promise((resolve) => client.socket.once('drain', resolve));
      }
      if (way === 'in chunks') client.write('0\r\n\r\n');
      await client.answers(1);
      assert.ok(body.equals(received[0]?.body ?? Buffer.alloc(0)));
    });
  }

  it('may be as large as the limit', async (t) => {
    const { port, received } = await listener(t, { maxBodyBytes: 5 });
    const chunked =
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n';
    const client = rawClient(t, port);
    client.write(post('12345') + chunked);
    assert.deepEqual(
      (await client.answers(2)).map(({ status }) => status),
      [200, 200],
    );
    assert.deepEqual(
      received.map(({ body }) => latin1(body)),
      ['12345', 'abcde'],
    );
  });

  it('may use HTTP/1.0, without a Host, on a connection that is then closed', async (t) => {
    const { port, received } = await listener(t);
    const answer = await rawExchange(t, port, 'POST /old HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi');
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n[\s\S]*got 2 bytes$/);
    assert.equal(received[0]?.httpVersion, '1.0');
    assert.equal(received[0]?.target, '/old');
  });

  it('may ask for an upgrade, which is ignored, and nothing behind it is believed', async (t) => {
    for (const rest of ['', post('behind')]) {
      const { port, received, refused } = await listener(t);
      const request = post(
        '{}',
        'Connection: Upgrade, HTTP2-Settings',
        'Upgrade: h2c',
        'HTTP2-Settings: AAMA',
      );
      const answers = parseAnswers(await rawExchange(t, port, request + rest));
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200],
      );
      assert.equal(received.length, 1);
      assert.deepEqual(refused, []);
    }
  });

  it('may await "100 Continue" before it sends its body', async (t) => {
    const { port, received } = await listener(t);
    const client = rawClient(t, port);
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n');
    await client.arrival('HTTP/1.1 100 Continue\r\n\r\n');
    assert.deepEqual(received, []);
    client.write('hi');
    await client.arrival('got 2 bytes');
  });

  it('may expect something else, in vain', async (t) => {
    const { port } = await listener(t);
    const answer = await rawExchange(t, port, post('hi', 'Expect: miracles', 'Connection: close'));
    assert.match(answer, /^HTTP\/1\.1 200 /);
  });
});

describe('a connection', () => {
  it('stays open for the next request', async (t) => {
    const { port, received } = await listener(t);
    const client = rawClient(t, port);
    for (const count of [1, 2, 3]) {
      client.write(post('x'.repeat(count)));
      assert.equal((await client.answers(count)).at(-1)?.body, `got ${count} bytes`);
    }
    assert.equal(new Set(received.map(({ peer }) => peer)).size, 1);
  });

  it('is closed when it rests too long, without a refusal', async (t) => {
    const { port, refused } = await listener(t, { limits: { keepAliveTimeoutMs: 20 } });
    await rawExchange(t, port, post('hi'));
    assert.deepEqual(refused, []);
  });

  it('is closed without a word when its client says nothing', async (t) => {
    const { port, refused } = await listener(t, { limits: { headersTimeoutMs: 40, requestTimeoutMs: 40 } });
    assert.equal(await rawExchange(t, port, ''), '');
    assert.deepEqual(refused, []);
  });

  it('answers pipelined requests in their order, one at a time', async (t) => {
    let underWay = 0;
    const { port } = await listener(t, {
      handle: async ({ body }) => {
        assert.equal(++underWay, 1);
        await new Promise((resolve) => setImmediate(resolve));
        underWay--;
        return text(200, latin1(body));
      },
    });
    const client = rawClient(t, port);
    const bodies = Array.from({ length: 50 }, (_, index) => `${index}:${'x'.repeat(index * 97)}`);
    client.write(bodies.map((body) => post(body)).join(''));
    const answers = await client.answers(bodies.length);
    assert.deepEqual(
      answers.map(({ body }) => body),
      bodies,
    );
  });

  it('reads little of what is pipelined while the first request is handled', async (t) => {
    let answerFirst = (_: Answer) => {};
    const first = new Promise<Answer>((resolve) => {
      answerFirst = resolve;
    });
    const { port, received, until } = await listener(t, {
      handle: ({ target }) => (target === '/hook' ? first : Promise.resolve(text(200, 'ok'))),
    });
    let parsed = 0;
    const count = () => parsed++;
    subscribe('http.server.request.start', count);
    t.after(() => unsubscribe('http.server.request.start', count));
    const client = rawClient(t, port);
    const flood = post('x'.repeat(10_000));
    for (let sent = 0; sent < 3_000; sent++) client.write(flood);
    await until(() => received.length === 1);
    for (let turn = 0; turn < 50; turn++) {
      await rawExchange(t, port, 'GET /other HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    }
    assert.ok(parsed < 1_500, `${parsed} requests were parsed`);
    answerFirst(text(200, 'ok'));
    await until(() => received.length === 3_050);
  });

  it('is one of 200 at once', async (t) => {
    const { port, received, refused } = await listener(t);
    const clients = Array.from({ length: 200 }, () => rawClient(t, port));
    const halves = [0, 1];
    for (const half of halves) {
      const request = post('hello');
      const cut = request.length - 2;
      for (const client of clients) client.write(half === 0 ? request.slice(0, cut) : request.slice(cut));
    }
    const answers = await Promise.all(clients.map((client) => client.answers(1)));
    assert.ok(answers.every(([answer]) => answer?.body === 'got 5 bytes'));
    assert.equal(received.length, 200);
    assert.deepEqual(refused, []);
  });

  it('is shown as an IPv6 peer in brackets', async (t) => {
    const { server, received } = await listener(t, { host: '::1' });
    assert.equal(server.url, `http://[::1]:${server.port}`);
    assert.equal((await fetch(server.url)).status, 200);
    assert.match(received[0]?.peer ?? '', /^\[::1\]:\d+$/);
  });
});

describe('an answer', () => {
  const answering = (answer: Answer) => ({ handle: async () => answer });

  it('keeps the order, case and repeats of its headers; its framing is the server’s', async (t) => {
    const headers: [string, string][] = [
      ['x-b', '1'],
      ['Set-Cookie', 'a=1'],
      ['transfer-encoding', 'chunked'],
      ['content-length', '999'],
      ['Connection', 'upgrade'],
      ['Keep-Alive', 'timeout=900'],
      ['Set-Cookie', 'b=2'],
      ['X-Caf\xe9', 'no'].map((part) => part.replace('\xe9', 'e')) as [string, string],
      ['X-A', 'caf\xe9'],
    ];
    const { port } = await listener(t, answering({ status: 202, headers, body: Buffer.from([0, 255]) }));
    const client = rawClient(t, port);
    client.write(post('hi'));
    const [answer] = await client.answers(1);
    assert.equal(answer?.status, 202);
    assert.equal(answer?.body, '\x00\xff');
    const names = answer?.headers.map(([name]) => name);
    assert.deepEqual(names?.slice(0, 6), [
      'x-b',
      'Set-Cookie',
      'Set-Cookie',
      'X-Cafe',
      'X-A',
      'Content-Length',
    ]);
    assert.deepEqual(answer?.headers[4], ['X-A', 'caf\xe9']);
    assert.deepEqual(answer?.headers[5], ['Content-Length', '2']);
    assert.equal(names?.filter((name) => name === 'Date').length, 1);
    assert.ok(!names?.includes('transfer-encoding'));
  });

  it('to HEAD has the length but not the body', async (t) => {
    const { port } = await listener(t, answering(text(200, 'hello')));
    const answer = await rawExchange(t, port, 'HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    assert.match(answer, /\r\nContent-Length: 5\r\n[\s\S]*\r\n\r\n$/);
  });

  for (const status of [204, 304]) {
    it(`with ${status} has no body and no length`, async (t) => {
      const { port } = await listener(t, answering(text(status, 'hello')));
      const answer = await rawExchange(t, port, post('hi', 'Connection: close'));
      assert.ok(answer.startsWith(`HTTP/1.1 ${status} `) && answer.endsWith('\r\n\r\n'));
      assert.doesNotMatch(answer, /content-length|transfer-encoding/i);
    });
  }

  it('is 500 when the handler fails, and the server is told why', async (t) => {
    const failure = new Error('disk full');
    const { port, errors, refused } = await listener(t, { handle: () => Promise.reject(failure) });
    const client = rawClient(t, port);
    client.write(post('hi') + post('there'));
    const answers = await client.answers(2);
    assert.deepEqual(
      answers.map(({ status, body }) => [status, body]),
      Array(2).fill([500, 'the listener failed to handle this request\n']),
    );
    assert.deepEqual(errors, [failure, failure]);
    assert.deepEqual(refused, []);
  });

  for (const [what, answer] of [
    [
      'a line break in a header',
      { status: 200, headers: [['X', 'a\r\nSet-Cookie: b']], body: Buffer.alloc(0) },
    ],
    ['a header name that is none', { status: 200, headers: [['X Y', 'a']], body: Buffer.alloc(0) }],
    ['a character beyond Latin-1', { status: 200, headers: [['X', '\u2603']], body: Buffer.alloc(0) }],
    ['an interim status', { status: 101, headers: [], body: Buffer.alloc(0) }],
    ['no status', { status: Number.NaN, headers: [], body: Buffer.alloc(0) }],
  ] as [string, Answer][]) {
    it(`with ${what} becomes a 500`, async (t) => {
      const { port, errors } = await listener(t, answering(answer));
      const sent = await rawExchange(t, port, post('hi', 'Connection: close'));
      assert.match(sent, /^HTTP\/1\.1 500 [\s\S]*failed to handle this request\n$/);
      assert.doesNotMatch(sent, /Set-Cookie/);
      assert.equal(errors.length, 1);
    });
  }
});

describe('stopping', () => {
  it('lets the request under way finish, closes what rests, and takes no more', async (t) => {
    let answer = (_: Answer) => {};
    const { server, port, received, refused, until } = await listener(t, {
      handle: ({ target }) =>
        target === '/slow'
          ? new Promise<Answer>((resolve) => {
              answer = resolve;
            })
          : Promise.resolve(text(200, 'ok')),
    });
    const resting = rawClient(t, port);
    resting.write(post('hi'));
    await resting.answers(1);
    const silent = rawClient(t, port);
    await new Promise((resolve) => silent.socket.once('connect', resolve));
    const busy = rawClient(t, port);
    busy.write('POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n');
    await until(() => received.length === 2);

    const stopped = server.stop(60_000);
    await resting.end();
    assert.equal(await silent.end(), '');
    assert.equal(await rawExchange(t, port, post('late')), '');
    busy.write(post('also late'));
    answer(text(200, 'made it'));
    const [last, ...more] = parseAnswers(await busy.end());
    assert.equal(last?.body, 'made it');
    assert.ok(last?.headers.some(([name, value]) => name === 'Connection' && value === 'close'));
    assert.deepEqual(more, []);
    await stopped;
    await server.stop(60_000);
    assert.equal(received.length, 2);
    assert.deepEqual(refused, []);
  });

  it('cuts off what is still under way when the time is over; a second call may shorten it', async (t) => {
    const never = new Promise<Answer>(() => {});
    const { server, port, received, refused, until } = await listener(t, { handle: () => never });
    const handled = rawClient(t, port);
    handled.write(post('hi'));
    await until(() => received.length === 1);
    const halfSent = rawClient(t, port);
    halfSent.write(post('hi', 'Expect: 100-continue').slice(0, -1));
    await halfSent.arrival('100 Continue');
    const stopped = server.stop(60_000);
    await server.stop(0);
    await stopped;
    assert.equal(await handled.end(), '');
    assert.deepEqual(
      refused.map(({ reason, message, status }) => [reason, message, status]),
      [['connection-lost', 'the listener stopped before the request was complete', undefined]],
    );
  });
});

describe('starting', () => {
  const options = {
    host: '127.0.0.1',
    port: 0,
    maxBodyBytes: 1,
    newId: () => 'x',
    now: () => new Date(),
    handle: async () => text(200, ''),
    onRefused: () => {},
    onError: () => {},
  };

  it('says which port is in use and what to do', async (t) => {
    const { port } = await listener(t);
    await assert.rejects(startServer({ ...options, port }), {
      kind: 'port-unavailable',
      message: `port ${port} is in use`,
      why: /EADDRINUSE/,
      next: 'stop the other program, or choose another with --port; --port 0 picks a free one',
    });
  });

  it('says that the host is not an address of this machine', async () => {
    await assert.rejects(startServer({ ...options, host: '192.0.2.1' }), {
      kind: 'port-unavailable',
      message: '192.0.2.1 is not an address of this machine',
      next: /127\.0\.0\.1/,
    });
  });

  it('says that the port may not be opened', async (t) => {
    t.mock.method(net.Server.prototype, 'listen', function (this: http.Server) {
      process.nextTick(() =>
        this.emit('error', Object.assign(new Error('listen EACCES'), { code: 'EACCES' })),
      );
      return this;
    });
    await assert.rejects(startServer({ ...options, port: 80 }), {
      kind: 'port-unavailable',
      message: 'port 80 may not be opened by this user',
    });
  });

  for (const host of ['0.0.0.0', '::']) {
    it(`shows localhost for ${host}`, async (t) => {
      const { server } = await listener(t, { host });
      assert.equal(server.url, `http://localhost:${server.port}`);
      const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
        http.get({ host: '127.0.0.1', port: server.port, agent: false }, resolve).on('error', reject);
      });
      assert.equal(answer.resume().statusCode, 200);
    });
  }
});
