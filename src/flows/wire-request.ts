import type { Delivery, HttpRequest } from '../core/delivery.ts';

/** What of a delivery goes on the wire. */
export function wireRequest({ method, url, headers, body }: Delivery): HttpRequest {
  return { method, url, headers: headers.map(({ name, value }) => [name, value] as const), body };
}
