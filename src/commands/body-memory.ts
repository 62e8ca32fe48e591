import { HooksError } from '../core/errors.ts';
import type { Recording } from '../core/recording.ts';
import type { DeliveryReceived } from '../core/run-event.ts';
import { isAsExpected } from '../core/verdict.ts';

/** The newest deliveries whole, as many as fit. */
export interface BodyMemory {
  keep(event: DeliveryReceived): void;
  /** Throws HooksError `unknown-name` for one that is not held any more. */
  read(id: string): Recording;
}

// What headers, verdicts and the object itself take, about.
const BYTES_BESIDE_BODY = 4096;

/** Keeps deliveries that stand in no store, up to that many bytes; the oldest go first. */
export function createBodyMemory(limitBytes: number): BodyMemory {
  const kept = new Map<string, DeliveryReceived>();
  let bytes = 0;
  return {
    keep(event) {
      kept.set(event.deliveryId, event);
      bytes += event.body.length + BYTES_BESIDE_BODY;
      for (const [id, { body }] of kept) {
        if (bytes <= limitBytes) break;
        kept.delete(id);
        bytes -= body.length + BYTES_BESIDE_BODY;
      }
    },
    read(id) {
      const event = kept.get(id);
      if (event !== undefined) return asRecording(event);
      throw new HooksError('unknown-name', 'the delivery is not held any more', {
        why: 'it was not recorded, and newer ones took its place in memory',
        next: 'leave --no-record out, and every delivery can be opened',
      });
    },
  };
}

function asRecording(event: DeliveryReceived): Recording {
  const { verdicts, deliveryId, receivedAt, slug, answer, method, target, headers, body, peer } = event;
  const { provider, eventType, idempotencyKey } = verdicts;
  return {
    id: deliveryId,
    direction: 'received',
    at: new Date(receivedAt),
    ...(provider !== undefined && { provider }),
    ...(eventType !== undefined && { eventType }),
    ...(slug !== undefined && { slug }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    method,
    target,
    ...(answer.status !== undefined && { status: answer.status }),
    durationMs: event.durationMs,
    sizeBytes: body.length,
    isFailed: answer.status === undefined || answer.status < 200 || answer.status > 299,
    isInvalid: !isAsExpected(verdicts),
    peer,
    headers,
    body,
    verdicts,
    attempts: [],
  };
}
