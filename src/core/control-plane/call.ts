import type { RandomBytes } from '../identifiers.ts';
import type { Json } from '../json.ts';
import type { SchemaProblem } from '../verdict.ts';
import type { Binding, ControlPlaneDocument, Problem, ResourceKind } from './document.ts';
import { type ControlPlaneStore, type KeptDelivery, type Resource, resourceScope } from './resource.ts';
import { fill, type Scope } from './template.ts';

/** An event type as a client sees it in the list. */
export interface ListedEventType {
  eventType: string;
  slug: string;
  description: string;
}

/** What is to be in a payload. */
export interface MessageOrder {
  eventType: string;
  /** Values by JSON Pointer. */
  values: readonly (readonly [pointer: string, value: Json])[];
  randomTexts: readonly string[];
  /** For an event that another resource gets as well. */
  messageId?: string;
  at: Date;
}

/** Makes the body of an event and the id that it is known by. */
export type MakeMessage = (order: MessageOrder) => Promise<{ messageId: string; body: Uint8Array }>;

/** All that operations work with. */
export interface PlanePorts {
  document: ControlPlaneDocument;
  store: ControlPlaneStore;
  /** Those that can be subscribed to. */
  eventTypes: readonly ListedEventType[];
  makeMessage: MakeMessage;
  /** Why a secret cannot be used to sign with; never holds the secret. */
  secretProblem: (secret: string) => string | undefined;
  /** Signs in place of every secret that is kept. */
  ownSecret?: string;
  random: RandomBytes;
  /** Id of a delivery that sorts behind the one before. */
  newDeliveryId: () => string;
  now: () => Date;
}

/** A call whose route, key and body have been found right. */
export interface Call {
  binding: Binding;
  path: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
  body: Json | undefined;
}

/** A call that was refused. */
export interface Refusal {
  problem: Problem;
  message: string;
  problems?: readonly SchemaProblem[];
}

/** What came of a call: what is answered, and what is now to be delivered. */
export type Performed = Refusal | { answer: Json | undefined; send: readonly KeptDelivery[] };

export function done(answer: Json | undefined, send: readonly KeptDelivery[] = []): Performed {
  return { answer, send };
}

export function invalid(pointer: string, message: string): Refusal {
  return {
    problem: 'invalid',
    message: `${pointer || 'the body'}: ${message}`,
    problems: [{ pointer, message }],
  };
}

export function kindOf({ document }: PlanePorts, { kind = '' }: Binding): ResourceKind {
  const found = document['x-hooks-kinds'][kind];
  // The schema of the file cannot say it; a conformance test does.
  if (found === undefined) throw new TypeError(`the control plane has no kind '${kind}'`);
  return found;
}

export function findResource(ports: PlanePorts, kind: string, id: string | undefined): Resource | undefined {
  return ports.store.resources(kind).find((resource) => resource.id === id);
}

export function noSuch(label: string): Refusal {
  return { problem: 'not-found', message: `there is no such ${label}` };
}

/** What the templates of a call see. */
export function scopeOf({ path, query, body }: Call): Scope {
  return { path, query, body };
}

/** The answer of an operation on one resource. */
export function answerWith(resource: Resource, call: Call, ports: PlanePorts): Performed {
  const item = resourceScope(resource, kindOf(ports, call.binding));
  return done(fill(call.binding.answer, { ...scopeOf(call), item }));
}
