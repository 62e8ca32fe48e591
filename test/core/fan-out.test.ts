import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFanOut } from '../../src/core/fan-out.ts';
import { seededRandom } from '../../src/core/identifiers.ts';
import type { OutgoingPlan } from '../../src/core/outgoing.ts';
import { createScheme } from '../../src/core/signing/schemes.ts';

const scheme = createScheme({ scheme: 'standard-webhooks' });

function plan(url: string, secret: string): OutgoingPlan {
  return {
    example: Buffer.from('{"n":1,"id":"sample"}'),
    isVerbatim: false,
    fresh: [{ path: 'id', value: 'uuid' }],
    edits: [],
    scheme,
    secrets: [scheme.parseSecret(`whsec_${Buffer.from(secret).toString('base64')}`)],
    url,
    headers: [],
    userAgent: 'test',
  };
}

const PLANS = [
  plan('http://a/', 'secret of a, 24 bytes long'),
  plan('http://b/', 'secret of b, 24 bytes long'),
];

function maker(plans = PLANS) {
  const random = seededRandom('fan-out');
  const at = new Date('2026-11-20T09:00:00Z');
  return createFanOut(plans, () => ({ eventAt: at, signedAt: at, random }));
}

const signature = ({ headers }: { headers: readonly { name: string; value: string }[] }) =>
  headers.find(({ name }) => name.toLowerCase() === 'webhook-signature')?.value;

describe('createFanOut', () => {
  it('gives each endpoint the same event, signed with its own secret', () => {
    const create = maker();
    const [a, b] = [create(0), create(1)];
    assert.deepEqual([a.url, b.url], ['http://a/', 'http://b/']);
    assert.equal(a.id, b.id);
    assert.equal(Buffer.from(a.body).toString(), Buffer.from(b.body).toString());
    assert.notEqual(signature(a), signature(b));
    const input = { headers: b.headers.map(({ name, value }) => [name, value] as const), body: b.body };
    const nowSeconds = Date.parse('2026-11-20T09:00:00Z') / 1000;
    assert.ok(scheme.verify({ ...input, nowSeconds }, PLANS[1]?.secrets ?? []).ok);
    assert.ok(!scheme.verify({ ...input, nowSeconds }, PLANS[0]?.secrets ?? []).ok);
  });

  it('makes another event for the next round, in whatever order they are asked for', () => {
    const create = maker();
    const deliveries = [3, 0, 2, 1].map((index) => ({ index, ...create(index) }));
    const id = (wanted: number) => deliveries.find(({ index }) => index === wanted)?.id;
    assert.equal(id(0), id(1));
    assert.equal(id(2), id(3));
    assert.notEqual(id(0), id(2));
  });

  it('makes an event each for a single endpoint', () => {
    const create = maker(PLANS.slice(0, 1));
    assert.notEqual(create(0).id, create(0).id);
  });
});
