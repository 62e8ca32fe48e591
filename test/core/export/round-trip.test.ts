import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatHar } from '../../../src/core/export/har.ts';
import { formatHttpFile } from '../../../src/core/export/http-message.ts';
import { formatNdjson } from '../../../src/core/export/ndjson.ts';
import { detectFormat } from '../../../src/core/import/detect-format.ts';
import { parseHar } from '../../../src/core/import/har.ts';
import { parseHttpFile } from '../../../src/core/import/http-file.ts';
import type { ImportedRecording } from '../../../src/core/import/imported-recording.ts';
import { parseNdjson } from '../../../src/core/import/ndjson.ts';
import type { Recording } from '../../../src/core/recording.ts';
import { BODIES, HEADERS, RECEIVED, SENT } from './recordings.ts';

interface Format {
  name: 'ndjson' | 'har' | 'http';
  write: (recordings: Recording[]) => Uint8Array;
  read: (bytes: Uint8Array) => ImportedRecording[];
}

const FORMATS: Format[] = [
  { name: 'ndjson', write: (all) => Buffer.from(all.map(formatNdjson).join('')), read: parseNdjson },
  {
    name: 'har',
    write: (all) => Buffer.from([...formatHar(all, { name: 'hooks', version: '1.0.0' })].join('')),
    read: parseHar,
  },
  { name: 'http', write: (all) => Buffer.concat([...formatHttpFile(all)]), read: parseHttpFile },
];

const CASES = [
  ...BODIES.map(({ it: keeps, body }) => ({ keeps, headers: RECEIVED.headers, body })),
  ...BODIES.filter(({ body }) => body.length < 1000).map(({ it: keeps, body }) => ({
    keeps: `${keeps} with its length`,
    headers: [['Content-Length', String(body.length)] as const],
    body,
  })),
  ...HEADERS.map(({ it: keeps, headers }) => ({ keeps, headers, body: RECEIVED.body })),
];

for (const { name, write, read } of FORMATS) {
  describe(`export and import as ${name}`, () => {
    for (const { keeps, headers, body } of CASES) {
      it(`keeps ${keeps}`, () => {
        for (const whole of [RECEIVED, SENT]) {
          const recording = { ...whole, headers, body, sizeBytes: body.length };
          // Three, so that each stands behind and before another.
          const written = write([recording, SENT, recording]);
          const back = read(written);
          assert.equal(back.length, 3);
          for (const each of [back[0], back[2]]) {
            assert.ok(each);
            assert.deepEqual(each.headers, headers);
            assert.ok(Buffer.from(each.body).equals(body), 'the body differs');
            assert.equal(each.sizeBytes, body.length);
            assert.equal(each.method, whole.method);
            assert.equal(each.target, whole.target);
          }
          assert.deepEqual(back[1]?.headers, SENT.headers);
          assert.equal(detectFormat(written), name);
        }
      });
    }
  });
}

describe('export and import of everything', () => {
  for (const { name, write, read } of FORMATS.filter((format) => format.name !== 'http')) {
    it(`keeps all of a recording as ${name}`, () => {
      const back = read(write([RECEIVED, SENT]));
      assert.deepEqual(back.map(plain), [RECEIVED, SENT].map(plain));
    });
  }

  it('keeps neither id nor time as http', () => {
    const [back] = parseHttpFile(FORMATS[2]?.write([RECEIVED]) ?? new Uint8Array());
    assert.equal(back?.id, undefined);
    assert.equal(back?.at, undefined);
    assert.equal(back?.direction, 'received');
  });
});

/** Buffers and other byte arrays are alike. */
function plain(recording: ImportedRecording): unknown {
  return JSON.parse(
    JSON.stringify(recording, (_, value: unknown) => {
      if (typeof value !== 'object' || value === null || !('data' in value || value instanceof Uint8Array))
        return value;
      return Buffer.from(value instanceof Uint8Array ? value : (value.data as number[])).toString('hex');
    }),
  );
}
