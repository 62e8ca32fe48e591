import type { EventSourceMessage } from 'eventsource-parser';
import type { ConnectionOptions } from '../../core/delivery.ts';
import { HooksError } from '../../core/errors.ts';
import type { HandleRequest, ReceivedRequest, RunningServer } from '../../core/received.ts';
import { EXACT_EVENT, parseExactData } from '../../core/relay/exact-event.ts';
import { parseSmeeData } from '../../core/relay/smee-event.ts';
import type { Warning } from '../../core/run-event.ts';
import { shownUrl } from '../../core/shown-url.ts';
import { pause } from '../clock.ts';
import type { ChannelCursor } from './channel-cursor.ts';
import { createChannelDispatcher, readChannel } from './channel-stream.ts';

export interface ChannelOptions {
  url: URL;
  token?: string;
  connection: ConnectionOptions;
  cursor: ChannelCursor;
  /** True for a delivery that was recorded before, by a run that could not say so any more. */
  isRecorded: (request: ReceivedRequest) => boolean;
  newId: () => string;
  now: () => Date;
  /** A number from 0 up to 1, so that many readers do not come back at the same moment. */
  chance: () => number;
  handle: HandleRequest;
  onNote: (note: Warning) => void;
  onError: (error: unknown) => void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** Between two tries to keep a delivery that could not be kept. */
const KEEP_AGAIN_MS = 2000;

/**
 * Reads deliveries from a channel of a relay, one after the other, and goes on where it was when the connection or the
 * relay was gone for a while. A relay that refuses for good ends it: `onError` gets a HooksError `usage`.
 */
export function openChannel(options: ChannelOptions): RunningServer {
  const { url, cursor, onNote } = options;
  const shown = shownUrl(url.href);
  const ending = new AbortController();
  const dispatcher = createChannelDispatcher(options.connection);
  let isLost = false;
  let saidRewritten = false;
  // Shown only to a relay that asks for one: whose token it is, nobody else is to know.
  let isAskedForToken = false;
  let waitMs = FIRST_WAIT_MS;

  async function read(): Promise<void> {
    while (!ending.signal.aborted) {
      const problem = await readOnce();
      if (ending.signal.aborted) return;
      if (!isLost) note('channel-lost', `the channel ${shown} is not there: ${problem}; trying again`);
      isLost = true;
      await pause(waitMs * (0.5 + options.chance()), ending.signal);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    }
  }

  /** Why there is nothing more to read for now. */
  async function readOnce(): Promise<string> {
    const lastEventId = cursor.read();
    const where = {
      url,
      signal: ending.signal,
      ...(isAskedForToken && options.token !== undefined && { token: options.token }),
      ...(lastEventId !== undefined && { lastEventId }),
    };
    try {
      const refusal = await readChannel(dispatcher, where, { open: found, handle: take });
      if (refusal?.status === 401 && options.token !== undefined && !isAskedForToken) {
        isAskedForToken = true;
        return await readOnce();
      }
      if (refusal?.isFinal) throw refused(shown, refusal.status);
      return refusal ? `it answered ${refusal.status}` : 'the connection was closed';
    } catch (error) {
      if (error instanceof HooksError || ending.signal.aborted) throw error;
      return reasonFor(error);
    }
  }

  function found(): void {
    if (isLost) note('channel-found', `the channel ${shown} is there again`);
    isLost = false;
    waitMs = FIRST_WAIT_MS;
  }

  async function take(event: EventSourceMessage): Promise<void> {
    if (event.event === 'ready' && event.id !== undefined) return cursor.save(event.id);
    const request = requestOf(event);
    if (request === undefined) return;
    // Only what the relay has numbered can have been there before.
    if (event.event !== EXACT_EVENT || !options.isRecorded(request)) await keepHandling(request);
    if (event.id !== undefined) cursor.save(event.id);
  }

  /** What could not be kept is not passed over: it waits until it can. */
  async function keepHandling(request: ReceivedRequest): Promise<void> {
    while (!ending.signal.aborted) {
      const reaction = await options.handle(request);
      if (!('body' in reaction && reaction.isNotKept)) return;
      await pause(KEEP_AGAIN_MS, ending.signal);
    }
    throw new HooksError('store-unusable', 'the last delivery of the channel was not kept');
  }

  function requestOf({ event, data }: EventSourceMessage): ReceivedRequest | undefined {
    try {
      if (event === EXACT_EVENT) return parseExactData(data);
      if (event !== undefined && event !== 'message') return undefined;
      const delivery = parseSmeeData(data);
      return delivery && rewritten(delivery);
    } catch (error) {
      if (!(error instanceof HooksError)) throw error;
      note('channel-event', `an event of the channel was passed over: ${error.message}`);
      return undefined;
    }
  }

  function rewritten(delivery: Pick<ReceivedRequest, 'target' | 'headers' | 'body'>): ReceivedRequest {
    if (!saidRewritten) {
      note(
        'relay-rewrites',
        'this relay hands bodies on as JSON that it wrote anew, and headers in lower case without repeats',
        'a signature over the bytes may not match though the sender was right; `hooks relay` keeps every byte',
      );
    }
    saidRewritten = true;
    return {
      id: options.newId(),
      receivedAt: options.now(),
      peer: url.host,
      method: 'POST',
      httpVersion: '1.1',
      ...delivery,
      isRewritten: true,
    };
  }

  function note(code: string, message: string, next?: string): void {
    onNote({ type: 'warning', code, message, ...(next !== undefined && { next }) });
  }

  const ended = read().catch((error: unknown) => {
    if (!ending.signal.aborted) options.onError(error);
  });
  return {
    url: shown,
    port: 0,
    async stop() {
      ending.abort();
      await ended;
      await dispatcher.destroy();
    },
  };
}

function refused(shown: string, status: number): HooksError {
  const isToken = status === 401 || status === 403;
  return new HooksError('usage', `${shown} cannot be read as a channel: the answer was ${status}`, {
    why: isToken
      ? 'the relay asks for a token, or for another'
      : status === 200
        ? 'the answer is no stream of events'
        : 'there is no such channel',
    next: isToken
      ? 'set HOOKS_RELAY_TOKEN, or name a file with --channel-token-file'
      : 'look at the URL: `hooks relay` prints it when it starts',
  });
}

function reasonFor(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return 'code' in cause && typeof cause.code === 'string' ? `${cause.message || cause.code}` : cause.message;
}
