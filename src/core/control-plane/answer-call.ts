import { headerValues } from '../headers.ts';
import { isObject, type Json, parseJsonBytes } from '../json.ts';
import type { Answer, ReceivedRequest } from '../received.ts';
import type { SchemaProblem } from '../verdict.ts';
import type { Call, PlanePorts, Refusal } from './call.ts';
import { type Route, routesOf, successStatus } from './document.ts';
import { matchRoute, type RouteMatch } from './match-route.ts';
import { perform } from './perform.ts';
import type { Exceeded } from './rate-limit.ts';
import { problemBody, problemStatus } from './refusal.ts';
import type { KeptDelivery } from './resource.ts';

/** What a call is answered, and what follows from it. */
export interface Answered {
  answer: Answer;
  send: readonly KeptDelivery[];
  /** operationId of a known operation. */
  operation?: string;
  /** Why it was refused. */
  why?: string;
}

export interface CallPorts extends PlanePorts {
  /** True for the API key. */
  isKey: (token: string) => boolean;
  /** Counts the call; gives the limit that it exceeds. */
  takeCall: (caller: { address: string; key?: string }) => Exceeded | undefined;
  /** Compares a body with the request schema of a route. */
  validate: (route: Route, body: Json) => SchemaProblem[];
}

/** Answers calls of the provider's own API. `isPage` is a call that our own page makes: it needs no key. */
export function createApi(
  ports: CallPorts,
): (request: ReceivedRequest, pathname: string, isPage: boolean) => Promise<Answered> {
  const routes = routesOf(ports.document);
  return async (request, pathname, isPage) => {
    const match = matchRoute(routes, request.method, pathname);
    const refusal = (isPage ? undefined : keyRefusal(request, ports)) ?? routeRefusal(match);
    const operation = 'route' in match ? { operation: match.route.operation.operationId } : {};
    if (refusal || !('route' in match)) return { ...refused(refusal ?? NO_ROUTE, ports), ...operation };
    const call = readCall(request, match, ports);
    if ('problem' in call) return { ...refused(call, ports), ...operation };
    const performed = await perform(call, ports);
    if ('problem' in performed) return { ...refused(performed, ports), ...operation };
    const { operation: described } = match.route;
    const body =
      described.responses[successStatus(described)]?.content === undefined ? undefined : performed.answer;
    return { answer: jsonAnswer(successStatus(described), body), send: performed.send, ...operation };
  };
}

const NO_ROUTE: Refusal & Partial<Extra> = { problem: 'not-found', message: 'there is no such path' };

interface Extra {
  /** Headers of the answer. */
  headers: [name: string, value: string][];
}

function keyRefusal(request: ReceivedRequest, ports: CallPorts): (Refusal & Partial<Extra>) | undefined {
  const token = bearerToken(request);
  const isKnown = token !== undefined && ports.isKey(token);
  const address = request.peer.replace(/:\d+$/, '');
  const exceeded = ports.takeCall({ address, ...(isKnown && { key: 'the' }) });
  if (exceeded) {
    const { limit, retryAfterSeconds } = exceeded;
    return {
      problem: 'rate-limited',
      message: `more than ${limit.requests} requests in ${limit.seconds} s by one ${limit.per}; try again in ${retryAfterSeconds} s`,
      headers: [['Retry-After', String(retryAfterSeconds)]],
    };
  }
  if (isKnown) return undefined;
  return {
    problem: 'unauthorized',
    message:
      token === undefined
        ? 'send the API key as Authorization: Bearer <key>'
        : 'the API key is not the one of this hooks serve',
    headers: [['WWW-Authenticate', 'Bearer']],
  };
}

/** The token of `Authorization: Bearer`; undefined without one, and where it is not clear which. */
export function bearerToken({ headers }: ReceivedRequest): string | undefined {
  const [value = '', ...others] = headerValues(headers, 'authorization');
  return others.length > 0 ? undefined : /^Bearer +(\S+)$/i.exec(value)?.[1];
}

function routeRefusal(match: RouteMatch): (Refusal & Partial<Extra>) | undefined {
  if ('route' in match) return undefined;
  if (match.allowed.length === 0) return NO_ROUTE;
  return {
    problem: 'method-not-allowed',
    message: `this path takes ${match.allowed.join(', ')}`,
    headers: [['Allow', match.allowed.join(', ')]],
  };
}

function readCall(
  request: ReceivedRequest,
  { route, path }: { route: Route; path: Record<string, string> },
  ports: CallPorts,
): Call | Refusal {
  const { requestBody, 'x-hooks-do': binding } = route.operation;
  const query = Object.fromEntries(new URLSearchParams(request.target.split('?')[1] ?? ''));
  const call = { binding, path, query, body: undefined };
  if (requestBody === undefined || (request.body.length === 0 && !requestBody.required)) return call;
  const read = readJson(request);
  if ('problem' in read) return read;
  const problems = ports.validate(route, read.body);
  if (problems.length === 0) return { ...call, body: read.body };
  const said = problems.map(({ pointer, message }) => `${pointer || 'the body'} ${message}`).join('; ');
  return { problem: 'invalid', message: said, problems };
}

/** The body of a request that has to be JSON. */
export function readJson({ headers, body }: ReceivedRequest): { body: Json } | Refusal {
  const [type = ''] = headerValues(headers, 'content-type');
  if (body.length > 0 && !/^application\/json\s*(;|$)/i.test(type))
    return { problem: 'unsupported-media-type', message: 'the body must be application/json' };
  const parsed = parseJsonBytes(body);
  if ('problem' in parsed)
    return {
      problem: 'invalid',
      message: parsed.problem,
      problems: [{ pointer: '', message: parsed.problem }],
    };
  if (!isObject(parsed.value)) {
    const message = 'must be a JSON object';
    return { problem: 'invalid', message: `the body ${message}`, problems: [{ pointer: '', message }] };
  }
  return { body: parsed.value as Json };
}

/** A refusal as an answer in the provider's words. */
export function refused(refusal: Refusal & Partial<Extra>, { document }: PlanePorts): Answered {
  const shape = document['x-hooks-errors'];
  const { headers, body, status } = jsonAnswer(
    problemStatus(shape, refusal.problem),
    problemBody(shape, refusal),
  );
  return {
    answer: { status, headers: [...headers, ...(refusal.headers ?? [])], body },
    send: [],
    why: refusal.message,
  };
}

/** JSON that no cache keeps and no browser takes for anything else; without a value there is no body. */
export function jsonAnswer(status: number, value: unknown): Answer {
  const base: Answer['headers'] = [
    ['Cache-Control', 'no-store'],
    ['X-Content-Type-Options', 'nosniff'],
  ];
  if (value === undefined) return { status, headers: base, body: new Uint8Array() };
  return {
    status,
    headers: [['Content-Type', 'application/json'], ...base],
    body: new TextEncoder().encode(JSON.stringify(value)),
  };
}
