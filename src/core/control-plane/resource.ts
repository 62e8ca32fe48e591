import { isObject, type Json } from '../json.ts';
import { parsePointer, valueAt } from '../json-pointer.ts';
import type { DeliveryOutcome, ResourceKind } from './document.ts';
import { fill, type Scope } from './template.ts';

/** Something that a client has made: a subscription, an endpoint, a destination. */
export interface Resource {
  kind: string;
  id: string;
  fields: Record<string, Json>;
  /** The newest first. */
  secrets: readonly KeptSecret[];
  createdAt: Date;
  updatedAt: Date;
}

/** A signing secret of the stand-in. */
export interface KeptSecret {
  value: string;
  /** When one that was rotated signs no more. */
  until?: Date;
}

/** A delivery that the stand-in has made, or would have made. */
export interface KeptDelivery {
  id: string;
  /** The resource that it goes to. */
  kind: string;
  resourceId: string;
  /** What a receiver tells repetitions by. */
  messageId: string;
  eventType: string;
  url: string;
  body: Uint8Array;
  createdAt: Date;
  outcome: DeliveryOutcome;
  attempts: number;
  attemptedAt?: Date;
  durationMs?: number;
  /** Of the last answer. */
  status?: number;
  /** Why it was not delivered. */
  why?: string;
  redeliveryOf?: string;
}

/** Which deliveries; the newest come first. */
export interface DeliveryQuery {
  ids?: readonly string[];
  resourceId?: string;
  messageId?: string;
  outcomes?: readonly DeliveryOutcome[];
  since?: Date;
  until?: Date;
  most?: number;
}

/** What the stand-in of one provider keeps. All throw HooksError `store-unusable`. */
export interface ControlPlaneStore {
  /** In the order in which they were made. */
  resources(kind: string): Resource[];
  saveResource(resource: Resource): void;
  removeResource(kind: string, id: string): void;
  deliveries(query: DeliveryQuery): KeptDelivery[];
  saveDelivery(delivery: KeptDelivery): void;
  /** SHA-256 of the API key, hexadecimal. */
  keyHash(): string | undefined;
  saveKeyHash(hash: string): void;
  close(): void;
}

/** The value at a JSON Pointer into the fields. */
export function fieldAt({ fields }: Resource, pointer: string | undefined): unknown {
  return pointer === undefined ? undefined : valueAt(fields, parsePointer(pointer));
}

export function urlOf(resource: Resource, kind: ResourceKind): string | undefined {
  const url = fieldAt(resource, kind.url);
  return typeof url === 'string' ? url : undefined;
}

export function isDisabled(resource: Resource, kind: ResourceKind): boolean {
  return fieldAt(resource, kind.disabled) === true;
}

/** The event types that it asks for; undefined for all of them. */
export function eventTypesOf(resource: Resource, kind: ResourceKind): string[] | undefined {
  const value = fieldAt(resource, kind.eventTypes);
  const list = [value].flat().filter((name) => typeof name === 'string');
  return list.length === 0 && kind.emptyMeansAll ? undefined : list;
}

/** What templates see of a resource; its secret only as `secret`. */
export function resourceScope(resource: Resource, kind: ResourceKind): Record<string, Json> {
  const { id, fields } = resource;
  const bare: Record<string, Json> = {
    id,
    fields,
    createdAt: resource.createdAt.toISOString(),
    updatedAt: resource.updatedAt.toISOString(),
  };
  return { ...bare, shown: fill(kind.shown, bare) ?? null };
}

/** What templates see of a delivery. */
export function deliveryScope(delivery: KeptDelivery): Scope & Record<string, Json> {
  const { body: _, createdAt, attemptedAt, durationMs, ...plain } = delivery;
  const scope = {
    ...plain,
    createdAt: createdAt.toISOString(),
    ...(attemptedAt && { attemptedAt: attemptedAt.toISOString() }),
    ...(durationMs !== undefined && { duration: `${(durationMs / 1000).toFixed(3)}s` }),
  };
  return scope satisfies Record<string, Json>;
}

/** The fields of a create or update, as an object. */
export function asFields(filled: Json | undefined): Record<string, Json> {
  return isObject(filled) ? (filled as Record<string, Json>) : {};
}
