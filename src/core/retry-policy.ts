import { type AttemptResult, type FailureReason, isNobodyThere } from './delivery.ts';
import { exactDuration } from './duration.ts';
import { type HeaderList, headerValues } from './headers.ts';
import { retryAfterMs } from './retry-after.ts';
import type { RetryRules } from './retry-rules.ts';
import { parseStatusMatch } from './status-match.ts';

/** What is known when an attempt has ended. */
export interface EndedAttempt {
  /** Counted from 1. */
  attempt: number;
  result: AttemptResult;
  /** Provider time from the first attempt to this one. */
  sinceFirstMs: number;
  /** By the clock that the receiver is given: tells how far ahead a date in `Retry-After` is. */
  now: Date;
  /** From 0 to just below 1; places the delay within the jitter. */
  share: number;
}

export type GiveUpReason = 'schedule-over' | 'window-over' | 'status' | 'stop-header';

/** What the provider does next. Delays are in provider time. */
export type RetryDecision =
  | { kind: 'delivered' }
  | { kind: 'retry'; attempt: number; delayMs: number; why: string; notes: string[] }
  | { kind: 'given-up'; reason: GiveUpReason; message: string; isDisabled: boolean };

/** What the provider does after an attempt: the whole policy, as a function. */
export function afterAttempt(rules: RetryRules, ended: EndedAttempt): RetryDecision {
  const { attempt, result, sinceFirstMs } = ended;
  if (isDelivered(rules, result)) return { kind: 'delivered' };
  const stopped = stopOf(rules, result);
  if (stopped !== undefined) return stopped;
  const intervalMs = (rules.delaysSeconds[attempt - 1] ?? 0) * 1000;
  if (attempt >= rules.mostAttempts || attempt > rules.delaysSeconds.length) {
    return givenUp('schedule-over', `that was attempt ${attempt}, the last of the schedule`);
  }
  const { delayMs, notes } = delayAfter(rules, ended, intervalMs);
  if (rules.windowSeconds !== undefined && sinceFirstMs + delayMs > rules.windowSeconds * 1000) {
    const window = exactDuration(rules.windowSeconds * 1000);
    return givenUp('window-over', `the next attempt would come more than ${window} after the first`);
  }
  return { kind: 'retry', attempt: attempt + 1, delayMs, why: causeOf(result), notes };
}

/** Whether the provider takes the delivery for delivered: by its own rule, whatever the user expects. */
export function isDelivered({ success }: RetryRules, result: AttemptResult): boolean {
  return result.kind === 'answered' && parseStatusMatch(success)(result.status);
}

function stopOf(rules: RetryRules, result: AttemptResult): RetryDecision | undefined {
  if (result.kind === 'failed') return undefined;
  const { stopHeader } = rules;
  const words = stopHeader === undefined ? [] : wordsOf(result.headers, stopHeader.name);
  if (stopHeader?.disable !== undefined && words.includes(stopHeader.disable.toLowerCase())) {
    return givenUp('stop-header', `the answer says ${stopHeader.name}: ${stopHeader.disable}`, true);
  }
  if (stopHeader !== undefined && words.includes(stopHeader.stop.toLowerCase())) {
    return givenUp('stop-header', `the answer says ${stopHeader.name}: ${stopHeader.stop}`);
  }
  if (!rules.giveUpOn.includes(result.status)) return undefined;
  return givenUp('status', `a ${result.status} ends the retries`);
}

function wordsOf(headers: HeaderList, name: string): string[] {
  return headerValues(headers, name).flatMap((value) =>
    value.split(',').map((word) => word.trim().toLowerCase()),
  );
}

/** The interval of the schedule, moved by jitter, by a slow or overloaded receiver, and by what it asks for. */
function delayAfter(
  rules: RetryRules,
  { result, now, share }: EndedAttempt,
  intervalMs: number,
): { delayMs: number; notes: string[] } {
  const notes: string[] = [];
  let delayMs = intervalMs;
  if (rules.jitter > 0) {
    delayMs = Math.round(intervalMs * (1 + rules.jitter * (2 * share - 1)));
    notes.push(`${exactDuration(intervalMs)} ± ${Number((rules.jitter * 100).toFixed(1))} %`);
  }
  const leastMs = (rules.slowDownSeconds ?? 0) * 1000;
  if (delayMs < leastMs && isOverloaded(result)) {
    delayMs = leastMs;
    notes.push(`at least ${exactDuration(leastMs)} after ${causeOf(result)}`);
  }
  const asked = result.kind === 'answered' ? headerValues(result.headers, 'Retry-After')[0] : undefined;
  if (asked === undefined) return { delayMs, notes };
  const askedMs = retryAfterMs(asked, now);
  if (askedMs === undefined) notes.push('Retry-After is neither seconds nor a date, so it was not heeded');
  else if (rules.retryAfterIntervals === undefined) {
    notes.push(
      `Retry-After asks for ${exactDuration(askedMs)}; that it is heeded is not known, so it was not`,
    );
  } else {
    const limitMs =
      rules.retryAfterIntervals === null
        ? Infinity
        : Math.max(delayMs, intervalMs * rules.retryAfterIntervals);
    const heededMs = Math.min(Math.max(askedMs, delayMs), limitMs);
    notes.push(
      heededMs === askedMs
        ? `Retry-After asks for ${exactDuration(askedMs)}`
        : `Retry-After asks for ${exactDuration(askedMs)}, which is ${askedMs > heededMs ? 'more than is heeded' : 'less than the schedule has'}`,
    );
    delayMs = heededMs;
  }
  return { delayMs, notes };
}

function isOverloaded(result: AttemptResult): boolean {
  return result.kind === 'failed' ? result.reason === 'timeout' : result.status === 429;
}

const CAUSES: Partial<Record<FailureReason, string>> = {
  timeout: 'no answer in time',
  reset: 'the connection was cut',
  'not-http': 'the answer was not HTTP',
  outage: 'the outage',
};

function causeOf(result: AttemptResult): string {
  if (result.kind === 'answered') return `status ${result.status}`;
  return CAUSES[result.reason] ?? (isNobodyThere(result) ? 'no connection' : 'no answer');
}

function givenUp(reason: GiveUpReason, message: string, isDisabled = false): RetryDecision {
  return { kind: 'given-up', reason, message, isDisabled };
}
