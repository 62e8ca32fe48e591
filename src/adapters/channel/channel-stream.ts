import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { Agent, type Dispatcher, ProxyAgent, request } from 'undici';
import type { ConnectionOptions } from '../../core/delivery.ts';
import { EXACT_REQUEST } from '../../core/relay/exact-event.ts';
import { ADDRESS_SELECTION } from '../http-client/loopback-lookup.ts';
import { createTlsTrust } from '../http-client/tls-trust.ts';

export interface ChannelStreamOptions {
  url: URL;
  token?: string;
  /** Id of the last event that was handled. */
  lastEventId?: string;
  signal: AbortSignal;
}

/** What a relay answered instead of a stream of events. */
export interface ChannelRefusal {
  status: number;
  /** True for what will not change by itself. */
  isFinal: boolean;
}

// A relay gives a sign of life well within this time; without one the connection is taken for dead.
const SILENCE_MS = 90_000;
const CONNECT_MS = 15_000;
// Of one event; a body of 10 MiB is 14 MiB in base64.
const LARGEST_EVENT_BYTES = 256 * 1024 * 1024;

/** Connections to a relay. */
export function createChannelDispatcher(options: ConnectionOptions): Dispatcher {
  const connect = { ...ADDRESS_SELECTION, ...createTlsTrust(options), timeout: CONNECT_MS };
  const timeouts = { headersTimeout: CONNECT_MS, bodyTimeout: SILENCE_MS };
  return options.proxy === undefined
    ? new Agent({ connect, ...timeouts })
    : new ProxyAgent({ uri: options.proxy, requestTls: connect, ...timeouts });
}

/**
 * Reads the events of a channel, each handed to `handle` before the next, until the stream ends; resolves then, or with
 * what the relay answered instead. Rejects with the error of the connection, and what `handle` throws.
 */
export async function readChannel(
  dispatcher: Dispatcher,
  { url, token, lastEventId, signal }: ChannelStreamOptions,
  on: { open: () => void; handle: (event: EventSourceMessage) => Promise<void> },
): Promise<ChannelRefusal | undefined> {
  const [name, value] = EXACT_REQUEST;
  const { statusCode, headers, body } = await request(url, {
    dispatcher,
    signal,
    headers: {
      accept: 'text/event-stream',
      'cache-control': 'no-store',
      [name]: value,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    },
  });
  const isStream = String(headers['content-type'] ?? '').startsWith('text/event-stream');
  if (statusCode !== 200 || !isStream) {
    await body.dump();
    return {
      status: statusCode,
      isFinal: statusCode === 200 || [400, 401, 403, 404, 410].includes(statusCode),
    };
  }
  on.open();
  let events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => void events.push(event) });
  const decoder = new TextDecoder();
  let unparsedBytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    unparsedBytes += chunk.length;
    parser.feed(decoder.decode(chunk, { stream: true }));
    if (events.length > 0) unparsedBytes = 0;
    if (unparsedBytes > LARGEST_EVENT_BYTES) throw new Error('the relay sends an event without an end');
    for (const event of events) await on.handle(event);
    events = [];
  }
  return undefined;
}
