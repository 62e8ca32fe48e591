import { parseDuration } from './duration.ts';
import { HooksError } from './errors.ts';
import { parseSize } from './size.ts';

/** How long deliveries are kept; the oldest go first. */
export interface Retention {
  maxAgeMs: number;
  maxCount: number;
  /** Of all bodies together. */
  maxBytes: number;
}

/** A month, 100,000 deliveries, 1 GiB of bodies: more than a developer looks back, less than a disk notices. */
export const DEFAULT_RETENTION: Retention = {
  maxAgeMs: 30 * 86_400_000,
  maxCount: 100_000,
  maxBytes: 1024 ** 3,
};

/** The limits that the user has set, the defaults for the others. Throws HooksError `usage` for a value that is none. */
export function retentionFrom(
  setting: (key: 'history-age' | 'history-count' | 'history-size') => string | undefined,
): Retention {
  const [age, count, size] = [setting('history-age'), setting('history-count'), setting('history-size')];
  return {
    maxAgeMs: age === undefined ? DEFAULT_RETENTION.maxAgeMs : parseDuration(age),
    maxCount: count === undefined ? DEFAULT_RETENTION.maxCount : parseCount(count),
    maxBytes: size === undefined ? DEFAULT_RETENTION.maxBytes : parseSize(size),
  };
}

/** A number of deliveries. Throws HooksError `usage` for anything but a whole number. */
export function parseCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new HooksError('usage', `'${text}' is not a number of deliveries`);
}
