import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ResourceKind } from '../../../src/core/control-plane/document.ts';
import type { Resource } from '../../../src/core/control-plane/resource.ts';
import { subscribersOf } from '../../../src/core/control-plane/subscribers.ts';

const KINDS: Record<string, ResourceKind> = {
  endpoint: {
    label: 'endpoint',
    idFormat: 'uuid',
    url: '/url',
    eventTypes: '/types',
    emptyMeansAll: true,
    disabled: '/off',
    shown: {},
  },
  destination: { label: 'destination', idFormat: 'uuid', url: '/url', shown: {} },
  subscription: {
    label: 'subscription',
    idFormat: 'uuid',
    eventTypes: '/type',
    via: { kind: 'destination', ids: '/to' },
    shown: {},
  },
};

function resource(kind: string, id: string, fields: Resource['fields']): Resource {
  return { kind, id, fields, secrets: [], createdAt: new Date(0), updatedAt: new Date(0) };
}

function idsFor(eventType: string, resources: readonly Resource[]): string[] {
  const of = (kind: string) => resources.filter((one) => one.kind === kind);
  return subscribersOf(KINDS, of, eventType).map(({ resource: { id }, isDisabled }) =>
    isDisabled ? `${id} off` : id,
  );
}

describe('the subscribers of an event', () => {
  it('are those that name its type, and those that name none where that means all', () => {
    const resources = [
      resource('endpoint', 'named', { types: ['order.paid'] }),
      resource('endpoint', 'other', { types: ['order.lost'] }),
      resource('endpoint', 'all', {}),
      resource('endpoint', 'empty', { types: [] }),
      resource('subscription', 'nothing', { to: [] }),
    ];
    assert.deepEqual(idsFor('order.paid', resources), ['named', 'all', 'empty']);
  });

  it('are told from those that are switched off', () => {
    assert.deepEqual(
      idsFor('x', [resource('endpoint', 'a', { off: true }), resource('endpoint', 'b', { off: false })]),
      ['a off', 'b'],
    );
  });

  it('are the destinations of subscriptions, each once', () => {
    const resources = [
      resource('destination', 'd1', { url: 'http://a/' }),
      resource('destination', 'd2', { url: 'http://b/' }),
      resource('destination', 'idle', { url: 'http://c/' }),
      resource('subscription', 's1', { type: 'x', to: ['d1', 'gone'] }),
      resource('subscription', 's2', { type: 'x', to: ['d2', 'd1'] }),
      resource('subscription', 's3', { type: 'y', to: ['idle'] }),
    ];
    assert.deepEqual(idsFor('x', resources), ['d1', 'd2']);
  });
});
