import type { AttemptResult } from '../../src/core/delivery.ts';
import { ulid } from '../../src/core/identifiers.ts';
import type { OpenDelivery } from '../../src/core/open-delivery.ts';
import type { Recording } from '../../src/core/recording.ts';
import { bytes } from './test-bytes.ts';

const START = new Date('2026-07-14T09:12:43.000Z');

/** A moment that many minutes into the story that the sample recordings tell. */
export function minute(count: number): Date {
  return new Date(START.getTime() + count * 60_000);
}

/** An id of that moment; `rest` tells several of one moment apart. */
export function idAt(at: Date, rest = 0): string {
  return ulid((count) => new Uint8Array(count).fill(rest), at);
}

/** A delivery that came in at that minute, and was answered 200. */
export function received(atMinute: number, changes: Partial<Recording> = {}): Recording {
  const at = minute(atMinute);
  const body = changes.body ?? bytes('{"type":"payment.failed"}');
  return {
    id: idAt(at),
    direction: 'received',
    at,
    provider: 'acme',
    eventType: 'payment.failed',
    method: 'POST',
    target: '/webhooks',
    status: 200,
    durationMs: 3.25,
    isFailed: false,
    isInvalid: false,
    peer: '127.0.0.1:49152',
    httpVersion: '1.1',
    headers: [['Content-Type', 'application/json']],
    attempts: [],
    ...changes,
    sizeBytes: changes.sizeBytes ?? body.length,
    body,
  };
}

/** A delivery that was sent at that minute, and answered so. */
export function sent(atMinute: number, status: number, changes: Partial<Recording> = {}): Recording {
  const at = minute(atMinute);
  const { peer: _, httpVersion: __, ...recording } = received(atMinute);
  return {
    ...recording,
    direction: 'sent',
    target: 'http://localhost:3000/webhooks',
    status,
    isFailed: status > 299,
    attempts: [
      {
        attempt: 1,
        startedAt: at,
        result: {
          kind: 'answered',
          status,
          statusText: '',
          headers: [],
          body: new Uint8Array(),
          bodyTruncated: false,
          firstByteMs: 2,
          durationMs: 3,
        },
      },
    ],
    ...changes,
  };
}

/** An answer that accepts a delivery. */
export const ANSWER: AttemptResult = {
  kind: 'answered',
  status: 204,
  statusText: 'No Content',
  headers: [],
  body: new Uint8Array(),
  bodyTruncated: false,
  firstByteMs: 2,
  durationMs: 3,
};

/** A delivery whose second attempt is to come. */
export const OPEN: OpenDelivery = {
  attempt: 2,
  dueAt: minute(5),
  firstAt: minute(0),
  lastAt: minute(0),
  context: {
    rules: {
      delaysSeconds: [300],
      mostAttempts: 2,
      jitter: 0,
      timestamp: 'renewed',
      success: '2xx',
      giveUpOn: [],
    },
    timeScale: 1,
    signing: 'anew',
    isSigningNow: false,
    timeoutMs: 15_000,
    run: 'first',
    jitterSeed: 'seed/0',
  },
};
