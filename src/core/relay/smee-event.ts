import { isUtf8 } from 'node:buffer';
import { isConnectionHeader } from '../connection-headers.ts';
import type { HeaderList } from '../headers.ts';
import { checkedHeaders, fieldsOf, optional, text } from '../import/fields.ts';
import { isObject } from '../json.ts';
import type { ReceivedRequest } from '../received.ts';
import { parsedData } from './sse.ts';

/**
 * A delivery as smee writes it: headers in lower case beside `body`, `query` and `timestamp`. The stock client
 * (smee-client 5.0.0) sends what is neither body nor query as headers, so that what describes the connection is left out.
 * A body that is not JSON is given as text; of bytes that are no text, a JSON string can hold no more than a likeness.
 */
export function smeeData({ receivedAt, headers, target, body }: ReceivedRequest): string {
  const query = Object.fromEntries(new URL(target, 'http://localhost').searchParams);
  const fields = headers
    .filter(([name]) => !isConnectionHeader(name))
    .map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  return JSON.stringify({
    ...Object.fromEntries(fields),
    body: bodyOf(body),
    query,
    timestamp: receivedAt.getTime(),
  });
}

function bodyOf(body: Uint8Array): unknown {
  const read = Buffer.from(body).toString(isUtf8(body) ? 'utf8' : 'latin1');
  // What smee makes of nothing.
  if (read === '') return {};
  return parsedData(read) ?? read;
}

/** What a stream of smee's kind hands on: no more of the request than it kept. */
export type SmeeDelivery = Pick<ReceivedRequest, 'target' | 'headers' | 'body'>;

/**
 * What the data of an unnamed event says of a delivery: the body written anew, as the stock client would. Undefined for
 * data that is none. Throws HooksError `invalid-input` for one that no request can be made of.
 */
export function parseSmeeData(data: string): SmeeDelivery | undefined {
  const parsed = parsedData(data);
  if (!isObject(parsed) || !('body' in parsed)) return undefined;
  const { body, query, timestamp: _, ...rest } = parsed;
  const headers = Object.entries(rest).flatMap(
    ([name, value]): HeaderList =>
      typeof value === 'string' && !isConnectionHeader(name) ? [[name, value]] : [],
  );
  return {
    target: targetOf(query),
    headers: checkedHeaders(headers, 'the headers of the event'),
    body: Buffer.from(JSON.stringify(body)),
  };
}

function targetOf(query: unknown): string {
  if (!isObject(query)) return '/';
  const fields = fieldsOf(query, 'the query of the event');
  const pairs = Object.keys(query).map((name): [string, string] => [
    name,
    optional(fields, name, text) ?? '',
  ]);
  return pairs.length === 0 ? '/' : `/?${new URLSearchParams(pairs)}`;
}
