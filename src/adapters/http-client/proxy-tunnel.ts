import { type RequestOptions, request as requestOverHttp } from 'node:http';
import { request as requestOverHttps } from 'node:https';
import type { Socket } from 'node:net';
import { HooksError } from '../../core/errors.ts';
import { ADDRESS_SELECTION } from './loopback-lookup.ts';
import { ProxyFailure } from './proxy-failure.ts';
import type { TlsTrust } from './tls-trust.ts';

export interface ProxyServer {
  /** Without credentials. */
  url: URL;
  /** Value of Proxy-Authorization. */
  authorization: string | undefined;
}

/** Throws HooksError `usage` for anything but an HTTP(S) proxy. A missing scheme means http. */
export function parseProxy(text: string): ProxyServer {
  const whole = text.includes('://') ? text : `http://${text}`;
  if (!URL.canParse(whole)) throw notAProxy('it is not a URL');
  const url = new URL(whole);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw notAProxy(`proxies are spoken to over http or https, not ${url.protocol.slice(0, -1)}`);
  }
  const credentials = `${decode(url.username)}:${decode(url.password)}`;
  const authorization =
    credentials === ':' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
  return { url: new URL(url.origin), authorization };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Never shows what was given: it may hold a password. */
function notAProxy(why: string): HooksError {
  return new HooksError('usage', 'the proxy cannot be used', { why, next: 'write it as http://host:port' });
}

/** A connection through the proxy to `authority` (host:port). Fails with a ProxyFailure. */
export function openTunnel(
  { url, authorization }: ProxyServer,
  authority: string,
  trust: TlsTrust,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      ...ADDRESS_SELECTION,
      agent: false,
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      method: 'CONNECT',
      path: authority,
      headers: ['host', authority, ...(authorization ? ['proxy-authorization', authorization] : [])],
      signal,
    };
    // --insecure speaks of the endpoint, not of the proxy.
    const secure = { secureContext: trust.secureContext };
    const isTls = url.protocol === 'https:';
    const request = isTls ? requestOverHttps({ ...options, ...secure }) : requestOverHttp(options);
    request.on('error', (cause) => reject(new ProxyFailure(url, { cause })));
    request.on('connect', (response, socket: Socket, head: Buffer) => {
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) {
        if (head.byteLength > 0) socket.unshift(head);
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(new ProxyFailure(url, { status }));
    });
    request.end();
  });
}
