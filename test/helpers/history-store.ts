import { openRecordings, type RecordingReader } from '../../src/adapters/store/reader.ts';
import { createRecordingWriter, type RecordingWriter } from '../../src/adapters/store/writer.ts';
import type { Recording } from '../../src/core/recording.ts';
import type { Retention } from '../../src/core/retention.ts';
import { minute } from './recordings.ts';

/** Limits that nothing reaches. */
export const KEEP_ALL: Retention = {
  maxAgeMs: Number.POSITIVE_INFINITY,
  maxCount: Number.POSITIVE_INFINITY,
  maxBytes: Number.POSITIVE_INFINITY,
};

interface Test {
  after: (end: () => void) => void;
}

/** A writer that is closed with the test. */
export function openWriter(
  t: Test,
  directory: string,
  retention: Retention = KEEP_ALL,
  now: () => Date = () => minute(0),
): RecordingWriter {
  const writer = createRecordingWriter(directory, retention, now);
  t.after(() => writer.close());
  return writer;
}

/** A reader that is closed with the test. */
export function openReader(t: Test, directory: string): RecordingReader {
  const reader = openRecordings(directory);
  t.after(() => reader.close());
  return reader;
}

/** Writes the recordings, and closes the store. */
export async function keep(directory: string, recordings: readonly Recording[]): Promise<void> {
  const writer = createRecordingWriter(directory, KEEP_ALL, () => minute(0));
  await Promise.all(recordings.map((recording) => writer.write(recording)));
  writer.close();
}
