import { formatDuration } from '../duration.ts';
import type { CallbackReceived } from './callback-event.ts';

/** Which callbacks of which deliveries have been called, and when. Moments are milliseconds of one clock. */
export interface CallLog {
  called: (call: CallbackReceived, atMs: number) => void;
  /** From here on calls of a delivery are waited for. */
  answered: (deliveryId: string, atMs: number) => void;
  /** The deliveries that were answered. */
  answeredIds: () => string[];
  /** Why an expected callback does not count; undefined where it does. */
  lack: (deliveryId: string, name: string, withinMs: number) => string | undefined;
  /** The moment from which on a call comes too late; that of the last delivery where none is named. */
  deadlineMs: (withinMs: number, deliveryId?: string) => number;
}

export function createCallLog(): CallLog {
  const answeredMs = new Map<string, number>();
  const calls = new Map<string, { call: CallbackReceived; atMs: number }[]>();
  return {
    called(call, atMs) {
      const own = calls.get(call.deliveryId) ?? [];
      own.push({ call, atMs });
      calls.set(call.deliveryId, own);
    },
    answered: (deliveryId, atMs) => void answeredMs.set(deliveryId, atMs),
    answeredIds: () => [...answeredMs.keys()],
    lack(deliveryId, name, withinMs) {
      const own = (calls.get(deliveryId) ?? []).filter(({ call }) => call.name === name);
      const inTime = own.filter(({ atMs }) => atMs <= (answeredMs.get(deliveryId) ?? 0) + withinMs);
      if (inTime.some(({ call }) => call.command.state !== 'invalid')) return undefined;
      if (inTime.length > 0) return 'came, but its command is not what the provider takes';
      const within = formatDuration(withinMs);
      return own.length > 0 ? `came later than ${within}` : `did not come within ${within}`;
    },
    deadlineMs(withinMs, deliveryId) {
      if (deliveryId !== undefined) return (answeredMs.get(deliveryId) ?? 0) + withinMs;
      // Where nothing was answered, nothing is waited for.
      let last = -Infinity;
      for (const ms of answeredMs.values()) last = Math.max(last, ms);
      return last + withinMs;
    },
  };
}
