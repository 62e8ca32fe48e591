import { formatDuration } from '../duration.ts';
import type { SignatureVerdict } from '../signing/scheme.ts';
import { type FoundMistake, found, type Mistakes } from './mistake.ts';

export const AGE_MISTAKES = {
  'too-old': {
    what: 'it was signed {detail} ago, longer than the tolerance: it was replayed or waited in a queue, or a clock is wrong',
    fix: 'let the sender sign each attempt anew, compare the clocks (NTP), or widen the tolerance where retries keep their first timestamp',
  },
  'too-new': {
    what: 'it was signed {detail} in the future, further than the tolerance: the clock of the signer is ahead or ours is behind',
    fix: 'compare both clocks with UTC (NTP); a time zone added to Unix time has the same effect',
  },
  'header-form': {
    what: 'the signature itself is right; only the form of a header is refused',
    fix: 'write the header as the reason says; nothing is wrong with secret, body and signed content',
  },
} as const satisfies Mistakes;

/** What is wrong with the age, whatever else is wrong. */
export function ageMistakes(verdict: SignatureVerdict): FoundMistake[] {
  if (verdict.ok || verdict.ageSeconds === undefined) return [];
  const age = formatDuration(Math.abs(verdict.ageSeconds) * 1000);
  if (verdict.reason === 'timestamp-too-old') return [found('too-old', age)];
  return verdict.reason === 'timestamp-too-new' ? [found('too-new', age)] : [];
}
