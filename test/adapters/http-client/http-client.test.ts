import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { HooksError } from '../../../src/core/errors.ts';
import { answered, CLIENTS, deliverOnce, post } from '../../helpers/http-clients.ts';
import { NO_IPV6, rawServer, tcpServer } from '../../helpers/raw-server.ts';

const MIB = 1024 * 1024;
const NO_CONTENT = 'HTTP/1.1 204 No Content\r\n\r\n';
const binary = Uint8Array.from({ length: 256 }, (_, byte) => byte);

const REQUESTS = [
  { name: 'a POST', request: {} },
  { name: 'an empty POST', request: { body: new Uint8Array() } },
  { name: 'a body of all byte values', request: { body: binary } },
  { name: 'a body that is part of a larger buffer', request: { body: binary.subarray(7, 19) } },
  { name: 'a body of 3 MiB', request: { body: Buffer.alloc(3 * MIB, 'payment ') } },
  { name: 'PUT', request: { method: 'PUT' } },
  { name: 'PATCH', request: { method: 'PATCH' } },
  { name: 'a method in lower case', request: { method: 'post' } },
  { name: 'DELETE without a body', request: { method: 'DELETE', body: new Uint8Array() } },
  { name: 'DELETE with a body', request: { method: 'DELETE' } },
  { name: 'GET', request: { method: 'GET', body: new Uint8Array() } },
  { name: 'GET with a body', request: { method: 'GET' } },
  { name: 'HEAD', request: { method: 'HEAD', body: new Uint8Array() } },
  { name: 'OPTIONS', request: { method: 'OPTIONS', body: new Uint8Array() } },
  { name: 'an unusual method with a body', request: { method: 'LINK' } },
  { name: 'no headers', request: { headers: [] } },
  {
    name: 'repeated headers, in order and in their own case',
    request: {
      headers: [
        ['X-Signature', 'v1'],
        ['x-request-ID', '7'],
        ['x-signature', 'v2'],
        ['X-Signature', 'v3'],
        ['10', 'a number'],
      ] as const,
    },
  },
  {
    name: 'empty, padded, quoted and Latin-1 values',
    request: {
      headers: [
        ['X-Empty', ''],
        ['X-Padded', ' a\tb '],
        ['X-Quoted', '"\\"'],
        ['X-Name', 'Zoë'],
      ] as const,
    },
  },
  { name: 'a Host of its own', request: { headers: [['HOST', 'receiver.example:8443']] as const } },
  { name: 'Connection: close', request: { headers: [['Connection', 'close']] as const } },
  {
    name: 'headers that libraries like to add',
    request: {
      headers: [
        ['Accept', '*/*'],
        ['User-Agent', 'Acme/1.0'],
        ['Accept-Encoding', 'gzip'],
        ['Date', 'today'],
      ] as const,
    },
  },
];

describe('the HTTP clients', () => {
  for (const { name, request } of REQUESTS) {
    it(`put the same bytes on the wire: ${name}`, async (t) => {
      const { url, requests } = await rawServer(t, (socket) => socket.write(NO_CONTENT));
      for (const { create } of CLIENTS) {
        answered(await deliverOnce(t, create, { url: `${url}/webhooks/a%20b?from=test`, ...request }));
      }
      assert.equal(requests.length, 2);
      assert.deepEqual(requests[0], requests[1]);
    });
  }
});

for (const { name, create } of CLIENTS) {
  describe(name, () => {
    it('writes host and connection first, then the headers as given, then the length of the body', async (t) => {
      const { url, port, requests } = await rawServer(t, (socket) => socket.write(NO_CONTENT));
      const headers = [
        ['X-B', '1'],
        ['x-a', '2'],
        ['x-b', '3'],
      ] as const;
      await deliverOnce(t, create, { url: `${url}/hooks?a=b#fragment`, headers });
      assert.equal(
        String(requests[0]),
        `POST /hooks?a=b HTTP/1.1\r\nhost: localhost:${port}\r\nconnection: keep-alive\r\n` +
          'X-B: 1\r\nx-a: 2\r\nx-b: 3\r\ncontent-length: 13\r\n\r\n{"paid":true}',
      );
    });

    it('gives the answer as it came', async (t) => {
      const head = 'HTTP/1.1 418 I am a teapot\r\nX-A: 1\r\nSet-Cookie: a\r\nx-a:  2 \r\nset-cookie: b\r\n';
      const { url } = await rawServer(t, (socket) =>
        socket.write(`${head}Content-Length: 5\r\n\r\nh\xe9llo`, 'latin1'),
      );
      const answer = answered(await deliverOnce(t, create, { url }));
      assert.equal(answer.status, 418);
      assert.equal(answer.statusText, 'I am a teapot');
      assert.deepEqual(answer.headers, [
        ['X-A', '1'],
        ['Set-Cookie', 'a'],
        ['x-a', '2'],
        ['set-cookie', 'b'],
        ['Content-Length', '5'],
      ]);
      assert.deepEqual(Buffer.from(answer.body), Buffer.from('h\xe9llo', 'latin1'));
      assert.equal(answer.bodyTruncated, false);
      assert.ok(answer.firstByteMs > 0 && answer.firstByteMs <= answer.durationMs);
    });

    it('reads chunked bodies, and bodies that end with the connection', async (t) => {
      const answers = [
        'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nho\r\n3\r\noks\r\n0\r\n\r\n',
        'HTTP/1.0 200 OK\r\n\r\nhooks',
      ];
      for (const answer of answers) {
        const { url } = await rawServer(t, (socket) => socket.end(answer));
        assert.equal(String(Buffer.from(answered(await deliverOnce(t, create, { url })).body)), 'hooks');
      }
    });

    it('does not follow a redirect', async (t) => {
      const { url, requests } = await rawServer(t, (socket) =>
        socket.write('HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n'),
      );
      assert.equal(answered(await deliverOnce(t, create, { url })).status, 307);
      assert.equal(requests.length, 1);
    });

    it('skips interim answers', async (t) => {
      const interim = 'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
      const { url } = await rawServer(t, (socket) => socket.write(interim + NO_CONTENT));
      const answer = answered(await deliverOnce(t, create, { url }));
      assert.equal(answer.status, 204);
      assert.deepEqual(answer.headers, []);
    });

    it('reads the answer up to a cap and abandons the rest', async (t) => {
      const { url, sockets } = await rawServer(t, (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${64 * MIB}\r\n\r\n`);
        socket.write(Buffer.alloc(MIB + 1000, 'x'));
      });
      const answer = answered(await deliverOnce(t, create, { url }));
      assert.equal(answer.body.byteLength, MIB);
      assert.equal(answer.bodyTruncated, true);
      const [socket] = sockets;
      assert.ok(socket);
      if (!socket.closed) await once(socket, 'close');
    });

    it('does not call a body of just the cap truncated', async (t) => {
      const { url } = await rawServer(t, (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${MIB}\r\n\r\n`);
        socket.write(Buffer.alloc(MIB, 'x'));
      });
      const answer = answered(await deliverOnce(t, create, { url }));
      assert.equal(answer.body.byteLength, MIB);
      assert.equal(answer.bodyTruncated, false);
    });

    it('reports an answer that comes, with the end of the connection, before the body is sent', async (t) => {
      const { port } = await tcpServer(t, (socket) => {
        socket.once('data', () => {
          socket.pause();
          socket.end('HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbig!');
          socket.once('finish', () => socket.destroy());
        });
      });
      const body = Buffer.alloc(16 * MIB);
      const answer = answered(await deliverOnce(t, create, { url: `http://localhost:${port}`, body }));
      assert.equal(answer.status, 413);
      assert.equal(String(Buffer.from(answer.body)), 'big!');
    });

    it('finds a receiver on localhost that listens on one IP version only', { skip: NO_IPV6 }, async (t) => {
      for (const host of ['127.0.0.1', '::1']) {
        const { port } = await rawServer(t, (socket) => socket.write(NO_CONTENT), host);
        for (const name of ['localhost', 'app.localhost']) {
          const answer = await deliverOnce(t, create, { url: `http://${name}:${port}` });
          assert.equal(answered(answer).status, 204, `${name} at ${host}`);
        }
      }
    });

    it('takes an IPv6 address', { skip: NO_IPV6 }, async (t) => {
      const { port, requests } = await rawServer(t, (socket) => socket.write(NO_CONTENT), '::1');
      assert.equal(answered(await deliverOnce(t, create, { url: `http://[::1]:${port}/` })).status, 204);
      assert.match(String(requests[0]), new RegExp(`^host: \\[::1\\]:${port}\\r$`, 'm'));
    });

    it('lets the process end at once', { timeout: 60_000 }, async (t) => {
      const { url } = await rawServer(t, (socket) => socket.write(NO_CONTENT));
      const file = name === 'createHttpClient' ? 'http-client' : 'bulk-client';
      const script = `
        import { ${name} } from ${JSON.stringify(new URL(`../../../src/adapters/http-client/${file}.js`, import.meta.url).href)};
        const request = { method: 'POST', url: process.argv[1], headers: [], body: new Uint8Array(3) };
        const result = await ${name}({}).deliver(request, { timeoutMs: 3_600_000, signal: new AbortController().signal });
        process.stdout.write(String(result.status));`;
      const { stdout } = await promisify(execFile)(process.execPath, [
        '--input-type=module',
        '-e',
        script,
        url,
      ]);
      assert.equal(stdout, '204');
    });

    const UNSENDABLE = [
      { headers: [['X-Note', 'a\r\nX-Admin: hunter2']], says: /header 'X-Note' cannot be sent/ },
      { headers: [['X-Note', 'hunter2\u0000']], says: /header 'X-Note' cannot be sent/ },
      { headers: [['X-Note', 'hunter2 \u20ac']], says: /header 'X-Note' cannot be sent/ },
      { headers: [['X Note', 'hunter2']], says: /"X Note" is not a header name/ },
      { headers: [['X\nNote', 'hunter2']], says: /"X\\nNote" is not a header name/ },
      { headers: [['', 'hunter2']], says: /"" is not a header name/ },
      { headers: [['Content-Length', '5']], says: /header 'Content-Length' cannot be set/ },
      { headers: [['transfer-encoding', 'chunked']], says: /header 'transfer-encoding' cannot be set/ },
      { headers: [['Expect', '100-continue']], says: /header 'Expect' cannot be set/ },
      { headers: [['Upgrade', 'websocket']], says: /header 'Upgrade' cannot be set/ },
      { headers: [['Connection', 'upgrade']], says: /header 'Connection' cannot be set/ },
      {
        headers: [
          ['Host', 'a.example'],
          ['host', 'b.example'],
        ],
        says: /header 'host' cannot be set/,
      },
      { method: 'CONNECT', says: /"CONNECT" is not a method/ },
      { method: 'PO ST', says: /"PO ST" is not a method/ },
      { method: 'LINK', body: new Uint8Array(), says: /LINK cannot be sent without a body/ },
    ] as const;

    for (const { says, ...request } of UNSENDABLE) {
      it(`refuses to send what cannot be sent: ${says.source}`, async (t) => {
        const attempt = deliverOnce(t, create, { url: 'http://localhost:1', ...request });
        await assert.rejects(attempt, (error) => {
          assert.ok(error instanceof HooksError);
          assert.equal(error.kind, 'usage');
          assert.match(error.message, says);
          assert.doesNotMatch(`${error.message}${error.why}${error.next}`, /hunter2/);
          return true;
        });
      });
    }
  });
}

describe('createHttpClient', () => {
  it('skips an unasked 100 Continue', async (t) => {
    const { url } = await rawServer(t, (socket) =>
      socket.write(`HTTP/1.1 100 Continue\r\n\r\n${NO_CONTENT}`),
    );
    assert.equal(answered(await deliverOnce(t, CLIENTS[0].create, { url })).status, 204);
  });
});

describe('createBulkClient', () => {
  const { create } = CLIENTS[1];
  const options = { timeoutMs: 30_000 };

  it('keeps its connections, and no more than it is allowed', async (t) => {
    const { url, sockets, requests } = await rawServer(t, (socket) => socket.write(NO_CONTENT));
    const client = create({ connections: 2 });
    t.after(() => client.close());
    const results = await Promise.all(
      Array.from({ length: 40 }, () => client.deliver(post({ url }), options)),
    );
    assert.ok(results.every((result) => answered(result).status === 204));
    assert.equal(requests.length, 40);
    assert.equal(sockets.length, 2);
  });

  it('gives up waiting for a free connection, and goes on with the next delivery on the same one', async (t) => {
    let release: (() => void) | undefined;
    const { url, sockets } = await rawServer(t, (socket) => {
      if (release) socket.write(NO_CONTENT);
      else release = () => socket.write(NO_CONTENT);
    });
    const client = create({ connections: 1 });
    t.after(() => client.close());
    const held = client.deliver(post({ url }), options);
    const expired = await client.deliver(post({ url }), { timeoutMs: 50 });
    assert.equal(expired.kind === 'failed' && expired.reason, 'timeout');
    assert.match(
      expired.kind === 'failed' ? expired.message : '',
      /^no connection to .* came free within 50 ms$/,
    );
    release?.();
    assert.equal(answered(await held).status, 204);
    assert.equal(answered(await client.deliver(post({ url }), options)).status, 204);
    assert.equal(sockets.length, 1);
  });

  it('ends what is under way when it is closed', async (t) => {
    const client = create({});
    const { url } = await rawServer(t, () => void client.close());
    const result = await client.deliver(post({ url }), options);
    assert.equal(result.kind === 'failed' && result.reason, 'cancelled');
  });
});
