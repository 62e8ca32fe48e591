import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RunningServer, ServerOptions } from '../../core/received.ts';
import { type Connection, createConnection } from './http-connection.ts';
import { parserFault } from './request-faults.ts';
import { formatPeer, formatUrl, listenError } from './server-address.ts';
import { DEFAULT_LIMITS, type ServerLimits } from './server-limits.ts';

/**
 * Receives requests whole and answers them; what is not whole, not clear or too much is refused and reported, never
 * handed on. Throws a HooksError `port-unavailable` when it can't listen.
 */
export async function startServer(
  options: ServerOptions,
  changedLimits: Partial<ServerLimits> = {},
): Promise<RunningServer> {
  const limits = { ...DEFAULT_LIMITS, ...changedLimits };
  const connections = new Map<Duplex, Connection>();
  let isStopping = false;

  const server = createServer(limits);
  server.on('connection', (socket) => {
    connections.set(socket, createConnection(socket, { options, limits, isStopping: () => isStopping }));
    socket.once('close', () => connections.delete(socket));
  });
  const take = (expectsContinue: boolean) => (request: IncomingMessage, response: ServerResponse) =>
    connections.get(request.socket)?.take({ request, response, expectsContinue });
  server.on('request', take(false));
  server.on('checkContinue', take(true));
  server.on('checkExpectation', take(false));
  server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy());
    const message = 'the client took the listener for a proxy (CONNECT)';
    connections.get(socket)?.refuse({ reason: 'malformed', message, status: 405 });
  });
  server.on('clientError', (error, socket) => {
    const fault = parserFault(error);
    const saidNothing = fault?.reason === 'too-slow' && 'bytesRead' in socket && socket.bytesRead === 0;
    if (fault && !saidNothing) connections.get(socket)?.refuse(fault);
    else socket.destroy();
  });
  server.on('drop', (client) => {
    options.onRefused({
      reason: 'too-many-connections',
      message: `a connection was turned away: ${limits.maxConnections} are open already`,
      peer: formatPeer(client?.remoteAddress, client?.remotePort),
      refusedAt: options.now(),
    });
  });

  const port = await listen(server, options.host, options.port);
  server.on('error', options.onError);
  const closed = new Promise<void>((resolve) => server.once('close', resolve)).then(() =>
    // The last sockets tell of their own close after the server does.
    Promise.all(
      [...connections.keys()].map((socket) => new Promise((resolve) => socket.once('close', resolve))),
    ),
  );

  return {
    url: formatUrl(options.host, port),
    port,
    async stop(graceMs) {
      if (!isStopping) {
        isStopping = true;
        server.close();
        for (const connection of connections.values()) connection.finish();
      }
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function createServer(limits: ServerLimits): http.Server {
  const server = http.createServer({
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.checkIntervalMs,
    maxHeaderSize: limits.maxHeaderBytes,
    // Whatever NODE_OPTIONS says.
    insecureHTTPParser: false,
    // Node would answer by itself, unseen; findHeaderFault asks for it.
    requireHostHeader: false,
  });
  // Node drops the fields beyond its limit and goes on; one more than ours is enough for findHeaderFault to see.
  server.maxHeadersCount = limits.maxHeaderCount + 1;
  server.maxConnections = limits.maxConnections;
  return server;
}

function listen(server: http.Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(listenError(error, host, port));
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
