import { BlockList, isIP } from 'node:net';
import { HooksError } from './errors.ts';
import { shownUrl } from './shown-url.ts';

let privateNetworks: BlockList | undefined;

/** Made when it is first asked for: Node takes a while to load what it is made of. */
function privateList(): BlockList {
  if (privateNetworks !== undefined) return privateNetworks;
  const list = new BlockList();
  for (const [network, prefix, family] of [
    ['127.0.0.0', 8, 'ipv4'],
    ['10.0.0.0', 8, 'ipv4'],
    ['172.16.0.0', 12, 'ipv4'],
    ['192.168.0.0', 16, 'ipv4'],
    ['169.254.0.0', 16, 'ipv4'],
    ['0.0.0.0', 32, 'ipv4'],
    ['::1', 128, 'ipv6'],
    ['::', 128, 'ipv6'],
    ['fc00::', 7, 'ipv6'],
    ['fe80::', 10, 'ipv6'],
  ] as const) {
    list.addSubnet(network, prefix, family);
  }
  privateNetworks = list;
  return list;
}

/** True for loopback and private addresses and for names that only a local resolver can know. */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  const version = isIP(host);
  if (version !== 0) return privateList().check(host, version === 6 ? 'ipv6' : 'ipv4');
  return !host.includes('.') || /\.(localhost|local|internal|test)$/.test(host);
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** True for this machine alone: loopback addresses, and localhost with all names below it (RFC 6761, section 6.3). */
export function isLoopbackHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  const version = isIP(host);
  if (version !== 0) return LOOPBACK.check(host, version === 6 ? 'ipv6' : 'ipv4');
  return /(^|\.)localhost$/.test(host);
}

/**
 * The URL of an endpoint as a person names it: `3000`, `:3000`, `localhost:3000/hooks`, `10.0.0.5:8080` or a whole
 * URL. Without a scheme: http for loopback and private addresses, https elsewhere. Throws HooksError `usage`.
 */
export function parseEndpoint(text: string): URL {
  const trimmed = text.trim();
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)) return checked(trimmed, text);
  // Else the scheme would be taken for the name of a host.
  if (/^[a-z][a-z0-9+.-]*:[/\\]/i.test(trimmed)) throw notAnEndpoint(text, "a scheme ends with '://'");
  if (/^[/?#\\]/.test(trimmed)) throw notAnEndpoint(text, 'it has neither a host nor a port');
  const port = /^:?(\d+)([/?#].*)?$/.exec(trimmed);
  if (port) return checked(`http://localhost:${port[1]}${port[2] ?? ''}`, text);
  if (isIP(trimmed) === 6) return checked(`http://[${trimmed}]`, text);
  const url = checked(`http://${trimmed}`, text);
  if (isPrivateHost(url.hostname)) return url;
  // Not `url.protocol =`: a port of 80 would have been dropped as http's default already.
  return checked(`https://${trimmed}`, text);
}

function checked(candidate: string, text: string): URL {
  let url: URL;
  try {
    url = new URL(candidate);
  } catch {
    throw notAnEndpoint(text, 'it is neither a port, a host with a port, nor a URL');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw notAnEndpoint(text, `deliveries go over http or https, not ${url.protocol.slice(0, -1)}`);
  }
  if (url.port === '0') throw notAnEndpoint(text, 'nothing can listen on port 0');
  return url;
}

function notAnEndpoint(text: string, why: string): HooksError {
  // Up to the last @: a password with a /, ? or # in it is what makes some of these unreadable.
  const shown = shownUrl(text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[\s\S]*@/i, '$1…@'));
  return new HooksError('usage', `'${shown}' is not an endpoint`, {
    why,
    next: 'write it as 3000, localhost:3000/webhooks or https://example.com/webhooks',
  });
}
