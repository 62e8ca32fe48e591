import { withoutHopByHop } from '../connection-headers.ts';
import type { HttpRequest } from '../delivery.ts';
import type { ReceivedRequest } from '../received.ts';

type Header = readonly [name: string, value: string];

/**
 * A received request as it is passed on: body, method and headers as they came, in order, case and repeats. Other than
 * they came are those that describe the connection (RFC 9110, section 7.6.1): Host names the target, the body is framed
 * by its length. A target without a path gets the path of the request, one with a path keeps its own; the query of the
 * request goes with both. `authorization` stands in for user and password of the target.
 */
export function forwardRequest(
  { method, target, headers, body }: ReceivedRequest,
  to: URL,
  authorization?: string,
): HttpRequest {
  const kept = reframed(withoutHopByHop(headers, ['expect']), to, body.length);
  return {
    method,
    url: to.href,
    headers: authorization === undefined ? kept : withAuthorization(kept, authorization),
    body,
    passedOn: { target: targetAt(to, target) },
  };
}

/** Host in its place; the length in the place of what framed the body, where something did. */
function reframed(headers: readonly Header[], to: URL, sizeBytes: number): Header[] {
  let hasHost = false;
  const framed = headers.flatMap((header): Header[] => {
    const [name] = header;
    const lowerCased = name.toLowerCase();
    if (lowerCased === 'host') {
      hasHost = true;
      return [[name, to.host]];
    }
    if (lowerCased === 'transfer-encoding') return [['Content-Length', String(sizeBytes)]];
    return [header];
  });
  return hasHost ? framed : [['Host', to.host], ...framed];
}

function withAuthorization(headers: readonly Header[], value: string): Header[] {
  const others = headers.filter(([name]) => name.toLowerCase() !== 'authorization');
  return [...others, ['Authorization', value]];
}

function targetAt(to: URL, received: string): string {
  // Of the absolute form (RFC 9112, section 3.2.2) only what follows the host is for the target.
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(received)?.[0] ?? '';
  const rest = received.slice(origin.length);
  const path = rest === '' || rest.startsWith('?') ? `/${rest}` : rest;
  if (to.pathname === '/' && to.search === '') return path;
  const at = path.indexOf('?');
  const query = at < 0 ? '' : path.slice(at + 1);
  const own = `${to.pathname}${to.search}`;
  return query === '' ? own : `${own}${to.search === '' ? '?' : '&'}${query}`;
}
