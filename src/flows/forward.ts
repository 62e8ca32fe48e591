import type { Deliver } from '../core/delivery.ts';
import { isTargetDown } from '../core/forwarding/forward-answer.ts';
import { forwardRequest } from '../core/forwarding/forward-request.ts';
import type { ReceivedRequest } from '../core/received.ts';
import type { RecordedAttempt } from '../core/recording.ts';
import type { ForwardOutcome } from '../core/run-event.ts';
import { shownUrl } from '../core/shown-url.ts';
import type { Verdicts } from '../core/verdict.ts';

/** An endpoint that deliveries are passed on to. */
export interface ForwardTarget {
  /** Without user and password. */
  url: URL;
  /** Value of Authorization that stands for user and password of the URL. */
  authorization?: string;
  isFor: (verdicts: Verdicts) => boolean;
  deliver: Deliver;
}

export interface ForwardPlan {
  targets: readonly ForwardTarget[];
  timeoutMs: number;
  maxAnswerBytes: number;
  /** Times to wait before further attempts at a target that is down. */
  retryDelaysMs: readonly number[];
}

/** One attempt at one target. */
export interface ForwardAttempt {
  target: ForwardTarget;
  /** Counted from 1 for each target. */
  attempt: number;
  startedAt: Date;
  result: RecordedAttempt['result'];
  /** When the next is due; absent where none is. */
  retryInMs?: number;
}

/** Passes a delivery on to a target, once. Never throws for what the target or the network does. */
export async function attemptForward(
  request: ReceivedRequest,
  target: ForwardTarget,
  attempt: number,
  { timeoutMs, maxAnswerBytes, retryDelaysMs }: ForwardPlan,
  { now, signal }: { now: () => Date; signal: AbortSignal },
): Promise<ForwardAttempt> {
  const startedAt = now();
  const result = await target.deliver(forwardRequest(request, target.url, target.authorization), {
    timeoutMs,
    maxAnswerBytes,
    signal,
  });
  const retryInMs = isTargetDown(result) ? retryDelaysMs[attempt - 1] : undefined;
  return { target, attempt, startedAt, result, ...(retryInMs !== undefined && { retryInMs }) };
}

/** An attempt as it is shown. */
export function forwardOutcome({ target, attempt, result, retryInMs }: ForwardAttempt): ForwardOutcome {
  const { durationMs } = result;
  return {
    target: shownUrl(target.url.href),
    attempt,
    result:
      result.kind === 'answered'
        ? { kind: 'answered', status: result.status, durationMs }
        : { kind: 'failed', reason: result.reason, message: result.message, durationMs },
    ...(retryInMs !== undefined && { retryInMs }),
  };
}

/** Attempts as they are kept, counted over all targets. */
export function recordedForwards(attempts: readonly ForwardAttempt[]): RecordedAttempt[] {
  return attempts.map(({ target, startedAt, result }, index) => ({
    attempt: index + 1,
    url: shownUrl(target.url.href),
    startedAt,
    result,
  }));
}
