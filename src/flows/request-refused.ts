import type { RefusedRequest } from '../core/received.ts';
import type { RequestRefused } from '../core/run-event.ts';

/** A request that the server turned away, as it is shown. */
export function requestRefused({ refusedAt, ...refused }: RefusedRequest): RequestRefused {
  return { type: 'request.refused', at: refusedAt.toISOString(), ...refused };
}
