import { isUtf8 } from 'node:buffer';
import type { Delivery } from './delivery.ts';
import { shownHeaders } from './secret-headers.ts';
import type { SignedHeader } from './signing/scheme.ts';

/** The request as an HTTP/1.1 message, with the values of secret headers masked; the body follows as it is. */
export function requestHead({ method, url, headers, body }: Delivery): string {
  const { pathname, search, host } = new URL(url);
  const lines = shownHeaders(headers).map(([name, value]) => `${name}: ${value}`);
  return [
    `${method} ${pathname}${search} HTTP/1.1`,
    `host: ${host}`,
    ...lines,
    `content-length: ${body.length}`,
    '',
    '',
  ].join('\r\n');
}

interface CurlOptions {
  insecure?: boolean;
  cacert?: string;
  proxy?: string;
  timeoutMs: number;
}

/**
 * A `curl` command for a POSIX shell that sends the same request. A secret header is written as $HOOKS_SECRET, to be
 * filled in by the shell.
 */
export function curlCommand({ method, url, headers, body }: Delivery, options: CurlOptions): string {
  const isText = isUtf8(body) && !body.includes(0);
  const parts = ['curl', '-sS', '-i', `--max-time ${options.timeoutMs / 1000}`];
  if (method !== 'POST') parts.push(`-X ${quote(method)}`);
  if (options.insecure) parts.push('--insecure');
  if (options.cacert !== undefined) parts.push(`--cacert ${quote(options.cacert)}`);
  if (options.proxy !== undefined) parts.push(`--proxy ${quote(options.proxy)}`);
  // What curl would add by itself.
  parts.push("-H 'Accept:'", "-H 'Expect:'", ...headers.map(curlHeader));
  // A leading @ would name a file, so --data-raw; it keeps line ends as --data-binary does.
  parts.push(
    isText
      ? `--data-raw ${quote(new TextDecoder('utf-8', { ignoreBOM: true }).decode(body))}`
      : '--data-binary @-',
  );
  const command = [...parts, quote(url)].join(' \\\n  ');
  return isText ? command : `printf %s ${Buffer.from(body).toString('base64')} | base64 -d | ${command}`;
}

function curlHeader({ name, value, isSecret }: SignedHeader): string {
  if (!isSecret) return `-H ${quote(`${name}: ${value}`)}`;
  const [scheme = '', token] = value.split(' ');
  if (token === undefined) return `-H "${name}: $HOOKS_SECRET"`;
  return scheme === 'Basic' ? '-u "$HOOKS_SECRET"' : `-H "${name}: ${scheme} $HOOKS_SECRET"`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
