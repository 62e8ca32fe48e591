import { Socket } from 'node:net';
import { buildConnector } from 'undici';
import { ADDRESS_SELECTION, formatAddress } from './loopback-lookup.ts';
import { ProxyFailure } from './proxy-failure.ts';
import { openTunnel, type ProxyServer } from './proxy-tunnel.ts';
import type { TlsTrust } from './tls-trust.ts';

/** How the connections of a pool come about. */
export interface Route {
  /** The pool's own origin is the proxy, which is asked for whole URLs. */
  isForwarded: boolean;
  proxy: ProxyServer | undefined;
  /** Absent where no TLS is spoken, neither to the endpoint nor to the proxy. */
  trust: TlsTrust | undefined;
}

interface PendingConnection {
  tried: string[];
  cancel(): void;
}

export interface PoolConnector {
  connect: buildConnector.connector;
  /** Addresses tried by connections that are coming about, or undefined when there is none. */
  pendingAddresses(): string[] | undefined;
  /** Gives up all connections that are coming about. */
  cancel(): void;
}

/** Opens the connections of one pool, each given up after `limitMs()`. */
export function createPoolConnector(route: Route, limitMs: () => number): PoolConnector {
  const open = buildConnector({ ...ADDRESS_SELECTION, ...route.trust, timeout: 0 });
  const pending = new Set<PendingConnection>();

  function track(cancel: () => void, callback: buildConnector.Callback) {
    const connection: PendingConnection = { tried: [], cancel };
    const timer = setTimeout(cancel, Math.min(limitMs(), 2 ** 31 - 1));
    pending.add(connection);
    const done: buildConnector.Callback = (...result) => {
      clearTimeout(timer);
      pending.delete(connection);
      callback(...result);
    };
    return { connection, done };
  }

  function connectDirectly(options: buildConnector.Options, callback: buildConnector.Callback): void {
    let socket: unknown;
    const { connection, done } = track(() => {
      if (socket instanceof Socket) socket.destroy(timedOut());
    }, callback);
    // Undici's type hides it, but it returns the socket that is about to connect.
    socket = open(options, done) as unknown;
    if (socket instanceof Socket) {
      socket.on('connectionAttempt', (address: string, port: number) => {
        connection.tried.push(formatAddress(address, port));
      });
    }
  }

  function connectThrough(
    proxy: ProxyServer,
    trust: TlsTrust,
    options: buildConnector.Options,
    callback: buildConnector.Callback,
  ): void {
    const aborter = new AbortController();
    const { done } = track(() => aborter.abort(timedOut()), callback);
    const authority = `${options.host?.replace(/:\d+$/, '') ?? options.hostname}:${options.port || '443'}`;
    openTunnel(proxy, authority, trust, aborter.signal).then(
      (httpSocket) => {
        aborter.signal.addEventListener('abort', () => httpSocket.destroy(timedOut()));
        open({ ...options, httpSocket }, done);
      },
      (error: Error) => done(error, null),
    );
  }

  return {
    connect(options, callback) {
      const { proxy, trust, isForwarded } = route;
      // The name to ask for and to check is the URL's, whatever a Host header says.
      const { servername: _, ...target } = options;
      if (proxy && trust && !isForwarded) connectThrough(proxy, trust, target, callback);
      else connectDirectly(target, proxy ? asProxyFailure(proxy, callback) : callback);
    },
    pendingAddresses() {
      return pending.size === 0 ? undefined : [...new Set([...pending].flatMap(({ tried }) => tried))];
    },
    cancel() {
      for (const { cancel } of pending) cancel();
    },
  };
}

function asProxyFailure(proxy: ProxyServer, callback: buildConnector.Callback): buildConnector.Callback {
  return (...[error, socket]) => {
    if (error) callback(new ProxyFailure(proxy.url, { cause: error }), null);
    else if (socket) callback(null, socket);
  };
}

function timedOut(): Error {
  return Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' });
}
