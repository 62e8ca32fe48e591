import type { Direction } from './recording.ts';

/** Which recorded deliveries are meant; all conditions have to hold. */
export interface Selection {
  /** Ids, unique prefixes of ids, `last`, `last~2`; the order is kept. */
  ids?: readonly string[];
  /** The newest n of what else is asked for. */
  last?: number;
  /** Event types or slugs, `*` for any characters, `provider/` in front to be exact; any of them. */
  events?: readonly string[];
  provider?: string;
  /** Statuses as `404`, `5xx`; any of them. */
  statuses?: readonly string[];
  since?: Date;
  until?: Date;
  direction?: Direction;
  isFailed?: boolean;
  isInvalid?: boolean;
  /** Text that stands in the body, a header or the path. */
  grep?: string;
}

/** How many places before the newest `last` and `last~2` mean; undefined for anything else. */
export function parseRelativeId(text: string): number | undefined {
  const match = /^last(?:~(\d{1,9}))?$/.exec(text);
  return match ? Number(match[1] ?? 0) : undefined;
}
