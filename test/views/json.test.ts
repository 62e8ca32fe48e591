import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bodyRecord, formatEventJson } from '../../src/views/json.ts';
import { EVENTS, FINISHED } from '../helpers/run-events.ts';

const HOSTILE =
  '\u0000\u001b[2J\u007f\u009b2J\u00ad\u061c\u180e\u200b\u2028\u202e\u2066\u206f\ufeff\ufff9\ud800 \u{e0041}\u{1f600}é';

describe('formatEventJson', () => {
  for (const event of EVENTS) {
    it(`prints ${event.type} as one line that parses`, () => {
      const line = formatEventJson(event);
      assert.match(line, /^[^\n]+\n$/);
      assert.equal((JSON.parse(line) as { type: string }).type, event.type);
    });
  }

  it('escapes every character that could drive a terminal, and gives it back when parsed', () => {
    const line = formatEventJson({ type: 'warning', message: HOSTILE, [HOSTILE]: 1 });
    assert.doesNotMatch(
      line.slice(0, -1),
      /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/u,
    );
    assert.equal((JSON.parse(line) as { message: string }).message, HOSTILE);
    assert.match(line, /\u{1f600}é/u);
  });

  it('writes a body as base64, and as text where it is UTF-8', () => {
    const event = { ...FINISHED, body: new TextEncoder().encode('ok ✓') };
    assert.deepEqual((JSON.parse(formatEventJson(event)) as typeof event).body, {
      sizeBytes: 6,
      base64: 'b2sg4pyT',
      text: 'ok ✓',
    });
  });
});

describe('bodyRecord', () => {
  it('makes up no text for bytes that are not UTF-8', () => {
    assert.deepEqual(bodyRecord(Uint8Array.from([0xff, 0xfe])), { sizeBytes: 2, base64: '//4=' });
  });

  it('takes only the part of a buffer that is meant', () => {
    assert.deepEqual(bodyRecord(new TextEncoder().encode('abcdef').subarray(2, 4)), {
      sizeBytes: 2,
      base64: 'Y2Q=',
      text: 'cd',
    });
  });

  it('keeps an empty body an empty text', () => {
    assert.deepEqual(bodyRecord(new Uint8Array()), { sizeBytes: 0, base64: '', text: '' });
  });
});
