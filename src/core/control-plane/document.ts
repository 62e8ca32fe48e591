import type { Json } from '../json.ts';
import type { Confidence, Source } from '../provider.ts';
import type { Template } from './template.ts';

/** What an operation of a control plane does; everything else about it is data. */
export type Action =
  | 'create'
  | 'list'
  | 'read'
  | 'update'
  | 'delete'
  | 'list-event-types'
  | 'test'
  | 'replay'
  | 'redeliver'
  | 'list-deliveries'
  | 'read-secret'
  | 'rotate-secret';

/** How an operation is bound to its action; templates see `path`, `query`, `body` and what the action found. */
export interface Binding {
  action: Action;
  /** Kind of the resource that it is about. */
  kind?: string;
  /** Id of that resource; `$path.id` unless said otherwise. */
  id?: Template;
  /** create, update: what is kept of the request. */
  fields?: Template;
  /** create, rotate-secret: the signing secret, where the client gives one. */
  secret?: Template;
  /** update: what the request leaves out is forgotten, not kept. */
  replaces?: boolean;
  /** test: the event type that is sent. */
  eventType?: Template;
  /** test: values in the payload, by JSON Pointer. */
  payload?: Record<string, Template>;
  /** test: keys of the payload whose texts become random ones. */
  randomTexts?: string[];
  /** replay: which deliveries are sent again. */
  outcomes?: DeliveryOutcome[];
  /** replay: only what was made from then on, RFC 3339. */
  since?: Template;
  until?: Template;
  /** redeliver: id of the delivery. */
  delivery?: Template;
  /** list-deliveries: only those of these ids, of this resource, of this message. */
  where?: { ids?: Template; resource?: Template; message?: Template };
  answer?: Template;
}

/** What became of a delivery. `missed` was never sent: its endpoint was switched off. */
export type DeliveryOutcome = 'pending' | 'delivered' | 'failed' | 'missed';

/** How sure we are of an operation, and of what in it we are not. */
export interface Certainty {
  'x-hooks-confidence': Confidence;
  'x-hooks-source'?: string;
  /** Details that are guesses although the operation is not. */
  'x-hooks-assumed'?: string[];
}

export interface Operation extends Certainty {
  operationId: string;
  summary: string;
  description?: string;
  'x-hooks-do': Binding;
  requestBody?: { required?: boolean; content: Record<string, { schema: object; example?: Json }> };
  responses: Record<string, { description: string; content?: object }>;
}

/** A sort of thing that a client makes: a subscription, an endpoint, a destination. JSON Pointers go into its fields. */
export interface ResourceKind {
  /** What it is called in sentences, e.g. `subscription`. */
  label: string;
  /** `uuid`, or a prefix and 27 letters and digits. */
  idFormat: string;
  /** Where its deliveries go. */
  url?: string;
  /** Only https, but for loopback and private addresses. */
  httpsOnly?: boolean;
  /** Other resources that have the URL instead. */
  via?: { kind: string; ids: string };
  /** A list of event types, or one. Without it nothing is delivered but tests. */
  eventTypes?: string;
  /** No list, or an empty one, is a subscription to everything. */
  emptyMeansAll?: boolean;
  /** True there switches it off. */
  disabled?: string;
  secret?: SecretSpec;
  /** What of it goes into each of its payloads, by JSON Pointer. */
  payload?: Record<string, Template>;
  /** How the API shows it. */
  shown: Template;
}

export interface SecretSpec {
  /** How one is made; absent makes none. */
  made?: { prefix: string; bytes: number; encoding: 'base64' | 'hex' };
  /** How long an old one goes on signing after it was rotated. */
  graceSeconds?: number;
}

export const PROBLEMS = [
  'invalid',
  'unauthorized',
  'not-found',
  'method-not-allowed',
  'conflict',
  'unsupported-media-type',
  'rate-limited',
  'unavailable',
] as const;

/** Why a call was refused. */
export type Problem = (typeof PROBLEMS)[number];

export interface ErrorShape {
  /** Sees `status`, `code`, `message` and `problems`. */
  body: Template;
  /** Where the body differs for one of them. */
  bodies?: Partial<Record<Problem, Template>>;
  /** Statuses that are not the usual ones. */
  statuses?: Partial<Record<Problem, number>>;
  codes?: Partial<Record<Problem, Json>>;
  /** Which of this is a guess, one sentence each. */
  assumed: string[];
}

export interface RateLimit extends Certainty {
  /** All requests of one address, or of one API key. */
  per: 'address' | 'key';
  requests: number;
  seconds: number;
  /** How long everything is refused once it is exceeded; else until the window is over. */
  blockSeconds?: number;
}

/** `fixtures/<provider>/control-plane.json`: an OpenAPI 3.1 document that is both interpreted and served. */
export interface ControlPlaneDocument {
  openapi: string;
  info: { title: string; version: string; description?: string };
  servers?: { url: string }[];
  paths: Record<string, Record<string, unknown>>;
  components?: Record<string, Record<string, unknown>>;
  'x-hooks-sources': Record<string, Source>;
  'x-hooks-kinds': Record<string, ResourceKind>;
  /** Event types of the manifest that cannot be subscribed to. */
  'x-hooks-not-subscribable'?: string[];
  'x-hooks-errors': ErrorShape;
  'x-hooks-rate-limits'?: RateLimit[];
  /** What the whole stand-in assumes, one sentence each. */
  'x-hooks-assumed': string[];
}

export const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** An operation with the place where it is served. */
export interface Route {
  method: string;
  /** Path template from the root, e.g. `/v2/subscriptions/{id}`. */
  path: string;
  /** The same within the document, for references to its schemas. */
  pointer: string[];
  operation: Operation;
}

/** All operations, in the order of the document. */
export function routesOf(document: ControlPlaneDocument): Route[] {
  const base = basePath(document);
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => Object.hasOwn(item, method)).map((method) => ({
      method: method.toUpperCase(),
      path: base + path,
      pointer: ['paths', path, method],
      operation: item[method] as Operation,
    })),
  );
}

/** Path of the server in the document, without a slash at its end. */
export function basePath({ servers = [] }: ControlPlaneDocument): string {
  const url = servers[0]?.url ?? '/';
  return new URL(url, 'http://localhost').pathname.replace(/\/$/, '');
}

/** Status of the answer when all is well. */
export function successStatus({ responses }: Operation): number {
  return Number(Object.keys(responses).find((status) => status.startsWith('2')) ?? 200);
}
