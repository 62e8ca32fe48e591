import { randomBytes } from 'node:crypto';
import { type RandomBytes, seededRandom } from '../core/identifiers.ts';

/** Random bytes for ids: reproducible with a seed, else from the system. */
export function randomSource(seed: string | undefined): RandomBytes {
  return seed === undefined ? randomBytes : seededRandom(seed);
}
