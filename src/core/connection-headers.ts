import type { HeaderList } from './headers.ts';

// They describe the connection or the framing of one request (RFC 9110, section 7.6.1), not the delivery.
const OF_THE_CONNECTION = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
  'expect',
  'te',
  'trailer',
  'upgrade',
  'proxy-authorization',
  'proxy-connection',
]);

/** True for a header that whoever sends a recorded request again has to make anew. */
export function isConnectionHeader(name: string): boolean {
  return OF_THE_CONNECTION.has(name.toLowerCase());
}

// Those that an intermediary has to take out whatever Connection says (RFC 9110, section 7.6.1), but for the framing.
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade'];
// A sender that lists these would take away what the message cannot be read without.
const NEVER_NAMED = new Set(['host', 'content-length', 'transfer-encoding']);

/**
 * Headers without those that concern one connection alone: the known ones, those that Connection names, and `further`
 * ones in lower case. Transfer-Encoding stays, in its place, for the caller to reframe.
 */
export function withoutHopByHop(headers: HeaderList, further: readonly string[] = []): HeaderList {
  const named = headers
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.split(',').map((option) => option.trim().toLowerCase()))
    .filter((option) => !NEVER_NAMED.has(option));
  const taken = new Set([...HOP_BY_HOP, ...further, ...named]);
  return headers.filter(([name]) => !taken.has(name.toLowerCase()));
}
