import { isObject, type Json } from '../json.ts';
import {
  type Call,
  done,
  findResource,
  invalid,
  kindOf,
  noSuch,
  type Performed,
  type PlanePorts,
  scopeOf,
} from './call.ts';
import type { ResourceKind } from './document.ts';
import {
  type DeliveryQuery,
  deliveryScope,
  type KeptDelivery,
  type Resource,
  resourceScope,
  urlOf,
} from './resource.ts';
import { subscribersOf } from './subscribers.ts';
import { fill, fillText, type Scope } from './template.ts';

/** Makes a test event for one resource, whatever it has subscribed to. */
export async function sendTest(resource: Resource, call: Call, ports: PlanePorts): Promise<Performed> {
  const { binding } = call;
  const scope = scopeOf(call);
  const eventType = fillText(binding.eventType, scope) ?? '';
  if (!ports.eventTypes.some((listed) => listed.eventType === eventType))
    return invalid('', `there is no event type ${JSON.stringify(eventType)}`);
  const delivery = await newDelivery(resource, kindOf(ports, binding), ports, {
    eventType,
    values: valuesOf(binding.payload, scope),
    randomTexts: binding.randomTexts ?? [],
  });
  return done(fill(binding.answer, { ...scope, delivery: withPayload(delivery) }), [delivery]);
}

/** Fires an event: makes a delivery for everything that has subscribed to its type, all with one id. */
export async function fireEvent(
  eventType: string,
  ports: PlanePorts,
  values: readonly (readonly [pointer: string, value: Json])[] = [],
): Promise<KeptDelivery[]> {
  const kinds = ports.document['x-hooks-kinds'];
  const made: KeptDelivery[] = [];
  for (const { resource, kind, isDisabled } of subscribersOf(kinds, ports.store.resources, eventType)) {
    const messageId = made[0]?.messageId;
    const order = { eventType, values, randomTexts: [], ...(messageId !== undefined && { messageId }) };
    made.push(await newDelivery(resource, kind, ports, order, isDisabled ? 'missed' : 'pending'));
  }
  return made;
}

/** Sends again what was not delivered; under the same id, so that a receiver can tell repetitions. */
export function replay(resource: Resource, call: Call, ports: PlanePorts): Performed {
  const { binding } = call;
  const scope = scopeOf(call);
  const since = momentOf(fillText(binding.since, scope));
  const until = momentOf(fillText(binding.until, scope));
  const found = ports.store.deliveries({
    resourceId: resource.id,
    outcomes: binding.outcomes ?? ['failed', 'missed'],
    ...(since && { since }),
    ...(until && { until }),
  });
  const now = ports.now();
  // The oldest first, as they happened; to where the resource is now.
  const url = urlOf(resource, kindOf(ports, binding));
  const again = found
    .reverse()
    .map((delivery) => pendingAgain({ ...delivery, url: url ?? delivery.url }, ports));
  const job = { id: ports.newDeliveryId(), count: again.length, at: now.toISOString() };
  return done(fill(binding.answer, { ...scope, job }), again);
}

/** Sends one delivery again, as a new delivery. */
export function redeliver(call: Call, ports: PlanePorts): Performed {
  const { binding } = call;
  const scope = scopeOf(call);
  const id = fillText(binding.delivery, scope);
  const [original] = id === undefined ? [] : ports.store.deliveries({ ids: [id] });
  if (original === undefined) return noSuch('delivery');
  const kind = kindOf(ports, { ...binding, kind: original.kind });
  const resource = findResource(ports, original.kind, original.resourceId);
  if (resource === undefined) return noSuch(kind.label);
  const { status: _, why: __, attemptedAt: ___, durationMs: ____, ...rest } = original;
  const delivery = kept(
    {
      ...rest,
      id: ports.newDeliveryId(),
      url: urlOf(resource, kind) ?? original.url,
      outcome: 'pending',
      attempts: 0,
      redeliveryOf: original.id,
    },
    ports,
  );
  return done(fill(binding.answer, { ...scope, delivery: deliveryScope(delivery) }), [delivery]);
}

/** Lists deliveries, the newest first. */
export function listDeliveries(call: Call, ports: PlanePorts): Performed {
  const scope = scopeOf(call);
  const { where = {}, answer } = call.binding;
  const ids = fill(where.ids, scope);
  const resourceId = fillText(where.resource, scope);
  const messageId = fillText(where.message, scope);
  const query: DeliveryQuery = {
    ...(Array.isArray(ids) && { ids: ids.map(String) }),
    ...(resourceId !== undefined && { resourceId }),
    ...(messageId !== undefined && { messageId }),
    most: 200,
  };
  return done(fill(answer, { ...scope, items: ports.store.deliveries(query).map(deliveryScope) }));
}

async function newDelivery(
  resource: Resource,
  kind: ResourceKind,
  { makeMessage, ...ports }: PlanePorts,
  order: {
    eventType: string;
    values: readonly (readonly [string, Json])[];
    randomTexts: readonly string[];
    messageId?: string;
  },
  outcome: 'pending' | 'missed' = 'pending',
): Promise<KeptDelivery> {
  const at = ports.now();
  const own = valuesOf(kind.payload, resourceScope(resource, kind));
  const { messageId, body } = await makeMessage({ ...order, values: [...own, ...order.values], at });
  const { kind: name, id: resourceId } = resource;
  return kept(
    {
      id: ports.newDeliveryId(),
      kind: name,
      resourceId,
      messageId,
      eventType: order.eventType,
      url: urlOf(resource, kind) ?? '',
      body,
      createdAt: at,
      outcome,
      attempts: 0,
      ...(outcome === 'missed' && { why: 'it is switched off' }),
    },
    ports,
  );
}

function pendingAgain(delivery: KeptDelivery, ports: Pick<PlanePorts, 'store'>): KeptDelivery {
  const { why: _, ...rest } = delivery;
  return kept({ ...rest, outcome: 'pending' }, ports);
}

function kept(delivery: KeptDelivery, { store }: Pick<PlanePorts, 'store'>): KeptDelivery {
  store.saveDelivery(delivery);
  return delivery;
}

function valuesOf(values: Record<string, Json> | undefined, scope: Scope): [string, Json][] {
  return Object.entries(values ?? {}).flatMap(([pointer, template]) => {
    const value = fill(template, scope);
    return value === undefined ? [] : [[pointer, value] as [string, Json]];
  });
}

function withPayload(delivery: KeptDelivery): Record<string, Json> {
  const payload: unknown = JSON.parse(new TextDecoder().decode(delivery.body));
  return { ...deliveryScope(delivery), payload: isObject(payload) ? (payload as Json) : null };
}

function momentOf(text: string | undefined): Date | undefined {
  const date = text === undefined ? undefined : new Date(text);
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
}
