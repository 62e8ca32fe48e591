import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { detectFormat, type ImportFormat } from '../../../src/core/import/detect-format.ts';

const CASES: { it: string; text: string; fileName?: string; expected: ImportFormat | undefined }[] = [
  { it: 'NDJSON by its first line', text: '\n{"format":"hooks-recording"}\n{', expected: 'ndjson' },
  { it: 'NDJSON that is cut off', text: '{"format":"hooks-recording","ver', expected: 'ndjson' },
  { it: 'a HAR over several lines', text: '{\n "log": {\n "entries": [] } }', expected: 'har' },
  { it: 'a HAR whatever comes first', text: '{"x": 1, "log": {"entries": []}}', expected: 'har' },
  { it: 'a HAR with a byte order mark', text: '\ufeff{"log":{"entries":[]}}', expected: 'har' },
  { it: 'a HAR that is cut off', text: '{\n "log": {', fileName: 'a.json', expected: 'har' },
  { it: 'a raw request', text: 'POST / HTTP/1.1\r\n\r\n', fileName: 'a.txt', expected: 'http' },
  { it: 'a file of a REST client', text: '### a\nPOST http://a', expected: 'http' },
  { it: 'a body by its name', text: '{"a":1}', fileName: 'a.json', expected: 'fixture' },
  { it: 'a file by its name alone', text: '@a = b\n', fileName: 'a.REST', expected: 'http' },
  { it: 'nothing in JSON without a name', text: '{"a":1}', expected: undefined },
  { it: 'nothing in bytes', text: '\0\x01', fileName: 'constructor', expected: undefined },
  { it: 'nothing in an empty file', text: '', expected: undefined },
];

describe('detectFormat', () => {
  for (const { it: finds, text, fileName, expected } of CASES) {
    it(`finds ${finds}`, () => assert.equal(detectFormat(Buffer.from(text), fileName), expected));
  }
});
