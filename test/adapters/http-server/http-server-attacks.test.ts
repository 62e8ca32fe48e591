import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { RefusedReason } from '../../../src/core/received.ts';
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

const END = '\r\n\r\n';

interface Attack {
  name: string;
  bytes: string | Uint8Array;
  status: number;
  reason: RefusedReason;
}

const malformed = (name: string, bytes: string | Uint8Array, status = 400): Attack => ({
  name,
  bytes,
  status,
  reason: 'malformed',
});

const ATTACKS: Attack[] = [
  malformed(
    'Content-Length, then Transfer-Encoding',
    `${withHeaders('Content-Length: 5', 'Transfer-Encoding: chunked')}0${END}`,
  ),
  malformed(
    'Transfer-Encoding, then Content-Length',
    `${withHeaders('Transfer-Encoding: chunked', 'Content-Length: 5')}0${END}`,
  ),
  malformed('two different Content-Lengths', `${withHeaders('Content-Length: 2', 'Content-Length: 3')}abc`),
  malformed('two equal Content-Lengths', `${withHeaders('Content-Length: 2', 'Content-Length: 2')}ab`),
  ...['2, 2', '+2', '-2', '0x2', '2 3', '2.0', '1e1', '', '\xb2', '99999999999999999999'].map((length) =>
    malformed(`Content-Length: ${JSON.stringify(length)}`, `${withHeaders(`Content-Length: ${length}`)}ab`),
  ),
  ...[
    'xchunked',
    'x chunked',
    'chunkedx',
    '"chunked"',
    'chunked, chunked',
    'chunked, identity',
    'gzip, chunked',
    'chunked;q=1',
    ',chunked',
    'chunked,',
    'identity',
    'gzip',
    '',
    '\x0bchunked',
    '\xa0chunked',
    '[chunked]',
  ].map((coding) =>
    malformed(
      `Transfer-Encoding: ${JSON.stringify(coding)}`,
      `${withHeaders(`Transfer-Encoding: ${coding}`)}0${END}`,
    ),
  ),
  malformed(
    'Transfer-Encoding twice',
    `${withHeaders('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')}0${END}`,
  ),
  malformed(
    'Transfer-Encoding chunked, then identity',
    `${withHeaders('Transfer-Encoding: chunked', 'Transfer-Encoding: identity')}0${END}`,
  ),
  malformed(
    'Transfer-Encoding identity, then chunked',
    `${withHeaders('Transfer-Encoding: identity', 'Transfer-Encoding: chunked')}0${END}`,
  ),
  malformed(
    'Transfer-Encoding in HTTP/1.0',
    `${request('POST / HTTP/1.0', 'Transfer-Encoding: chunked')}0${END}`,
  ),
  malformed('space before the colon', `${withHeaders('Content-Length : 2')}ab`),
  malformed('tab before the colon', `${withHeaders('Content-Length\t: 2')}ab`),
  malformed('space before the first header', request('POST / HTTP/1.1', ' Host: a')),
  malformed('a folded header', withHeaders('X-Long: a', ' b', 'Content-Length: 0')),
  malformed('a folded Transfer-Encoding', `${withHeaders('Transfer-Encoding:', ' chunked')}0${END}`),
  malformed('bare LF everywhere', 'POST / HTTP/1.1\nHost: a\nContent-Length: 0\n\n'),
  malformed('bare LF after a header', 'POST / HTTP/1.1\r\nHost: a\nContent-Length: 0\r\n\r\n'),
  malformed('bare LF for the empty line', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\n'),
  malformed('bare CR in a header', withHeaders('X-Note: a\rContent-Length: 9', 'Content-Length: 0')),
  malformed('CR LF CR for the empty line', 'POST / HTTP/1.1\r\nHost: a\r\n\rContent-Length: 0\r\n\r\n'),
  ...['\x00', '\x01', '\x08', '\x1b', '\x7f'].map((character) =>
    malformed(
      `${JSON.stringify(character)} in a header`,
      withHeaders(`X-Note: a${character}b`, 'Content-Length: 0'),
    ),
  ),
  malformed('NUL in a header name', withHeaders('X\x00: a', 'Content-Length: 0')),
  malformed('a header without a colon', withHeaders('nonsense', 'Content-Length: 0')),
  malformed('a header without a name', withHeaders(': a', 'Content-Length: 0')),
  malformed('no Host', request('POST / HTTP/1.1', 'Content-Length: 0')),
  malformed('two Hosts', withHeaders('Host: b', 'Content-Length: 0')),
  ...['a b', 'a/b', 'user@a', 'a"b', 'a\\b', '<a>'].map((host) =>
    malformed(`Host: ${host}`, request('POST / HTTP/1.1', `Host: ${host}`, 'Content-Length: 0')),
  ),
  ...['zz', '', '-1', '+1', '0x2', '2 ', ' 2', '2\t', 'fffffffffffffffff'].map((size) =>
    malformed(`chunk size ${JSON.stringify(size)}`, `${CHUNKED}${size}\r\nab\r\n0${END}`),
  ),
  malformed('a chunk longer than its size', `${CHUNKED}1\r\nab\r\n0${END}`),
  malformed('bare LF after a chunk size', `${CHUNKED}2\nab\r\n0${END}`),
  malformed('bare LF after a chunk', `${CHUNKED}2\r\nab\n0${END}`),
  malformed('bare LF in a chunk extension', `${CHUNKED}2;a\nab\r\n0${END}`),
  malformed('bare CR in a chunk extension', `${CHUNKED}2;a\rb\r\nab\r\n0${END}`),
  malformed('endless chunk extensions', `${CHUNKED}2;${'a'.repeat(20_000)}\r\nab\r\n0${END}`),
  malformed('Content-Length as a trailer', `${CHUNKED}2\r\nab\r\n0\r\nContent-Length: 5${END}`),
  malformed('a method that is none', request('BREW / HTTP/1.1', 'Host: a')),
  malformed('a method in lower case', request('post / HTTP/1.1', 'Host: a')),
  malformed('a space in the target', request('GET /a b HTTP/1.1', 'Host: a')),
  malformed('a control character in the target', request('GET /\x1b[2J HTTP/1.1', 'Host: a')),
  malformed('no HTTP version', 'GET /\r\n\r\n', 505),
  malformed('HTTP/0.9', request('GET / HTTP/0.9', 'Host: a'), 505),
  malformed('HTTP/2.0 in the words of HTTP/1', request('GET / HTTP/2.0', 'Host: a'), 505),
  malformed('HTTP/1.2', request('GET / HTTP/1.2', 'Host: a')),
  malformed('HTTP/11', request('GET / HTTP/11', 'Host: a')),
  malformed('HTTP/2', `PRI * HTTP/2.0${END}SM${END}`),
  malformed('TLS', Buffer.from('16030100c2010000be0303', 'hex')),
  malformed('SSH', 'SSH-2.0-OpenSSH_9.6\r\n'),
  malformed(
    'noise',
    Uint8Array.from({ length: 4096 }, (_, index) => (index * 167 + 3) % 256),
  ),
  malformed('CONNECT', `${request('CONNECT bank.example:443 HTTP/1.1', 'Host: bank.example:443')}hello`, 405),
  {
    name: 'a large header',
    bytes: withHeaders(`X-Big: ${'a'.repeat(40_000)}`),
    status: 431,
    reason: 'headers-too-large',
  },
  {
    name: 'a long target',
    bytes: request(`GET /${'a'.repeat(40_000)} HTTP/1.1`, 'Host: a'),
    status: 431,
    reason: 'headers-too-large',
  },
  {
    name: 'a header that never ends',
    bytes: `POST / HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(20_000)}`,
    status: 431,
    reason: 'headers-too-large',
  },
  {
    name: '201 headers',
    bytes: withHeaders(...Array(200).fill('X: y')),
    status: 431,
    reason: 'headers-too-large',
  },
  {
    name: 'large trailers',
    bytes: `${CHUNKED}0\r\nX: ${'a'.repeat(40_000)}${END}`,
    status: 431,
    reason: 'headers-too-large',
  },
  {
    name: 'a Content-Length over the limit',
    bytes: withHeaders('Content-Length: 65537'),
    status: 413,
    reason: 'body-too-large',
  },
  {
    name: 'a Content-Length of 8 EB',
    bytes: withHeaders('Content-Length: 9223372036854775807'),
    status: 413,
    reason: 'body-too-large',
  },
  {
    name: 'a Content-Length over the limit and "100-continue"',
    bytes: withHeaders('Content-Length: 65537', 'Expect: 100-continue'),
    status: 413,
    reason: 'body-too-large',
  },
  {
    name: 'a chunk over the limit',
    bytes: `${CHUNKED}10001\r\n${'a'.repeat(65_537)}`,
    status: 413,
    reason: 'body-too-large',
  },
  {
    name: 'many chunks over the limit',
    bytes: CHUNKED + `1000\r\n${'a'.repeat(4096)}\r\n`.repeat(17),
    status: 413,
    reason: 'body-too-large',
  },
];

describe('a hostile request', () => {
  for (const { name, bytes, status, reason } of ATTACKS) {
    it(`is refused with ${status}: ${name}`, async (t) => {
      const server = await listener(t);
      const client = rawClient(t, server.port);
      client.write(bytes);
      const answers = await client.answers(1);
      assert.deepEqual(
        answers.map((answer) => answer.status),
        [status],
      );
      client.socket.end();
      assert.equal(parseAnswers(await client.end()).length, 1);
      assert.deepEqual(
        server.refused.map((refused) => [refused.reason, refused.status]),
        [[reason, status]],
      );
      assert.match(server.refused[0]?.message ?? '', /^[\x20-\x7e]+$/);
      assert.match(server.refused[0]?.peer ?? '', /^127\.0\.0\.1:\d+$/);
      assert.deepEqual(server.received, []);
      assert.deepEqual(server.errors, []);
      await assertStillServes(t, server);
    });

    it(`is refused with ${status} when it comes byte by byte behind a good one: ${name}`, async (t) => {
      const server = await listener(t);
      const client = rawClient(t, server.port);
      client.socket.setNoDelay(true);
      client.write(post('good'));
      const hostile = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
      const step = Math.max(1, Math.ceil(hostile.length / 200));
      for (let at = 0; at < hostile.length; at += step) {
        client.write(hostile.subarray(at, at + step));
        await new Promise((resolve) => setImmediate(resolve));
      }
      const answers = await client.answers(2);
      assert.deepEqual(
        answers.map((answer) => answer.status),
        [200, status],
      );
      await server.until(() => server.refused.length > 0);
      assert.deepEqual(
        server.refused.map((refused) => [refused.reason, refused.status]),
        [[reason, status]],
      );
      assert.equal(server.received.length, 1);
    });
  }

  it('says what is wrong in words a person understands', async (t) => {
    const server = await listener(t);
    const answer = await rawExchangeAndEnd(t, server.port, Buffer.from('16030100c2010000be0303', 'hex'));
    assert.match(
      answer,
      /the client speaks TLS; the listener speaks plain HTTP, so its URL begins with http:\/\/\n$/,
    );
  });

  it('has its own bytes nowhere in what is reported or answered', async (t) => {
    const server = await listener(t);
    for (const bytes of [
      '\x1b[31mEVIL / HTTP/1.1\r\n\r\n',
      withHeaders('EVIL\x1b[31m: 1'),
      `${CHUNKED}EVIL\r\n`,
    ]) {
      assert.doesNotMatch(await rawExchangeAndEnd(t, server.port, bytes), /EVIL|\x1b/);
    }
    assert.equal(server.refused.length, 3);
    assert.doesNotMatch(JSON.stringify(server.refused), /EVIL|u001b/);
  });

  it('gets no body in the answer to HEAD', async (t) => {
    const server = await listener(t);
    const answer = await rawExchangeAndEnd(t, server.port, 'HEAD / HTTP/1.1\r\n\r\n');
    assert.match(answer, /^HTTP\/1\.1 400 [\s\S]*\r\n\r\n$/);
  });

  it('waits for its turn behind requests that are still handled', async (t) => {
    let answerGood = () => {};
    const good = new Promise<void>((resolve) => {
      answerGood = resolve;
    });
    const server = await listener(t, {
      handle: async ({ target }) => {
        await good;
        return text(200, target);
      },
    });
    const client = rawClient(t, server.port);
    client.write(
      `${request('GET /1 HTTP/1.1', 'Host: a')}${request('GET /2 HTTP/1.1', 'Host: a')}EVIL${END}`,
    );
    await server.until(() => server.received.length === 1);
    answerGood();
    const answers = await client.answers(3);
    assert.deepEqual(
      answers.map(({ status, body }) => [status, body.slice(0, 2)]),
      [
        [200, '/1'],
        [200, '/2'],
        [400, 'th'],
      ],
    );
    assert.equal(server.refused.length, 1);
  });

  it('does not hide a good one that it follows after "Connection: close"', async (t) => {
    const server = await listener(t);
    const sent = await rawExchange(t, server.port, post('hi', 'Connection: close') + post('smuggled'));
    assert.deepEqual(
      parseAnswers(sent).map(({ body }) => body),
      ['got 2 bytes'],
    );
    await server.until(() => server.refused.length === 1);
    assert.deepEqual([server.refused[0]?.reason, server.refused[0]?.status], ['malformed', undefined]);
    assert.equal(server.received.length, 1);
  });
});

/** Closes the client's side once the answer is there, so that nothing waits for the lingering server. */
async function rawExchangeAndEnd(t: TestContext, port: number, bytes: string | Uint8Array): Promise<string> {
  const client = rawClient(t, port);
  client.write(bytes);
  await client.arrival(END);
  client.socket.end();
  return client.end();
}

describe('a body over the limit', () => {
  it('is refused before it is sent, without a "100 Continue"', async (t) => {
    const server = await listener(t);
    const bytes = withHeaders('Content-Length: 70000', 'Expect: 100-continue');
    assert.match(await rawExchangeAndEnd(t, server.port, bytes), /^HTTP\/1\.1 413 Payload Too Large\r\n/);
  });

  it('does not keep its client from reading the answer while it still sends', async (t) => {
    const server = await listener(t, { maxBodyBytes: 1000, limits: { lingerMs: 60_000 } });
    const client = rawClient(t, server.port);
    client.write(withHeaders('Content-Length: 20000000'));
    client.write(Buffer.alloc(20_000_000));
    client.socket.end();
    assert.match(await client.end(), /^HTTP\/1\.1 413 [\s\S]*larger than 1000 bytes\n$/);
    assert.equal(client.socket.errored, null);
    assert.equal(server.refused.length, 1);
  });

  it('is not read forever', async (t) => {
    const server = await listener(t, { maxBodyBytes: 1000, limits: { lingerMs: 50 } });
    const client = rawClient(t, server.port, { goesOn: true });
    client.write(CHUNKED);
    const chunk = Buffer.from(`4000\r\n${'a'.repeat(0x4000)}\r\n`);
    const pour = () => {
      while (!client.socket.destroyed && client.socket.write(chunk));
    };
    client.socket.on('drain', pour);
    pour();
    assert.match(await client.end(), /^HTTP\/1\.1 413 /);
    await assertStillServes(t, server);
  });

  it('that is only claimed takes no memory', async (t) => {
    const server = await listener(t, { maxBodyBytes: 2 ** 40 });
    const before = process.memoryUsage();
    const clients = Array.from({ length: 100 }, () => rawClient(t, server.port));
    for (const client of clients) {
      client.write(withHeaders('Content-Length: 1000000000', 'Expect: 100-continue'));
      client.write('a');
    }
    await Promise.all(clients.map((client) => client.arrival('100 Continue')));
    const after = process.memoryUsage();
    assert.ok(after.arrayBuffers - before.arrayBuffers < 50_000_000);
  });
});
