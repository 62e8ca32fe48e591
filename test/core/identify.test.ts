import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HeaderList } from '../../src/core/headers.ts';
import { type Candidate, eventTypeOf, identify, locate } from '../../src/core/identify.ts';
import type { Json } from '../../src/core/json.ts';
import { createScheme } from '../../src/core/signing/schemes.ts';
import { fakePack } from '../helpers/fake-pack.ts';

const NONE: HeaderList = [];

describe('locate', () => {
  const ROWS: { it: string; paths: string[]; document: Json; found: string | undefined }[] = [
    { it: 'a text', paths: ['/a'], document: { a: 'x' }, found: 'x' },
    { it: 'a number', paths: ['/a'], document: { a: 0 }, found: '0' },
    {
      it: 'the first path that leads to something',
      paths: ['/a', '/b', '/c'],
      document: { b: '1', c: '2' },
      found: '1',
    },
    { it: 'the next path behind null', paths: ['/a', '/b'], document: { a: null, b: '1' }, found: '1' },
    {
      it: 'the next path behind an empty text',
      paths: ['/a', '/b'],
      document: { a: '', b: '1' },
      found: '1',
    },
    { it: 'no object', paths: ['/a'], document: { a: { b: 1 } }, found: undefined },
    { it: 'no truth value', paths: ['/a'], document: { a: true }, found: undefined },
    { it: 'nothing in a list', paths: ['/a'], document: ['x'], found: undefined },
    { it: 'nothing inherited', paths: ['/constructor/name'], document: {}, found: undefined },
  ];
  for (const { it: finds, paths, document, found } of ROWS) {
    it(`finds ${finds}`, () =>
      assert.equal(locate({ in: 'body', paths }, { headers: NONE, document }), found));
  }

  it('finds the first header, whatever its case', () => {
    const headers = [
      ['x-topic', 'a'],
      ['X-Topic', 'b'],
    ] as const;
    assert.equal(locate({ in: 'header', name: 'X-TOPIC' }, { headers }), 'a');
  });

  it('finds nothing in an empty header, without a body or without a location', () => {
    assert.equal(locate({ in: 'header', name: 'X' }, { headers: [['X', ' ']] }), undefined);
    assert.equal(locate({ in: 'body', paths: ['/a'] }, { headers: NONE }), undefined);
    assert.equal(locate(undefined, { headers: NONE, document: {} }), undefined);
  });
});

const github = createScheme({ scheme: 'github' });
const standard = createScheme({ scheme: 'standard-webhooks' });
const acme: Candidate = {
  pack: fakePack('acme', { 'order.paid': 'order_paid', ping: 'ping' }),
  scheme: github,
};
const twin: Candidate = {
  pack: fakePack('twin', { 'order.sent': 'order_sent', ping: 'ping' }),
  scheme: github,
};
const incidents: Candidate = {
  pack: fakePack(
    'incidents',
    { 'incident.opened': 'opened' },
    { eventType: { value: { in: 'header', name: 'X-Event' }, confidence: 'documented' } },
  ),
  scheme: standard,
};
const unsigned: Candidate = {
  pack: fakePack('unsigned', { closed: 'closed' }),
  scheme: createScheme({ scheme: 'none' }),
};

const GITHUB_HEADER = ['x-hub-signature-256', 'sha256=00'] as const;
const STANDARD_HEADER = ['webhook-signature', 'v1,00'] as const;

describe('identify', () => {
  const ROWS: { it: string; headers?: HeaderList; document?: Json; provider: string | undefined }[] = [
    { it: 'a known event type alone', document: { type: 'order.paid' }, provider: 'acme' },
    { it: 'a known event type without a scheme', document: { type: 'closed' }, provider: 'unsigned' },
    { it: 'a header as event type', headers: [['x-event', 'incident.opened']], provider: 'incidents' },
    { it: 'a signature header alone', headers: [STANDARD_HEADER], provider: 'incidents' },
    {
      it: 'a shared signature header with a known event type',
      headers: [GITHUB_HEADER],
      document: { type: 'order.sent' },
      provider: 'twin',
    },
    {
      it: 'a known event type above a signature header of another',
      headers: [STANDARD_HEADER],
      document: { type: 'order.paid' },
      provider: 'acme',
    },
    {
      it: 'a signature header above an event type of two',
      headers: [GITHUB_HEADER, STANDARD_HEADER, ['X-Event', 'x']],
      document: {},
      provider: 'incidents',
    },
    {
      it: 'nobody for a shared signature header',
      headers: [GITHUB_HEADER],
      document: {},
      provider: undefined,
    },
    { it: 'nobody for an event type of two', document: { type: 'ping' }, provider: undefined },
    {
      it: 'nobody for an event type of two that share a header',
      headers: [GITHUB_HEADER],
      document: { type: 'ping' },
      provider: undefined,
    },
    { it: 'nobody for an unknown event type', document: { type: 'order.lost' }, provider: undefined },
    { it: 'nobody for what objects inherit', document: { type: 'toString' }, provider: undefined },
    { it: 'nobody for nothing', provider: undefined },
  ];
  for (const { it: by, headers = NONE, document, provider } of ROWS) {
    it(`recognises ${by}`, () => {
      const evidence = { headers, ...(document !== undefined && { document }) };
      assert.equal(identify([acme, twin, incidents, unsigned], evidence)?.pack.manifest.id, provider);
    });
  }

  it('is not swayed by the order of the candidates', () => {
    const evidence = { headers: [GITHUB_HEADER], document: { type: 'order.sent' } };
    assert.equal(identify([acme, twin], evidence), twin);
    assert.equal(identify([twin, acme], evidence), twin);
  });

  it('recognises nobody among no candidates', () => assert.equal(identify([], { headers: NONE }), undefined));
});

describe('eventTypeOf', () => {
  it('is undefined where nobody knows how the provider tells it', () => {
    const pack = fakePack('vague', {}, { eventType: { confidence: 'unknown' } });
    assert.equal(eventTypeOf(pack, { headers: NONE, document: { type: 'x' } }), undefined);
  });
});
