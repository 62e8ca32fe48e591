import type { ProviderPack } from '../../src/core/catalogue.ts';
import type { EventDescription, ProviderManifest } from '../../src/core/provider.ts';

const UNKNOWN = { confidence: 'unknown' } as const;

/** A provider in memory: `events` maps event types to slugs, `changes` replaces parts of its manifest. */
export function fakePack(
  id: string,
  events: Record<string, string | Partial<EventDescription>>,
  changes: Partial<ProviderManifest> = {},
  variants: ProviderPack['variants'] = {},
): ProviderPack {
  return {
    directory: `/providers/${id}`,
    isBundled: true,
    variants,
    manifest: {
      id,
      name: id,
      description: `Deliveries of ${id}.`,
      sources: {},
      request: { method: UNKNOWN, contentType: UNKNOWN, userAgent: UNKNOWN },
      eventType: { value: { in: 'body', paths: ['/type'] }, confidence: 'documented' },
      idempotencyKey: { value: { in: 'body', paths: ['/id'] }, confidence: 'documented' },
      idFormat: UNKNOWN,
      signing: UNKNOWN,
      fresh: [],
      timeoutSeconds: UNKNOWN,
      success: UNKNOWN,
      retries: UNKNOWN,
      facts: {},
      events: Object.fromEntries(
        Object.entries(events).map(([eventType, event]) => [
          eventType,
          {
            slug: eventType,
            description: '',
            confidence: 'documented' as const,
            ...(typeof event === 'string' ? { slug: event } : event),
          },
        ]),
      ),
      ...changes,
    },
  };
}
