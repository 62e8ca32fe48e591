import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Answer, StreamedAnswer } from '../../core/received.ts';
import type { Fault } from './request-faults.ts';

/** A request that Node has announced, and the answer it waits for. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** The client holds the body back until it is told to continue. */
  expectsContinue: boolean;
}

/** Those that say how the connection goes on; only the server can know. */
const OWN_HEADERS = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const SHORT_BYTES = 1024;

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/**
 * Writes an answer and waits until it is out or the connection is gone; a client that does not take it in `timeoutMs`
 * is cut off. Throws, with nothing written, when the answer can't be put into HTTP.
 */
export async function sendAnswer(
  { request, response }: Exchange,
  { status, statusText, headers, body }: Answer,
  { isLast, timeoutMs }: { isLast: boolean; timeoutMs: number },
): Promise<void> {
  if (request.socket.destroyed) return;
  if (!Number.isInteger(status) || status < 200 || status > 999) {
    throw new RangeError(`an answer needs a status from 200 to 999, not ${status}`);
  }
  const hasBody = status !== 204 && status !== 304;
  const fields = headers.filter(([name]) => !OWN_HEADERS.has(name.toLowerCase())).flat();
  if (hasBody) fields.push('Content-Length', String(body.length));
  if (isLast) fields.push('Connection', 'close');
  if (statusText === undefined) response.writeHead(status, fields);
  else response.writeHead(status, statusText, fields);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => request.socket.destroy(), timeoutMs);
    response.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    response.on('error', () => request.socket.destroy());
    if (!hasBody || request.method === 'HEAD') response.end();
    // As text it goes out in one piece with the headers; latin1 keeps every byte.
    else if (body.length <= SHORT_BYTES) response.end(asLatin1(body), 'latin1');
    else response.end(body);
  });
}

function asLatin1({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
}

/** Writes an answer that goes on until the client goes away, or until `stream` has nothing more to say. */
export async function streamAnswer(
  { request, response }: Exchange,
  { status, headers, stream }: StreamedAnswer,
): Promise<void> {
  const closing = new AbortController();
  response.once('close', () => closing.abort());
  response.on('error', () => request.socket.destroy());
  response.writeHead(status, [...headers.flat(), 'Connection', 'close']);
  response.flushHeaders();
  const send = async (text: string) => {
    if (!response.write(text)) await once(response, 'drain', { signal: closing.signal }).catch(() => {});
  };
  if (!request.socket.destroyed) await stream(send, closing.signal);
  response.end();
  request.socket.destroySoon();
}

/** The whole answer to a refused request; the connection ends with it. */
export function formatRefusal({ status = 400, message }: Fault, now: Date, omitBody: boolean): string {
  const body = `${message}\n`;
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Date: ${now.toUTCString()}`,
    'Connection: close',
    ...(status === 405 ? [`Allow: ${METHODS}`] : []),
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    omitBody ? '' : body,
  ].join('\r\n');
}
