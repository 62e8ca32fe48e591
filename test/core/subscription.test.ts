import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventName } from '../../src/core/event-pattern.ts';
import { type NamedEndpoint, namedEndpoints } from '../../src/core/named-endpoint.ts';
import { subscribersOf } from '../../src/core/subscription.ts';
import { fakePack } from '../helpers/fake-pack.ts';
import { hooksError } from '../helpers/hooks-error.ts';

const PACKS = [
  fakePack('acme', { 'Order.Paid': 'order_paid', ping: 'ping' }, { aliases: ['acme.io'] }),
  fakePack('umbrella', { ping: 'ping' }),
];
const PAID: EventName = { provider: 'acme', eventType: 'Order.Paid' };
const PING: EventName = { provider: 'umbrella', eventType: 'ping' };

function endpoint(changes: Partial<NamedEndpoint>): NamedEndpoint {
  return { name: 'shop', url: 'http://localhost:3000/', origin: 'user', ...changes };
}

describe('subscribersOf', () => {
  const ROWS: { it: string; endpoint: Partial<NamedEndpoint>; event: EventName; gets: boolean }[] = [
    { it: 'leaves out an endpoint without patterns', endpoint: {}, event: PAID, gets: false },
    {
      it: 'leaves out an endpoint that has no more than a provider',
      endpoint: { provider: 'acme' },
      event: PAID,
      gets: false,
    },
    { it: 'gives * every event', endpoint: { events: ['*'] }, event: PING, gets: true },
    { it: 'fits a slug', endpoint: { events: ['order_*'] }, event: PAID, gets: true },
    { it: 'fits an event type', endpoint: { events: ['order.paid'] }, event: PAID, gets: true },
    { it: 'takes one pattern of several', endpoint: { events: ['no', 'ping'] }, event: PING, gets: true },
    { it: 'leaves out what no pattern fits', endpoint: { events: ['order_*'] }, event: PING, gets: false },
    {
      it: 'takes a provider in front of a pattern',
      endpoint: { events: ['acme/ping'] },
      event: PING,
      gets: false,
    },
    {
      it: 'gives an endpoint of a provider its events',
      endpoint: { provider: 'acme', events: ['*'] },
      event: PAID,
      gets: true,
    },
    {
      it: 'knows a provider by another name',
      endpoint: { provider: 'ACME.io', events: ['*'] },
      event: PAID,
      gets: true,
    },
    {
      it: 'gives it no events of another',
      endpoint: { provider: 'acme', events: ['*'] },
      event: PING,
      gets: false,
    },
    {
      it: 'gives nothing for a body without an event type',
      endpoint: { events: ['*'] },
      event: { provider: 'acme' },
      gets: false,
    },
    {
      it: 'does not mind an unknown provider where no pattern fits',
      endpoint: { provider: 'hydra', events: ['order_*'] },
      event: PING,
      gets: false,
    },
  ];
  for (const { it: does, endpoint: changes, event, gets } of ROWS) {
    it(does, () => assert.equal(subscribersOf(event, [endpoint(changes)], PACKS).length, gets ? 1 : 0));
  }

  it('names the endpoint whose provider nobody knows', () => {
    assert.throws(
      () => subscribersOf(PING, [endpoint({ provider: 'hydra', events: ['*'] })], PACKS),
      hooksError('unknown-name', /endpoint shop: no provider is called 'hydra'/),
    );
  });
});

describe('namedEndpoints', () => {
  const user = { shop: { url: 'http://user/', secrets: ['s'] }, bar: { url: 'http://bar/' } };
  const place = { file: 'hooks.yaml', line: 1, column: 1 };
  const project = { endpoints: new Map([['shop', { url: 'http://project/', references: [], place }]]) };

  it('lists all by name; the project takes the place of the user, secret and all', () => {
    assert.deepEqual(
      [...namedEndpoints(user, project).values()],
      [
        { name: 'bar', url: 'http://bar/', origin: 'user' },
        { name: 'shop', url: 'http://project/', references: [], place, origin: 'project' },
      ],
    );
  });

  it('knows no names that every object inherits', () => {
    assert.equal(namedEndpoints(user).get('constructor'), undefined);
  });
});
