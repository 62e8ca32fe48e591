import { escapeControls } from '../escape-controls.ts';
import type { Recording } from '../recording.ts';
import { recordingRecord } from './recording-record.ts';

export const NDJSON_FORMAT = 'hooks-recording';
export const NDJSON_VERSION = 1;

/** A recording as one line of JSON, line end included; nothing is left out. */
export function formatNdjson(recording: Recording): string {
  const record = { format: NDJSON_FORMAT, version: NDJSON_VERSION, ...recordingRecord(recording) };
  return `${escapeControls(JSON.stringify(record))}\n`;
}
