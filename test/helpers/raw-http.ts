import assert from 'node:assert/strict';
import net from 'node:net';
import type { TestContext } from 'node:test';
import { startServer } from '../../src/adapters/http-server/http-server.ts';
import type { ServerLimits } from '../../src/adapters/http-server/server-limits.ts';
import type {
  HandleRequest,
  ReceivedRequest,
  RefusedRequest,
  RunningServer,
} from '../../src/core/received.ts';

interface ListenerSettings {
  handle?: HandleRequest;
  limits?: Partial<ServerLimits>;
  maxBodyBytes?: number;
  host?: string;
}

export interface Listener {
  server: RunningServer;
  port: number;
  received: ReceivedRequest[];
  refused: RefusedRequest[];
  errors: unknown[];
  /** Resolves once `isTrue` holds; looked at anew whenever the server tells something. */
  until(isTrue: () => boolean): Promise<void>;
}

/** A server that keeps what it is told and answers `200 got <n> bytes`; stopped when the test ends. */
export async function listener(t: TestContext, settings: ListenerSettings = {}): Promise<Listener> {
  const received: ReceivedRequest[] = [];
  const refused: RefusedRequest[] = [];
  const errors: unknown[] = [];
  const watchers = new Set<() => void>();
  const tell = () => {
    for (const look of [...watchers]) look();
  };
  const answer: HandleRequest =
    settings.handle ?? (async ({ body }) => text(200, `got ${body.length} bytes`));
  const server = await startServer(
    {
      host: settings.host ?? '127.0.0.1',
      port: 0,
      maxBodyBytes: settings.maxBodyBytes ?? 64 * 1024,
      newId: () => `delivery-${received.length + 1}`,
      now: () => new Date('2026-11-20T09:00:00Z'),
      handle: (request) => {
        received.push(request);
        tell();
        return answer(request);
      },
      onRefused: (request) => {
        refused.push(request);
        tell();
      },
      onError: (error) => {
        errors.push(error);
        tell();
      },
    },
    { checkIntervalMs: 20, ...settings.limits },
  );
  t.after(() => server.stop(0));
  const until = (isTrue: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!isTrue()) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
    });
  return { server, port: server.port, received, refused, errors, until };
}

export function text(status: number, body: string) {
  return { status, headers: [['Content-Type', 'text/plain']] as [string, string][], body: Buffer.from(body) };
}

export interface RawAnswer {
  status: number;
  headers: [string, string][];
  body: string;
}

/**
 * A client that writes exactly the bytes it is given (strings are Latin-1). It closes its side when the server closes,
 * unless it `goesOn`.
 */
export function rawClient(t: TestContext, port: number, { goesOn = false } = {}) {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: goesOn });
  let arrived = '';
  const watchers = new Set<() => void>();
  const tell = () => {
    for (const look of [...watchers]) look();
  };
  socket.setEncoding('latin1');
  socket.on('data', (bytes) => {
    arrived += bytes;
    tell();
  });
  socket.on('error', () => {});
  socket.on('close', tell);
  t.after(() => socket.destroy());
  const until = (isTrue: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!isTrue() && !socket.closed) return;
        watchers.delete(look);
        if (isTrue()) resolve();
        else reject(new Error(`the connection closed after: ${JSON.stringify(arrived)}`));
      };
      watchers.add(look);
      look();
    });
  return {
    socket,
    write: (bytes: string | Uint8Array) =>
      socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes),
    /** The first `count` answers, as soon as they are there whole. */
    async answers(count: number): Promise<RawAnswer[]> {
      await until(() => parseAnswers(arrived).length >= count);
      return parseAnswers(arrived);
    },
    arrival: (part: string) => until(() => arrived.includes(part)),
    /** All that the server sent, once it has closed the connection. */
    async end(): Promise<string> {
      await until(() => socket.closed);
      return arrived;
    },
  };
}

/** Writes `bytes` and returns what the server sent until it closed the connection. */
export async function rawExchange(t: TestContext, port: number, bytes: string | Uint8Array): Promise<string> {
  const client = rawClient(t, port);
  client.write(bytes);
  return client.end();
}

export function parseAnswers(stream: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = stream; ; ) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return answers;
    const [statusLine = '', ...lines] = rest.slice(0, end).split('\r\n');
    const headers = lines.map((line): [string, string] => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    });
    const length = Number(headers.find(([name]) => name === 'Content-Length')?.[1] ?? 0);
    if (rest.length < end + 4 + length) return answers;
    const status = Number(statusLine.split(' ')[1]);
    answers.push({ status, headers, body: rest.slice(end + 4, end + 4 + length) });
    rest = rest.slice(end + 4 + length);
  }
}

export const post = (body: string, ...headers: string[]) =>
  `${['POST /hook HTTP/1.1', 'Host: shop.example', `Content-Length: ${body.length}`, ...headers].join('\r\n')}\r\n\r\n${body}`;

/** The head of a request. */
export const request = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;
export const withHeaders = (...lines: string[]) => request('POST / HTTP/1.1', 'Host: a', ...lines);
export const CHUNKED = withHeaders('Transfer-Encoding: chunked');

export async function assertStillServes(t: TestContext, { port, received }: Listener) {
  const before = received.length;
  const answer = await rawExchange(t, port, post('still here', 'Connection: close'));
  assert.match(answer, /^HTTP\/1\.1 200 [\s\S]*got 10 bytes$/);
  assert.equal(received.length, before + 1);
}
