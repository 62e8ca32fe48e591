import type { CallbackReceived } from '../core/callbacks/callback-event.ts';
import { type CallbackEntry, callbackEdits } from '../core/callbacks/callback-list.ts';
import { judgeCall } from '../core/callbacks/judge-call.ts';
import type { Json } from '../core/json.ts';
import type { PayloadEdit } from '../core/payload.ts';
import type { CallbackPlaces } from '../core/provider.ts';
import { type Answer, jsonAnswer, type ReceivedRequest } from '../core/received.ts';
import { maskSecretHeaders } from '../core/secret-headers.ts';
import type { SchemaProblem } from '../core/verdict.ts';

/** The callbacks that an event carries, and what is known of them. */
export interface CarriedCallbacks {
  provider: string;
  places: CallbackPlaces;
  entries: readonly CallbackEntry[];
  /** Compares a command with its schema, where there is one. */
  validate?: (command: Json) => SchemaProblem[];
}

/** The callbacks of one event, pointed at the desk. */
export interface PointedCallbacks {
  edits: readonly PayloadEdit[];
  /** Says which delivery the event has become; until then its URLs are unknown. */
  sentAs: (deliveryId: string) => void;
}

export interface DeskOptions {
  /** What receivers call, without a slash at its end. */
  baseUrl: () => string;
  /** Text that nobody can guess. */
  newToken: () => string;
}

/** Takes the calls of receivers and tells which delivery they belong to. */
export interface CallbackDesk {
  /** Gives the callbacks of an event URLs of their own. */
  point: (carried: CarriedCallbacks) => PointedCallbacks;
  /** Answers a call; `told` learns of it first, and may keep it. */
  handle: (
    request: ReceivedRequest,
    told: (call: CallbackReceived, request: ReceivedRequest) => Promise<void>,
  ) => Promise<Answer>;
}

export function createCallbackDesk({ baseUrl, newToken }: DeskOptions): CallbackDesk {
  const sent = new Map<string, { deliveryId: string; carried: CarriedCallbacks }>();
  return {
    point(carried) {
      const token = newToken();
      const base = `${baseUrl()}/${token}`;
      return {
        edits: callbackEdits(carried.entries, (name) => `${base}/${encodeURIComponent(name)}`),
        sentAs: (deliveryId) => void sent.set(token, { deliveryId, carried }),
      };
    },
    async handle(request, told) {
      // Before it may stand the path of a tunnel.
      const [token = '', written = ''] = request.target.replace(/\?.*$/s, '').split('/').slice(-2);
      const { deliveryId, carried } = sent.get(token) ?? {};
      const name = decoded(written);
      const entry = carried?.entries.find((one) => one.name === name);
      if (deliveryId === undefined || carried === undefined || entry === undefined)
        return jsonAnswer(404, { error: 'no callback of this run has this URL' });
      const { provider, places, validate } = carried;
      const call: CallbackReceived = {
        type: 'callback.received',
        deliveryId,
        provider,
        name,
        receivedAt: request.receivedAt.toISOString(),
        peer: request.peer,
        method: request.method,
        headers: maskSecretHeaders(request.headers),
        body: request.body,
        command: judgeCall(request.body, entry.command, places, validate),
        unspecified: places.unspecified ?? [],
      };
      await told(call, request);
      return jsonAnswer(200, {});
    },
  };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
