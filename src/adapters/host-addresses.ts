import { lookup } from 'node:dns/promises';

/** All addresses of a host as the system resolves it. Rejects where the name is not known. */
export async function hostAddresses(hostname: string): Promise<string[]> {
  const found = await lookup(hostname, { all: true });
  return found.map(({ address }) => address);
}
