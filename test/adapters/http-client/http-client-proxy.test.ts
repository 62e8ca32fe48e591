import assert from 'node:assert/strict';
import { createServer, request as forwardRequest } from 'node:http';
import { connect } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { HooksError } from '../../../src/core/errors.ts';
import { answered, CLIENTS, deliverOnce, failed, tlsFile, tlsServer } from '../../helpers/http-clients.ts';
import { listen, rawServer } from '../../helpers/raw-server.ts';

const CREDENTIALS = `Basic ${Buffer.from('ada:s3cr3t@').toString('base64')}`;

interface TestProxy {
  /** With the credentials that it asks for. */
  url: string;
  port: number;
  /** First line of each request. */
  asked: string[];
}

/** A proxy that forwards plain requests and opens tunnels, for those with the right credentials. */
async function proxyServer(t: TestContext, refusal?: number): Promise<TestProxy> {
  const asked: string[] = [];
  const check = (headers: NodeJS.Dict<string | string[]>) =>
    headers['proxy-authorization'] === CREDENTIALS ? refusal : 407;
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const status = check(request.headers);
    if (status !== undefined) {
      response.writeHead(status).end();
      return;
    }
    const { 'proxy-authorization': _, ...headers } = request.headers;
    const onward = forwardRequest(request.url ?? '', { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end());
    request.pipe(onward);
  });
  server.on('connect', (request, socket) => {
    asked.push(`${request.method} ${request.url}`);
    socket.on('error', () => {});
    const status = check(request.headers);
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${request.url}`);
    const onward = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    t.after(() => onward.destroy());
  });
  t.after(() => server.closeAllConnections());
  const port = await listen(t, server);
  return { url: `http://ada:s3cr3t%40@localhost:${port}`, port, asked };
}

for (const { name, create } of CLIENTS) {
  describe(`${name} through a proxy`, () => {
    it('hands a plain request to the proxy, as it would have gone to the endpoint', async (t) => {
      const proxy = await rawServer(t, (socket) => socket.write('HTTP/1.1 204 No Content\r\n\r\n'));
      const headers = [
        ['X-B', '1'],
        ['x-a', '2'],
        ['x-b', '3'],
      ] as const;
      const url = 'http://receiver.example:8080/hooks?a=b';
      const options = { proxy: `http://ada:s3cr3t%40@localhost:${proxy.port}` };
      assert.equal(answered(await deliverOnce(t, create, { url, headers }, options)).status, 204);
      assert.equal(
        String(proxy.requests[0]),
        'POST http://receiver.example:8080/hooks?a=b HTTP/1.1\r\nhost: receiver.example:8080\r\n' +
          `connection: keep-alive\r\nproxy-authorization: ${CREDENTIALS}\r\n` +
          'X-B: 1\r\nx-a: 2\r\nx-b: 3\r\ncontent-length: 13\r\n\r\n{"paid":true}',
      );
    });

    it('reaches an http endpoint', async (t) => {
      const proxy = await proxyServer(t);
      const endpoint = await rawServer(t, (socket) =>
        socket.end('HTTP/1.1 202 Accepted\r\nX-A: 1\r\n\r\nok'),
      );
      const url = `http://127.0.0.1:${endpoint.port}/hooks`;
      const answer = answered(await deliverOnce(t, create, { url }, { proxy: proxy.url }));
      assert.equal(answer.status, 202);
      assert.equal(String(Buffer.from(answer.body)), 'ok');
      assert.deepEqual(proxy.asked, [`POST ${url}`]);
      assert.doesNotMatch(String(endpoint.requests[0]), /proxy-authorization/i);
    });

    it('reaches an https endpoint through a tunnel, and checks its certificate', async (t) => {
      const proxy = await proxyServer(t);
      let seen: unknown;
      const port = await tlsServer(t, 'localhost', (request, response) => {
        seen = request.rawHeaders.slice(0, 6);
        response.end('safe');
      });
      const url = `https://127.0.0.1:${port}/hooks`;
      const untrusted = failed(await deliverOnce(t, create, { url }, { proxy: proxy.url }));
      assert.equal(untrusted.reason, 'tls');
      assert.match(untrusted.message, /certificate of 127\.0\.0\.1:\d+ is self-signed/);
      const ca = tlsFile('localhost-cert.pem');
      const answer = answered(await deliverOnce(t, create, { url }, { proxy: proxy.url, ca }));
      assert.equal(String(Buffer.from(answer.body)), 'safe');
      const framing = ['host', `127.0.0.1:${port}`, 'connection', 'keep-alive'];
      assert.deepEqual(seen, [...framing, 'Content-Type', 'application/json']);
      assert.deepEqual(proxy.asked, [`CONNECT 127.0.0.1:${port}`, `CONNECT 127.0.0.1:${port}`]);
    });

    it('takes a proxy that itself speaks TLS', async (t) => {
      const port = await tlsServer(t, 'localhost', (request, response) => {
        response.writeHead(202).end(request.url);
      });
      const options = { proxy: `https://localhost:${port}`, ca: tlsFile('localhost-cert.pem') };
      const url = 'http://receiver.example/hooks';
      const answer = answered(await deliverOnce(t, create, { url }, options));
      assert.equal(String(Buffer.from(answer.body)), url);
      const untrusted = failed(
        await deliverOnce(t, create, { url }, { ...options, ca: tlsFile('other-cert.pem') }),
      );
      assert.equal(untrusted.reason, 'proxy');
      assert.match(untrusted.message, /self-signed/);
    });

    for (const url of ['http://receiver.example/hooks', 'https://receiver.example/hooks']) {
      const { protocol } = new URL(url);

      it(`tells when the proxy asks for credentials (${protocol})`, async (t) => {
        const { port } = await proxyServer(t);
        const options = { proxy: `http://ada:wrong@localhost:${port}` };
        const result = failed(await deliverOnce(t, create, { url }, options));
        assert.equal(result.reason, 'proxy');
        assert.equal(result.message, `the proxy localhost:${port} asks for credentials (407)`);
        assert.doesNotMatch(JSON.stringify(result), /wrong/);
      });

      it(`tells when nothing listens at the proxy (${protocol})`, async (t) => {
        const options = { proxy: 'http://ada:s3cr3t@localhost:1' };
        const result = failed(await deliverOnce(t, create, { url }, options));
        assert.equal(result.reason, 'proxy');
        assert.match(result.message, /^the proxy localhost:1 cannot be used: nothing listens on port 1/);
        assert.ok(result.tried.includes('127.0.0.1:1'));
        assert.doesNotMatch(JSON.stringify(result), /s3cr3t/);
      });

      it(`does not wait longer for the proxy than for the endpoint (${protocol})`, async (t) => {
        const { port } = await rawServer(t, () => {});
        const options = { proxy: `localhost:${port}`, timeoutMs: 80 };
        assert.equal(failed(await deliverOnce(t, create, { url }, options)).reason, 'timeout');
      });
    }

    it('tells when the proxy refuses to connect', async (t) => {
      const proxy = await proxyServer(t, 403);
      const url = 'https://receiver.example/hooks';
      const result = failed(await deliverOnce(t, create, { url }, { proxy: proxy.url }));
      assert.equal(result.reason, 'proxy');
      const { host } = new URL(proxy.url);
      assert.equal(result.message, `the proxy ${host} refuses to connect to receiver.example (403)`);
      assert.deepEqual(proxy.asked, ['CONNECT receiver.example:443']);
    });

    for (const proxy of ['socks5://ada:s3cr3t@localhost:1080', 'http://ada:s3cr3t@:80:80']) {
      it(`refuses ${proxy} as a proxy, without showing it`, async (t) => {
        const attempt = async () => deliverOnce(t, create, { url: 'http://receiver.example' }, { proxy });
        await assert.rejects(attempt, (error) => {
          assert.ok(error instanceof HooksError);
          assert.equal(error.kind, 'usage');
          assert.doesNotMatch(`${error.message}${error.why}${error.next}`, /s3cr3t/);
          return true;
        });
      });
    }
  });
}
