import { type Dispatcher, Pool } from 'undici';
import type { ConnectionOptions, HttpClient } from '../../core/delivery.ts';
import { AttemptProgress, pairHeaders } from './attempt-progress.ts';
import { createPoolConnector, type PoolConnector } from './pool-connector.ts';
import { ProxyFailure } from './proxy-failure.ts';
import { type ProxyServer, parseProxy } from './proxy-tunnel.ts';
import { frameRequest, type RequestFrame } from './request-frame.ts';
import { createTlsTrust, type TlsTrust } from './tls-trust.ts';
import { withCode } from './undici-error.ts';

/** Receivers close idle connections without a word, and a delivery on such a one would be lost. */
const KEEP_ALIVE_MS = 1000;

interface Line {
  pool: Pool;
  connector: PoolConnector;
  /** Set where a proxy forwards whole requests: it is then the proxy that answers 407. */
  forwarder: ProxyServer | undefined;
}

/**
 * A client for many deliveries and for proxies: keeps its connections, at most `connections` to each host. What it
 * puts on the wire is the same as with `createHttpClient`. Throws HooksError `usage` for a proxy that is none.
 */
export function createBulkClient(options: ConnectionOptions): HttpClient {
  const proxy = options.proxy === undefined ? undefined : parseProxy(options.proxy);
  const lines = new Map<string, Line>();
  let trust: TlsTrust | undefined;
  let longestTimeoutMs = 0;

  function openLine(origin: string): Line {
    const isForwarded = proxy !== undefined && origin.startsWith('http:');
    const isTls = origin.startsWith('https:') || proxy?.url.protocol === 'https:';
    if (isTls) trust ??= createTlsTrust(options);
    const ownTrust = isForwarded && trust ? { ...trust, rejectUnauthorized: true } : trust;
    const route = { isForwarded, proxy, trust: isTls ? ownTrust : undefined };
    const connector = createPoolConnector(route, () => longestTimeoutMs);
    const pool = new Pool(isForwarded ? proxy.url.origin : origin, {
      connect: connector.connect,
      connections: options.connections ?? null,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return { pool, connector, forwarder: isForwarded ? proxy : undefined };
  }

  return {
    deliver(request, deliverOptions) {
      return new Promise((resolve, reject) => {
        const frame = frameRequest(request);
        const { origin } = frame.url;
        const line = lines.get(origin) ?? openLine(origin);
        lines.set(origin, line);
        longestTimeoutMs = Math.max(longestTimeoutMs, deliverOptions.timeoutMs);
        const progress = new AttemptProgress(frame.url, deliverOptions, resolve, reject);
        if (progress.isSettled) return;
        line.pool.dispatch(dispatchOptions(frame, line.forwarder), new AnswerHandler(progress, line));
      });
    },
    async close() {
      for (const { connector } of lines.values()) connector.cancel();
      await Promise.all([...lines.values()].map(({ pool }) => pool.destroy()));
    },
  };
}

function dispatchOptions(
  frame: RequestFrame,
  forwarder: ProxyServer | undefined,
): Dispatcher.DispatchOptions {
  const { url, path, method, host, connection, fields, body } = frame;
  const authorization = forwarder?.authorization;
  // Undici takes host and connection out of the list and writes them first, and content-length last.
  const framing = ['host', host, 'connection', connection];
  const headers = [...framing, ...(authorization ? ['proxy-authorization', authorization] : []), ...fields];
  return {
    path: forwarder ? url.origin + path : path,
    method: method as Dispatcher.HttpMethod,
    headers,
    body,
  };
}

/** In undici's older form: the only one that hands on the headers as they came. */
class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #progress: AttemptProgress;
  readonly #forwarder: ProxyServer | undefined;

  constructor(progress: AttemptProgress, { connector, forwarder }: Line) {
    this.#progress = progress;
    this.#forwarder = forwarder;
    progress.inspect = () => {
      if (progress.phase !== 'connecting') return;
      const tried = connector.pendingAddresses();
      if (tried) progress.tried = tried;
      else progress.phase = 'queued';
    };
  }

  onConnect(abort: (error?: Error) => void): void {
    // Given up while it waited for a connection: undici drops it and keeps the connection.
    if (this.#progress.isSettled) throw new Error('given up');
    this.#progress.phase = 'waiting';
    this.#progress.abandon = abort;
  }

  onHeaders(status: number, raw: Buffer[], _resume: () => void, statusText: string): boolean {
    if (status < 200) return true;
    if (status === 407 && this.#forwarder) {
      this.#progress.fail(new ProxyFailure(this.#forwarder.url, { status }));
      return true;
    }
    this.#progress.head(status, statusText, pairHeaders(raw.map(decodeHeader)));
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#progress.chunk(chunk);
    return true;
  }

  onComplete(): void {
    this.#progress.abandon = () => {};
    this.#progress.complete();
  }

  onError(error: Error): void {
    this.#progress.abandon = () => {};
    this.#progress.fail(withCode(error));
  }
}

function decodeHeader(bytes: Buffer): string {
  return bytes.toString('latin1').trimEnd();
}
