import { headerValues } from '../headers.ts';
import type { Recording } from '../recording.ts';

/** The URL that a delivery was sent to; of a received one as its Host header tells, else on localhost. */
export function recordedUrl({ target, headers }: Pick<Recording, 'target' | 'headers'>): URL {
  const absolute = httpUrl(target);
  if (absolute) return absolute;
  // A relative reference would let a path such as //elsewhere name another host.
  const path = target.startsWith('/') ? target : `/${target}`;
  const [host = ''] = headerValues(headers, 'host');
  const isHost = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i.test(host);
  return (
    (isHost ? httpUrl(`http://${host}${path}`) : undefined) ??
    httpUrl(`http://localhost${path}`) ??
    new URL('http://localhost/')
  );
}

/** An http(s) URL, or undefined for any other text. */
export function httpUrl(text: string): URL | undefined {
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}
