import { parseDuration } from '../duration.ts';
import { HooksError } from '../errors.ts';

const FIRST_MS = 1000;
const LONGEST_MS = 60_000;
const MOST = 100;

/**
 * Times to wait before each further attempt: of `5`, that many, doubling from 1 s up to a minute; of `1s,5s,30s`, these.
 * Throws HooksError `usage`.
 */
export function parseForwardRetries(text: string): number[] {
  if (/^\d+$/.test(text)) {
    const count = Number(text);
    if (count >= 1 && count <= MOST) {
      return Array.from({ length: count }, (_, index) => Math.min(FIRST_MS * 2 ** index, LONGEST_MS));
    }
    throw new HooksError('usage', `it must be from 1 to ${MOST} retries`, {
      next: 'or write the times to wait: 1s,5s,30s',
    });
  }
  return text.split(',').map((part) => parseDuration(part.trim()));
}
