import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../src/core/identifiers.ts';
import type { Recording } from '../../src/core/recording.ts';
import { maskedHeaders, originalTiming, type ReplayPlan, replayDelivery } from '../../src/core/replay.ts';
import { MASK } from '../../src/core/secret-headers.ts';
import { createScheme } from '../../src/core/signing/schemes.ts';

const scheme = createScheme({ scheme: 'standard-webhooks' });
const secrets = [scheme.parseSecret('whsec_c3RhbmRhcmQtd2ViaG9va3MtdGVzdC1rZXktMDE=')];
const moment = { signedAt: new Date('2026-11-23T10:00:00Z'), random: seededRandom('replay') };

const recording: Recording = {
  id: '01KAS8Q0VM6Y9Y40DGQ6Q9MDXV',
  direction: 'received',
  at: new Date('2026-11-22T10:00:00Z'),
  method: 'POST',
  target: '/webhooks',
  sizeBytes: 9,
  isFailed: false,
  isInvalid: false,
  headers: [
    ['Host', 'shop.example'],
    ['Content-Length', '9'],
    ['X-Trace', 'a'],
    ['Webhook-Id', 'msg_1'],
    ['Webhook-Timestamp', '1700000000'],
    ['Webhook-Signature', 'v1,stale'],
    ['Authorization', MASK],
    ['X-Trace', 'b'],
  ],
  body: new TextEncoder().encode('{"a":1.0}'),
  attempts: [],
};

function plan(change: Partial<ReplayPlan> = {}): ReplayPlan {
  return { url: 'http://localhost:3000/', isAsIs: false, isNewId: false, edits: [], headers: [], ...change };
}

describe('replayDelivery', () => {
  it('keeps body, id and headers in order, and replaces the signature', () => {
    const { id, body, headers, replayOf } = replayDelivery(recording, plan(), { scheme, secrets }, moment);
    assert.equal(id, 'msg_1');
    assert.equal(replayOf, recording.id);
    assert.deepEqual(body, recording.body);
    assert.deepEqual(
      headers.map(({ name }) => name),
      ['X-Trace', 'X-Trace', 'webhook-id', 'webhook-timestamp', 'webhook-signature'],
    );
    const received = headers.map(({ name, value }) => [name, value] as const);
    const nowSeconds = moment.signedAt.getTime() / 1000;
    assert.equal(scheme.verify({ headers: received, body, nowSeconds }, secrets).ok, true);
  });

  it('leaves the signature as it was with isAsIs', () => {
    const { headers } = replayDelivery(recording, plan({ isAsIs: true }), { scheme, secrets }, moment);
    assert.ok(headers.some(({ name, value }) => name === 'Webhook-Signature' && value === 'v1,stale'));
    assert.ok(!headers.some(({ value }) => value === MASK));
  });

  it('makes a new id where asked to', () => {
    const { id } = replayDelivery(recording, plan({ isNewId: true }), { scheme, secrets }, moment);
    assert.notEqual(id, 'msg_1');
  });

  it('names the headers whose values were never recorded', () => {
    assert.deepEqual(maskedHeaders(recording), ['Authorization']);
  });
});

describe('originalTiming', () => {
  const times = [0, 400, 1000].map((ms) => new Date(1_700_000_000_000 + ms));

  it('keeps the time between deliveries', () => {
    assert.deepEqual(
      times.map((_, index) => originalTiming(times, 1)(index)),
      [0, 400, 1000],
    );
  });

  it('shortens it by the speed', () => {
    assert.deepEqual(
      times.map((_, index) => originalTiming(times, 2)(index)),
      [0, 200, 500],
    );
  });
});
