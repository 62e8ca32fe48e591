import type { RateLimit } from './document.ts';

/** What a call is counted by. */
export interface Caller {
  address: string;
  /** Absent for a call without a valid key. */
  key?: string;
}

/** A limit that was exceeded, and when the next call may come. */
export interface Exceeded {
  limit: RateLimit;
  retryAfterSeconds: number;
}

interface Count {
  startedMs: number;
  calls: number;
  blockedUntilMs: number;
}

// Of more callers the oldest is forgotten.
const MOST_CALLERS = 1000;

/** Counts calls in windows that begin with the first call; gives the limit that one exceeds. Times in ms that only grow. */
export function createRateLimiter(
  limits: readonly RateLimit[],
): (caller: Caller, nowMs: number) => Exceeded | undefined {
  const counts = new Map<string, Count>();

  function countOf(key: string, nowMs: number, windowMs: number): Count {
    const known = counts.get(key);
    if (known && (nowMs < known.blockedUntilMs || nowMs - known.startedMs < windowMs)) return known;
    const fresh = { startedMs: nowMs, calls: 0, blockedUntilMs: 0 };
    counts.delete(key);
    counts.set(key, fresh);
    const oldest = counts.keys().next().value;
    if (counts.size > MOST_CALLERS && oldest !== undefined) counts.delete(oldest);
    return fresh;
  }

  return (caller, nowMs) => {
    for (const [index, limit] of limits.entries()) {
      const who = limit.per === 'address' ? caller.address : caller.key;
      if (who === undefined) continue;
      const windowMs = limit.seconds * 1000;
      const count = countOf(`${index} ${who}`, nowMs, windowMs);
      count.calls++;
      const isNew = count.calls > limit.requests && count.blockedUntilMs === 0;
      if (isNew)
        count.blockedUntilMs =
          limit.blockSeconds === undefined ? count.startedMs + windowMs : nowMs + limit.blockSeconds * 1000;
      if (nowMs < count.blockedUntilMs)
        return { limit, retryAfterSeconds: Math.max(1, Math.ceil((count.blockedUntilMs - nowMs) / 1000)) };
    }
    return undefined;
  };
}
