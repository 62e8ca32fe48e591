import {
  base64,
  fieldsOf,
  headerPairs,
  method,
  recordingId,
  required,
  target,
  text,
  time,
} from '../import/fields.ts';
import type { ReceivedRequest } from '../received.ts';
import { parsedData } from './sse.ts';

/** Name of the events that keep every byte; a stock client listens to unnamed ones alone. */
export const EXACT_EVENT = 'hooks.delivery';

/** The header by which a client asks for them, with its value. */
export const EXACT_REQUEST = ['Hooks-Relay', 'exact'] as const;

/** A delivery as the data of one event: all that came, the body as base64. */
export function exactData({ receivedAt, body, ...rest }: ReceivedRequest): string {
  return JSON.stringify({
    ...rest,
    receivedAt: receivedAt.toISOString(),
    body: Buffer.from(body).toString('base64'),
  });
}

/** What `exactData` wrote. Throws HooksError `invalid-input` for anything else. */
export function parseExactData(data: string): ReceivedRequest {
  const fields = fieldsOf(parsedData(data), 'the event');
  return {
    id: required(fields, 'id', recordingId),
    receivedAt: required(fields, 'receivedAt', time),
    peer: required(fields, 'peer', text),
    method: required(fields, 'method', method),
    target: required(fields, 'target', target),
    httpVersion: required(fields, 'httpVersion', text),
    headers: required(fields, 'headers', headerPairs),
    body: required(fields, 'body', base64),
  };
}
