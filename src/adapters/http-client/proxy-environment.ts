import { BlockList, isIP } from 'node:net';
import { isLocalhostName } from './loopback-lookup.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for a URL: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`, lower case
 * before upper. Loopback endpoints never have one.
 */
export function proxyFor(url: URL, environment: Environment): string | undefined {
  const read = (name: string) => environment[name.toLowerCase()] ?? environment[name];
  const scheme = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = read(scheme) ?? read('ALL_PROXY');
  if (!proxy || isLoopback(url)) return undefined;
  const exceptions = (read('NO_PROXY') ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
  return exceptions.some((entry) => covers(entry, url)) ? undefined : proxy;
}

function isLoopback(url: URL): boolean {
  const host = hostOf(url);
  return isLocalhostName(host) || inNetwork(host, '127.0.0.0/8') || inNetwork(host, '::1/128');
}

/** An entry of NO_PROXY: `*`, `example.com` and what is below it, an address, a network, each but `*` with or without a port. */
function covers(entry: string, url: URL): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return inNetwork(hostOf(url), entry);
  const { name, port } = splitPort(entry);
  if (port !== undefined && port !== portOf(url)) return false;
  const host = hostOf(url);
  const suffix = name
    .toLowerCase()
    .replace(/^\*?\./, '')
    .replace(/\.$/, '');
  return host === suffix || (isIP(host) === 0 && host.endsWith(`.${suffix}`));
}

function splitPort(entry: string): { name: string; port?: string } {
  if (isIP(entry) === 6) return { name: entry };
  const [, name = entry, port] = /^\[?(.+?)\]?(?::(\d+))?$/.exec(entry) ?? [];
  return port === undefined ? { name } : { name, port };
}

function inNetwork(host: string, network: string): boolean {
  const [address = '', prefix = ''] = network.split('/');
  const version = isIP(host);
  const bits = /^\d+$/.test(prefix) ? Number(prefix) : -1;
  if (version === 0 || isIP(address) !== version || bits < 0 || bits > (version === 6 ? 128 : 32))
    return false;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(address, bits, family);
  return list.check(host, family);
}

function hostOf(url: URL): string {
  return url.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

function portOf(url: URL): string {
  return url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
}
