import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';
import { waitForEndpoint } from '../../../src/adapters/http-client/endpoint-ready.ts';
import { NO_IPV6, tcpServer } from '../../helpers/raw-server.ts';

const PLENTY_MS = 30_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('waitForEndpoint', () => {
  it('finds a receiver that listens', async (t) => {
    const { port } = await tcpServer(t, () => {});
    assert.equal(await waitForEndpoint(`http://127.0.0.1:${port}/hooks`, { timeoutMs: PLENTY_MS }), true);
  });

  it('finds a receiver on either IP version of localhost', { skip: NO_IPV6 }, async (t) => {
    for (const host of ['127.0.0.1', '::1']) {
      const { port } = await tcpServer(t, () => {}, host);
      const url = new URL(`http://localhost:${port}`);
      assert.equal(await waitForEndpoint(url, { timeoutMs: PLENTY_MS }), true, host);
    }
  });

  it('waits for a receiver that starts later', async (t) => {
    const port = await freePort();
    const waiting = waitForEndpoint(`http://localhost:${port}`, { timeoutMs: PLENTY_MS });
    const server = createServer().listen(port, '127.0.0.1');
    t.after(() => server.close());
    assert.equal(await waiting, true);
  });

  it('gives up when time is up', async () => {
    assert.equal(await waitForEndpoint(`http://localhost:${await freePort()}`, { timeoutMs: 120 }), false);
  });

  it('gives up on the signal', async () => {
    const cancellation = new AbortController();
    const { signal } = cancellation;
    const url = `http://localhost:${await freePort()}`;
    const waiting = waitForEndpoint(url, { timeoutMs: PLENTY_MS, signal });
    cancellation.abort();
    assert.equal(await waiting, false);
    assert.equal(await waitForEndpoint(url, { timeoutMs: PLENTY_MS, signal }), false);
  });
});
