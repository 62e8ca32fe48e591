import { parseDuration } from './duration.ts';
import { HooksError } from './errors.ts';

const ISO = /^\d{4}-\d\d-(\d\d)(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/i;

/** A moment as a person writes it: unix seconds, ISO 8601, or an offset from now such as `-40m` or `+10s`. */
export function parseMoment(text: string, now: Date): Date {
  const at = new Date(momentMs(text, now));
  // Also refuses milliseconds, which would lie far ahead as seconds.
  if (/^\d{4}-/.test(Number.isNaN(at.getTime()) ? '' : at.toISOString())) return at;
  throw new HooksError('usage', `'${text}' is not a time`, {
    next: 'write it as unix seconds, 2026-07-14T09:12:43Z, or -40m / +10m from now',
  });
}

function momentMs(text: string, now: Date): number {
  const offset = /^([+-])(.+)$/.exec(text);
  if (offset?.[2] !== undefined) {
    return now.getTime() + (offset[1] === '-' ? -1 : 1) * parseDuration(offset[2]);
  }
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const day = ISO.exec(text)?.[1];
  if (day === undefined) return Number.NaN;
  // Date.parse takes 30 February for 2 March.
  const isDay = new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(day);
  return isDay ? Date.parse(text) : Number.NaN;
}
