import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Svix, Webhook } from 'svix';
import { hasControlPlane } from '../../src/adapters/control-plane-file.ts';
import { loadProviderPacks } from '../../src/adapters/provider-packs.ts';
import { createScheme } from '../../src/core/signing/schemes.ts';
import { type Arrived, endpoint } from '../helpers/endpoint.ts';
import { API_KEY, callApi, runStandIn } from '../helpers/running-stand-in.ts';

const EVENT = 'public_incident.incident_created_v2';
const LONG_AGO = new Date('2020-01-01T00:00:00Z');

function verified(secret: string, { headers, body }: Arrived): { event_type: string } {
  return new Webhook(secret).verify(body, headers) as { event_type: string };
}

describe('hooks serve incident-io', () => {
  it('serves the client library of Svix: endpoint, secret, example', async (t) => {
    const standIn = await runStandIn(t, ['incident-io']);
    const svix = new Svix(API_KEY, { serverUrl: standIn.url });
    const receiver = await endpoint(t);
    const made = await svix.endpoint.create('app', { url: receiver.url, filterTypes: [EVENT] });
    assert.match(made.id, /^ep_[0-9A-Za-z]{27}$/);
    const { key } = await svix.endpoint.getSecret('app', made.id);
    assert.match(key, /^whsec_/);
    const sent = await svix.endpoint.sendExample('app', made.id, { eventType: EVENT });
    await standIn.event('delivery.sent');
    const [got] = receiver.received;
    assert.ok(got);
    assert.equal(verified(key, got).event_type, EVENT);
    assert.equal(got.headers['webhook-id'], sent.id);
    assert.deepEqual(JSON.parse(got.body.toString()), sent.payload);

    assert.deepEqual(
      (await svix.endpoint.list('app')).data.map(({ id }) => id),
      [made.id],
    );
    const types = await svix.eventType.list();
    assert.ok(types.data.some(({ name }) => name === EVENT));
    await svix.endpoint.delete('app', made.id);
    assert.deepEqual((await svix.endpoint.list('app')).data, []);
    await assert.rejects(svix.endpoint.get('app', made.id), { code: 404 });
    assert.ok(!standIn.stdout().includes(key));
  });

  it('replays what failed, under the same id and signed anew', async (t) => {
    const standIn = await runStandIn(t, ['incident-io']);
    const svix = new Svix(API_KEY, { serverUrl: standIn.url });
    const receiver = await endpoint(t, (response, index) =>
      response.writeHead(index === 0 ? 500 : 204).end(),
    );
    const made = await svix.endpoint.create('app', { url: receiver.url });
    const { key } = await svix.endpoint.getSecret('app', made.id);
    await svix.endpoint.sendExample('app', made.id, { eventType: EVENT });
    assert.equal((await standIn.event('delivery.sent')).outcome, 'failed');
    const task = await svix.endpoint.recover('app', made.id, { since: LONG_AGO });
    assert.equal(task.task, 'endpoint.recover');
    assert.equal((await standIn.event('delivery.sent')).outcome, 'delivered');
    const [first, second] = receiver.received;
    assert.ok(first && second);
    assert.equal(second.headers['webhook-id'], first.headers['webhook-id']);
    assert.deepEqual(second.body, first.body);
    verified(key, second);
  });

  it('keeps what fires while an endpoint is off, and replays it', async (t) => {
    const standIn = await runStandIn(t, ['incident-io']);
    const svix = new Svix(API_KEY, { serverUrl: standIn.url });
    const receiver = await endpoint(t);
    const made = await svix.endpoint.create('app', { url: receiver.url, disabled: true });
    const fired = await callApi(`${standIn.url}/_hooks/events`, {
      method: 'POST',
      body: { eventType: EVENT },
    });
    assert.equal((fired.json as { deliveries: { outcome: string }[] }).deliveries[0]?.outcome, 'missed');
    await svix.endpoint.update('app', made.id, { url: receiver.url, disabled: false });
    await svix.endpoint.recover('app', made.id, { since: LONG_AGO });
    await svix.endpoint.replayMissing('app', made.id, { since: LONG_AGO });
    await standIn.event('delivery.sent');
    assert.equal(receiver.received.length, 1);
    await svix.endpoint.replayMissing('app', made.id, { since: LONG_AGO });
    assert.deepEqual(await standIn.stop(), 130);
    assert.equal(receiver.received.length, 1, 'what was replayed is not missed any more');
  });

  it('signs with the old secret as well after a rotation', async (t) => {
    const standIn = await runStandIn(t, ['incident-io']);
    const svix = new Svix(API_KEY, { serverUrl: standIn.url });
    const receiver = await endpoint(t);
    const { id } = await svix.endpoint.create('app', { url: receiver.url });
    const { key: old } = await svix.endpoint.getSecret('app', id);
    await svix.endpoint.rotateSecret('app', id);
    const { key: fresh } = await svix.endpoint.getSecret('app', id);
    assert.notEqual(fresh, old);
    await svix.endpoint.sendExample('app', id, { eventType: EVENT });
    await standIn.event('delivery.sent');
    const [got] = receiver.received;
    assert.ok(got);
    for (const secret of [old, fresh]) verified(secret, got);
    const own = 'whsec_b25lLXRoYXQtdGhlLWNsaWVudC1naXZlcy0wMDE=';
    await svix.endpoint.rotateSecret('app', id, { key: own });
    assert.equal((await svix.endpoint.getSecret('app', id)).key, own);
    await assert.rejects(svix.endpoint.rotateSecret('app', id, { key: 'whsec_!' }), { code: 422 });
    const other = await svix.endpoint.create('app', { url: receiver.url, secret: own });
    assert.equal((await svix.endpoint.getSecret('app', other.id)).key, own);
  });

  it('signs with the secret of HOOKS_SECRET where there is one, and does not keep it', async (t) => {
    const secret = 'whsec_dGhlLW9uZS1vZi10aGUtcmVjZWl2ZXItMDE=';
    const standIn = await runStandIn(t, ['incident-io'], { env: { HOOKS_SECRET: secret } });
    const svix = new Svix(API_KEY, { serverUrl: standIn.url });
    const receiver = await endpoint(t);
    const { id } = await svix.endpoint.create('app', { url: receiver.url });
    assert.equal((await svix.endpoint.getSecret('app', id)).key, secret);
    await assert.rejects(svix.endpoint.rotateSecret('app', id), { code: 409 });
    await svix.endpoint.sendExample('app', id, { eventType: EVENT });
    await standIn.event('delivery.sent');
    const [got] = receiver.received;
    assert.ok(got);
    verified(secret, got);
    await standIn.stop();
    const { readdirSync, readFileSync } = await import('node:fs');
    for (const file of readdirSync(standIn.state).filter((name) => name.includes('sqlite')))
      assert.ok(!readFileSync(`${standIn.state}/${file}`).includes(secret), file);
  });
});

describe('hooks serve synq', () => {
  it('sends a ping with a message on demand, and tells its outcome', async (t) => {
    const standIn = await runStandIn(t, ['synq']);
    const receiver = await endpoint(t);
    const made = await callApi(`${standIn.url}/_hooks/integrations`, {
      method: 'POST',
      body: { url: receiver.url, event_types: ['EVENT_TYPE_ISSUE_CREATED'] },
    });
    assert.equal(made.status, 201);
    const { id } = made.json as { id: string };
    const secret = await callApi(`${standIn.url}/_hooks/integrations/${id}/secret`);
    const { signing_secret } = secret.json as { signing_secret: string };

    const deliveries = `${standIn.url}/api/deliveries/v1`;
    const sent = await callApi(`${deliveries}/test`, {
      method: 'POST',
      body: { integration_id: id, message: 'Grüße' },
    });
    assert.equal(sent.status, 200);
    const { delivery_id } = sent.json as { delivery_id: string };
    await standIn.event('delivery.sent');
    const [got] = receiver.received;
    assert.ok(got);
    const body = JSON.parse(got.body.toString()) as { event_type: string; event_id: string; ping: object };
    assert.deepEqual([body.event_type, body.ping], ['EVENT_TYPE_PING', { message: 'Grüße' }]);
    const scheme = createScheme({ scheme: 'coalesce' });
    const verdict = scheme.verify(
      { headers: Object.entries(got.headers), body: got.body, nowSeconds: Date.now() / 1000 },
      [scheme.parseSecret(signing_secret)],
    );
    assert.ok(verdict.ok);

    const found = await callApi(`${deliveries}/by-id`, {
      method: 'POST',
      body: { ids: [delivery_id, 'unknown'] },
    });
    const { deliveries: byId } = found.json as {
      deliveries: Record<string, { outcome: string; event_id: string }>;
    };
    assert.deepEqual(Object.keys(byId), [delivery_id]);
    assert.equal(byId[delivery_id]?.outcome, 'OUTCOME_DELIVERED');
    assert.equal(byId[delivery_id]?.event_id, body.event_id);
  });

  it('redelivers a failed delivery as a new one of the same event', async (t) => {
    const standIn = await runStandIn(t, ['synq']);
    const receiver = await endpoint(t, (response, index) =>
      response.writeHead(index === 0 ? 503 : 200).end(),
    );
    const made = await callApi(`${standIn.url}/_hooks/integrations`, {
      method: 'POST',
      body: { url: receiver.url },
    });
    const { id } = made.json as { id: string };
    await callApi(`${standIn.url}/_hooks/events`, { method: 'POST', body: { eventType: 'issue_created' } });
    const failed = await standIn.event('delivery.sent');
    assert.equal(failed.outcome, 'failed');
    const url = `${standIn.url}/api/deliveries/v1`;
    const again = await callApi(`${url}/${failed.deliveryId}/redeliver`, { method: 'POST', body: {} });
    await standIn.event('delivery.sent');
    assert.deepEqual(receiver.received[1]?.body, receiver.received[0]?.body);
    const list = await callApi(`${url}?integration_id=${id}`);
    const { deliveries } = list.json as {
      deliveries: { id: string; outcome: string; redelivery_of: string }[];
    };
    assert.deepEqual(
      deliveries.map(({ outcome, redelivery_of }) => [outcome, redelivery_of]),
      [
        ['OUTCOME_DELIVERED', failed.deliveryId],
        ['OUTCOME_FAILED', ''],
      ],
    );
    assert.equal(deliveries[0]?.id, (again.json as { delivery_id: string }).delivery_id);
    assert.equal((await callApi(`${url}/nope/redeliver`, { method: 'POST', body: {} })).status, 404);
  });

  it('refuses a message of more than 500 characters', async (t) => {
    const standIn = await runStandIn(t, ['synq']);
    const body = { integration_id: '00000000-0000-4000-8000-000000000000', message: 'x'.repeat(501) };
    const refused = await callApi(`${standIn.url}/api/deliveries/v1/test`, { method: 'POST', body });
    assert.equal(refused.status, 400);
    assert.match(refused.text, /INVALID_ARGUMENT/);
  });
});

describe('hooks serve synchub', () => {
  it('keeps destinations and subscriptions apart', async (t) => {
    const standIn = await runStandIn(t, ['synchub']);
    const [one, other] = [await endpoint(t), await endpoint(t)];
    const destinationOf = async (url: string) =>
      (
        (
          await callApi(`${standIn.apiUrl}/destinations`, {
            method: 'POST',
            body: { url, secret: 'a-secret' },
          })
        ).json as {
          id: string;
        }
      ).id;
    const ids = [await destinationOf(one.url), await destinationOf(other.url)];
    const body = { event: 'sync_run_completed', context: 'Invoices', destinationIds: ids };
    const made = await callApi(`${standIn.apiUrl}/subscriptions`, { method: 'POST', body });
    assert.equal(made.status, 201);
    const unknown = { ...body, destinationIds: ['00000000-0000-4000-8000-000000000000'] };
    assert.equal(
      (await callApi(`${standIn.apiUrl}/subscriptions`, { method: 'POST', body: unknown })).status,
      400,
    );

    await callApi(`${standIn.url}/_hooks/events`, {
      method: 'POST',
      body: { eventType: 'sync_run_completed' },
    });
    await standIn.event('delivery.sent');
    await standIn.event('delivery.sent');
    assert.deepEqual([one.received.length, other.received.length], [1, 1]);
    assert.match(one.received[0]?.body.toString() ?? '', /_placeholder/);

    const test = { method: 'POST', body: { event: 'insight_population_completed' } };
    assert.equal((await callApi(`${standIn.apiUrl}/destinations/${ids[1]}/test-payload`, test)).status, 202);
    await standIn.event('delivery.sent');
    assert.match(other.received[1]?.body.toString() ?? '', /insight_population_completed/);
    assert.ok(!(await callApi(`${standIn.apiUrl}/destinations`)).text.includes('a-secret'));
  });

  it('signs as --scheme says, with the secret of the destination', async (t) => {
    const flags = ['--scheme', 'hmac-sha256', '--signature-header', 'X-Guess'];
    const standIn = await runStandIn(t, ['synchub', ...flags]);
    const receiver = await endpoint(t);
    const body = { url: receiver.url, secret: 'a-secret' };
    const made = await callApi(`${standIn.apiUrl}/destinations`, { method: 'POST', body });
    const { id } = made.json as { id: string };
    const test = { method: 'POST', body: { event: 'sync_run_completed' } };
    await callApi(`${standIn.apiUrl}/destinations/${id}/test-payload`, test);
    await standIn.event('delivery.sent');
    const [got] = receiver.received;
    const { createHmac } = await import('node:crypto');
    assert.ok(got);
    assert.equal(got.headers['x-guess'], createHmac('sha256', 'a-secret').update(got.body).digest('hex'));
  });
});

const packs = await loadProviderPacks();
describe('the document of hooks serve', () => {
  for (const { manifest } of packs.filter(hasControlPlane)) {
    it(`is valid OpenAPI 3.1 for ${manifest.id}, names its address, and marks what is assumed`, async (t) => {
      const standIn = await runStandIn(t, [manifest.id]);
      const served = await callApi(`${standIn.url}/openapi.json`, { key: '' });
      const document = served.json as {
        openapi: string;
        servers: { url: string }[];
        paths: Record<string, object>;
      };
      const { valid, errors } = await new Validator().validate(structuredClone(document));
      assert.ok(valid, JSON.stringify(errors));
      assert.match(document.openapi, /^3\.1\./);
      assert.equal(document.servers[0]?.url.replace(/\/$/, ''), standIn.apiUrl);
      assert.ok(document.paths['/_hooks/events']);
      assert.match(served.text, /"x-hooks-assumed":\["/);
      assert.equal(await standIn.stop(), 130);
    });
  }
});
