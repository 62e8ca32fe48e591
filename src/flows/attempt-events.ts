import type { AttemptResult, Delivery } from '../core/delivery.ts';
import { type Expectations, unmetExpectations } from '../core/expectation.ts';
import type { AttemptFailed, AttemptFinished, AttemptStarted } from '../core/run-event.ts';
import { maskSecretHeaders, shownHeaders } from '../core/secret-headers.ts';
import { shownUrl } from '../core/shown-url.ts';

export function attemptStarted(
  delivery: Delivery,
  { attempt, at, providerAt }: { attempt: number; at: Date; providerAt?: Date | undefined },
): AttemptStarted {
  return {
    type: 'attempt.started',
    deliveryId: delivery.id,
    attempt,
    method: delivery.method,
    url: shownUrl(delivery.url),
    ...endpointOf(delivery),
    provider: delivery.provider,
    ...(delivery.eventType !== undefined && { eventType: delivery.eventType }),
    ...(delivery.slug !== undefined && { slug: delivery.slug }),
    ...(delivery.variant !== undefined && { variant: delivery.variant }),
    headers: shownHeaders(delivery.headers),
    sizeBytes: delivery.body.length,
    at: at.toISOString(),
    ...(providerAt && { providerAt: providerAt.toISOString() }),
  };
}

/** What came of an attempt, compared with what was expected. */
export function attemptOutcome(
  delivery: Delivery,
  number: number,
  result: AttemptResult,
  expectations: Expectations,
): AttemptFinished | AttemptFailed {
  const { id, url } = delivery;
  const attempt = { deliveryId: id, attempt: number, url: shownUrl(url), ...endpointOf(delivery) };
  if (result.kind === 'failed') {
    const { reason, message, next, tried, durationMs } = result;
    return { type: 'attempt.failed', ...attempt, reason, message, next, tried, durationMs };
  }
  const unmet = unmetExpectations(result, expectations);
  return {
    type: 'attempt.finished',
    ...attempt,
    status: result.status,
    statusText: result.statusText,
    durationMs: result.durationMs,
    headers: maskSecretHeaders(result.headers),
    body: result.body,
    isBodyTruncated: result.bodyTruncated,
    isAsExpected: unmet.length === 0,
    unmet,
  };
}

function endpointOf({ endpoint }: Delivery): { endpoint?: string } {
  return endpoint === undefined ? {} : { endpoint };
}
