import { randomBytes } from 'node:crypto';
import { createRecordingWriter } from '../../src/adapters/store/writer.ts';
import { createUlids } from '../../src/core/identifiers.ts';
import type { Recording } from '../../src/core/recording.ts';

const AT_ONCE = 50;
const EVENTS = ['payment.failed', 'payment.succeeded', 'order.created', 'order.shipped', 'user.invited'];
const KEEP_ALL = { maxAgeMs: Infinity, maxCount: Infinity, maxBytes: Infinity };

/** Fills a store in that folder; one delivery a second, the last of them now. */
export async function writeRecordings(directory: string, count: number): Promise<void> {
  const newId = createUlids(randomBytes);
  const firstMs = Date.now() - count * 1000;
  const writer = createRecordingWriter(directory, KEEP_ALL, () => new Date());
  for (let number = 0; number < count; number += AT_ONCE) {
    const group = Array.from({ length: AT_ONCE }, (_, more) => {
      const at = new Date(firstMs + (number + more) * 1000);
      return writer.write(recording(number + more, newId(at), at));
    });
    await Promise.all(group);
  }
  writer.close();
}

/** A delivery with a body of about 1 KiB; one in fifty failed. */
function recording(number: number, id: string, at: Date): Recording {
  const eventType = EVENTS[number % EVENTS.length] ?? '';
  const body = Buffer.from(JSON.stringify({ number, type: eventType, data: { note: 'x'.repeat(900) } }));
  const isFailed = number % 50 === 0;
  const status = isFailed ? 500 : 200;
  return {
    id,
    direction: 'received',
    at,
    provider: 'acme',
    eventType,
    idempotencyKey: `msg_${number}`,
    method: 'POST',
    target: '/webhooks/acme',
    status,
    durationMs: 3.1,
    sizeBytes: body.length,
    isFailed,
    isInvalid: false,
    peer: '127.0.0.1:49152',
    httpVersion: '1.1',
    headers: [
      ['Content-Type', 'application/json'],
      ['User-Agent', 'Acme-Webhooks/1.0'],
      ['webhook-id', `msg_${number}`],
      ['webhook-timestamp', '1783331563'],
      ['webhook-signature', `v1,${'a'.repeat(44)}`],
    ],
    body,
    answer: { status, headers: [['Content-Type', 'text/plain; charset=utf-8']], body: Buffer.from('ok\n') },
    attempts: [],
  };
}
