import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isLocalhostName } from './http-client/loopback-lookup.ts';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('0.0.0.0', 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');
LOOPBACK.addAddress('::', 'ipv6');

/** True where a request to the URL would come to that port of this very machine. */
export async function reachesPort(url: URL, port: number): Promise<boolean> {
  const asked = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  if (asked !== port) return false;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return (await addressesOf(host)).some(isOwn);
}

async function addressesOf(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  if (isLocalhostName(host)) return ['127.0.0.1'];
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    // Whoever connects will say so.
    return [];
  }
}

function isOwn(address: string): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return (
    LOOPBACK.check(address, family) ||
    Object.values(networkInterfaces()).some((list) => list?.some((own) => own.address === address))
  );
}
