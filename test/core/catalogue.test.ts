import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findEvent, findProvider } from '../../src/core/catalogue.ts';
import { HooksError } from '../../src/core/errors.ts';
import { fakePack } from '../helpers/fake-pack.ts';
import { hooksError } from '../helpers/hooks-error.ts';

const ACME = fakePack(
  'acme',
  {
    'orders/create': 'order_created',
    'orders/paid': 'order_paid',
    EVENT_TYPE_REFUND_MADE: 'refund_made',
    ping: 'ping',
  },
  { name: 'Acme Orders', aliases: ['acme.io'] },
  { 'orders/create': ['flat', 'minimal'] },
);
const UMBRELLA = fakePack('umbrella', {
  ping: 'ping',
  'incident.opened': 'opened',
  Closed: 'closed_v1',
  closed: 'closed_v2',
  resolved: 'resolved',
  'resolved.v1': 'resolved',
});
const PACKS = [ACME, UMBRELLA];

describe('findProvider', () => {
  for (const name of ['acme', 'ACME', 'Acme Orders', 'acme.io']) {
    it(`finds it by '${name}'`, () => assert.equal(findProvider(PACKS, name), ACME));
  }

  it('offers the nearest for a mistyped name', () => {
    assert.throws(
      () => findProvider(PACKS, 'umbrela'),
      hooksError('unknown-name', /no provider is called 'umbrela'[\s\S]*did you mean umbrella\?/),
    );
  });

  it('lists all where none is near', () => {
    assert.throws(
      () => findProvider(PACKS, 'xyz'),
      hooksError('unknown-name', /known providers: acme, umbrella/),
    );
  });
});

describe('findEvent', () => {
  const FOUND: {
    it: string;
    name: string;
    provider?: string;
    preferred?: string;
    event: string;
    variant?: string;
  }[] = [
    { it: 'by its slug', name: 'refund_made', event: 'acme EVENT_TYPE_REFUND_MADE' },
    { it: 'by its type', name: 'EVENT_TYPE_REFUND_MADE', event: 'acme EVENT_TYPE_REFUND_MADE' },
    { it: 'in any case', name: 'Event_Type_Refund_Made', event: 'acme EVENT_TYPE_REFUND_MADE' },
    { it: 'by a type with a dot', name: 'incident.opened', event: 'umbrella incident.opened' },
    { it: 'by a type with a slash', name: 'orders/create', event: 'acme orders/create' },
    { it: 'behind its provider', name: 'umbrella/ping', event: 'umbrella ping' },
    { it: 'behind an alias', name: 'acme.io/ping', event: 'acme ping' },
    { it: 'behind a name in capitals', name: 'ACME/ping', event: 'acme ping' },
    { it: 'with a slash behind its provider', name: 'acme/orders/create', event: 'acme orders/create' },
    { it: 'at the given provider', name: 'ping', provider: 'umbrella', event: 'umbrella ping' },
    {
      it: 'with a slash at the given provider',
      name: 'orders/paid',
      provider: 'acme',
      event: 'acme orders/paid',
    },
    { it: 'at the preferred provider', name: 'ping', preferred: 'Acme Orders', event: 'acme ping' },
    { it: 'elsewhere than preferred', name: 'opened', preferred: 'acme', event: 'umbrella incident.opened' },
    {
      it: 'whatever is preferred behind its provider',
      name: 'umbrella/ping',
      preferred: 'acme',
      event: 'umbrella ping',
    },
    { it: 'by the exact type of two that differ in case', name: 'Closed', event: 'umbrella Closed' },
    { it: 'by the exact type of the other one', name: 'closed', event: 'umbrella closed' },
    { it: 'by a type that is also the slug of another', name: 'resolved', event: 'umbrella resolved' },
    { it: 'in a variant', name: 'order_created@flat', event: 'acme orders/create', variant: 'flat' },
    {
      it: 'in a variant behind its provider',
      name: 'acme/orders/create@minimal',
      event: 'acme orders/create',
      variant: 'minimal',
    },
  ];
  for (const { it: how, name, provider, preferred, event, variant } of FOUND) {
    it(`finds it ${how}`, () => {
      const choice = findEvent(PACKS, name, { provider, preferred });
      assert.equal(`${choice.pack.manifest.id} ${choice.eventType}`, event);
      assert.equal(choice.event, choice.pack.manifest.events[choice.eventType]);
      assert.equal(choice.variant, variant);
    });
  }

  it('ignores an unknown preferred provider where nothing has to be preferred', () => {
    assert.equal(findEvent(PACKS, 'acme/ping', { preferred: 'gone' }).pack, ACME);
  });

  const REFUSED: {
    it: string;
    name: string;
    provider?: string;
    kind: 'unknown-name' | 'ambiguous-name';
    part: RegExp;
  }[] = [
    {
      it: 'an event of two providers, with the ways to say which',
      name: 'ping',
      kind: 'ambiguous-name',
      part: /say which: acme\/ping, umbrella\/ping$/m,
    },
    {
      it: 'a name of two types that differ in case',
      name: 'CLOSED',
      kind: 'ambiguous-name',
      part: /say which: umbrella\/Closed, umbrella\/closed$/m,
    },
    { it: 'a typing mistake', name: 'refund_mode', kind: 'unknown-name', part: /did you mean refund_made\?/ },
    {
      it: 'a part of names',
      name: 'order_',
      kind: 'unknown-name',
      part: /did you mean order_created, order_paid\?/,
    },
    {
      it: 'a part of a type in capitals',
      name: 'event_type_',
      kind: 'unknown-name',
      part: /EVENT_TYPE_REFUND_MADE\?/,
    },
    {
      it: 'another word',
      name: 'carrier-pigeon',
      kind: 'unknown-name',
      part: /list them with `hooks events`/,
    },
    {
      it: 'an event of another provider',
      name: 'opened',
      provider: 'acme',
      kind: 'unknown-name',
      part: /at acme[\s\S]*`hooks events --provider acme`/,
    },
    {
      it: 'an unknown provider in front',
      name: 'umbrela/ping',
      kind: 'unknown-name',
      part: /did you mean umbrella\?/,
    },
    {
      it: 'an unknown provider asked for',
      name: 'ping',
      provider: 'x',
      kind: 'unknown-name',
      part: /no provider is called 'x'/,
    },
    {
      it: 'a typing mistake behind a slash of its own',
      name: 'orders/crate',
      kind: 'unknown-name',
      part: /no event type is called 'orders\/crate'[\s\S]*did you mean orders\/create\?/,
    },
    {
      it: 'a mistyped variant',
      name: 'order_created@flt',
      kind: 'unknown-name',
      part: /did you mean flat\?/,
    },
    {
      it: 'another variant, with those there are',
      name: 'order_created@huge',
      kind: 'unknown-name',
      part: /its variants: @flat, @minimal/,
    },
    {
      it: 'a variant where there is none',
      name: 'refund_made@flat',
      kind: 'unknown-name',
      part: /it has no variants/,
    },
    { it: 'a variant without a name', name: 'order_created@', kind: 'unknown-name', part: /no variant ''/ },
    { it: 'nothing', name: '', kind: 'unknown-name', part: /list them with `hooks events`/ },
    { it: 'a provider alone', name: 'acme/', kind: 'unknown-name', part: /`hooks events --provider acme`/ },
    { it: 'what objects inherit', name: 'toString', kind: 'unknown-name', part: /no event type is called/ },
  ];
  for (const { it: what, name, provider, kind, part } of REFUSED) {
    it(`refuses ${what}`, () => {
      assert.throws(() => findEvent(PACKS, name, { provider }), hooksError(kind, part));
    });
  }

  it('accepts each way to say which that it offers', () => {
    for (const name of ['ping', 'CLOSED']) {
      try {
        findEvent(PACKS, name);
        assert.fail(`${name} is not ambiguous`);
      } catch (error) {
        assert.ok(error instanceof HooksError);
        const offers = error.next?.replace('say which: ', '').split(', ') ?? [];
        for (const offer of offers) {
          const { pack, eventType } = findEvent(PACKS, offer);
          assert.equal(`${pack.manifest.id}/${eventType}`, offer);
        }
      }
    }
  });
});
