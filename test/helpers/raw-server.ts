import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { TestContext } from 'node:test';

const interfaces = Object.values(networkInterfaces()).flat();

/** Why a test that needs IPv6 can't run here, or false where it can. */
export const NO_IPV6 = interfaces.some((each) => each?.address === '::1') ? false : 'no IPv6 here';

export interface RawServer {
  port: number;
  /** `http://localhost:<port>` */
  url: string;
  /** Every request as it came, head and body. */
  requests: Buffer[];
  /** Every connection that was made. */
  sockets: Socket[];
}

/** A TCP server on a loopback address, closed after the test, that calls `answer` for each whole HTTP request. */
export async function rawServer(
  t: TestContext,
  answer: (socket: Socket, request: Buffer) => void,
  host = '127.0.0.1',
): Promise<RawServer> {
  const requests: Buffer[] = [];
  const { port, sockets } = await tcpServer(
    t,
    (socket) => {
      let received = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        received = Buffer.concat([received, chunk]);
        for (let size = requestSize(received); size !== undefined; size = requestSize(received)) {
          const request = received.subarray(0, size);
          received = received.subarray(size);
          requests.push(request);
          answer(socket, request);
        }
      });
    },
    host,
  );
  return { port, url: `http://localhost:${port}`, requests, sockets };
}

/** A TCP server on a loopback address that hands over its connections; all are closed after the test. */
export async function tcpServer(t: TestContext, accept: (socket: Socket) => void, host = '127.0.0.1') {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    accept(socket);
  });
  const port = await listen(t, server, host);
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { port, sockets };
}

/** Starts a server on a free port and stops it after the test. */
export async function listen(t: TestContext, server: Server, host = '127.0.0.1'): Promise<number> {
  server.listen(0, host);
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Size of the first whole request in the bytes, or undefined while it is incomplete. */
function requestSize(bytes: Buffer): number | undefined {
  const headSize = bytes.indexOf('\r\n\r\n') + 4;
  if (headSize < 4) return undefined;
  const length = /\r\ncontent-length: (\d+)/i.exec(bytes.toString('latin1', 0, headSize))?.[1] ?? '0';
  const size = headSize + Number(length);
  return bytes.byteLength >= size ? size : undefined;
}
