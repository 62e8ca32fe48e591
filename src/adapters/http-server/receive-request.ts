import type { ReceivedRequest, ServerOptions } from '../../core/received.ts';
import type { Exchange } from './http-answer.ts';
import { readBody } from './request-body.ts';
import { type Fault, findHeaderFault } from './request-faults.ts';
import type { ServerLimits } from './server-limits.ts';

/**
 * Reads one request whole. A fault when it must be refused; undefined when it never came whole (the client went away,
 * or `givenUp` resolved first). The body is asked for and read only when the headers are above suspicion.
 */
export async function receiveRequest(
  { request, response, expectsContinue }: Exchange,
  peer: string,
  options: ServerOptions,
  limits: ServerLimits,
  givenUp: Promise<void>,
): Promise<ReceivedRequest | Fault | undefined> {
  const fault = findHeaderFault(request, limits.maxHeaderCount);
  if (fault) return fault;
  if (Number(request.headers['content-length'] ?? 0) > options.maxBodyBytes) return tooLarge(options);
  if (expectsContinue) response.writeContinue();
  const body = await readBody(request, options.maxBodyBytes, givenUp);
  if (body === undefined) return undefined;
  if (body === 'too-large') return tooLarge(options);
  return {
    id: options.newId(),
    receivedAt: options.now(),
    peer,
    method: request.method ?? '',
    target: request.url ?? '',
    httpVersion: request.httpVersion,
    headers: toPairs(request.rawHeaders),
    body,
  };
}

function tooLarge({ maxBodyBytes }: ServerOptions): Fault {
  const message = `the body of the request is larger than ${maxBodyBytes} bytes`;
  return { reason: 'body-too-large', message, status: 413 };
}

function toPairs(rawHeaders: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    pairs.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '']);
  return pairs;
}
