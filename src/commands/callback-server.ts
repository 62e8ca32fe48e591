import { startServer } from '../adapters/http-server/http-server.ts';
import { randomHex, randomSource } from '../adapters/random.ts';
import type { CallbackReceived } from '../core/callbacks/callback-event.ts';
import { HooksError } from '../core/errors.ts';
import { createUlids } from '../core/identifiers.ts';
import type { ReceivedRequest, RunningServer } from '../core/received.ts';
import type { Recording } from '../core/recording.ts';
import type { RunEvent } from '../core/run-event.ts';
import { type CallbackDesk, createCallbackDesk } from '../flows/callback-desk.ts';
import { requestRefused } from '../flows/request-refused.ts';
import type { CallbackAddressFlags } from './callback-options.ts';

// A command is small.
const MAX_BODY_BYTES = 1024 * 1024;
const TOKEN_BYTES = 16;
const GRACE_MS = 1000;

/** The server that callbacks of a run point at. */
export interface CallbackServer {
  desk: CallbackDesk;
  /** Hands over calls from now on. */
  listen: (take: (event: RunEvent) => void) => void;
  /** Keeps calls from now on. */
  keepWith: (write: ((recording: Recording) => Promise<void>) | undefined) => void;
  close: () => Promise<void>;
}

/** Throws HooksError `usage` for a URL that is none, `port-unavailable`. */
export async function startCallbackServer({
  callbackHost,
  callbackUrl,
}: CallbackAddressFlags): Promise<CallbackServer> {
  if (callbackUrl !== undefined && !/^https?:\/\/[^/?#]+[^?#]*$/.test(callbackUrl))
    throw new HooksError('usage', '--callback-url is not the URL of a server', {
      next: 'write it as https://tunnel.example/callbacks, without query and fragment',
    });
  const now = () => new Date();
  const newId = createUlids(randomSource(undefined));
  let take = (_event: RunEvent): void => {};
  let write: ((recording: Recording) => Promise<void>) | undefined;
  let server: RunningServer | undefined;
  const desk = createCallbackDesk({
    baseUrl: () => (callbackUrl ?? server?.url ?? '').replace(/\/+$/, ''),
    newToken: () => randomHex(TOKEN_BYTES),
  });
  const warn = (code: string, message: string) => take({ type: 'warning', code, message });
  server = await startServer({
    host: callbackHost ?? '127.0.0.1',
    port: 0,
    maxBodyBytes: MAX_BODY_BYTES,
    newId: () => newId(now()),
    now,
    handle: (request) =>
      desk.handle(request, async (call) => {
        take(call);
        await write?.(callRecording(request, call)).catch((error: unknown) => {
          warn('not-recorded', `the callback is not kept: ${String(error)}`);
        });
      }),
    onRefused: (refused) => take(requestRefused(refused)),
    onError: (error) => warn('callbacks', String(error)),
  });
  const running = server;
  return {
    desk,
    listen(taker) {
      take = taker;
    },
    keepWith(writer) {
      write = writer;
    },
    close: () => running.stop(GRACE_MS),
  };
}

/** What is kept of a call: something received, with the id of the delivery that carried the callback. */
function callRecording(request: ReceivedRequest, call: CallbackReceived): Recording {
  return {
    id: request.id,
    direction: 'received',
    at: request.receivedAt,
    provider: call.provider,
    slug: `callback ${call.name}`,
    idempotencyKey: call.deliveryId,
    method: request.method,
    target: request.target,
    status: 200,
    sizeBytes: request.body.length,
    isFailed: false,
    isInvalid: call.command.state === 'invalid',
    peer: request.peer,
    httpVersion: request.httpVersion,
    headers: call.headers,
    body: request.body,
    attempts: [],
  };
}
