import { Buffer } from 'node:buffer';
import { HooksError } from '../errors.ts';
import { NDJSON_FORMAT, NDJSON_VERSION } from '../export/ndjson.ts';
import { parseJsonBytes } from '../json.ts';
import { fieldsOf, invalid, number, required } from './fields.ts';
import type { ImportedRecording } from './imported-recording.ts';
import { parseRecordingRecord } from './recording-record.ts';

/** The recordings of a file of `formatNdjson` lines. Throws HooksError `invalid-input` that names the line. */
export function parseNdjson(bytes: Uint8Array): ImportedRecording[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const recordings: ImportedRecording[] = [];
  let start = all.subarray(0, 3).toString('latin1') === '\xef\xbb\xbf' ? 3 : 0;
  for (let lineNumber = 1; start < all.length; lineNumber++) {
    const feed = all.indexOf(0x0a, start);
    const end = feed < 0 ? all.length : feed;
    const line = all.subarray(start, end);
    if (!isBlank(line)) recordings.push(parseLine(line, `line ${lineNumber}`));
    start = end + 1;
  }
  return recordings;
}

function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

function parseLine(line: Uint8Array, place: string): ImportedRecording {
  const parsed = parseJsonBytes(line);
  if ('problem' in parsed) {
    throw new HooksError('invalid-input', `${place} is not a JSON object`, {
      why: parsed.problem.replace(/^the body is /, 'it is '),
      next: 'give a file of `hooks history export --format ndjson`, whole and unchanged',
    });
  }
  const fields = fieldsOf(parsed.value, place);
  if (fields.values.format !== NDJSON_FORMAT) throw invalid(place, `has no "format": "${NDJSON_FORMAT}"`);
  const version = required(fields, 'version', number);
  if (version > NDJSON_VERSION) {
    throw new HooksError('invalid-input', `${place} was written by a newer version of hooks`, {
      why: `its format is version ${version}, this version reads up to ${NDJSON_VERSION}`,
      next: 'update hooks',
    });
  }
  if (version !== NDJSON_VERSION) throw invalid(place, `has an unknown version`);
  return parseRecordingRecord(fields);
}
