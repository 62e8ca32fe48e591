import { type CallLog, createCallLog } from '../core/callbacks/call-log.ts';
import type { CallbackReceived } from '../core/callbacks/callback-event.ts';

export interface CallPorts {
  /** Milliseconds that only ever grow. */
  clockMs: () => number;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A log of calls that can be waited for. */
export interface AwaitedCalls {
  log: CallLog;
  called: (call: CallbackReceived) => void;
  /** Ends when `isMet` says so after a call, at the deadline, or when the signal comes. */
  wait: (isMet: () => boolean, deadlineMs: () => number, signal: AbortSignal) => Promise<void>;
}

export function awaitedCalls({ clockMs, sleep }: CallPorts): AwaitedCalls {
  const log = createCallLog();
  const waiting = new Set<() => void>();
  return {
    log,
    called(call) {
      log.called(call, clockMs());
      for (const wake of waiting) wake();
    },
    async wait(isMet, deadlineMs, signal) {
      while (!signal.aborted && !isMet()) {
        const leftMs = deadlineMs() - clockMs();
        if (leftMs <= 0) return;
        const slept = new AbortController();
        const wake = () => slept.abort();
        waiting.add(wake);
        await sleep(leftMs, AbortSignal.any([signal, slept.signal]));
        waiting.delete(wake);
      }
    },
  };
}
