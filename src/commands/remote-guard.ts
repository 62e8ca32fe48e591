import { isIP } from 'node:net';
import { hostAddresses } from '../adapters/host-addresses.ts';
import { isPrivateHost } from '../core/endpoint-address.ts';
import { HooksError } from '../core/errors.ts';

/**
 * Refuses a host beyond loopback and private addresses: a load on a foreign machine is an attack. A name is resolved, and
 * every address of it has to be private. Throws HooksError `usage`, or `endpoint-unreachable` for a name that nobody knows.
 */
export async function refuseRemote(
  { hostname }: URL,
  resolve: (hostname: string) => Promise<string[]> = hostAddresses,
): Promise<void> {
  const host = hostname.replace(/^\[|\]$/g, '');
  // RFC 6761: these are loopback, whatever a resolver says, and our clients connect accordingly.
  if (/(^|\.)localhost\.?$/i.test(host)) return;
  const addresses = isIP(host) === 0 ? await addressesOf(host, resolve) : [host];
  const foreign = addresses.find((address) => !isPrivateHost(address));
  if (foreign === undefined) return;
  const which = foreign === host ? '' : ` (${foreign})`;
  throw new HooksError('usage', `${host}${which} is neither loopback nor a private address`, {
    why: 'a load on a machine that is not yours can do harm, and can be taken for an attack',
    next: 'load a receiver of your own, or say with --allow-remote that you may',
  });
}

async function addressesOf(
  host: string,
  resolve: (hostname: string) => Promise<string[]>,
): Promise<string[]> {
  try {
    return await resolve(host);
  } catch (cause) {
    throw new HooksError('endpoint-unreachable', `the host ${host} cannot be resolved`, {
      why: 'without its address nobody can tell whether it is yours',
      next: 'check the name; behind a proxy that resolves it, say --allow-remote',
      cause,
    });
  }
}
