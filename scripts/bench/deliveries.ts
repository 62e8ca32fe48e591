import { randomBytes } from 'node:crypto';
import { loadProviderPacks, readExample } from '../../src/adapters/provider-packs.ts';
import { findEvent } from '../../src/core/catalogue.ts';
import type { Delivery } from '../../src/core/delivery.ts';
import { createDelivery, type OutgoingPlan } from '../../src/core/outgoing.ts';
import { chooseScheme } from '../../src/core/provider-scheme.ts';
import { SECRET } from './surroundings.ts';

/** An event of about 1 KiB of a provider that signs by Standard Webhooks. */
export const EVENT = 'public_incident.follow_up_updated_v2';

/** What makes such deliveries, each with its own id, time and signature, as `hooks send` makes them. */
export async function signedDeliveries(url: string): Promise<() => Delivery> {
  const choice = findEvent(await loadProviderPacks(), EVENT, {});
  const { scheme } = chooseScheme(choice.pack, {});
  const plan: OutgoingPlan = {
    choice,
    example: await readExample(choice),
    isVerbatim: false,
    fresh: choice.pack.manifest.fresh,
    edits: [],
    scheme,
    secrets: [scheme.parseSecret(SECRET)],
    url,
    headers: [],
    userAgent: 'hooks-bench',
  };
  return () => createDelivery(plan, { eventAt: new Date(), signedAt: new Date(), random: randomBytes });
}

/** Its headers as an object, and its body, for other people's clients. */
export function asRequest(delivery: Delivery) {
  return {
    method: delivery.method,
    headers: Object.fromEntries(delivery.headers.map(({ name, value }) => [name, value])),
    body: Buffer.from(delivery.body),
  };
}
