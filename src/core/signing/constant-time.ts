import { Buffer } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';

/**
 * Makes a function that compares received texts with an expected one of a fixed length, ASCII only. Its time does not
 * tell where two texts differ. The buffers are made once: they cost more than the comparison.
 */
export function createComparison(length: number): (expected: string, received: string) => boolean {
  const encoder = new TextEncoder();
  const expectedBytes = Buffer.alloc(length);
  const receivedBytes = Buffer.alloc(length);
  return (expected, received) => {
    if (received.length !== length) return false;
    // A character outside ASCII takes several bytes, so that not all characters find room.
    if (encoder.encodeInto(received, receivedBytes).read < length) return false;
    encoder.encodeInto(expected, expectedBytes);
    return timingSafeEqual(expectedBytes, receivedBytes);
  };
}
