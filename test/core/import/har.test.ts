import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseHar } from '../../../src/core/import/har.ts';
import type { ImportedRecording } from '../../../src/core/import/imported-recording.ts';

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const file = (...entries: unknown[]) => bytes({ log: { version: '1.2', entries } });

const POST = {
  method: 'POST',
  url: 'https://shop.example/hooks?a=1',
  httpVersion: 'HTTP/1.1',
  headers: [{ name: 'Content-Type', value: 'application/json' }],
  queryString: [],
  cookies: [],
  headersSize: -1,
  bodySize: 7,
};
const RESPONSE = {
  status: 202,
  statusText: 'Accepted',
  httpVersion: 'HTTP/1.1',
  headers: [],
  content: { size: 2, mimeType: 'text/plain', text: 'ok' },
};

function read(entry: object): ImportedRecording {
  const [recording] = parseHar(file(entry));
  assert.ok(recording);
  return recording;
}

const withBody = (postData: unknown) => read({ request: { ...POST, postData }, response: RESPONSE });
const textOf = ({ body }: { body: Uint8Array }) => Buffer.from(body).toString();

describe('parseHar of other tools', () => {
  it('reads an entry of Chrome, with pseudo-headers and joined repeats', () => {
    const recording = read({
      _initiator: { type: 'other' },
      startedDateTime: '2026-11-20T09:30:00.250+01:00',
      time: 31.5,
      request: {
        ...POST,
        httpVersion: 'http/2.0',
        headers: [
          { name: ':authority', value: 'shop.example' },
          { name: ':method', value: 'POST' },
          { name: 'content-type', value: 'application/json' },
        ],
        postData: { mimeType: 'application/json', text: '{"é":1}' },
      },
      response: { ...RESPONSE, headers: [{ name: 'set-cookie', value: 'a=1\nb=2' }], _transferSize: 900 },
    });
    assert.equal(recording.direction, 'received');
    assert.equal(recording.at?.toISOString(), '2026-11-20T08:30:00.250Z');
    assert.equal(recording.durationMs, 31.5);
    assert.equal(recording.target, '/hooks?a=1');
    assert.equal(recording.httpVersion, '2.0');
    assert.deepEqual(recording.headers, [
      ['Host', 'shop.example'],
      ['content-type', 'application/json'],
    ]);
    assert.equal(textOf(recording), '{"é":1}');
    assert.equal(recording.status, 202);
    assert.deepEqual(recording.answer?.headers, [
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
    assert.equal(recording.isFailed, false);
    assert.equal(recording.id, undefined);
  });

  it('reads an entry of Firefox, whose postData has text and empty params', () => {
    assert.equal(textOf(withBody({ mimeType: 'application/json', params: [], text: '{"a":1}' })), '{"a":1}');
  });

  it('reads an entry of mitmproxy: nulls, no answer, bytes as lone surrogates', () => {
    const recording = read({
      startedDateTime: '2026-11-20T08:30:00.250000+00:00',
      time: 1,
      request: { ...POST, postData: { mimeType: '', text: '\udcffé\udc80', params: [] } },
      response: { ...RESPONSE, status: 0, statusText: '', content: {}, _error: null },
      timings: { connect: null },
    });
    assert.deepEqual([...recording.body], [0xff, 0xc3, 0xa9, 0x80]);
    assert.equal(recording.answer, undefined);
    assert.equal(recording.isFailed, true);
    assert.equal(withBody({ mimeType: '', text: null, params: [] }).body.length, 0);
  });

  it('reads an entry of Charles, with base64 in the answer and in the request', () => {
    const recording = read({
      request: {
        ...POST,
        postData: { mimeType: 'application/octet-stream', text: '/wA=', encoding: 'base64' },
      },
      response: { ...RESPONSE, content: { size: 2, text: '/wA=', encoding: 'base64' } },
    });
    assert.deepEqual([...recording.body], [0xff, 0]);
    assert.deepEqual([...(recording.answer?.body ?? [])], [0xff, 0]);
  });

  it('puts a form together from its fields, and says so', () => {
    const params = [{ name: 'payload', value: '{"a": 1}' }, { name: 'empty' }];
    const recording = withBody({ mimeType: 'application/x-www-form-urlencoded', params });
    assert.equal(textOf(recording), 'payload=%7B%22a%22%3A+1%7D&empty=');
    assert.match(recording.importWarning ?? '', /^entry 1: its body was put together/);
  });

  it('says that a body is not in the file', () => {
    const multipart = withBody({ mimeType: 'multipart/form-data', params: [{ name: 'a', value: 'b' }] });
    assert.match(multipart.importWarning ?? '', /^entry 1: the file holds the fields/);
    const absent = read({ request: { ...POST, bodySize: 9_000_000 }, response: RESPONSE });
    assert.equal(absent.importWarning, 'entry 1: the file does not hold its body of 9000000 bytes');
  });

  it('reads requests without a body, and a byte order mark', () => {
    const get = { request: { method: 'GET', url: 'http://a.example', headers: [], bodySize: 0 } };
    const [recording] = parseHar(Buffer.concat([Buffer.from('\ufeff'), file(get)]));
    assert.equal(recording?.target, '/');
    assert.equal(recording?.body.length, 0);
    assert.equal(recording?.importWarning, undefined);
  });
});
