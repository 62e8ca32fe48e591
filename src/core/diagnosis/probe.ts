import { Buffer } from 'node:buffer';
import type { MessagePart } from '../signing/content-template.ts';
import type { HashOption, KeyOption } from './options.ts';
import type { ReceivedSignature, ReceivedSignatures } from './received-signatures.ts';

/** Recomputes a signature; gives the places where exactly it was received, or undefined. */
export type Probe = (
  key: KeyOption,
  hash: HashOption,
  message: readonly MessagePart[],
) => readonly ReceivedSignature[] | undefined;

export interface ProbeRun {
  probe: Probe;
  /** How many signatures were computed. */
  tried(): number;
  /** True once there was no more time to try something. */
  isExhausted(): boolean;
  /** Whether another `count` signatures over so many bytes would be within bounds. */
  hasRoomFor(count: number, sizeBytes: number): boolean;
}

// About the time that a signature takes beside its bytes, as bytes.
const OVERHEAD_BYTES = 2000;
const KEY_PAIR_OVERHEAD_BYTES = 100_000;

/** Makes a probe that stops computing when it has hashed so many bytes. */
export function createProbe(signatures: ReceivedSignatures, budgetBytes: number): ProbeRun {
  let tried = 0;
  let left = budgetBytes;
  let isExhausted = false;
  const pairs = [...signatures.values()].flat().filter(({ bytes }) => bytes.length === 64);

  function probe(key: KeyOption, hash: HashOption, message: readonly MessagePart[]) {
    // A key pair has its own hash.
    if (key.matches !== undefined && hash.mistakes.length > 0) return undefined;
    const overhead = key.matches === undefined ? OVERHEAD_BYTES : pairs.length * KEY_PAIR_OVERHEAD_BYTES;
    const cost = sizeOf(message) + overhead;
    if (cost > left) {
      isExhausted = true;
      return undefined;
    }
    left -= cost;
    tried += 1;
    if (key.bytes !== undefined) {
      return signatures.get(hash.digest(key.bytes, message));
    }
    const matching = pairs.filter(({ bytes }) => matchesPair(key, message, bytes));
    return matching.length > 0 ? matching : undefined;
  }

  return {
    probe,
    tried: () => tried,
    isExhausted: () => isExhausted,
    hasRoomFor: (count, sizeBytes) => count * (sizeBytes + OVERHEAD_BYTES) <= left / 2,
  };
}

function matchesPair(key: KeyOption, message: readonly MessagePart[], bytes: Uint8Array): boolean {
  return key.matches?.(message, [key.prefix + Buffer.from(bytes).toString('base64')]) ?? false;
}

function sizeOf(message: readonly MessagePart[]): number {
  return message.reduce((sum, part) => sum + part.length, 0);
}
