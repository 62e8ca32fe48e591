import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatHar } from '../../../src/core/export/har.ts';
import type { Recording } from '../../../src/core/recording.ts';
import { RECEIVED, SENT } from './recordings.ts';

interface Entry {
  startedDateTime: string;
  time: number;
  request: Record<string, unknown> & { postData: Record<string, unknown> };
  response: Record<string, unknown> & { content: Record<string, unknown> };
  cache: unknown;
  timings: Record<string, number>;
}

function entries(...recordings: Recording[]): Entry[] {
  const text = [...formatHar(recordings, { name: 'hooks', version: '1.2.3' })].join('');
  const { log } = JSON.parse(text) as { log: { version: string; creator: unknown; entries: Entry[] } };
  assert.equal(log.version, '1.2');
  assert.deepEqual(log.creator, { name: 'hooks', version: '1.2.3' });
  return log.entries;
}

function entry(recording: Recording): Entry {
  const [only] = entries(recording);
  assert.ok(only);
  return only;
}

describe('formatHar', () => {
  it('writes every field that HAR 1.2 requires', () => {
    for (const { startedDateTime, time, request, response, cache, timings } of entries(RECEIVED, SENT)) {
      assert.match(startedDateTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.equal(
        time,
        Object.values(timings).reduce((sum, each) => sum + each, 0),
      );
      for (const name of ['method', 'url', 'httpVersion']) assert.equal(typeof request[name], 'string');
      for (const name of ['cookies', 'headers', 'queryString']) assert.ok(Array.isArray(request[name]));
      for (const message of [request, response]) {
        assert.ok(Number.isInteger(message.headersSize) && Number.isInteger(message.bodySize));
      }
      for (const name of ['cookies', 'headers']) assert.ok(Array.isArray(response[name]));
      for (const name of ['statusText', 'httpVersion', 'redirectURL']) {
        assert.equal(typeof response[name], 'string');
      }
      assert.equal(typeof response.status, 'number');
      assert.equal(typeof response.content.size, 'number');
      assert.equal(typeof response.content.mimeType, 'string');
      assert.deepEqual(cache, {});
      assert.deepEqual(Object.keys(timings), ['send', 'wait', 'receive']);
    }
  });

  it('makes the URL of a received delivery from Host and path', () => {
    const { request } = entry(RECEIVED);
    assert.equal(request.url, 'http://shop.example:3000/webhooks/pay?tenant=7&q=%C3%A9');
    assert.deepEqual(request.queryString, [
      { name: 'tenant', value: '7' },
      { name: 'q', value: 'é' },
    ]);
  });

  it('takes localhost for a Host that is none, and never another host from the path', () => {
    const { request } = entry({ ...RECEIVED, target: '//evil.example/x', headers: [['Host', 'a b/@c']] });
    assert.equal(request.url, 'http://localhost//evil.example/x');
  });

  it('answers with the last attempt of a sent delivery, and splits its time at the first byte', () => {
    const { response, timings, startedDateTime } = entry(SENT);
    assert.equal(response.status, 204);
    assert.equal(response.statusText, 'No Content');
    assert.deepEqual(response.content, {
      size: 2,
      mimeType: 'application/octet-stream',
      text: '/wA=',
      encoding: 'base64',
    });
    assert.deepEqual(timings, { send: 0, wait: 20, receive: 11 });
    assert.equal(startedDateTime, '2026-11-20T08:31:05.000Z');
  });

  it('writes status 0 and the reason where no answer came', () => {
    const { response } = entry({ ...SENT, attempts: SENT.attempts.slice(0, 1) });
    assert.equal(response.status, 0);
    assert.equal(response._error, 'nothing listens there');
  });

  it('writes the text only of a body that is UTF-8, and none for an empty one', () => {
    const [text, bytes, none] = [RECEIVED.body, new Uint8Array([0xff]), new Uint8Array()].map(
      (body) => entry({ ...RECEIVED, body }).request.postData,
    );
    assert.equal(text?.text, '{"type":"payment.fails"}');
    assert.equal(text?.mimeType, 'application/json');
    assert.deepEqual(bytes, { mimeType: 'application/json', _base64: '/w==' });
    assert.equal(none, undefined);
  });

  it('escapes what could drive a terminal', () => {
    const [, piece = ''] = formatHar([{ ...RECEIVED, target: '/\u009b\u202e' }], { name: 'h', version: '1' });
    assert.doesNotMatch(piece, /[\u0080-\u009f\u202e]/);
  });

  it('is a whole file without recordings, too', () => assert.deepEqual(entries(), []));
});
