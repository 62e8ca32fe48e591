import { HooksError } from '../errors.ts';

/** Checks the name of a channel, as it stands in its URL. Throws HooksError `usage`. */
export function parseChannelName(text: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(text)) return text;
  throw new HooksError('usage', `'${text}' cannot be the name of a channel`, {
    next: 'use up to 64 letters, digits, - and _',
  });
}

/** A request-target as the channel that it names, and what stands behind it: path and query, beginning with a slash. */
export function splitTarget(target: string): { channel: string; rest: string } {
  const match = /^\/([^/?]*)(\/[^?]*)?(\?.*)?$/s.exec(target);
  return { channel: match?.[1] ?? '', rest: `${match?.[2] ?? '/'}${match?.[3] ?? ''}` };
}
