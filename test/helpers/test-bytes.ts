import type { RandomBytes } from '../../src/core/identifiers.ts';

/** The UTF-8 bytes of a text. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** "Random" bytes that all have one value. */
export function constantBytes(value: number): RandomBytes {
  return (count) => new Uint8Array(count).fill(value);
}
