import { HooksError } from './errors.ts';

/** An endpoint that the user gave a name. */
export interface SavedEndpoint {
  url: string;
  provider?: string;
  /** Patterns of the event types that it is subscribed to, see `createEventMatch`; without any it is only a name. */
  events?: string[];
  /** Signing secrets; several while one is being replaced. */
  secrets?: string[];
}

/** Checks a name for an endpoint: one that no address can have. Throws HooksError `usage`. */
export function checkEndpointName(name: string): void {
  if (/^[a-z][a-z0-9_-]*$/i.test(name) && name.toLowerCase() !== 'localhost') return;
  throw new HooksError('usage', `'${name}' cannot be the name of an endpoint`, {
    next: 'use a letter, then letters, digits, - and _',
  });
}
