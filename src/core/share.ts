import { HooksError } from './errors.ts';

/** `0.2` or `20%` as a number from 0 to 1. Throws HooksError `usage` for anything else. */
export function parseShare(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text);
  const value = Number(match?.[1] ?? Number.NaN) / (match?.[2] === '%' ? 100 : 1);
  if (value >= 0 && value <= 1) return value;
  throw new HooksError('usage', `'${text}' is not a share`, { next: 'write it as 0.2 or 20%' });
}

/** A share, or from 2 on a whole number of deliveries. Throws HooksError `usage` for anything else. */
export function parseShareOrCount(text: string): number {
  return /^\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : parseShare(text);
}
