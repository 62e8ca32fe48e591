import { randomBytes } from 'node:crypto';
import { type RandomBytes, seededRandom } from '../core/identifiers.ts';

// For some hundred ids: to ask the system for each takes longer than to make it.
const POOL_BYTES = 8192;

/** Random bytes for ids: reproducible with a seed, else from the system. No two calls share bytes. */
export function randomSource(seed: string | undefined): RandomBytes {
  return seed === undefined ? pooledRandom() : seededRandom(seed);
}

function pooledRandom(): RandomBytes {
  let pool = Buffer.alloc(0);
  return (count) => {
    if (count > POOL_BYTES) return randomBytes(count);
    if (pool.length < count) pool = randomBytes(POOL_BYTES);
    const taken = pool.subarray(0, count);
    pool = pool.subarray(count);
    return taken;
  };
}

/** Enough that two runs do not share a seed, few enough to type. */
export const SEED_BYTES = 6;

/** That many random bytes as hexadecimal text: for seeds, and for words that nobody can guess. */
export function randomHex(count: number): string {
  return randomBytes(count).toString('hex');
}
