import { isSecretParameter } from './secret-names.ts';

/** What stands for a value in a URL, where a character beyond ASCII would be percent-encoded. */
const MASKED_VALUE = '***';

/** A URL, or the target of a request, as it may be shown: credentials in its query are masked, all else is as it was. */
export function shownUrl(url: string): string {
  const start = url.indexOf('?');
  if (start < 0) return url;
  const hash = url.indexOf('#', start);
  const end = hash < 0 ? url.length : hash;
  const query = url
    .slice(start + 1, end)
    .split('&')
    .map(shownPair)
    .join('&');
  return `${url.slice(0, start + 1)}${query}${url.slice(end)}`;
}

function shownPair(pair: string): string {
  const equals = pair.indexOf('=');
  if (equals < 0 || equals === pair.length - 1) return pair;
  return isSecretParameter(decoded(pair.slice(0, equals)))
    ? `${pair.slice(0, equals)}=${MASKED_VALUE}`
    : pair;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return name;
  }
}

/** A recording as it may be shown and handed on: of a delivery that was sent, the history keeps the address whole. */
export function withShownTarget<T extends { target: string }>(recording: T): T {
  return { ...recording, target: shownUrl(recording.target) };
}
