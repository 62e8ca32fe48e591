import { Buffer } from 'node:buffer';
import { eventFileName } from '../event-file-name.ts';
import type { Recording } from '../recording.ts';

export interface Fixture {
  /** Suggested; without a folder. */
  fileName: string;
  bytes: Uint8Array;
}

// Most file systems hold 255 bytes; what keeps two fixtures of one name apart has to fit as well.
const LONGEST_NAME_BYTES = 200;

/** The body as a sample file: `<event type>.json`, or the id where there is no event type. */
export function createFixture({ id, eventType, variant, body }: Recording): Fixture {
  const named = eventType ? eventFileName(eventType, variant && safeVariant(variant)) : undefined;
  const fits = named !== undefined && Buffer.byteLength(named) <= LONGEST_NAME_BYTES;
  return { fileName: fits ? named : `${id}.json`, bytes: body };
}

function safeVariant(variant: string): string {
  return eventFileName(variant).slice(0, -'.json'.length);
}
