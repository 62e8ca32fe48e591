import { proxyFor } from '../adapters/http-client/proxy-environment.ts';
import type { ConnectionOptions, HttpClient } from '../core/delivery.ts';
import { HooksError } from '../core/errors.ts';
import type { Context } from './context.ts';
import { readInput } from './input.ts';
import type { ConnectionFlags } from './shared-options.ts';

/** How to connect to an endpoint, from flags and environment. Throws HooksError `file-unreadable` or `usage`. */
export async function connectionOptions(
  flags: ConnectionFlags & { concurrency?: number },
  url: URL,
  { io }: Context,
): Promise<ConnectionOptions> {
  const proxy = flags.proxy ?? proxyFor(url, io.env);
  return {
    ...(flags.insecure && { insecure: true }),
    ...(flags.cacert !== undefined && { ca: await readCertificates(flags.cacert, io.stdin) }),
    ...(proxy !== undefined && { proxy: checkedProxy(proxy) }),
    ...(flags.concurrency !== undefined && { connections: flags.concurrency }),
  };
}

/** A client for all of these endpoints: each is reached through the proxy that holds for it. */
export async function openClients(
  flags: ConnectionFlags & { concurrency?: number },
  urls: readonly URL[],
  deliveries: number,
  context: Context,
): Promise<HttpClient> {
  const [first, ...others] = urls;
  if (first === undefined) throw new TypeError('no endpoint to connect to');
  const options = await connectionOptions(flags, first, context);
  const byProxy = new Map([[options.proxy, await openClient(options, deliveries)]]);
  const byOrigin = new Map<string, HttpClient>();
  for (const url of others) {
    const { proxy, ...same } = options;
    const own = flags.proxy ?? proxyFor(url, context.io.env);
    const known = own === undefined ? undefined : checkedProxy(own);
    const client =
      byProxy.get(known) ??
      (await openClient({ ...same, ...(known !== undefined && { proxy: known }) }, deliveries));
    byProxy.set(known, client);
    byOrigin.set(url.origin, client);
  }
  const main = byProxy.get(options.proxy) as HttpClient;
  if (byProxy.size === 1) return main;
  return {
    deliver: (request, how) => (byOrigin.get(new URL(request.url).origin) ?? main).deliver(request, how),
    async close() {
      await Promise.all([...byProxy.values()].map((client) => client.close()));
    },
  };
}

/** A single delivery goes over `node:http`, which starts ten times faster; undici carries many, and proxies. */
export async function openClient(options: ConnectionOptions, deliveries: number): Promise<HttpClient> {
  if (deliveries === 1 && options.proxy === undefined) {
    const { createHttpClient } = await import('../adapters/http-client/http-client.ts');
    return createHttpClient(options);
  }
  const { createBulkClient } = await import('../adapters/http-client/bulk-client.ts');
  return createBulkClient(options);
}

async function readCertificates(path: string, stdin: NodeJS.ReadableStream): Promise<string> {
  const text = (await readInput(path, stdin, 'the certificates')).toString('utf8');
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new HooksError('usage', `${path} holds no certificate`, {
    next: 'give --cacert a file in PEM format',
  });
}

function checkedProxy(proxy: string): string {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return text;
  // The text may hold a password, so it is not quoted.
  throw new HooksError('usage', 'the proxy is not an http or https URL', {
    next: 'write it as http://proxy.example:8080',
  });
}
