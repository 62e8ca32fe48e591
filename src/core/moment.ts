import { parseDuration } from './duration.ts';
import { HooksError } from './errors.ts';

/** A moment as a person writes it: unix seconds, ISO 8601, or an offset from now such as `-40m` or `+10s`. */
export function parseMoment(text: string, now: Date): Date {
  const offset = /^([+-])(.+)$/.exec(text);
  if (offset?.[2] !== undefined) {
    return new Date(now.getTime() + (offset[1] === '-' ? -1 : 1) * parseDuration(offset[2]));
  }
  const at = /^\d+$/.test(text) ? new Date(Number(text) * 1000) : new Date(text);
  if (!Number.isNaN(at.getTime()) && (/^\d+$/.test(text) || /^\d{4}-\d\d-\d\d/.test(text))) return at;
  throw new HooksError('usage', `'${text}' is not a time`, {
    next: 'write it as unix seconds, 2026-07-14T09:12:43Z, or -40m / +10m from now',
  });
}
