import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AttemptResult, Delivery } from '../../src/core/delivery.ts';
import { receivedRecording, sentRecording } from '../../src/core/make-recording.ts';
import type { Answer, ReceivedRequest } from '../../src/core/received.ts';
import { MASK } from '../../src/core/secret-headers.ts';
import type { Verdicts } from '../../src/core/verdict.ts';
import { bytes } from '../helpers/test-bytes.ts';

const REQUEST: ReceivedRequest = {
  id: '01J',
  receivedAt: new Date('2026-11-20T09:00:00Z'),
  peer: '127.0.0.1:50000',
  method: 'POST',
  target: '/hooks',
  httpVersion: '1.1',
  headers: [
    ['x-b', '2'],
    ['X-Token', 'open sesame'],
    ['X-B', '1'],
  ],
  body: bytes('{}'),
};
const VERDICTS: Verdicts = {
  provider: 'acme',
  eventType: 'order.paid',
  isKnownEventType: true,
  idempotencyKey: 'evt_1',
  signature: { state: 'genuine', scheme: 'github', secretIndex: 0 },
  schema: { state: 'valid', warnings: [] },
  isDuplicate: false,
};
const NOT_JSON: Verdicts = { ...VERDICTS, schema: { state: 'not-json', message: 'the body is empty' } };

function received(status: number, verdicts: Verdicts = VERDICTS) {
  const answer: Answer = { status, headers: [], body: new Uint8Array() };
  return receivedRecording(
    REQUEST,
    { verdicts, slug: 'order_paid', highlights: [] },
    { reaction: answer, durationMs: 3, attempts: [] },
    { secretHeaders: ['x-token'], signatureHeaders: [] },
  );
}

describe('receivedRecording', () => {
  it('keeps the request as it came, but for secrets', () => {
    const { headers, body, id, at, target, slug, idempotencyKey } = received(200);
    assert.deepEqual(headers, [
      ['x-b', '2'],
      ['X-Token', MASK],
      ['X-B', '1'],
    ]);
    assert.equal(body, REQUEST.body);
    assert.deepEqual(
      [id, at, target, slug, idempotencyKey],
      ['01J', REQUEST.receivedAt, '/hooks', 'order_paid', 'evt_1'],
    );
  });

  const ROWS: { status: number; verdicts?: Verdicts; isFailed: boolean; isInvalid: boolean }[] = [
    { status: 200, isFailed: false, isInvalid: false },
    { status: 299, isFailed: false, isInvalid: false },
    { status: 301, isFailed: true, isInvalid: false },
    { status: 500, isFailed: true, isInvalid: false },
    { status: 200, verdicts: NOT_JSON, isFailed: false, isInvalid: true },
  ];
  for (const { status, verdicts = VERDICTS, isFailed, isInvalid } of ROWS) {
    it(`is ${isFailed ? 'failed' : 'not failed'} and ${isInvalid ? 'invalid' : 'valid'} after ${status} to ${verdicts.schema.state}`, () => {
      const recording = received(status, verdicts);
      assert.deepEqual([recording.isFailed, recording.isInvalid], [isFailed, isInvalid]);
    });
  }
});

describe('sentRecording', () => {
  const DELIVERY: Delivery = {
    id: 'evt_1',
    provider: 'acme',
    eventType: 'order.paid',
    method: 'POST',
    url: 'http://localhost:3000/hooks',
    headers: [
      { name: 'X-Signature', value: 'v1=ab' },
      { name: 'X-Acme', value: 'open sesame', isSecret: true },
    ],
    body: bytes('{"a":1}'),
  };
  const REFUSED: AttemptResult = {
    kind: 'failed',
    reason: 'refused',
    message: '',
    next: '',
    tried: [],
    durationMs: 2,
  };
  const ANSWERED: AttemptResult = {
    kind: 'answered',
    status: 204,
    statusText: '',
    headers: [],
    body: new Uint8Array(),
    bodyTruncated: false,
    firstByteMs: 1,
    durationMs: 9,
  };
  const startedAt = new Date('2026-11-20T09:00:00Z');
  const later = new Date('2026-11-20T09:00:05Z');

  it('has the time of the first attempt and the outcome of the last', () => {
    const attempts = [
      { attempt: 1, startedAt, result: REFUSED },
      { attempt: 2, startedAt: later, result: ANSWERED },
    ];
    const { at, status, durationMs, attempts: kept } = sentRecording('01J', DELIVERY, attempts, false);
    assert.deepEqual([at, status, durationMs, kept], [startedAt, 204, 9, attempts]);
  });

  it('has no status without an answer, and no secret', () => {
    const recording = sentRecording('01J', DELIVERY, [{ attempt: 1, startedAt, result: REFUSED }], true);
    assert.equal('status' in recording, false);
    assert.equal(recording.isFailed, true);
    assert.equal(recording.idempotencyKey, 'evt_1');
    assert.deepEqual(recording.headers, [
      ['X-Signature', 'v1=ab'],
      ['X-Acme', MASK],
    ]);
  });
});
