import { HooksError } from './errors.ts';

/** Tells whether a status is among the expected ones. */
export type StatusMatch = (status: number) => boolean;

/** `200`, `2xx`, `200,202`, `2xx,409`. Throws HooksError `usage` for anything else. */
export function parseStatusMatch(text: string): StatusMatch {
  const parts = text.split(',').map((part) => part.trim().toLowerCase());
  if (!parts.every((part) => /^[1-5](xx|\d\d)$/.test(part))) {
    throw new HooksError('usage', `'${text}' is not a status`, { next: 'write it as 200, 2xx or 200,202' });
  }
  return (status) =>
    parts.some((part) =>
      part.endsWith('xx') ? Number(part[0]) === Math.floor(status / 100) : Number(part) === status,
    );
}
