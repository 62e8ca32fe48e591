import { parseEndpoint } from '../core/endpoint-address.ts';
import { HooksError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { SavedEndpoint } from '../core/saved-endpoint.ts';
import { MASK } from '../core/secret-headers.ts';
import type { Workspace } from './workspace.ts';

/** Where deliveries go; `saved` is there when it was named. */
export interface ChosenEndpoint {
  url: URL;
  saved?: SavedEndpoint;
}

/**
 * The endpoint that was asked for, or the default one: an address or the name of a saved endpoint. Throws HooksError
 * `usage` without any, `unknown-name` for a name that is not saved.
 */
export function chooseEndpoint(to: string | undefined, { config, setting }: Workspace): ChosenEndpoint {
  const text = to ?? setting('endpoint');
  if (text === undefined) {
    throw new HooksError('usage', 'no endpoint to deliver to', {
      next: 'name it with --to localhost:3000, or save one: `hooks config set endpoint localhost:3000`',
    });
  }
  const saved = Object.hasOwn(config.endpoints, text) ? config.endpoints[text] : undefined;
  if (saved) return { url: parseEndpoint(saved.url), saved };
  if (/^[a-z][a-z0-9_-]*$/i.test(text) && text.toLowerCase() !== 'localhost')
    throw unknownEndpoint(text, config.endpoints);
  return { url: parseEndpoint(text) };
}

export function unknownEndpoint(name: string, endpoints: Workspace['config']['endpoints']): HooksError {
  const known = Object.keys(endpoints);
  const near = nearest(name, known);
  return new HooksError('unknown-name', `no endpoint is saved as '${name}'`, {
    next:
      near !== undefined
        ? `did you mean ${near}?`
        : `save it with \`hooks endpoint add ${name} --url …\`, or write an address: localhost:3000`,
  });
}

/** An address as it may be shown: without the password in it, or the token that stands in place of a user. */
export function shownAddress(text: string): string {
  if (!text.includes('@')) return text;
  try {
    const url = parseEndpoint(text);
    if (url.password !== '') url.password = '***';
    else if (url.username !== '') url.username = '***';
    else return text;
    return url.href;
  } catch {
    return MASK;
  }
}
