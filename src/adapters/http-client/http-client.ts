import {
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
  request as requestOverHttp,
} from 'node:http';
import type { Socket } from 'node:net';
import type { AttemptResult, ConnectionOptions, DeliverOptions, HttpClient } from '../../core/delivery.ts';
import { AttemptProgress, pairHeaders } from './attempt-progress.ts';
import { createInterimError } from './connection-failure.ts';
import { ADDRESS_SELECTION, formatAddress } from './loopback-lookup.ts';
import { frameRequest, type RequestFrame } from './request-frame.ts';

type OpenRequest = (options: RequestOptions) => ClientRequest;

/**
 * A client for single deliveries: quick to load, a new connection for each, none left open. What it puts on the wire
 * is the same as with `createBulkClient`, to which it hands over where there is a proxy.
 */
export function createHttpClient(options: ConnectionOptions): HttpClient {
  const transport = createTransport(options);
  const underWay = new Set<AttemptProgress>();
  let proxied: Promise<HttpClient> | undefined;
  return {
    async deliver(request, deliverOptions) {
      if (options.proxy !== undefined) {
        proxied ??= import('./bulk-client.ts').then(({ createBulkClient }) => createBulkClient(options));
        return (await proxied).deliver(request, deliverOptions);
      }
      const frame = frameRequest(request);
      return attempt(frame, await transport(frame.url.protocol), deliverOptions, underWay);
    },
    async close() {
      for (const progress of underWay) progress.cancel();
      await (await proxied?.catch(() => undefined))?.close();
    },
  };
}

/** Loads TLS only for https. */
function createTransport(options: ConnectionOptions) {
  let overTls: Promise<OpenRequest> | undefined;
  const loadTls = async (): Promise<OpenRequest> => {
    const [https, { createTlsTrust }] = await Promise.all([import('node:https'), import('./tls-trust.ts')]);
    const trust = createTlsTrust(options);
    return (requestOptions) => https.request({ ...requestOptions, ...trust });
  };
  return (protocol: string): OpenRequest | Promise<OpenRequest> => {
    if (protocol !== 'https:') return requestOverHttp;
    overTls ??= loadTls();
    return overTls;
  };
}

function attempt(
  frame: RequestFrame,
  open: OpenRequest,
  options: DeliverOptions,
  underWay: Set<AttemptProgress>,
): Promise<AttemptResult> {
  return new Promise((resolve, reject) => {
    const progress = new AttemptProgress(frame.url, options, resolve, reject);
    if (progress.isSettled) return;
    const request = open(requestOptions(frame));
    underWay.add(progress);
    progress.abandon = () => {
      underWay.delete(progress);
      request.destroy();
    };
    follow(request, progress, frame.url.protocol === 'https:' ? 'secureConnect' : 'connect');
    if (options.beforeLastByte && frame.body.byteLength > 1) {
      writeHeldBack(request, frame.body, options.beforeLastByte, progress);
    } else request.end(frame.body.byteLength > 0 ? frame.body : undefined);
  });
}

function writeHeldBack(
  request: ClientRequest,
  body: Uint8Array,
  beforeLastByte: () => Promise<void>,
  progress: AttemptProgress,
): void {
  request.write(body.subarray(0, -1), () => {
    beforeLastByte().then(
      () => request.end(body.subarray(-1)),
      (error: Error) => progress.fail(error),
    );
  });
}

function requestOptions({
  url,
  method,
  path,
  host,
  connection,
  fields,
  contentLength,
  allFields,
}: RequestFrame): RequestOptions {
  const length = contentLength === undefined ? [] : ['content-length', String(contentLength)];
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  return {
    ...ADDRESS_SELECTION,
    agent: false,
    // Without TLS there is none; Node would look for it in the host, and compile what it looks with.
    ...(url.protocol === 'http:' && { servername: '' }),
    protocol: url.protocol,
    hostname,
    port: url.port,
    method,
    path,
    headers: allFields ?? ['host', host, 'connection', connection, ...fields, ...length],
  };
}

function follow(
  request: ClientRequest,
  progress: AttemptProgress,
  connected: 'connect' | 'secureConnect',
): void {
  // Zero: no limit but that of their size.
  request.maxHeadersCount = 0;
  let answer: IncomingMessage | undefined;
  request.on('error', (error) => {
    // With the whole answer received, what happens to the connection no longer matters.
    if (!answer?.complete) progress.fail(error);
  });
  request.on('socket', (socket: Socket) => {
    socket.on('connectionAttempt', (address: string, port: number) => {
      progress.tried.push(formatAddress(address, port));
    });
    socket.once(connected, () => {
      progress.phase = 'waiting';
    });
  });
  request.on('response', (response) => {
    answer = response;
    progress.head(response.statusCode ?? 0, response.statusMessage ?? '', pairHeaders(response.rawHeaders));
    response.on('data', (chunk: Buffer) => progress.chunk(chunk));
    response.on('end', () => progress.complete());
    response.on('error', (error) => progress.fail(error));
  });
  request.on('upgrade', (_response, socket) => {
    socket.destroy();
    progress.fail(createInterimError());
  });
}
