import { parseDuration } from './duration.ts';
import { HooksError } from './errors.ts';

/** Deliveries per second of `10`, `10/s`, `300/m`. Throws HooksError `usage` for anything else. */
export function parseRate(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(?:\/(s|m|h))?$/.exec(text);
  const perSecond = match ? Number(match[1]) / (parseDuration(`1${match[2] ?? 's'}`) / 1000) : 0;
  if (perSecond > 0 && Number.isFinite(perSecond)) return perSecond;
  throw new HooksError('usage', `'${text}' is not a rate`, { next: 'write it as 10/s, 300/m or 60/h' });
}
