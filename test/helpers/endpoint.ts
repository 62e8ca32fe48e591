import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { listen } from './raw-server.ts';

/** A request as an endpoint got it. */
export interface Arrived {
  method: string;
  target: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface Endpoint {
  url: string;
  port: number;
  received: Arrived[];
}

/** What an endpoint answers: a status, or whatever the function makes of the nth request (from 0). */
export type Answering = number | ((response: ServerResponse, index: number) => void);

/** A receiver on loopback that keeps what it gets. It is closed after the test. */
export async function endpoint(t: TestContext, answering: Answering = 204): Promise<Endpoint> {
  const received: Arrived[] = [];
  const handle = receiver(received, answering);
  const server = createServer(handle);
  t.after(() => server.closeAllConnections());
  const port = await listen(t, server);
  return { url: `http://127.0.0.1:${port}/`, port, received };
}

/** What an endpoint does with a request, for a server of another kind. */
export function receiver(received: Arrived[], answering: Answering = 204) {
  return async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const { method = '', url = '' } = request;
    const index = received.length;
    received.push({ method, target: url, headers: request.headers as Record<string, string>, body });
    if (typeof answering === 'number') response.writeHead(answering).end();
    else answering(response, index);
  };
}
