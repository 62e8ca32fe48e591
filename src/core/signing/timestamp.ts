import { quoted } from './quoted.ts';
import type { RefusalReason, Tolerance } from './scheme.ts';

export type TimestampUnit = 'seconds' | 'milliseconds';

/** Up to the year 5138. */
const MOST_DIGITS = { seconds: 11, milliseconds: 14 };

/** Unix seconds, rounded down, of a received timestamp; undefined for anything but a plain decimal number. */
export function parseTimestamp(text: string, unit: TimestampUnit): number | undefined {
  const number = text.length > MOST_DIGITS[unit] ? undefined : parseDigits(text);
  return number === undefined || unit === 'seconds' ? number : Math.floor(number / 1000);
}

/** ASCII digits without a leading zero. By hand, because that takes a quarter of the time of a pattern and `Number`. */
function parseDigits(text: string): number | undefined {
  if (text === '' || (text.length > 1 && text.charCodeAt(0) === 0x30)) return undefined;
  let number = 0;
  for (let position = 0; position < text.length; position++) {
    const digit = text.charCodeAt(position) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return number;
}

/** The timestamp as it goes on the wire. */
export function formatTimestamp(timestampSeconds: number, unit: TimestampUnit): string {
  return String(unit === 'seconds' ? timestampSeconds : Math.round(timestampSeconds * 1000));
}

/** What is wrong with a timestamp that `parseTimestamp` refuses, after the name of the place where it stands. */
export function timestampProblem(text: string, unit: TimestampUnit): string {
  if (text === '') return 'is empty';
  const isMilliseconds = unit === 'seconds' && /^[1-9][0-9]{12}$/.test(text);
  const guess = isMilliseconds ? '; they look like milliseconds' : '';
  return `is ${quoted(text)}, not Unix time in ${unit}${guess}`;
}

/** Why an age (negative for the future) is not accepted, or undefined. An age equal to the tolerance is accepted. */
export function staleness(
  ageSeconds: number,
  { pastSeconds, futureSeconds }: Tolerance,
): { reason: RefusalReason; message: string } | undefined {
  if (pastSeconds !== null && ageSeconds > pastSeconds) {
    const message = `signed ${duration(ageSeconds, 'ago')}, tolerance ${pastSeconds} s`;
    return { reason: 'timestamp-too-old', message };
  }
  if (futureSeconds !== null && -ageSeconds > futureSeconds) {
    const message = `signed ${duration(-ageSeconds, 'in the future')}, tolerance ${futureSeconds} s`;
    return { reason: 'timestamp-too-new', message };
  }
  return undefined;
}

const UNITS = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3600 },
  { name: 'min', seconds: 60 },
];

/** E.g. `31 min ago (1860 s)`, in the largest unit of which there are at least two. */
function duration(seconds: number, direction: string): string {
  const unit = UNITS.find((candidate) => seconds >= 2 * candidate.seconds);
  if (unit === undefined) return `${seconds} s ${direction}`;
  return `${Math.floor(seconds / unit.seconds)} ${unit.name} ${direction} (${seconds} s)`;
}
