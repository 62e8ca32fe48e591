import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HooksError } from '../../../src/core/errors.ts';
import { formatHar } from '../../../src/core/export/har.ts';
import { formatHttpFile } from '../../../src/core/export/http-message.ts';
import { formatNdjson } from '../../../src/core/export/ndjson.ts';
import { detectFormat } from '../../../src/core/import/detect-format.ts';
import { parseHar } from '../../../src/core/import/har.ts';
import { parseHttpFile } from '../../../src/core/import/http-file.ts';
import { parseNdjson } from '../../../src/core/import/ndjson.ts';
import { RECEIVED, SENT } from '../export/recordings.ts';

const NDJSON = Buffer.from(formatNdjson(RECEIVED) + formatNdjson(SENT));
const HAR = Buffer.from([...formatHar([RECEIVED, SENT], { name: 'hooks', version: '1' })].join(''));
const HTTP = Buffer.concat([...formatHttpFile([RECEIVED, SENT])]);
const DEEP = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;

/** The same lines with the fields of the second changed. */
function line(changes: object): Buffer {
  const record = { ...(JSON.parse(formatNdjson(SENT)) as object), ...changes };
  return Buffer.from(`${formatNdjson(RECEIVED)}\n${JSON.stringify(record)}\n`);
}

const har = (text: string) => Buffer.from(`{"log":{"entries":[${text}]}}`);

const WRONG: { it: string; parse: (bytes: Uint8Array) => unknown; bytes: Buffer; message: RegExp }[] = [
  {
    it: 'a newer version',
    parse: parseNdjson,
    bytes: line({ version: 2 }),
    message: /^line 3 was written by a newer/,
  },
  {
    it: 'version 0',
    parse: parseNdjson,
    bytes: line({ version: 0 }),
    message: /^line 3 has an unknown version/,
  },
  {
    it: 'another format',
    parse: parseNdjson,
    bytes: line({ format: 'x' }),
    message: /^line 3 has no "format"/,
  },
  { it: 'a list', parse: parseNdjson, bytes: Buffer.from('[]\n'), message: /^line 1 is not an object/ },
  {
    it: 'a list so deep that no stack holds it',
    parse: parseNdjson,
    bytes: Buffer.from(DEEP),
    message: /^line 1 /,
  },
  {
    it: 'a body that is no object',
    parse: parseNdjson,
    bytes: line({ body: 'e30=' }),
    message: /^line 3: body is not an object/,
  },
  {
    it: 'base64 that is none',
    parse: parseNdjson,
    bytes: line({ body: { base64: 'e30' } }),
    message: /^line 3: body: base64 is not base64/,
  },
  { it: 'an id of its own', parse: parseNdjson, bytes: line({ id: '../x' }), message: /^line 3: id / },
  {
    it: 'no time',
    parse: parseNdjson,
    bytes: line({ at: 'yesterday' }),
    message: /^line 3: at is not a time/,
  },
  {
    it: 'a status out of range',
    parse: parseNdjson,
    bytes: line({ status: 1e3 }),
    message: /^line 3: status /,
  },
  {
    it: 'a header with a line break',
    parse: parseNdjson,
    bytes: line({ headers: [['A', 'b\r\nC: d']] }),
    message: /^line 3: headers, item 1 has a line break/,
  },
  {
    it: 'a header of three',
    parse: parseNdjson,
    bytes: line({ headers: [['A', 'b', 'c']] }),
    message: /^line 3: headers, item 1 is not a pair/,
  },
  {
    it: 'very many headers',
    parse: parseNdjson,
    bytes: line({ headers: Array(100_000).fill(['A', 'b']) }),
    message: /^line 3: headers are more than/,
  },
  {
    it: 'verdicts of another shape',
    parse: parseNdjson,
    bytes: line({ verdicts: { signature: { state: 'fine' } } }),
    message: /^line 3: verdicts: signature: state is not one of/,
  },
  {
    it: 'verdicts that are deep',
    parse: parseNdjson,
    bytes: Buffer.from(line({ verdicts: 0 }).toString().replace('"verdicts":0', `"verdicts":${DEEP}`)),
    message: /^line 3: verdicts is not an object/,
  },
  {
    it: 'one attempt twice',
    parse: parseNdjson,
    bytes: line({ attempts: [SENT.attempts[0], SENT.attempts[0]] }),
    message: /^line 3: attempts count one attempt twice/,
  },
  {
    it: 'JSON that is no HAR',
    parse: parseHar,
    bytes: Buffer.from('{"log":[]}'),
    message: /not an HTTP Archive/,
  },
  { it: 'an entry that is null', parse: parseHar, bytes: har('null'), message: /^entry 1 is not an object/ },
  { it: 'an entry without request', parse: parseHar, bytes: har('{}'), message: /^entry 1 has no request/ },
  {
    it: 'a URL that is none',
    parse: parseHar,
    bytes: har('{"request":{"method":"POST","url":"javascript:alert(1)"}}'),
    message: /^entry 1: request: url is not an http/,
  },
  {
    it: 'headers that are an object',
    parse: parseHar,
    bytes: har('{"request":{"method":"POST","url":"http://a","headers":{}}}'),
    message: /^entry 1: request: headers is not a list/,
  },
  {
    it: 'a body that is a number',
    parse: parseHar,
    bytes: har('{"request":{"method":"POST","url":"http://a","postData":{"text":5}}}'),
    message: /^entry 1: request: postData: text is not a text/,
  },
  {
    it: 'data of a newer version of ours',
    parse: parseHar,
    bytes: har('{"request":{},"_hooks":{"version":2}}'),
    message: /^entry 1 was written by a newer version/,
  },
  { it: 'a deep list', parse: parseHar, bytes: har(DEEP), message: /^entry 1 is not an object/ },
];

describe('import of hostile files', () => {
  for (const { it: refuses, parse, bytes, message } of WRONG) {
    it(`refuses ${refuses}`, () => {
      assert.throws(
        () => parse(bytes),
        (error) => isRefusal(error) && message.test(error.message),
      );
    });
  }

  const PARSERS = [
    { name: 'ndjson', parse: parseNdjson, bytes: NDJSON },
    { name: 'har', parse: parseHar, bytes: HAR },
    { name: 'http', parse: parseHttpFile, bytes: HTTP },
  ];

  for (const { name, parse, bytes } of PARSERS) {
    it(`reads or refuses every beginning of a ${name} file, and never crashes`, () => {
      for (let length = 0; length < bytes.length; length += 7)
        tryParse(() => parse(bytes.subarray(0, length)));
    });

    it(`reads or refuses a ${name} file with any byte changed`, () => {
      for (let at = 0; at < bytes.length; at += 5) {
        for (const byte of [0, 0x22, 0x5d, 0xff]) {
          const changed = Buffer.from(bytes);
          changed[at] = byte;
          tryParse(() => parse(changed));
          detectFormat(changed);
        }
      }
    });

    it(`refuses other files as ${name}`, () => {
      const others = PARSERS.filter((other) => other.name !== name).map((other) => other.bytes);
      const noise = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 251));
      for (const other of [...others, noise]) assert.throws(() => parse(other), isRefusal);
    });
  }
});

function tryParse(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

function isRefusal(error: unknown): error is HooksError {
  return error instanceof HooksError && error.kind === 'invalid-input';
}
