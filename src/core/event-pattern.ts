import { namesOf, type ProviderPack } from './catalogue.ts';

/** What of a delivery tells its event type. */
export interface EventName {
  provider?: string;
  eventType?: string;
}

/**
 * Tells whether a delivery is of an event type that a pattern names: type or slug, `*` for any characters, with
 * `provider/` in front to be exact.
 */
export function createEventMatch(
  pattern: string,
  packs: readonly ProviderPack[],
): (name: EventName) => boolean {
  const matches = wildcard(pattern.toLowerCase());
  return ({ provider, eventType }) => {
    if (eventType === undefined) return false;
    const manifest = packs.find((pack) => pack.manifest.id === provider)?.manifest;
    const event =
      manifest && Object.hasOwn(manifest.events, eventType) ? manifest.events[eventType] : undefined;
    const names = [eventType, ...(event ? [event.slug] : [])].map((name) => name.toLowerCase());
    const providers = manifest ? namesOf(manifest) : [];
    return names.some(
      (name) => matches(name) || providers.some((providerName) => matches(`${providerName}/${name}`)),
    );
  };
}

/** Tells whether a text fits. Only `*` is special; linear in the text, unlike a regular expression with many `.*`. */
export function wildcard(pattern: string): (text: string) => boolean {
  const [head = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return (text) => text === pattern;
  const tail = rest.pop() ?? '';
  return (text) => {
    if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length)
      return false;
    let at = head.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > text.length - tail.length) return false;
      at = found + part.length;
    }
    return true;
  };
}
