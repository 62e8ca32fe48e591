import { isUtf8 } from 'node:buffer';
import type { Delivery } from './delivery.ts';
import { shownHeaders } from './secret-headers.ts';
import { shownUrl } from './shown-url.ts';
import type { SignedHeader } from './signing/scheme.ts';

/** The request as an HTTP/1.1 message, with the values of secret headers and of secrets in the query masked; the body follows as it is. */
export function requestHead({ method, url, headers, body }: Delivery): string {
  const { pathname, search, host } = new URL(url);
  const lines = shownHeaders(headers).map(([name, value]) => `${name}: ${value}`);
  return [
    `${method} ${pathname}${shownUrl(search)} HTTP/1.1`,
    ...(hasHeader(headers, 'host') ? [] : [`host: ${host}`]),
    ...lines,
    `content-length: ${body.length}`,
    '',
    '',
  ].join('\r\n');
}

function hasHeader(headers: readonly SignedHeader[], wanted: string): boolean {
  return headers.some(({ name }) => name.toLowerCase() === wanted.toLowerCase());
}

// What curl would add by itself.
const CURLS_OWN = ['Accept', 'Expect', 'User-Agent', 'Content-Type'];

// Linux takes no longer argument than 128 KiB.
const LONGEST_ARGUMENT_BYTES = 100_000;

interface CurlOptions {
  insecure?: boolean;
  cacert?: string;
  proxy?: string;
  timeoutMs: number;
}

/**
 * A `curl` command for a POSIX shell that sends the same request. A secret header is written as $HOOKS_SECRET, to be
 * filled in by the shell; the URL stays whole, since the command would go elsewhere without its query.
 */
export function curlCommand({ method, url, headers, body }: Delivery, options: CurlOptions): string {
  const isArgument = isUtf8(body) && !body.includes(0) && body.length <= LONGEST_ARGUMENT_BYTES;
  const parts = ['curl', '-sS', '-i', `--max-time ${options.timeoutMs / 1000}`];
  if (method !== 'POST') parts.push(`-X ${quote(method)}`);
  if (options.insecure) parts.push('--insecure');
  if (options.cacert !== undefined) parts.push(`--cacert ${quote(options.cacert)}`);
  if (options.proxy !== undefined) parts.push(`--proxy ${quote(withoutUser(options.proxy))}`);
  // Brackets and braces would be taken for patterns.
  if (/[[\]{}]/.test(url)) parts.push('--globoff');
  const unwanted = CURLS_OWN.filter((name) => !hasHeader(headers, name));
  parts.push(...unwanted.map((name) => `-H '${name}:'`), ...headers.map(curlHeader));
  // A leading @ would name a file, so --data-raw; it keeps line ends as --data-binary does.
  parts.push(
    isArgument
      ? `--data-raw ${quote(new TextDecoder('utf-8', { ignoreBOM: true }).decode(body))}`
      : '--data-binary @-',
  );
  const command = [...parts, quote(url)].join(' \\\n  ');
  return isArgument ? command : `printf %s ${Buffer.from(body).toString('base64')} | base64 -d | ${command}`;
}

function curlHeader({ name, value, isSecret, variable }: SignedHeader): string {
  // `Name:` would take the header out, `Name;` sends it without a value.
  if (!isSecret) return `-H ${quoteLatin1(value === '' ? `${name};` : `${name}: ${value}`)}`;
  if (variable !== undefined) return `-H "${name}: $${variable}"`;
  // Only these stand for a scheme word; any other word before a space may be a part of the secret.
  const word = name.toLowerCase() === 'authorization' ? /^(?:Basic|Bearer) /.exec(value)?.[0] : undefined;
  if (word === 'Basic ') return '-u "$HOOKS_SECRET"';
  const start = `${name}: ${word ?? ''}`;
  // A shell would expand what some names hold.
  return /^[\w :-]+$/.test(start) ? `-H "${start}$HOOKS_SECRET"` : `-H ${quote(start)}"$HOOKS_SECRET"`;
}

/** Like `quote`, in the bytes that a header has: a terminal would pass on UTF-8. */
function quoteLatin1(text: string): string {
  if (!/[\x80-\xff]/.test(text)) return quote(text);
  const escaped = text.replace(/[\\\x80-\xff]/g, (character) =>
    character === '\\' ? '\\\\' : `\\0${character.charCodeAt(0).toString(8)}`,
  );
  return `"$(printf %b ${quote(escaped)})"`;
}

/** These words as a command for a POSIX shell; those that need no quotes have none. */
export function commandLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quote(word))).join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The address of a proxy without the credentials in it; curl takes them from --proxy-user. */
function withoutUser(proxy: string): string {
  return proxy.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/]*@/i, '$1');
}
