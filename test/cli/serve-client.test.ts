import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import { listen } from '../helpers/raw-server.ts';
import { API_KEY, runStandIn } from '../helpers/running-stand-in.ts';

const LIVE_TOPICS = 22;

/**
 * A client of the AccuLynx subscription API as one would write it from its published description alone: base URL, Bearer
 * key, seven operations, their field names, 202 for a test event, 429 beyond the limits. It takes any 2xx for success and
 * reads no field that is not described.
 */
function publishedClient(baseUrl: string, key: string) {
  async function call(
    method: string,
    path: string,
    request?: object,
  ): Promise<{ status: number; body: string }> {
    const answer = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { Authorization: `Bearer ${key}`, ...(request && { 'Content-Type': 'application/json' }) },
      ...(request && { body: JSON.stringify(request) }),
    });
    const body = await answer.text();
    if (!answer.ok)
      throw Object.assign(new Error(`${method} ${path}: ${answer.status}`), {
        status: answer.status,
        retryAfter: answer.headers.get('Retry-After'),
      });
    return { status: answer.status, body };
  }
  return {
    async create(consumerUrl: string, techContact: string, topicNames: string[]): Promise<string> {
      const { body } = await call('POST', '/subscriptions', {
        consumerUrl,
        techContact,
        topicNames,
        integrationType: 'Api',
      });
      return (JSON.parse(body) as { subscriptionId: string }).subscriptionId;
    },
    async list(): Promise<{ subscriptionId: string; status: 'enabled' | 'disabled' }[]> {
      return JSON.parse((await call('GET', '/subscriptions')).body);
    },
    read: (id: string) => call('GET', `/subscriptions/${id}`),
    update: (id: string, technicalContact: string, topicNames: string[]) =>
      call('PUT', `/subscriptions/${id}`, { technicalContact, topicNames }),
    delete: (id: string) => call('DELETE', `/subscriptions/${id}`),
    testEvent: (id: string, topicName: string) =>
      call('POST', `/subscriptions/${id}/test-event`, { topicName }),
    async topics(): Promise<string[]> {
      return JSON.parse((await call('GET', '/topics')).body);
    },
  };
}

interface Envelope {
  topicName: string;
  eventId: string;
  subscriptionId: string;
  event: { job?: { milestone?: { name: string } } };
}

/** A receiver as integrators write it: it trusts only an unguessable path and a subscription that it knows. */
async function consumer(t: TestContext) {
  const path = '/hooks/8c1f4e9a2b';
  const known = new Set<string>();
  const events: Envelope[] = [];
  const refused: string[] = [];
  let wake = () => {};
  const server = createServer(async (request, response) => {
    const envelope = JSON.parse((await buffer(request)).toString()) as Envelope;
    const isGenuine =
      request.method === 'POST' &&
      request.url === path &&
      request.headers['content-type'] === 'application/json' &&
      known.has(envelope.subscriptionId);
    if (isGenuine) events.push(envelope);
    else refused.push(envelope.topicName);
    response.writeHead(isGenuine ? 200 : 403).end();
    wake();
  });
  const port = await listen(t, server);
  return {
    url: `http://127.0.0.1:${port}${path}`,
    known,
    events,
    refused,
    /** Resolves when that many have come. */
    async have(count: number): Promise<void> {
      while (events.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

async function fire(url: string, eventType: string): Promise<number> {
  const answer = await fetch(`${url}/_hooks/events`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${API_KEY}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ eventType }),
  });
  assert.equal(answer.status, 202);
  return ((await answer.json()) as { deliveries: unknown[] }).deliveries.length;
}

async function statusOf(failing: Promise<unknown>): Promise<number> {
  return failing.then(
    () => 200,
    (error: { status: number }) => error.status,
  );
}

describe('a client written from the published facts alone', () => {
  it('creates a subscription, gets its deliveries, updates and deletes it', async (t) => {
    const standIn = await runStandIn(t, ['acculynx']);
    const client = publishedClient(standIn.apiUrl, API_KEY);
    const receiver = await consumer(t);

    const topics = await client.topics();
    assert.equal(topics.length, LIVE_TOPICS);
    assert.ok(topics.includes('job.milestone.current_changed'));
    assert.deepEqual(await client.list(), []);

    const id = await client.create(receiver.url, 'ops@example.com', ['job_created']);
    assert.match(id, /^[0-9a-f]{8}-/);
    receiver.known.add(id);
    const [listed] = await client.list();
    assert.deepEqual([listed?.subscriptionId, listed?.status], [id, 'enabled']);
    assert.equal((await client.read(id)).status, 200);

    assert.equal(await fire(standIn.url, 'job_created'), 1);
    await receiver.have(1);
    assert.deepEqual(
      [receiver.events[0]?.topicName, receiver.events[0]?.subscriptionId],
      ['job_created', id],
    );
    assert.equal(await fire(standIn.url, 'job_updated'), 0, 'another topic is not delivered');

    await client.update(id, 'new@example.com', ['job_updated', 'contact_added']);
    assert.equal(await fire(standIn.url, 'job_created'), 0);
    assert.equal(await fire(standIn.url, 'job_updated'), 1);
    await receiver.have(2);
    assert.equal(receiver.events[1]?.topicName, 'job_updated');
    assert.notEqual(receiver.events[0]?.eventId, receiver.events[1]?.eventId);

    await client.delete(id);
    assert.deepEqual(await client.list(), []);
    assert.equal(await statusOf(client.read(id)), 404);
    assert.equal(await fire(standIn.url, 'job_updated'), 0);
    assert.deepEqual(receiver.refused, []);
  });

  it('gets a test event of any topic, with random values and 202', async (t) => {
    const standIn = await runStandIn(t, ['acculynx']);
    const client = publishedClient(standIn.apiUrl, API_KEY);
    const receiver = await consumer(t);
    const id = await client.create(receiver.url, 'ops@example.com', ['contact_added']);
    receiver.known.add(id);
    for (const _ of [1, 2])
      assert.equal((await client.testEvent(id, 'job.milestone.current_changed')).status, 202);
    await receiver.have(2);
    const names = receiver.events.map(({ event }) => event.job?.milestone?.name ?? '');
    for (const name of names) assert.match(name, /^MilestoneName[0-9a-f]{8}-[0-9a-f-]{27}$/);
    assert.notEqual(names[0], names[1]);
  });

  it('is told 401 for a wrong key and 404 for an unknown subscription', async (t) => {
    const standIn = await runStandIn(t, ['acculynx']);
    assert.equal(await statusOf(publishedClient(standIn.apiUrl, 'another').list()), 401);
    const client = publishedClient(standIn.apiUrl, API_KEY);
    const nobody = '00000000-0000-4000-8000-000000000000';
    const unknown = [
      () => client.read(nobody),
      () => client.update(nobody, 'a@example.com', ['job_created']),
      () => client.delete(nobody),
      () => client.testEvent(nobody, 'job_created'),
    ];
    for (const call of unknown) assert.equal(await statusOf(call()), 404);
    assert.equal(await statusOf(client.create('http://127.0.0.1:9/', 'ops@example.com', ['no_topic'])), 400);
  });

  it('is told 429 and when to come back beyond ten calls a second', async (t) => {
    const standIn = await runStandIn(t, ['acculynx']);
    const client = publishedClient(standIn.apiUrl, API_KEY);
    const refused: { status: number; retryAfter: string }[] = [];
    // A window of a second may end in the middle of a burst, hardly of each.
    for (let burst = 0; burst < 5 && refused.length === 0; burst++) {
      const results = await Promise.allSettled(Array.from({ length: 25 }, () => client.topics()));
      refused.push(...results.filter((result) => result.status === 'rejected').map(({ reason }) => reason));
    }
    assert.ok(refused.length > 0);
    for (const { status, retryAfter } of refused) {
      assert.equal(status, 429);
      assert.ok(Number(retryAfter) >= 1);
    }
  });
});
