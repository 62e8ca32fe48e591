import { headerValues } from '../headers.ts';
import { isObject, type Json } from '../json.ts';
import type { Answer, ReceivedRequest } from '../received.ts';
import { type Answered, bearerToken, type CallPorts, jsonAnswer, readJson, refused } from './answer-call.ts';
import { pageRefusal } from './page-guard.ts';
import { pageState } from './page-state.ts';
import { fireEvent } from './perform-deliveries.ts';

/** Name of the header by which our page shows that it was served by this process. */
export const PAGE_TOKEN_HEADER = 'X-Hooks-Page';

export interface PagePorts {
  /** Held by the page that was served, by nobody else. */
  pageToken: string;
  page: { html: string; policy: string };
  openApi: object;
}

/** True for a call that our page makes, from this machine. */
export function isPageCall(request: ReceivedRequest, { pageToken }: PagePorts): boolean {
  const [token, ...others] = headerValues(request.headers, PAGE_TOKEN_HEADER);
  return others.length === 0 && token === pageToken && pageRefusal(request) === undefined;
}

const WITHOUT_KEY = 'send the API key, or use the page at /';

/** Answers what is ours: the page, the document, and two calls under `/_hooks/`. Undefined for anything else. */
export async function answerOwn(
  request: ReceivedRequest,
  pathname: string,
  ports: CallPorts & PagePorts,
): Promise<Answered | undefined> {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (pathname === '/openapi.json' && isRead) return answered(jsonAnswer(200, ports.openApi));
  if (pathname === '/' && isRead) {
    const refusal = pageRefusal(request);
    return refusal === undefined ? answered(pageAnswer(ports)) : forbidden(refusal);
  }
  const isState = pathname === '/_hooks/state' && isRead;
  const isFiring = pathname === '/_hooks/events' && request.method === 'POST';
  if (!isState && !isFiring) return undefined;
  if (!isPageCall(request, ports) && !hasKey(request, ports)) return forbidden(WITHOUT_KEY);
  return isState ? answered(jsonAnswer(200, pageState(ports))) : fire(request, ports);
}

function hasKey(request: ReceivedRequest, { isKey }: CallPorts): boolean {
  const token = bearerToken(request);
  return token !== undefined && isKey(token);
}

async function fire(request: ReceivedRequest, ports: CallPorts): Promise<Answered> {
  const read = readJson(request);
  if ('problem' in read) return refused(read, ports);
  const { eventType: name, set = {} } = read.body as { eventType?: Json; set?: Json };
  const listed = ports.eventTypes.find(({ eventType, slug }) => eventType === name || slug === name);
  if (listed === undefined)
    return refused(
      { problem: 'invalid', message: `there is no event type ${JSON.stringify(name ?? null).slice(0, 200)}` },
      ports,
    );
  const values = isObject(set) ? (Object.entries(set) as [string, Json][]) : undefined;
  if (values === undefined || values.some(([pointer]) => !pointer.startsWith('/')))
    return refused(
      { problem: 'invalid', message: 'set must hold values by JSON Pointer, e.g. {"/a/b": 1}' },
      ports,
    );
  const made = await fireEvent(listed.eventType, ports, values);
  const deliveries = made.map(({ id, kind, resourceId, messageId, outcome }) => ({
    id,
    kind,
    resourceId,
    messageId,
    outcome,
  }));
  const send = made.filter(({ outcome }) => outcome === 'pending');
  return {
    answer: jsonAnswer(202, { eventType: listed.eventType, deliveries }),
    send,
    operation: 'hooksFireEvent',
  };
}

function pageAnswer({ page }: PagePorts): Answer {
  return {
    status: 200,
    headers: [
      ['Content-Type', 'text/html; charset=utf-8'],
      ['Content-Security-Policy', page.policy],
      ['Cache-Control', 'no-store'],
      ['X-Content-Type-Options', 'nosniff'],
      ['Referrer-Policy', 'no-referrer'],
      ['Cross-Origin-Opener-Policy', 'same-origin'],
      ['Cross-Origin-Resource-Policy', 'same-origin'],
    ],
    body: new TextEncoder().encode(page.html),
  };
}

function forbidden(error: string): Answered {
  return { answer: jsonAnswer(403, { error }), send: [], why: error };
}

function answered(answer: Answer): Answered {
  return { answer, send: [] };
}
