import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { HooksError } from '../../../src/core/errors.ts';
import {
  answered,
  CLIENTS,
  deliverOnce,
  failed,
  post,
  tlsFile,
  tlsPath,
  tlsServer,
} from '../../helpers/http-clients.ts';
import { listen, NO_IPV6, rawServer, tcpServer } from '../../helpers/raw-server.ts';

/** A port on which nothing listens: it was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

const answering = (answer: (socket: Socket) => void) => async (t: TestContext) =>
  (await rawServer(t, answer)).url;
const HALF = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf';

const BROKEN = [
  {
    name: 'a host name without an address',
    url: async () => 'http://receiver.invalid/',
    reason: 'dns',
    says: /receiver\.invalid/,
  },
  {
    name: 'no answer in time',
    url: answering(() => {}),
    timeoutMs: 80,
    reason: 'timeout',
    says: /^no answer from localhost:\d+ within 80 ms$/,
  },
  {
    name: 'an answer that stops half-way',
    url: answering((socket) => socket.write(HALF)),
    timeoutMs: 300,
    reason: 'timeout',
    says: /not complete within 300 ms \(status 200\)$/,
  },
  {
    name: 'a TLS handshake that nobody answers',
    url: async (t: TestContext) => `https://localhost:${(await tcpServer(t, () => {})).port}`,
    timeoutMs: 80,
    reason: 'timeout',
    says: /^no TLS connection to localhost:\d+ within 80 ms$/,
  },
  {
    name: 'a connection that is reset',
    url: answering((socket) => socket.resetAndDestroy()),
    reason: 'reset',
    says: /closed the connection without an answer$/,
  },
  {
    name: 'a connection that is closed without an answer',
    url: answering((socket) => socket.end()),
    reason: 'reset',
    says: /closed the connection without an answer$/,
  },
  {
    name: 'a connection that is closed half-way through the answer',
    url: answering((socket) => socket.end(HALF)),
    reason: 'reset',
    says: /closed the connection before its answer was complete \(status 200\)$/,
  },
  {
    name: 'a connection that is closed during the TLS handshake',
    url: async (t: TestContext) => `https://localhost:${(await tcpServer(t, (socket) => socket.end())).port}`,
    reason: 'tls',
    says: /closed the connection during the TLS handshake$/,
  },
  {
    name: 'an answer that is not HTTP',
    url: answering((socket) => socket.end('220 mail.example ESMTP \u001b[31m\r\n')),
    reason: 'not-http',
    says: /^the answer of localhost:\d+ is not HTTP$/,
  },
  {
    name: 'a chunked body that is none',
    url: answering((socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n')),
    reason: 'not-http',
    says: /is not HTTP$/,
  },
  {
    name: 'headers beyond all measure',
    url: answering((socket) => socket.end(`HTTP/1.1 200 OK\r\nX-Large: ${'x'.repeat(40_000)}\r\n\r\n`)),
    reason: 'not-http',
    says: /larger than 16 KiB$/,
  },
  {
    name: 'a switch to another protocol that nobody asked for',
    url: answering((socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n'),
    ),
    reason: 'not-http',
    says: /interim answer .* nobody asked for$/,
  },
  {
    name: 'HTTP to a port that answers with a TLS alert',
    url: answering((socket) => socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 70]))),
    reason: 'not-http',
    says: /^localhost:\d+ speaks HTTPS, not HTTP$/,
  },
  {
    name: 'HTTP to an HTTPS port',
    url: async (t: TestContext) => `http://localhost:${await tlsServer(t, 'localhost', () => {})}/hooks`,
    reason: 'reset',
    says: /closed the connection without an answer$/,
  },
  {
    name: 'HTTPS to an HTTP port',
    url: async (t: TestContext) => `https://localhost:${await listen(t, createServer())}/hooks`,
    reason: 'tls',
    says: /^localhost:\d+ speaks HTTP, not HTTPS$/,
  },
] as const;

const TLS = [
  {
    name: 'a self-signed certificate',
    certificate: 'localhost',
    says: /certificate of localhost:\d+ is self-signed$/,
  },
  { name: 'an expired certificate', certificate: 'expired', ca: 'expired', says: /has expired$/ },
  {
    name: 'a certificate for another name',
    certificate: 'other',
    ca: 'other',
    says: /is for receiver\.example, www\.receiver\.example$/,
  },
  {
    name: 'a certificate for another name than the URL, whatever Host says',
    certificate: 'other',
    ca: 'other',
    headers: [['Host', 'receiver.example']],
    says: /is for receiver\.example/,
  },
] as const;

for (const { name, create } of CLIENTS) {
  describe(`${name}, when a delivery fails`, () => {
    it('names the addresses that were refused', { skip: NO_IPV6 }, async (t) => {
      const port = await closedPort();
      const result = failed(await deliverOnce(t, create, { url: `http://localhost:${port}/hooks` }));
      const { durationMs, ...rest } = result;
      assert.ok(durationMs >= 0);
      assert.deepEqual(rest, {
        kind: 'failed',
        reason: 'refused',
        message: `nothing listens on port ${port} (tried 127.0.0.1:${port}, [::1]:${port})`,
        next: 'start your receiver, or point --to at the port it listens on',
        tried: [`127.0.0.1:${port}`, `[::1]:${port}`],
      });
    });

    for (const { name: cause, url, reason, says, ...limit } of BROKEN) {
      it(`tells of ${cause}`, async (t) => {
        const result = failed(await deliverOnce(t, create, { url: await url(t) }, limit));
        assert.equal(result.reason, reason);
        assert.match(result.message, says);
        assert.notEqual(result.next, '');
        assert.doesNotMatch(result.message + result.next, /\p{Cc}/u);
      });
    }

    for (const { name: cause, certificate, says, ...row } of TLS) {
      it(`tells of ${cause}, and accepts it when told to`, async (t) => {
        const port = await tlsServer(t, certificate, (_, response) => response.end('safe'));
        const request = {
          url: `https://localhost:${port}`,
          ...('headers' in row && { headers: row.headers }),
        };
        const trust = 'ca' in row ? { ca: tlsFile(`${row.ca}-cert.pem`) } : {};
        const result = failed(await deliverOnce(t, create, request, trust));
        assert.equal(result.reason, 'tls');
        assert.match(result.message, says);
        const insecure = answered(await deliverOnce(t, create, request, { insecure: true }));
        assert.equal(String(Buffer.from(insecure.body)), 'safe');
      });
    }

    it('trusts the authority it is given, for names and addresses', async (t) => {
      const port = await tlsServer(t, 'localhost', (_, response) => response.end('safe'));
      const ca = tlsFile('localhost-cert.pem');
      for (const host of ['localhost', '127.0.0.1']) {
        const answer = answered(await deliverOnce(t, create, { url: `https://${host}:${port}` }, { ca }));
        assert.equal(String(Buffer.from(answer.body)), 'safe');
      }
    });

    it('trusts its own authorities and those of NODE_EXTRA_CA_CERTS at once', {
      timeout: 60_000,
    }, async (t) => {
      const port = await tlsServer(t, 'localhost', (_, response) => response.end('safe'));
      const file = name === 'createHttpClient' ? 'http-client' : 'bulk-client';
      const script = `
        import { ${name} } from ${JSON.stringify(new URL(`../../../src/adapters/http-client/${file}.js`, import.meta.url).href)};
        const request = { method: 'POST', url: process.argv[1], headers: [], body: new Uint8Array(3) };
        const result = await ${name}({ ca: process.argv[2] }).deliver(request, { timeoutMs: 30_000 });
        process.stdout.write(String(result.status ?? result.message));`;
      const ownAuthority = tlsFile('other-cert.pem');
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--input-type=module', '-e', script, `https://localhost:${port}`, ownAuthority],
        { env: { ...process.env, NODE_EXTRA_CA_CERTS: tlsPath('localhost-cert.pem') } },
      );
      assert.equal(stdout, '200');
    });

    it('refuses an authority that is none', async (t) => {
      for (const ca of [
        '',
        'certificate',
        '-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n',
      ]) {
        const attempt = deliverOnce(t, create, { url: 'https://localhost:1' }, { ca });
        await assert.rejects(
          attempt,
          (error) => error instanceof HooksError && error.kind === 'invalid-input',
        );
      }
    });

    it('ends at once when it is cancelled', async (t) => {
      const cancellation = new AbortController();
      const { url } = await rawServer(t, () => cancellation.abort());
      const first = await deliverOnce(t, create, { url }, { signal: cancellation.signal });
      assert.equal(failed(first).reason, 'cancelled');
      const second = await deliverOnce(t, create, { url }, { signal: cancellation.signal });
      assert.equal(failed(second).reason, 'cancelled');
    });

    it('ends what is under way when it is closed', async (t) => {
      const client = create({});
      const { url } = await rawServer(t, () => void client.close());
      assert.equal(failed(await client.deliver(post({ url }), { timeoutMs: 30_000 })).reason, 'cancelled');
    });

    it('takes many deliveries that hang on one signal', async (t) => {
      const warnings: Error[] = [];
      const note = (warning: Error) => warnings.push(warning);
      process.on('warning', note);
      t.after(() => process.off('warning', note));
      const cancellation = new AbortController();
      let count = 0;
      const { url } = await rawServer(t, () => {
        count += 1;
        if (count === 20) cancellation.abort();
      });
      const client = create({});
      t.after(() => client.close());
      const options = { timeoutMs: 30_000, signal: cancellation.signal };
      const results = await Promise.all(
        Array.from({ length: 20 }, () => client.deliver(post({ url }), options)),
      );
      assert.ok(results.every((result) => failed(result).reason === 'cancelled'));
      assert.deepEqual(warnings, []);
    });

    it('tells each of many deliveries that nothing listens', async (t) => {
      const url = `http://localhost:${await closedPort()}`;
      const client = create({ connections: 3 });
      t.after(() => client.close());
      const options = { timeoutMs: 30_000 };
      const results = await Promise.all(
        Array.from({ length: 20 }, () => client.deliver(post({ url }), options)),
      );
      assert.ok(results.every((result) => failed(result).reason === 'refused'));
    });
  });
}

describe('createBulkClient, when a delivery fails', () => {
  it('tells of a 100 Continue that nobody asked for, which undici does not survive', async (t) => {
    const { url } = await rawServer(t, (socket) => socket.write('HTTP/1.1 100 Continue\r\n\r\n'));
    const result = failed(await deliverOnce(t, CLIENTS[1].create, { url }));
    assert.equal(result.reason, 'not-http');
    assert.match(result.message, /interim answer/);
  });
});
