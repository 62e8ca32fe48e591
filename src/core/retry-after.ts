/**
 * How long the value of a `Retry-After` asks to wait from now (RFC 9110, section 10.2.3): seconds, or a date; 0 for one
 * that is over. Undefined for anything else.
 */
export function retryAfterMs(value: string, now: Date): number | undefined {
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  // Date.parse takes much that is no HTTP date, a bare year among it.
  if (!/^[A-Z][a-z]{2,8},? .*\d\d:\d\d:\d\d/.test(value)) return undefined;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - now.getTime());
}
