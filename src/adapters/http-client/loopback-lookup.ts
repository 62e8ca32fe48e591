import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';

type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

const LOOPBACK: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/** True for `localhost` and names below it, with or without the final dot. */
export function isLocalhostName(hostname: string): boolean {
  return /(^|\.)localhost\.?$/i.test(hostname);
}

/** Resolves like the system, but `localhost` to both loopback addresses, whatever the hosts file says (RFC 6761, 6.3). */
function lookupBothFamilies(hostname: string, options: LookupOptions, callback: LookupCallback): void {
  if (!isLocalhostName(hostname)) {
    lookup(hostname, options, callback);
    return;
  }
  const addresses = LOOPBACK.filter(({ family }) => !options.family || isFamily(options.family, family));
  // Later, as a resolver would: whoever connects has yet to add its listeners.
  process.nextTick(() => {
    const [first] = addresses;
    if (options.all) callback(null, addresses);
    else callback(null, first?.address ?? '127.0.0.1', first?.family ?? 4);
  });
}

function isFamily(wanted: LookupOptions['family'], family: number): boolean {
  return wanted === family || wanted === `IPv${family}`;
}

/** How to connect: each address gets its turn, the next one when it refuses or does not answer in time. */
export const ADDRESS_SELECTION = {
  lookup: lookupBothFamilies,
  autoSelectFamily: true,
  // Node's own 250 ms give up on a distant receiver before its first packet is back.
  autoSelectFamilyAttemptTimeout: 1500,
} as const;

/** An address with its port as it is shown: `127.0.0.1:3000`, `[::1]:3000`. */
export function formatAddress(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
