import { withoutHopByHop } from '../connection-headers.ts';
import type { AttemptResult } from '../delivery.ts';
import { type Answer, jsonAnswer } from '../received.ts';

/** What the sender is told of a delivery that was passed on. */
export interface ForwardAnswer {
  answer: Answer;
  /** Why it is not what the target said; absent where it is. */
  why?: string;
}

const DOWN = new Set([502, 503, 504]);

/** True where the target could not take a delivery now, as one that is being deployed: worth another attempt. */
export function isTargetDown(result: AttemptResult): boolean {
  return result.kind === 'failed' ? result.reason !== 'cancelled' : DOWN.has(result.status);
}

/** True where the target took a delivery. */
export function isTaken(result: { kind: 'answered'; status: number } | { kind: 'failed' }): boolean {
  return result.kind === 'answered' && result.status >= 200 && result.status < 300;
}

/**
 * The target's own answer, without what concerns the connection to it alone. Where there is none: 202 if it will be
 * asked again, else 504 for one that took too long and 502 for all else (RFC 9110, sections 15.6.3 and 15.6.5).
 */
export function forwardAnswer(result: AttemptResult, willRetry: boolean): ForwardAnswer {
  if (willRetry) {
    const why = `kept, and passed on again: ${result.kind === 'failed' ? result.message : `the target answered ${result.status}`}`;
    return { answer: jsonAnswer(202, { note: why }), why };
  }
  if (result.kind === 'failed') {
    const why = `${result.message}; the delivery is kept`;
    return { answer: jsonAnswer(result.reason === 'timeout' ? 504 : 502, { error: why }), why };
  }
  if (result.bodyTruncated) {
    const why = 'the answer of the target is too large to be passed on';
    return { answer: jsonAnswer(502, { error: why }), why };
  }
  const { status, statusText, headers, body } = result;
  return {
    answer: { status, ...(statusText !== '' && { statusText }), headers: withoutHopByHop(headers), body },
  };
}
