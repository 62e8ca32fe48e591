import type { Delivery } from '../core/delivery.ts';
import { curlCommand, requestHead } from '../core/request-text.ts';
import { shownHeaders } from '../core/secret-headers.ts';
import { shownUrl } from '../core/shown-url.ts';
import { visible } from '../core/visible.ts';
import { formatEventJson } from '../views/json.ts';
import type { Io } from './context.ts';
import type { ConnectionFlags } from './shared-options.ts';

interface PreviewFlags extends ConnectionFlags {
  curl?: boolean;
  json?: boolean;
  timeoutMs: number;
}

/**
 * Prints the requests instead of sending them: as HTTP messages, as JSON, or as curl commands. Of several each stands
 * below a line with the name of its endpoint, which a shell takes for a comment and an .http file for a separator.
 */
export function previewRequests(deliveries: readonly Delivery[], flags: PreviewFlags, { stdout }: Io): void {
  for (const delivery of deliveries) {
    const isOneOfMany = deliveries.length > 1 && (flags.curl || !flags.json);
    if (isOneOfMany) stdout.write(`### ${visible(delivery.endpoint ?? shownUrl(delivery.url))}\n`);
    previewRequest(delivery, flags, stdout);
    // A body need not end its line.
    if (isOneOfMany && !flags.curl && !stdout.isTTY) stdout.write('\n\n');
  }
}

function previewRequest(delivery: Delivery, flags: PreviewFlags, stdout: Io['stdout']): void {
  if (flags.curl) stdout.write(`${curlCommand(delivery, flags)}\n`);
  else if (flags.json) stdout.write(formatEventJson(describe(delivery)));
  else writeMessage(delivery, stdout);
}

function writeMessage(delivery: Delivery, stdout: Io['stdout']): void {
  if (!stdout.isTTY) {
    // A file gets the exact message: CRLF in the head, the body byte for byte.
    stdout.write(requestHead(delivery));
    stdout.write(delivery.body);
    return;
  }
  stdout.write(requestHead(delivery).split('\r\n').map(visible).join('\n'));
  stdout.write(`${Buffer.from(delivery.body).toString().split('\n').map(visible).join('\n')}\n`);
}

function describe({ method, url, endpoint, headers, body, id, provider, eventType, variant }: Delivery) {
  return {
    type: 'request.prepared' as const,
    deliveryId: id,
    provider,
    ...(eventType !== undefined && { eventType }),
    ...(variant !== undefined && { variant }),
    method,
    url: shownUrl(url),
    ...(endpoint !== undefined && { endpoint }),
    headers: shownHeaders(headers),
    body,
  };
}
