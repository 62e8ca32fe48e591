export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** True for objects that are neither null nor an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Node takes longer to make one than to decode a kilobyte.
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The bytes as JSON, or why they are not: for looking at a body, never for passing it on. */
export function parseJsonBytes(bytes: Uint8Array): { value: Json } | { problem: string } {
  if (bytes.length === 0) return { problem: 'the body is empty' };
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch {
    return { problem: 'the body is not valid UTF-8' };
  }
  if (text.startsWith('\ufeff'))
    return { problem: 'the body starts with a byte order mark, which JSON forbids' };
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return { problem: `the body is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}
