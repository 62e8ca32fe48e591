import type { ProviderPack } from './catalogue.ts';
import { type HeaderList, headerValues } from './headers.ts';
import type { Json } from './json.ts';
import { parsePointer, valueAt } from './json-pointer.ts';
import type { Location } from './provider.ts';
import type { SignatureScheme } from './signing/scheme.ts';

/** What can be looked at to tell where a delivery comes from. The body is absent when it is not JSON. */
export interface Evidence {
  headers: HeaderList;
  document?: Json;
}

/** The first value found at the location, if it is a number or a text that is not empty. */
export function locate(location: Location | undefined, { headers, document }: Evidence): string | undefined {
  if (location === undefined) return undefined;
  if (location.in === 'header') return headerValues(headers, location.name)[0] || undefined;
  for (const path of location.paths) {
    const value = valueAt(document, parsePointer(path));
    if ((typeof value === 'string' && value !== '') || typeof value === 'number') return String(value);
  }
  return undefined;
}

/** A provider together with the scheme that its deliveries are checked by. */
export interface Candidate {
  pack: ProviderPack;
  scheme: SignatureScheme;
}

/** The event type that the provider would read from a delivery, or undefined where it carries none. */
export function eventTypeOf(pack: ProviderPack, evidence: Evidence): string | undefined {
  return locate(pack.manifest.eventType.value, evidence);
}

/**
 * The provider a delivery most likely comes from: a known event type counts more than a signature header, which
 * several providers may share. Undefined when nothing speaks for any, or two are equally likely.
 */
export function identify(candidates: readonly Candidate[], evidence: Evidence): Candidate | undefined {
  const scored = candidates
    .map((candidate) => ({ candidate, score: likelihood(candidate, evidence) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  const [best, second] = scored;
  return best === undefined || best.score === second?.score ? undefined : best.candidate;
}

function likelihood({ pack, scheme }: Candidate, evidence: Evidence): number {
  const eventType = eventTypeOf(pack, evidence);
  const isKnown = eventType !== undefined && Object.hasOwn(pack.manifest.events, eventType);
  const carriesScheme = scheme.headerNames.some((name) => headerValues(evidence.headers, name).length > 0);
  return (isKnown ? 4 : 0) + (carriesScheme ? 2 : 0) + (eventType !== undefined && carriesScheme ? 1 : 0);
}
