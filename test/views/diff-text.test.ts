import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Chalk } from 'chalk';
import { diffRecordings } from '../../src/core/diff.ts';
import type { Recording } from '../../src/core/recording.ts';
import { diffText } from '../../src/views/diff-text.ts';
import { RECEIVED } from '../core/export/recordings.ts';

const plain = new Chalk({ level: 0 });
const body = (text: string) => ({ body: Buffer.from(text) });
const text = (changes: Partial<Recording>, original: Partial<Recording> = {}) =>
  diffText(diffRecordings({ ...RECEIVED, ...original }, { ...RECEIVED, ...changes }), plain);

describe('diffText', () => {
  it('says what is the same', () => {
    assert.equal(
      text({}),
      [
        'Headers',
        '  same',
        '',
        'Signed',
        '  id: same, msg_2b9fTq0vXk8sYwE4',
        '  body: same, 24 B, sha256 a2091429d1b69927f208fddfb4ba624c458941678f58ac54d0d61344091c2329',
        '',
        'Body',
        '  same',
        '',
      ].join('\n'),
    );
  });

  it('shows headers and values on both sides', () => {
    const headers = [
      ['content-type', 'text/plain'],
      ['X-New', '1'],
      ['Host', 'shop.example:3000'],
    ] as const;
    const lines = text(
      { headers, idempotencyKey: 'evt_2', ...body('{"b":[1.0],"a":1,"c":2}') },
      body('{"a":1,"b":[2]}'),
    );
    for (const line of [
      '- Content-Length: 24',
      '+ X-New: 1',
      '- Content-Type: application/json',
      '+ content-type: text/plain',
      '  order differs',
      '- id: msg_2b9fTq0vXk8sYwE4',
      '+ id: evt_2',
      '- /b/0: 2',
      '+ /b/0: 1.0',
      '+ /c: 2',
      '  key order differs',
    ]) {
      assert.ok(lines.split('\n').includes(line), `${line}\nis not in\n${lines}`);
    }
  });

  it('tells the same JSON in different bytes from other differences', () => {
    assert.match(
      text(body('{"a": 1}'), body('{"a":1}')),
      /^ {2}the same JSON in different bytes; the first difference is at byte 6$/m,
    );
    assert.match(text(body('a'), body('b')), /^ {2}the first difference is at byte 1$/m);
  });

  it('shows no more than a person reads', () => {
    const list = (value: number) => JSON.stringify(Array(1000).fill(value));
    const lines = text(body(list(1)), body(list(2))).split('\n');
    assert.ok(lines.includes('  … 800 more, all of them with --json'));
    assert.ok(text(body(`["${'x'.repeat(10_000)}"]`), body('[]')).length < 1000);
  });

  it('lets nothing drive the terminal', () => {
    const evil = '\u001b[2J\u009b\u202e';
    const lines = text(
      { headers: [[`X${evil}`, evil]], idempotencyKey: evil, ...body(`{"${evil}":"\u202e"}`) },
      body('{"a":1}'),
    );
    assert.doesNotMatch(lines, /[\u001b\u009b\u202e]/);
    const colored = diffText(
      diffRecordings(RECEIVED, { ...RECEIVED, ...body('[]') }),
      new Chalk({ level: 1 }),
    );
    assert.match(colored, /\u001b\[32m\+ whole body: \[\]\u001b\[39m/);
  });
});
