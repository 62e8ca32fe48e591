import { formatDuration } from '../core/duration.ts';
import { HooksError } from '../core/errors.ts';

/** Waits until something listens at the URL. Throws HooksError `endpoint-unreachable` when nothing does in time. */
export async function awaitEndpoint(url: URL, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const { waitForEndpoint } = await import('../adapters/http-client/endpoint-ready.ts');
  if (await waitForEndpoint(url, { timeoutMs, signal })) return;
  if (signal.aborted) return;
  throw new HooksError(
    'endpoint-unreachable',
    `nothing listened at ${url.host} within ${formatDuration(timeoutMs)}`,
    {
      next: 'start your receiver, or wait longer with --wait-for-endpoint',
    },
  );
}
