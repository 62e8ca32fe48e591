import { HooksError } from './errors.ts';

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `500ms`, `2s`, `1.5m`, `1h`, `2d`. Throws HooksError `usage` for anything else, a bare number included. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  const unit = UNIT_MS[match?.[2] ?? ''];
  const ms = Number(match?.[1]) * (unit ?? Number.NaN);
  if (Number.isFinite(ms)) return ms;
  throw new HooksError('usage', `'${text}' is not a duration`, {
    why: /^\d+(\.\d+)?$/.test(text) ? 'it has no unit' : 'it is not a number with a unit',
    next: /^\d+$/.test(text)
      ? `did you mean ${text}s or ${text}ms? Units are ms, s, m, h and d`
      : 'write it as 500ms, 2s, 5m, 1h or 2d',
  });
}

/** The duration in the largest unit that keeps it readable: `340 ms`, `2.5 s`, `31 min`, `2 h 5 min`, `3 d`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${ms < 10 ? Number(ms.toFixed(1)) : Math.round(ms)} ms`;
  if (ms < 59_950) return `${Number((ms / 1000).toFixed(ms < 10_000 ? 2 : 1))} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.round(hours / 24)} d`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

const EXACT_UNITS = [
  { ms: 86_400_000, name: 'd' },
  { ms: 3_600_000, name: 'h' },
  { ms: 60_000, name: 'min' },
] as const;

/** The duration to the millisecond, in as many units as it takes: `1.5 s`, `27 h 35 min 5 s`, `5 d`. */
export function exactDuration(ms: number): string {
  const parts: string[] = [];
  let left = Math.round(ms);
  for (const unit of EXACT_UNITS) {
    // As above, days begin with the third.
    const count = unit.name === 'd' && ms < 172_800_000 ? 0 : Math.floor(left / unit.ms);
    if (count > 0) parts.push(`${count} ${unit.name}`);
    left -= count * unit.ms;
  }
  return left > 0 || parts.length === 0 ? [...parts, `${left / 1000} s`].join(' ') : parts.join(' ');
}
