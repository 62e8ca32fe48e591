import type { IncomingMessage } from 'node:http';
import type { RefusedReason } from '../../core/received.ts';

/** Why a request is turned away, in words that hold none of its bytes. Without a status nobody is left to answer. */
export interface Fault {
  reason: RefusedReason;
  message: string;
  status?: number;
}

const HOST = /^[\w.~!$&'()*+,;=:%[\]-]*$/;

const malformed = (message: string, status = 400): Fault => ({ reason: 'malformed', message, status });

/**
 * What Node's parser lets pass although two servers could read it differently (RFC 9112, sections 3.2 and 6.1), or
 * where a later parser might. Of a request with such a fault nothing is believed, least of all where it ends.
 */
export function findHeaderFault(request: IncomingMessage, maxHeaderCount: number): Fault | undefined {
  const { rawHeaders, httpVersion } = request;
  if (httpVersion !== '1.1' && httpVersion !== '1.0') {
    return malformed('the request is neither HTTP/1.1 nor HTTP/1.0', 505);
  }
  if (rawHeaders.length > 2 * maxHeaderCount) {
    const message = `the request has more than ${maxHeaderCount} header fields`;
    return { reason: 'headers-too-large', message, status: 431 };
  }
  const hosts = rawValues(rawHeaders, 'host');
  if (hosts.length === 0 && httpVersion === '1.1') return malformed('the request has no Host header');
  if (hosts.length > 1) return malformed('the request has more than one Host header');
  if (hosts.some((host) => !HOST.test(host)))
    return malformed('the Host header of the request is not a host');
  return findFramingFault(rawHeaders, httpVersion);
}

function findFramingFault(rawHeaders: readonly string[], httpVersion: string): Fault | undefined {
  const lengths = rawValues(rawHeaders, 'content-length');
  const codings = rawValues(rawHeaders, 'transfer-encoding');
  if (lengths.length > 1) return malformed('the request has more than one Content-Length');
  if (lengths.some((length) => !/^\d+$/.test(length))) {
    return malformed('the Content-Length of the request is not a number');
  }
  if (codings.length === 0) return undefined;
  if (lengths.length > 0) return malformed('the request has both a Content-Length and a Transfer-Encoding');
  if (httpVersion === '1.0')
    return malformed('the request has a Transfer-Encoding, which HTTP/1.0 does not know');
  if (codings.length > 1 || codings[0]?.toLowerCase() !== 'chunked') {
    return malformed('the Transfer-Encoding of the request is not just "chunked"');
  }
  return undefined;
}

function rawValues(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const field = rawHeaders[at] ?? '';
    if (field.length === name.length && field.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? '');
  }
  return values;
}

export const TOO_SLOW: Fault = {
  reason: 'too-slow',
  message: 'the request took too long to arrive',
  status: 408,
};

/** Codes of Node and of its parser, llhttp. Their own sentences are not shown: they may change with Node. */
const PARSER_FAULTS: Readonly<Record<string, Fault>> = {
  HPE_HEADER_OVERFLOW: {
    reason: 'headers-too-large',
    message: 'the headers of the request are too large',
    status: 431,
  },
  ERR_HTTP_REQUEST_TIMEOUT: TOO_SLOW,
  HPE_INVALID_EOF_STATE: {
    reason: 'connection-lost',
    message: 'the client closed the connection in the middle of a request',
  },
  HPE_CLOSED_CONNECTION: malformed('the client sent more after it had asked to close the connection'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: malformed('the chunk extensions of the request are too large'),
  HPE_INVALID_CHUNK_SIZE: malformed('a chunk of the request has no valid size'),
  HPE_INVALID_CONTENT_LENGTH: malformed('the Content-Length of the request is invalid or contradicted'),
  HPE_UNEXPECTED_CONTENT_LENGTH: malformed('the Content-Length of the request is repeated or contradicted'),
  HPE_INVALID_TRANSFER_ENCODING: malformed('the Transfer-Encoding of the request is invalid or contradicted'),
  HPE_INVALID_HEADER_TOKEN: malformed('a header of the request holds a character that is not allowed there'),
  HPE_CR_EXPECTED: malformed('a line of the request does not end with CR LF'),
  HPE_LF_EXPECTED: malformed('a line of the request does not end with CR LF'),
  HPE_INVALID_METHOD: malformed('the request does not begin with an HTTP method'),
  HPE_INVALID_URL: malformed('the request target holds a character that is not allowed there'),
  HPE_PAUSED_H2_UPGRADE: malformed('the client speaks HTTP/2; the listener speaks HTTP/1.1'),
};

/** What a `clientError` of Node means; undefined when the connection broke, which is told by its close. */
export function parserFault(error: Error & { code?: string; rawPacket?: Buffer }): Fault | undefined {
  const code = error.code ?? '';
  if (code === 'HPE_INVALID_METHOD' && error.rawPacket?.[0] === 0x16) {
    return malformed('the client speaks TLS; the listener speaks plain HTTP, so its URL begins with http://');
  }
  const known = PARSER_FAULTS[code];
  if (known) return known;
  return code.startsWith('HPE_') ? malformed('the request is not valid HTTP/1.1') : undefined;
}
