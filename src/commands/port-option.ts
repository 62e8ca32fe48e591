import { HooksError } from '../core/errors.ts';

/** A port to listen on. Throws HooksError `usage`. */
export function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new HooksError('usage', 'it must be a number from 0 to 65535; 0 picks a free port');
}
