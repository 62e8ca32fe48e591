import type { ProviderPack } from './catalogue.ts';

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
    const events = packs.find(({ manifest }) => manifest.id === provider)?.manifest.events;
    const slug = events && Object.hasOwn(events, eventType) ? events[eventType]?.slug : undefined;
    return [eventType, slug].some(
      (name) =>
        name !== undefined && (matches(name.toLowerCase()) || matches(`${provider}/${name}`.toLowerCase())),
    );
  };
}

/** Only `*` is special; linear in the text whatever the pattern, unlike a regular expression with many `.*`. */
function wildcard(pattern: string): (text: string) => boolean {
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
