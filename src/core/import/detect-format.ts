import { Buffer } from 'node:buffer';
import { NDJSON_FORMAT } from '../export/ndjson.ts';
import { isObject, parseJsonBytes } from '../json.ts';

export type ImportFormat = 'ndjson' | 'har' | 'http' | 'fixture';

const BY_EXTENSION: Readonly<Record<string, ImportFormat>> = {
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  har: 'har',
  http: 'http',
  rest: 'http',
  json: 'fixture',
};

const REQUEST_LINE = /^(?:[A-Z]{3,20} [ \t]*\S|https?:\/\/)/;

/** What a file holds: as its content tells, else as its name does. */
export function detectFormat(bytes: Uint8Array, fileName = ''): ImportFormat | undefined {
  return fromContent(bytes) ?? BY_EXTENSION[/\.([a-z]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? ''];
}

function fromContent(bytes: Uint8Array): ImportFormat | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const content = file.subarray(0, 3).toString('latin1') === '\xef\xbb\xbf' ? file.subarray(3) : file;
  const start = content.findIndex((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  if (start < 0) return undefined;
  const lineEnd = content.indexOf(0x0a, start);
  const line = content.subarray(start, lineEnd < 0 ? content.length : lineEnd);
  const head = line.toString('latin1', 0, 2048);
  if (head.startsWith('{')) return fromJson(line) ?? fromJson(content) ?? fromBeginning(content);
  return REQUEST_LINE.test(head) || /^(?:###|# |\/\/ )/.test(head) ? 'http' : undefined;
}

function fromJson(bytes: Uint8Array): ImportFormat | undefined {
  const parsed = parseJsonBytes(bytes);
  if ('problem' in parsed || !isObject(parsed.value)) return undefined;
  if (parsed.value.format === NDJSON_FORMAT) return 'ndjson';
  return isObject(parsed.value.log) && 'entries' in parsed.value.log ? 'har' : undefined;
}

/** A file that was cut off is still to be refused as what it was. */
function fromBeginning(bytes: Buffer): ImportFormat | undefined {
  const beginning = bytes.toString('latin1', 0, 2048);
  if (beginning.includes(`"format":"${NDJSON_FORMAT}"`)) return 'ndjson';
  return /^\s*\{\s*"log"\s*:/.test(beginning) ? 'har' : undefined;
}
