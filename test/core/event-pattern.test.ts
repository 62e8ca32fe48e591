import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEventMatch, type EventName } from '../../src/core/event-pattern.ts';
import { fakePack } from '../helpers/fake-pack.ts';

const PACKS = [
  fakePack(
    'acme',
    { 'Order.Paid': 'order_paid', 'orders/create': 'order_created' },
    { name: 'Acme Inc', aliases: ['acme.io'] },
  ),
];
const PAID: EventName = { provider: 'acme', eventType: 'Order.Paid' };
const CREATED: EventName = { provider: 'acme', eventType: 'orders/create' };
const FOREIGN: EventName = { eventType: 'Order.Paid' };

const ROWS: { pattern: string; name: EventName; matches: boolean }[] = [
  { pattern: 'Order.Paid', name: PAID, matches: true },
  { pattern: 'order.paid', name: PAID, matches: true },
  { pattern: 'order_paid', name: PAID, matches: true },
  { pattern: 'acme/order_paid', name: PAID, matches: true },
  { pattern: 'ACME/Order.Paid', name: PAID, matches: true },
  { pattern: 'acme.io/order_paid', name: PAID, matches: true },
  { pattern: 'Acme Inc/order_paid', name: PAID, matches: true },
  { pattern: 'umbrella/order_paid', name: PAID, matches: false },
  { pattern: 'acme/*', name: PAID, matches: true },
  { pattern: 'acme/*', name: CREATED, matches: true },
  { pattern: 'acme/orders/create', name: CREATED, matches: true },
  { pattern: 'orders/*', name: CREATED, matches: true },
  { pattern: '*', name: PAID, matches: true },
  { pattern: '**', name: PAID, matches: true },
  { pattern: '*', name: FOREIGN, matches: true },
  { pattern: 'order.paid', name: FOREIGN, matches: true },
  { pattern: 'order_paid', name: FOREIGN, matches: false },
  { pattern: '*/order.paid', name: FOREIGN, matches: false },
  { pattern: 'undefined/*', name: FOREIGN, matches: false },
  { pattern: '*', name: { provider: 'acme' }, matches: false },
  { pattern: '', name: PAID, matches: false },
  { pattern: 'order*', name: PAID, matches: true },
  { pattern: '*paid', name: PAID, matches: true },
  { pattern: 'o*r*d', name: PAID, matches: true },
  { pattern: 'order*order_paid', name: PAID, matches: false },
  { pattern: 'order.p*.paid', name: PAID, matches: false },
  { pattern: '*.p*paid*', name: PAID, matches: false },
  { pattern: 'order?paid', name: PAID, matches: false },
  { pattern: 'order[.]paid', name: PAID, matches: false },
  { pattern: '.*', name: PAID, matches: false },
  { pattern: 'order.paid', name: { provider: 'acme', eventType: 'orderXpaid' }, matches: false },
  { pattern: '*native*', name: { provider: 'acme', eventType: 'constructor' }, matches: false },
];

describe('createEventMatch', () => {
  for (const { pattern, name, matches } of ROWS) {
    it(`'${pattern}' ${matches ? 'takes' : 'leaves'} ${name.provider ?? '?'}/${name.eventType ?? '?'}`, () => {
      assert.equal(createEventMatch(pattern, PACKS)(name), matches);
    });
  }

  it('is quick with many stars', () => {
    const matches = createEventMatch(`${'a*'.repeat(500)}b`, []);
    assert.equal(matches({ eventType: 'a'.repeat(100_000) }), false);
  });
});
