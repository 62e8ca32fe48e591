import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openControlPlaneStore } from '../../../src/adapters/store/control-plane-store.ts';
import { openDatabase } from '../../../src/adapters/store/sqlite.ts';
import type { KeptDelivery, Resource } from '../../../src/core/control-plane/resource.ts';
import { temporaryFolder } from '../../helpers/hooks-process.ts';

const AT = new Date('2026-11-20T09:00:00.123Z');
const RESOURCE: Resource = {
  kind: 'endpoint',
  id: 'ep_1',
  fields: { url: 'http://localhost/', list: [1, null] },
  secrets: [{ value: 'new' }, { value: 'old', until: AT }],
  createdAt: AT,
  updatedAt: AT,
};
const DELIVERY: KeptDelivery = {
  id: '01A',
  kind: 'endpoint',
  resourceId: 'ep_1',
  messageId: 'msg_1',
  eventType: 'order.paid',
  url: 'http://localhost/',
  body: Uint8Array.from([0, 255, 13, 10]),
  createdAt: AT,
  outcome: 'failed',
  attempts: 1,
  attemptedAt: AT,
  durationMs: 1.5,
  status: 500,
  why: 'status 500 is not 2xx',
};

describe('what hooks serve keeps', () => {
  it('comes back as it was, in the order in which it was made', (t) => {
    const folder = temporaryFolder(t);
    const store = openControlPlaneStore(folder, 'acme');
    store.saveResource(RESOURCE);
    store.saveResource({ ...RESOURCE, id: 'a-later-one' });
    store.saveResource({ ...RESOURCE, fields: { url: 'http://changed/' } });
    store.saveDelivery(DELIVERY);
    store.saveKeyHash('ab');
    store.close();
    const again = openControlPlaneStore(folder, 'acme');
    t.after(() => again.close());
    assert.deepEqual(again.resources('endpoint'), [
      { ...RESOURCE, fields: { url: 'http://changed/' } },
      { ...RESOURCE, id: 'a-later-one' },
    ]);
    const [delivery] = again.deliveries({});
    assert.deepEqual({ ...delivery, body: Uint8Array.from(delivery?.body ?? []) }, DELIVERY);
    assert.equal(again.keyHash(), 'ab');
    again.removeResource('endpoint', 'ep_1');
    assert.deepEqual(
      again.resources('endpoint').map(({ id }) => id),
      ['a-later-one'],
    );
    assert.deepEqual(again.resources('other'), []);
    assert.equal(statSync(join(folder, 'control-plane.sqlite')).mode & 0o777, 0o600);
  });

  it('is selected by id, resource, message, outcome and time, the newest first', (t) => {
    const store = openControlPlaneStore(temporaryFolder(t), 'acme');
    t.after(() => store.close());
    const later = new Date(AT.getTime() + 1);
    store.saveDelivery(DELIVERY);
    store.saveDelivery({ ...DELIVERY, id: '01B', outcome: 'missed', createdAt: later });
    store.saveDelivery({ ...DELIVERY, id: '01C', resourceId: 'ep_2', messageId: 'msg_2', createdAt: later });
    const ids = (query: Parameters<typeof store.deliveries>[0]) =>
      store.deliveries(query).map(({ id }) => id);
    assert.deepEqual(ids({}), ['01C', '01B', '01A']);
    assert.deepEqual(ids({ ids: ['01A', 'nope'] }), ['01A']);
    assert.deepEqual(ids({ ids: [] }), []);
    assert.deepEqual(ids({ resourceId: 'ep_2' }), ['01C']);
    assert.deepEqual(ids({ messageId: 'msg_1' }), ['01B', '01A']);
    assert.deepEqual(ids({ outcomes: ['missed'] }), ['01B']);
    assert.deepEqual(ids({ since: later }), ['01C', '01B']);
    assert.deepEqual(ids({ until: later }), ['01A']);
    assert.deepEqual(ids({ most: 1 }), ['01C']);
  });

  it('counts what was under way when a process ended as failed', (t) => {
    const folder = temporaryFolder(t);
    const store = openControlPlaneStore(folder, 'acme');
    store.saveDelivery({ ...DELIVERY, outcome: 'pending' });
    store.close();
    const again = openControlPlaneStore(folder, 'acme');
    t.after(() => again.close());
    assert.match(again.deliveries({ outcomes: ['failed'] })[0]?.why ?? '', /ended before an answer came/);
  });

  it('is at most a thousand deliveries, the newest', (t) => {
    const store = openControlPlaneStore(temporaryFolder(t), 'acme');
    t.after(() => store.close());
    for (let index = 0; index < 1005; index++)
      store.saveDelivery({ ...DELIVERY, id: String(index).padStart(5, '0'), createdAt: new Date(index) });
    const kept = store.deliveries({ most: 2000 });
    assert.deepEqual([kept.length, kept.at(-1)?.id], [1000, '00005']);
  });

  it('is refused in another format', (t) => {
    const folder = temporaryFolder(t);
    openControlPlaneStore(folder, 'acme').close();
    const database = openDatabase(join(folder, 'control-plane.sqlite'));
    database.exec('PRAGMA user_version = 9');
    database.close();
    assert.throws(() => openControlPlaneStore(folder, 'acme'), { kind: 'store-unusable' });
  });
});
