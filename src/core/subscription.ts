import { findProvider, type ProviderPack } from './catalogue.ts';
import { HooksError } from './errors.ts';
import { createEventMatch, type EventName } from './event-pattern.ts';
import type { NamedEndpoint } from './named-endpoint.ts';

/**
 * The endpoints that are subscribed to an event: one of their patterns fits it, and their provider, where they have one,
 * sends it. Throws HooksError `unknown-name` where that provider is not known, since nobody can tell then.
 */
export function subscribersOf(
  event: EventName,
  endpoints: Iterable<NamedEndpoint>,
  packs: readonly ProviderPack[],
): NamedEndpoint[] {
  return [...endpoints].filter((endpoint) => {
    const { events = [], provider } = endpoint;
    if (!events.some((pattern) => createEventMatch(pattern, packs)(event))) return false;
    return provider === undefined || providerIdOf(endpoint, provider, packs) === event.provider;
  });
}

function providerIdOf(endpoint: NamedEndpoint, provider: string, packs: readonly ProviderPack[]): string {
  try {
    return findProvider(packs, provider).manifest.id;
  } catch (error) {
    throw ofEndpoint(endpoint, error);
  }
}

/** The error with the name of the endpoint in front of its message. */
export function ofEndpoint({ name }: Pick<NamedEndpoint, 'name'>, error: unknown): unknown {
  if (!(error instanceof HooksError)) return error;
  const { kind, message, why, next, cause } = error;
  return new HooksError(kind, `endpoint ${name}: ${message}`, {
    ...(why !== undefined && { why }),
    ...(next !== undefined && { next }),
    cause,
  });
}
