import { createHash } from 'node:crypto';
import { ulid } from '../identifiers.ts';
import type { ImportedRecording } from './imported-recording.ts';

/** An id for an imported recording, and what tells whether it has been imported before. */
export interface ImportId {
  id: string;
  /** GLOB pattern of the ids that the same recording may have had; a time of the import's own says nothing. */
  known: string;
}

const ANY_TIME = '?'.repeat(10);

/**
 * Makes ids that sort by the time of the recording and are the same each time a file is imported: what is random in
 * another ULID is a hash of the recording here. Of equal recordings in one file each has its own.
 */
export function createImportIds(now: Date): (recording: ImportedRecording) => ImportId {
  const seen = new Map<string, number>();
  let index = 0;
  return (recording) => {
    const hash = hashOf(recording);
    const nth = seen.get(hash) ?? 0;
    seen.set(hash, nth + 1);
    // The order within the file is all that is known of when a recording without a time came.
    const at = recording.at ?? new Date(now.getTime() + index++);
    const bytes = createHash('sha256').update(`${hash}:${nth}`).digest();
    const id = ulid((count) => bytes.subarray(0, count), at);
    return { id, known: recording.at === undefined ? ANY_TIME + id.slice(ANY_TIME.length) : id };
  };
}

function hashOf({ importWarning: _, body, ...rest }: ImportedRecording): string {
  return createHash('sha256').update(JSON.stringify(rest)).update('\0').update(body).digest('hex');
}
