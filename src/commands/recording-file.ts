import { basename } from 'node:path';
import { HooksError } from '../core/errors.ts';
import { detectFormat } from '../core/import/detect-format.ts';
import { parseFixture } from '../core/import/fixture.ts';
import { parseHar } from '../core/import/har.ts';
import { parseHttpFile } from '../core/import/http-file.ts';
import type { ImportedRecording } from '../core/import/imported-recording.ts';
import { parseNdjson } from '../core/import/ndjson.ts';

const PARSERS = { ndjson: parseNdjson, har: parseHar, http: parseHttpFile, fixture: parseFixture };

/** The recordings of a file, whatever its format. Throws HooksError `invalid-input`. */
export function parseRecordingFile(bytes: Uint8Array, path: string): ImportedRecording[] {
  const format = detectFormat(bytes, basename(path));
  if (format === undefined) {
    throw new HooksError('invalid-input', `${path} is in no format that can be imported`, {
      next: 'give a HAR, an NDJSON file of `hooks history export`, or raw HTTP requests',
    });
  }
  return PARSERS[format](bytes);
}
