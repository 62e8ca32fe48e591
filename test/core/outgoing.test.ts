import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventChoice } from '../../src/core/catalogue.ts';
import { createDelivery, type OutgoingPlan } from '../../src/core/outgoing.ts';
import type { Location, ProviderManifest } from '../../src/core/provider.ts';
import { createScheme } from '../../src/core/signing/schemes.ts';
import { fakePack } from '../helpers/fake-pack.ts';
import { bytes, constantBytes } from '../helpers/test-bytes.ts';

const MOMENT = {
  eventAt: new Date('2026-11-20T08:00:00Z'),
  signedAt: new Date('2026-11-20T09:00:00.999Z'),
  random: constantBytes(0),
};
const SIGNED_AT_SECONDS = Date.parse('2026-11-20T09:00:00Z') / 1000;
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const scheme = createScheme({ scheme: 'standard-webhooks' });

const known = <T>(value: T) => ({ value, confidence: 'documented' as const });
const inBody = (...paths: string[]): Location => ({ in: 'body', paths });

function choose(changes: Partial<ProviderManifest> = {}): EventChoice {
  const pack = fakePack('acme', { 'order.paid': 'order_paid' }, changes);
  const event = pack.manifest.events['order.paid'];
  assert.ok(event);
  return { pack, eventType: 'order.paid', event };
}

function plan(changes: Partial<OutgoingPlan> = {}): OutgoingPlan {
  return {
    choice: choose(),
    example: bytes('{"type":"order.paid","id":"evt_1"}'),
    isVerbatim: false,
    fresh: [],
    edits: [],
    scheme,
    secrets: [scheme.parseSecret(SECRET)],
    url: 'http://localhost:3000/',
    headers: [],
    userAgent: 'hooks/1',
    ...changes,
  };
}

const textOf = (body: Uint8Array) => new TextDecoder().decode(body);

describe('createDelivery', () => {
  it('signs the body that is sent, at the moment of signing', () => {
    const delivery = createDelivery(plan({ edits: [{ kind: 'set', path: 'a', value: 1 }] }), MOMENT);
    assert.equal(textOf(delivery.body), '{"type":"order.paid","id":"evt_1","a":1}');
    const headers = delivery.headers.map(({ name, value }) => [name, value] as const);
    const verdict = scheme.verify({ headers, body: delivery.body, nowSeconds: SIGNED_AT_SECONDS }, [
      scheme.parseSecret(SECRET),
    ]);
    assert.deepEqual(verdict, {
      ok: true,
      secretIndex: 0,
      id: 'evt_1',
      timestampSeconds: SIGNED_AT_SECONDS,
      ageSeconds: 0,
    });
  });

  it('takes the time of the event for the body', () => {
    const fresh = [{ path: '/at', value: 'time' as const }];
    const { body } = createDelivery(plan({ example: bytes('{"at":""}'), fresh }), MOMENT);
    assert.equal(textOf(body), '{"at":"2026-11-20T08:00:00.000Z"}');
  });

  it('says what it is', () => {
    const variant = { ...choose(), variant: 'flat' };
    const {
      provider,
      eventType,
      variant: sent,
      method,
      url,
    } = createDelivery(plan({ choice: variant }), MOMENT);
    assert.deepEqual(
      [provider, eventType, sent, method, url],
      ['acme', 'order.paid', 'flat', 'POST', 'http://localhost:3000/'],
    );
  });

  it('is generic without a provider, and keeps the body byte for byte', () => {
    const example = Uint8Array.of(0xff, 0x00, 0x7b);
    const { choice: _, ...generic } = plan({ example, isVerbatim: true, secrets: [] });
    const delivery = createDelivery(generic, MOMENT);
    assert.equal(delivery.provider, 'generic');
    assert.equal('eventType' in delivery, false);
    assert.equal(delivery.body, example);
    assert.equal(delivery.id, '00000000-0000-4000-8000-000000000000');
  });

  it('signs nothing without a secret', () => {
    const { headers } = createDelivery(plan({ secrets: [] }), MOMENT);
    assert.deepEqual(
      headers.map(({ name }) => name),
      ['Content-Type', 'User-Agent'],
    );
  });

  it('lets the user replace a signature header, at the end', () => {
    const { headers } = createDelivery(plan({ headers: [{ name: 'Webhook-Id', value: 'mine' }] }), MOMENT);
    assert.deepEqual(
      headers.filter(({ name }) => name.toLowerCase() === 'webhook-id'),
      [{ name: 'Webhook-Id', value: 'mine' }],
    );
    assert.equal(headers.at(-1)?.value, 'mine');
  });

  const METHODS: { it: string; changes: Partial<OutgoingPlan>; method: string }[] = [
    { it: 'POST where nothing is known', changes: {}, method: 'POST' },
    { it: 'the one asked for', changes: { method: 'PATCH' }, method: 'PATCH' },
    {
      it: "the provider's",
      changes: {
        choice: choose({
          request: { method: known('PUT'), contentType: known('a/b'), userAgent: known('x') },
        }),
      },
      method: 'PUT',
    },
  ];
  for (const { it: what, changes, method } of METHODS) {
    it(`uses ${what} as method`, () => assert.equal(createDelivery(plan(changes), MOMENT).method, method));
  }

  const IDS: { it: string; changes: Partial<OutgoingPlan>; id: string; body?: string }[] = [
    { it: 'the one in the body', changes: {}, id: 'evt_1' },
    {
      it: 'the one in the body after the edits',
      changes: { edits: [{ kind: 'set', path: 'id', value: 'evt_9' }] },
      id: 'evt_9',
    },
    {
      it: 'the one in a verbatim body',
      changes: { isVerbatim: true, example: bytes('{ "id": 7 }') },
      id: '7',
      body: '{ "id": 7 }',
    },
    {
      it: 'a new one in the format of the provider, where the body has none',
      changes: { choice: choose({ idFormat: known('msg_') }), example: bytes('{}') },
      id: `msg_${'0'.repeat(27)}`,
    },
    {
      it: 'a new one where the id of the body is empty',
      changes: { example: bytes('{"id":""}') },
      id: '00000000-0000-4000-8000-000000000000',
    },
    {
      it: 'a new one where a header carries it',
      changes: { choice: choose({ idempotencyKey: known({ in: 'header', name: 'webhook-id' }) }) },
      id: '00000000-0000-4000-8000-000000000000',
    },
    {
      it: 'the one asked for, in the body as well',
      changes: { id: 'mine' },
      id: 'mine',
      body: '{"type":"order.paid","id":"mine"}',
    },
    {
      it: 'the one asked for, at the path that the body has',
      changes: {
        choice: choose({ idempotencyKey: known(inBody('/a', '/b/c')) }),
        example: bytes('{"b":{"c":1}}'),
        id: 'mine',
      },
      id: 'mine',
      body: '{"b":{"c":"mine"}}',
    },
    {
      it: 'the one asked for, and leaves a body without id alone',
      changes: { example: bytes('{ "a": 1 }'), id: 'mine' },
      id: 'mine',
      body: '{"a":1}',
    },
    {
      it: 'the one asked for, and leaves a verbatim body alone',
      changes: { isVerbatim: true, id: 'mine' },
      id: 'mine',
      body: '{"type":"order.paid","id":"evt_1"}',
    },
  ];
  for (const { it: what, changes, id, body } of IDS) {
    it(`has as id ${what}`, () => {
      const delivery = createDelivery(plan(changes), MOMENT);
      assert.equal(delivery.id, id);
      if (body !== undefined) assert.equal(textOf(delivery.body), body);
    });
  }
});
