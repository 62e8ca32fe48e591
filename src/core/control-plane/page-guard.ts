import { headerValues } from '../headers.ts';
import type { ReceivedRequest } from '../received.ts';

/**
 * Why a request for the page, or from it, is refused; undefined where it is this machine's own. Looks at who connects,
 * at the name that was asked for (a name of somebody else's may point at this machine: DNS rebinding) and at the page
 * that asks (another page may know this address: CSRF).
 */
export function pageRefusal({ peer, headers }: ReceivedRequest): string | undefined {
  if (!isLoopbackAddress(peer.replace(/:\d+$/, '')))
    return 'the page is for this machine only; elsewhere use the API key';
  const [host = '', ...others] = headerValues(headers, 'host');
  if (others.length > 0 || !isLoopbackName(host.replace(/:\d+$/, '')))
    return 'the page is served under localhost, 127.0.0.1 and [::1] only';
  const origins = headerValues(headers, 'origin');
  const isForeign = origins.some((origin) => origin !== `http://${host}`);
  return isForeign ? 'the page of another site asked' : undefined;
}

function isLoopbackName(name: string): boolean {
  const host = name.toLowerCase();
  return host === 'localhost' || host.endsWith('.localhost') || isLoopbackAddress(host);
}

function isLoopbackAddress(address: string): boolean {
  return /^127\.\d+\.\d+\.\d+$/.test(address) || address === '[::1]' || address === '::1';
}
