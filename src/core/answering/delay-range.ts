import { parseDuration } from '../duration.ts';
import { HooksError } from '../errors.ts';

export interface DelayRange {
  fromMs: number;
  toMs: number;
}

/** Reads `500ms`, or `100ms..2s` and `100..800ms` for any time between the two. Throws HooksError `usage`. */
export function parseDelayRange(text: string): DelayRange {
  const range = /^([\d.]+?)([a-z]*)\.\.([\d.]+)([a-z]+)$/.exec(text);
  if (!range) {
    const ms = parseDuration(text);
    return { fromMs: ms, toMs: ms };
  }
  const [, from, fromUnit, to, toUnit] = range;
  const fromMs = parseDuration(`${from}${fromUnit === '' ? toUnit : fromUnit}`);
  const toMs = parseDuration(`${to}${toUnit}`);
  if (fromMs > toMs) {
    throw new HooksError('usage', `'${text}' ends before it begins`, { next: 'put the shorter time first' });
  }
  return { fromMs, toMs };
}

/** A time between the two; `chance` gives a number from 0 up to 1. */
export function drawDelayMs({ fromMs, toMs }: DelayRange, chance: () => number): number {
  return fromMs === toMs ? fromMs : fromMs + chance() * (toMs - fromMs);
}
