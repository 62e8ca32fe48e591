import type { CallbackReceived } from '../../src/core/callbacks/callback-event.ts';
import type {
  AttemptFinished,
  AttemptStarted,
  DeliveryReceived,
  RetrySummary,
  RunEvent,
  RunFinished,
} from '../../src/core/run-event.ts';
import { loadEvents } from './load-events.ts';
import { sampleReport } from './sample-report.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

export const STARTED: AttemptStarted = {
  type: 'attempt.started',
  deliveryId: 'evt_1',
  attempt: 1,
  method: 'POST',
  url: 'http://localhost:3000/',
  provider: 'acme',
  eventType: 'order.paid',
  variant: 'large',
  headers: [['X-Acme-Signature', 'sha256=ab']],
  sizeBytes: 11,
  at: '2026-11-20T09:00:00.000Z',
};

export const FINISHED: AttemptFinished = {
  type: 'attempt.finished',
  deliveryId: 'evt_1',
  attempt: 1,
  url: 'http://localhost:3000/',
  status: 204,
  statusText: 'No Content',
  durationMs: 12.34,
  headers: [['Server', 'shop']],
  body: new Uint8Array(),
  isBodyTruncated: false,
  isAsExpected: true,
  unmet: [],
};

export const REJECTED: AttemptFinished = {
  ...FINISHED,
  status: 500,
  statusText: 'Internal Server Error',
  body: bytes('{"error":"out of stock"}'),
  isAsExpected: false,
  unmet: ['status 500 is not 2xx'],
};

export const RUN: RunFinished = {
  type: 'run.finished',
  delivered: 1,
  failed: 0,
  unreachable: 0,
  durationMs: 20,
  isInterrupted: false,
};

const CALLED: CallbackReceived = {
  type: 'callback.received',
  deliveryId: 'evt_1',
  provider: 'acme',
  name: 'cancel',
  receivedAt: '2026-11-20T09:00:00.000Z',
  peer: '127.0.0.1:50000',
  method: 'POST',
  headers: [['Content-Type', 'application/json']],
  body: new TextEncoder().encode('{"cancel":{}}'),
  command: { state: 'valid' },
  unspecified: ['method', 'body'],
};

export const RETRIES: RetrySummary = {
  timeScale: 1000,
  attempts: 2,
  retried: 1,
  givenUp: 1,
  open: 0,
  byAttempt: [
    { attempt: 1, made: 1, delivered: 0 },
    { attempt: 2, made: 1, delivered: 0 },
  ],
  timelines: [
    {
      deliveryId: 'evt_1',
      url: 'http://localhost:3000/',
      attemptsBefore: 0,
      entries: [
        {
          attempt: 1,
          at: '2026-11-20T09:00:00.000Z',
          providerAt: '2026-11-20T09:00:00.000Z',
          sinceFirstMs: 0,
          status: 500,
          answer: '500 Internal Server Error in 12 ms',
        },
        {
          attempt: 2,
          at: '2026-11-20T09:00:00.300Z',
          providerAt: '2026-11-20T09:05:00.000Z',
          sinceFirstMs: 300_000,
          answer: 'no answer within 15 s',
        },
      ],
      outcome: 'given-up',
    },
  ],
  switchOff: [
    {
      url: 'http://localhost:3000/',
      at: '2026-11-25T09:00:00.000Z',
      isReached: false,
      message: 'Acme would switch the endpoint off 5 d after its first failure',
    },
  ],
};

export const RECEIVED: DeliveryReceived = {
  type: 'delivery.received',
  deliveryId: '01J',
  receivedAt: '2026-11-20T09:00:00.000Z',
  peer: '127.0.0.1:50000',
  method: 'POST',
  target: '/webhooks',
  headers: [['Content-Type', 'application/json']],
  body: bytes('{"id":1}'),
  verdicts: {
    provider: 'acme',
    eventType: 'order.paid',
    isKnownEventType: true,
    signature: { state: 'genuine', scheme: 'github', secretIndex: 0 },
    schema: { state: 'valid', warnings: [] },
    isDuplicate: false,
  },
  answer: { status: 200 },
  forwards: [],
  durationMs: 3,
  isShown: true,
  highlights: ['A-1001', 'paid'],
};

/** Taken by one target, while another is down. */
export const FORWARDED: DeliveryReceived = {
  ...RECEIVED,
  answer: { status: 200, from: 'http://localhost:3000/' },
  forwards: [
    {
      target: 'http://localhost:3000/',
      attempt: 1,
      result: { kind: 'answered', status: 200, durationMs: 2 },
    },
    {
      target: 'http://localhost:3001/',
      attempt: 1,
      result: { kind: 'failed', reason: 'refused', message: 'nothing listens', durationMs: 1 },
      retryInMs: 1000,
    },
  ],
};

/** One event of every type. */
export const EVENTS: RunEvent[] = [
  STARTED,
  FINISHED,
  REJECTED,
  {
    type: 'attempt.failed',
    deliveryId: 'evt_1',
    attempt: 1,
    url: 'http://localhost:3000/',
    reason: 'refused',
    message: 'nothing listens at localhost:3000',
    next: 'start your receiver',
    tried: ['127.0.0.1:3000'],
    durationMs: 1,
  },
  { ...STARTED, endpoint: 'shop' },
  { ...FINISHED, endpoint: 'shop' },
  {
    type: 'retry.scheduled',
    deliveryId: 'evt_1',
    url: 'http://localhost:3000/',
    attempt: 2,
    delayMs: 300_000,
    realDelayMs: 300,
    providerAt: '2026-11-20T09:05:00.000Z',
    why: 'status 500',
    notes: ['Retry-After asks for 300 s'],
  },
  {
    type: 'delivery.given-up',
    deliveryId: 'evt_1',
    url: 'http://localhost:3000/',
    attempts: 2,
    reason: 'schedule-over',
    message: 'that was attempt 2, the last of the schedule',
    providerAt: '2026-11-20T09:05:00.000Z',
  },
  CALLED,
  { ...CALLED, command: { state: 'invalid', errors: [{ pointer: '/id', message: 'must be string' }] } },
  { ...CALLED, body: new Uint8Array(), command: { state: 'unspecified', message: 'the body is empty' } },
  {
    ...RUN,
    callbacks: {
      received: 2,
      invalid: 1,
      missing: [{ deliveryId: 'evt_1', name: 'cancel', message: 'did not come within 5 s' }],
    },
  },
  RUN,
  { ...RUN, retries: RETRIES, disorder: { seed: 'friday', dropped: 1, duplicated: 2, moved: 3 } },
  { ...RUN, latencyMs: { min: 1, median: 2, p95: 3, max: 4 } },
  { type: 'ready', url: 'http://127.0.0.1:4000', provider: 'acme', isVerifying: true },
  RECEIVED,
  FORWARDED,
  {
    type: 'forward.retried',
    deliveryId: '01J',
    target: 'http://localhost:3001/',
    attempt: 2,
    result: { kind: 'answered', status: 200, durationMs: 2 },
  },
  {
    type: 'relay.ready',
    url: 'http://127.0.0.1:4100',
    channels: [{ name: 'shop', url: 'http://127.0.0.1:4100/shop' }],
  },
  {
    type: 'relay.accepted',
    deliveryId: '01J',
    channel: 'shop',
    at: '2026-11-20T09:00:00.000Z',
    peer: '127.0.0.1:50000',
    method: 'POST',
    sizeBytes: 8,
  },
  { type: 'relay.reader', channel: 'shop', peer: '127.0.0.1:50001', state: 'refused' },
  { type: 'relay.finished', accepted: 1, requestsRefused: 0, durationMs: 9 },
  {
    type: 'request.refused',
    at: '2026-11-20T09:00:00.000Z',
    peer: '127.0.0.1:50000',
    reason: 'body-too-large',
    message: 'the body is larger than 10.5 MB',
    status: 413,
  },
  {
    type: 'listen.finished',
    received: 2,
    hidden: 0,
    genuine: 1,
    refused: 1,
    notVerified: 0,
    invalid: 0,
    duplicates: 0,
    notForwarded: 0,
    requestsRefused: 0,
    reason: 'exit-after',
    unmet: [],
    durationMs: 1000,
  },
  {
    type: 'serve.ready',
    url: 'http://127.0.0.1:4200',
    apiUrl: 'http://127.0.0.1:4200/v2',
    provider: 'acme',
    resources: 1,
    assumed: 4,
  },
  {
    type: 'api.called',
    at: '2026-11-20T09:00:00.000Z',
    peer: '127.0.0.1:50000',
    method: 'POST',
    target: '/v2/subscriptions',
    operation: 'createSubscription',
    status: 400,
    why: 'topics lacks an item',
    durationMs: 2,
  },
  {
    type: 'delivery.sent',
    deliveryId: '01J',
    messageId: 'evt_1',
    eventType: 'order.paid',
    slug: 'order_paid',
    resourceId: 'sub_1',
    url: 'http://localhost:3000/',
    outcome: 'failed',
    status: 500,
    why: 'status 500 is not 2xx',
    durationMs: 3,
  },
  { type: 'serve.finished', calls: 3, delivered: 1, failed: 1, durationMs: 1000 },
  ...reportEvents(),
  ...loadEvents(),
  { type: 'warning', code: 'assumed', message: 'that Acme signs like this is assumed' },
  { type: 'run.failed', kind: 'usage', message: 'no event to send', next: 'name one', exitCode: 2 },
];

function reportEvents(): RunEvent[] {
  const { started, cases, finished } = sampleReport();
  return [started, ...cases, finished];
}
