import { randomBytes } from 'node:crypto';
import { type RandomBytes, seededRandom } from '../core/identifiers.ts';

/** Random bytes for ids: reproducible with a seed, else from the system. */
export function randomSource(seed: string | undefined): RandomBytes {
  return seed === undefined ? randomBytes : seededRandom(seed);
}

/** Enough that two runs do not share a seed, few enough to type. */
export const SEED_BYTES = 6;

/** That many random bytes as hexadecimal text: for seeds, and for words that nobody can guess. */
export function randomHex(count: number): string {
  return randomBytes(count).toString('hex');
}
