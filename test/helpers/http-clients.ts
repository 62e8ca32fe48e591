import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createBulkClient } from '../../src/adapters/http-client/bulk-client.ts';
import { createHttpClient } from '../../src/adapters/http-client/http-client.ts';
import type {
  AnsweredAttempt,
  AttemptResult,
  ConnectionOptions,
  DeliverOptions,
  FailedAttempt,
  HttpClient,
  HttpRequest,
} from '../../src/core/delivery.ts';
import { listen } from './raw-server.ts';

/** Both clients, which must behave alike. */
export const CLIENTS = [
  { name: 'createHttpClient', create: createHttpClient },
  { name: 'createBulkClient', create: createBulkClient },
] as const;

export type CreateClient = (options: ConnectionOptions) => HttpClient;

/** Far beyond what any of the deliveries here takes. */
const PLENTY_MS = 30_000;

/** Delivers a small POST, or what is given, over a client of its own that is closed after the test. */
export function deliverOnce(
  t: TestContext,
  create: CreateClient,
  request: Partial<HttpRequest> & { url: string },
  options: ConnectionOptions & Partial<DeliverOptions> = {},
): Promise<AttemptResult> {
  const { timeoutMs = PLENTY_MS, signal, ...connection } = options;
  const client = create(connection);
  t.after(() => client.close());
  return client.deliver(post(request), { timeoutMs, ...(signal && { signal }) });
}

export function post(request: Partial<HttpRequest> & { url: string }): HttpRequest {
  const body = new TextEncoder().encode('{"paid":true}');
  return { method: 'POST', headers: [['Content-Type', 'application/json']], body, ...request };
}

export function answered(result: AttemptResult): AnsweredAttempt {
  if (result.kind === 'answered') return result;
  throw new Error(`failed instead of answered: ${result.message}`);
}

export function failed(result: AttemptResult): FailedAttempt {
  if (result.kind === 'failed') return result;
  throw new Error(`answered ${result.status} instead of failed`);
}

/** A file of test/helpers/tls: `localhost-cert.pem` (self-signed), `other-…` (another name), `expired-…`. */
export function tlsFile(name: string): string {
  return readFileSync(tlsPath(name), 'utf8');
}

export function tlsPath(name: string): string {
  return fileURLToPath(new URL(`test/helpers/tls/${name}`, import.meta.resolve('#package.json')));
}

/** An HTTPS server on 127.0.0.1 with one of the certificates; its port. */
export function tlsServer(t: TestContext, certificate: string, listener: RequestListener): Promise<number> {
  const identity = { key: tlsFile(`${certificate}-key.pem`), cert: tlsFile(`${certificate}-cert.pem`) };
  const server = createServer(identity, listener);
  t.after(() => server.closeAllConnections());
  return listen(t, server);
}
