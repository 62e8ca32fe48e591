import { isConnectionHeader } from '../connection-headers.ts';
import type { Recording } from '../recording.ts';
import { curlCommand } from '../request-text.ts';
import { MASK } from '../secret-headers.ts';
import type { SignedHeader } from '../signing/scheme.ts';
import { recordedUrl } from './recorded-url.ts';

const TIMEOUT_MS = 30_000;

/**
 * A `curl` command that sends the recording again, to its own URL or the one given. A value that was masked is written
 * as $HOOKS_SECRET.
 */
export function formatCurl(recording: Recording, url?: string): string {
  const { id, provider = 'generic', method, body, headers } = recording;
  const sent = headers
    .filter(([name]) => !isConnectionHeader(name))
    .map(([name, value]) => curlHeader(name, value));
  const delivery = { id, provider, method, url: url ?? recordedUrl(recording).href, headers: sent, body };
  return `${curlCommand(delivery, { timeoutMs: TIMEOUT_MS })}\n`;
}

/** A secret stands in double quotes, so nothing that a shell would expand there may be part of its name. */
function curlHeader(name: string, value: string): SignedHeader {
  return { name, value, ...(value === MASK && /^[A-Za-z0-9-]+$/.test(name) && { isSecret: true }) };
}
