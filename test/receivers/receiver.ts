import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { MutantName } from './mutants.ts';
import { handVerify, libraryVerify, type Verify } from './verification.ts';

export const PROVIDERS = ['synq', 'incident-io', 'acculynx'] as const;
export type ReceiverProvider = (typeof PROVIDERS)[number];

export interface ReceiverOptions {
  provider: ReceiverProvider;
  /** The signing secret, or the token in the URL where nothing is signed. */
  secret: string;
  library?: 'svix' | 'standardwebhooks';
  mutant?: MutantName;
}

export interface ReceivedRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  /** As it came. */
  body: Buffer;
}

export interface Reply {
  status: number;
  text?: string;
}

/** What a receiver does with a request, whatever it is served by. */
export interface Receiver {
  handle(request: ReceivedRequest): Promise<Reply>;
  /** What it has done, for `--probe`. */
  probe(subject: string | undefined): object;
}

/** What of an event counts for the receiver. */
interface EventFacts {
  type: unknown;
  /** What it dedupes on. */
  key: string | undefined;
  subject: string | undefined;
  time: number;
}

const MOST_BYTES = 5 * 1024 * 1024;
const WORK_MS = 3000;
const TURN_MS = 150;
const KNOWN_FIELDS = new Set([
  'workspace',
  'event_id',
  'event_time',
  'event_type',
  'callbacks',
  'topicName',
  'eventDateTime',
  'eventId',
  'subscriptionId',
  'event',
]);

/** A receiver as its user would write it for a provider; right in every respect but the bug of the mutant. */
export function createReceiver({ provider, secret, library, mutant }: ReceiverOptions): Receiver {
  const has = (name: MutantName) => mutant === name;
  const isGenuine = verification();
  const seen = new Set<string>();
  const states = new Map<string, { type: unknown; time: number }>();
  let processed = 0;
  let turn: Promise<unknown> = Promise.resolve();
  return {
    async handle(request) {
      const refusal = refusalOf(request) ?? unreadable(request);
      if (refusal !== undefined) return refusal;
      const event = parsed(request.body);
      if (event !== undefined) return overdemanding(event, has) ?? accept(event, request);
      if (has('crashes-on-bad-json')) throw new Error('bad JSON');
      return { status: has('accepts-bad-json') ? 200 : 400, text: 'not a JSON object' };
    },
    probe(subject) {
      const all = Object.fromEntries([...states].map(([id, { type }]) => [id, type]));
      return { processed, state: subject === undefined ? all : (all[subject] ?? null) };
    },
  };

  function verification(): Verify {
    if (provider === 'acculynx') return ({ url }) => hasToken(url, secret);
    return library && provider === 'incident-io'
      ? libraryVerify(secret, library)
      : handVerify(provider, secret, has);
  }

  function refusalOf(request: ReceivedRequest): Reply | undefined {
    if (request.method !== 'POST') return { status: 405 };
    if (request.body.length > (has('small-limit') ? 100_000 : MOST_BYTES)) return { status: 413 };
    if (isGenuine(request)) return undefined;
    return { status: has('crashes-on-forgery') ? 500 : 401, text: 'not genuine' };
  }

  function unreadable({ headers, body }: ReceivedRequest): Reply | undefined {
    if (has('ascii-only') && body.some((byte) => byte > 127)) throw new Error('not ASCII');
    const isRefused = has('exact-content-type') && headers['content-type'] !== 'application/json';
    return isRefused ? { status: 415 } : undefined;
  }

  async function accept(event: Record<string, unknown>, request: ReceivedRequest): Promise<Reply> {
    const facts = factsOf(provider, event, request.headers);
    const key = has('dedupes-on-type') ? String(facts.type) : facts.key;
    if (key !== undefined && seen.has(key) && !has('processes-duplicates')) {
      return { status: has('refuses-duplicates') ? 409 : 200, text: 'known' };
    }
    if (has('races-on-duplicates')) await wait(50);
    if (key !== undefined) seen.add(key);
    if (has('refuses-late-events') && isLate(facts)) return { status: 400, text: 'too late' };
    if (has('answers-after-work')) await wait(WORK_MS);
    if (has('one-at-a-time')) {
      turn = turn.then(() => wait(TURN_MS));
      await turn;
    }
    // The answer goes first.
    setImmediate(() => work(facts));
    return { status: 202, text: 'taken' };
  }

  function work(facts: EventFacts): void {
    processed++;
    if (facts.subject === undefined || (isLate(facts) && !has('follows-order-blindly'))) return;
    states.set(facts.subject, { type: facts.type, time: facts.time });
  }

  function isLate({ subject, time }: EventFacts): boolean {
    const newest = subject === undefined ? undefined : states.get(subject);
    return newest !== undefined && time < newest.time;
  }
}

/** What a receiver has no business to demand. */
function overdemanding(
  event: Record<string, unknown>,
  has: (name: MutantName) => boolean,
): Reply | undefined {
  const type = event.event_type ?? event.topicName;
  const isUnknown = typeof type === 'string' && /ADDED_NEXT_YEAR/.test(type);
  if (isUnknown && has('crashes-on-unknown-event')) process.exit(1);
  if (isUnknown && has('refuses-unknown-event')) return { status: 400, text: 'unknown event' };
  const isEventField = (name: string) =>
    KNOWN_FIELDS.has(name) || name === type || /^(issue|incident|ping)/.test(name);
  if (has('refuses-unknown-fields') && !Object.keys(event).every(isEventField))
    return { status: 400, text: 'unknown field' };
  const payloads = Object.entries(event)
    .filter(([name]) => !['event_type', 'event_id', 'event_time', 'workspace', 'callbacks'].includes(name))
    .map(([, value]) => value);
  if (has('crashes-on-null') && payloads.includes(null)) throw new TypeError('null');
  if (has('crashes-on-text-payload') && payloads.includes('text')) throw new TypeError('a text');
  if (has('recursive')) depthOf(event);
  if (has('misses-an-event-type') && /closed|follow_up/i.test(String(type))) return { status: 404 };
  if (has('requires-optional-field') && !/"(?:callbacks|summary|description)"/.test(JSON.stringify(event)))
    throw new TypeError('a field is absent');
  return undefined;
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map((child) => depthOf(child)));
}

/** The body as an event, or undefined where it is none. */
function parsed(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function factsOf(
  provider: ReceiverProvider,
  event: Record<string, unknown>,
  headers: IncomingHttpHeaders,
): EventFacts {
  const type = event.event_type ?? event.topicName;
  const inner = record(typeof type === 'string' && Object.hasOwn(event, type) ? event[type] : undefined);
  if (provider === 'incident-io') {
    const resource = record(inner.incident ?? inner);
    return facts(type, headers['webhook-id'], resource.id, resource.updated_at);
  }
  if (provider === 'acculynx') {
    return facts(type, event.eventId, record(record(event.event).job).id, event.eventDateTime);
  }
  const issue = Object.entries(event).find(([name]) => name.startsWith('issue'))?.[1];
  return facts(type, event.event_id, record(record(issue).issue ?? issue).issue_id, event.event_time);
}

function facts(type: unknown, key: unknown, subject: unknown, time: unknown): EventFacts {
  const ms = Date.parse(String(time));
  return {
    type,
    key: typeof key === 'string' ? key : undefined,
    subject: typeof subject === 'string' ? subject : undefined,
    time: Number.isNaN(ms) ? 0 : ms,
  };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function hasToken(url: string, secret: string): boolean {
  const token = Buffer.from(new URL(url, 'http://receiver').searchParams.get('token') ?? '');
  const right = Buffer.from(secret);
  return token.length === right.length && timingSafeEqual(token, right);
}
