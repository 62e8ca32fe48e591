import type { HeaderOverride } from '../core/delivery-headers.ts';
import { parseEndpoint } from '../core/endpoint-address.ts';
import { HooksError } from '../core/errors.ts';
import type { NamedBy, NamedEndpoint } from '../core/named-endpoint.ts';
import { nearest } from '../core/nearest.ts';
import { MASK } from '../core/secret-headers.ts';
import { shownUrl } from '../core/shown-url.ts';
import type { Workspace } from './workspace.ts';

/** Where deliveries go; `saved` is there when it was named. */
export interface ChosenEndpoint {
  /** Without user and password. */
  url: URL;
  /** What stands for user and password of the URL. */
  credentials: HeaderOverride[];
  saved?: NamedEndpoint;
  namedBy: NamedBy;
}

/**
 * The endpoint that was asked for, or the default one: an address or the name of a saved endpoint. Throws HooksError
 * `usage` without any, `unknown-name` for a name that is not saved. `by` tells who asked.
 */
export function chooseEndpoint(
  to: string | undefined,
  workspace: Pick<Workspace, 'endpoints' | 'settingWithOrigin'>,
  by: NamedBy = 'user',
): ChosenEndpoint {
  const setting = to === undefined ? workspace.settingWithOrigin('endpoint') : undefined;
  const text = to ?? setting?.value;
  if (text === undefined) {
    throw new HooksError('usage', 'no endpoint to deliver to', {
      next: 'name it with --to localhost:3000, or save one: `hooks config set endpoint localhost:3000`',
    });
  }
  const saved = workspace.endpoints.get(text);
  if (saved) return endpointOf(saved);
  if (/^[a-z][a-z0-9_-]*$/i.test(text) && text.toLowerCase() !== 'localhost')
    throw unknownEndpoint(text, [...workspace.endpoints.keys()]);
  return {
    ...withoutCredentials(parseEndpoint(text)),
    namedBy: setting?.origin === 'project' ? 'project' : by,
  };
}

/** The endpoint behind a name. */
export function endpointOf(saved: NamedEndpoint): ChosenEndpoint {
  return { ...withoutCredentials(parseEndpoint(saved.url)), saved, namedBy: saved.origin };
}

/** Who names a URL that only the history gives: a recording may go back to what only a file of the project had named. */
export function namerOf({ origin }: URL, { project }: Pick<Workspace, 'project'>): NamedBy {
  const urls = [...(project?.endpoints.values() ?? [])].map(({ url }) => new URL(url));
  return urls.some((url) => url.origin === origin) ? 'project' : 'user';
}

/** Takes user and password out of a URL, so that they are neither shown nor recorded: Basic (RFC 7617) carries them. */
export function withoutCredentials(url: URL): Pick<ChosenEndpoint, 'url' | 'credentials'> {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  bare.hash = '';
  if (url.username === '' && url.password === '') return { url: bare, credentials: [] };
  const text = [url.username, url.password].map(decoded).join(':');
  const value = `Basic ${Buffer.from(text).toString('base64')}`;
  return { url: bare, credentials: [{ name: 'Authorization', value }] };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not quoted: it is a user name or a password.
    throw new HooksError('usage', 'user or password in the URL is not percent-encoded right', {
      next: 'write a % in it as %25',
    });
  }
}

export function unknownEndpoint(name: string, known: readonly string[]): HooksError {
  const near = nearest(name, known);
  return new HooksError('unknown-name', `no endpoint is saved as '${name}'`, {
    next:
      near !== undefined
        ? `did you mean ${near}?`
        : `save it with \`hooks endpoint add ${name} --url …\`, or write an address: localhost:3000`,
  });
}

/** An address as it may be shown: without the password in it, the token that stands in place of a user, or in its query. */
export function shownAddress(text: string): string {
  if (!text.includes('@')) return shownUrl(text);
  try {
    const url = parseEndpoint(text);
    if (url.password !== '') url.password = '***';
    else if (url.username !== '') url.username = '***';
    else return shownUrl(text);
    return shownUrl(url.href);
  } catch {
    return MASK;
  }
}
