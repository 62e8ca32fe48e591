import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { writeAcmePack } from '../helpers/acme-pack.ts';
import { endpoint } from '../helpers/endpoint.ts';
import { hooksProcess, jsonLines, temporaryFolder } from '../helpers/hooks-process.ts';
import { checkedLines } from '../helpers/output-schema.ts';
import { runHooks } from '../helpers/run-hooks.ts';
import { API_KEY, callApi, runStandIn } from '../helpers/running-stand-in.ts';
import { shownRun } from '../helpers/shown-run.ts';

const SUBSCRIPTION = {
  consumerUrl: 'http://127.0.0.1:9/',
  techContact: 'ops@example.com',
  topicNames: ['job_created'],
};

/** The state of a run that made its own key, from stderr. */
function keyIn(stderr: string): string {
  return /API key: (\S+)/.exec(stderr)?.[1] ?? '';
}

/** A request with headers that fetch would not send. */
function rawCall(url: string, headers: Record<string, string>, method = 'GET', body = ''): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    call.on('error', reject).end(body);
  });
}

describe('hooks serve', () => {
  it('keeps subscriptions, secrets and what failed over a restart, for its owner alone', async (t) => {
    const state = temporaryFolder(t);
    const first = await runStandIn(t, ['incident-io'], { state });
    const url = (path: string, { apiUrl } = first) => `${apiUrl}/api/v1/app/a/endpoint${path}`;
    const nobody = { url: 'http://127.0.0.1:1/' };
    const made = (await callApi(url(''), { method: 'POST', body: nobody })).json as { id: string };
    const secret = (await callApi(url(`/${made.id}/secret`))).json;
    const example = { eventType: 'schedule.created_v1' };
    await callApi(url(`/${made.id}/send-example`), { method: 'POST', body: example });
    assert.equal((await first.event('delivery.sent')).outcome, 'failed');
    assert.equal(await first.stop(), 130);
    for (const file of readdirSync(state).filter((name) => name.includes('sqlite')))
      assert.equal(statSync(join(state, file)).mode & 0o777, 0o600, file);

    const second = await runStandIn(t, ['incident-io'], { state });
    const ready = jsonLines(second.stdout()).find(({ type }) => type === 'serve.ready');
    assert.equal(ready?.resources, 1);
    assert.deepEqual((await callApi(url(`/${made.id}/secret`, second))).json, secret);
    const receiver = await endpoint(t);
    await callApi(url(`/${made.id}`, second), { method: 'PUT', body: { url: receiver.url } });
    const since = { since: '2020-01-01T00:00:00Z' };
    await callApi(url(`/${made.id}/recover`, second), { method: 'POST', body: since });
    assert.equal((await second.event('delivery.sent')).outcome, 'delivered');
    assert.equal(receiver.received.length, 1);
  });

  it('keeps the providers apart in one state folder', async (t) => {
    const state = temporaryFolder(t);
    const one = await runStandIn(t, ['acculynx'], { state });
    await callApi(`${one.apiUrl}/subscriptions`, { method: 'POST', body: SUBSCRIPTION });
    const other = await runStandIn(t, ['synchub'], { state });
    assert.deepEqual((await callApi(`${other.apiUrl}/subscriptions`)).json, []);
  });

  it('records what it sends in the history, unless told not to', async (t) => {
    const receiver = await endpoint(t);
    for (const [flags, recorded] of [
      [[], 1],
      [['--no-record'], 0],
    ] as const) {
      const standIn = await runStandIn(t, ['acculynx', ...flags]);
      const body = { ...SUBSCRIPTION, consumerUrl: receiver.url };
      await callApi(`${standIn.apiUrl}/subscriptions`, { method: 'POST', body });
      const fired = {
        method: 'POST',
        body: { eventType: 'job_created', set: { '/event/job/jobName': 'Ünique' } },
      };
      assert.equal((await callApi(`${standIn.url}/_hooks/events`, fired)).status, 202);
      await standIn.event('delivery.sent');
      await standIn.stop();
      const env = { HOOKS_STATE_DIR: standIn.state };
      const { stdout } = await hooksProcess(['history', 'list', '--json'], { env });
      assert.equal(jsonLines(stdout).length, recorded);
    }
    assert.match(receiver.received[0]?.body.toString() ?? '', /"jobName":"Ünique"/);
  });

  it('makes an API key at the first start, shows it once, and another when asked', async (t) => {
    const state = temporaryFolder(t);
    const own = { HOOKS_API_KEY: undefined } as unknown as Record<string, string>;
    const start = (...flags: string[]) => runStandIn(t, ['acculynx', ...flags], { state, env: own });
    const first = await start();
    const key = keyIn(first.stderr());
    assert.match(key, /^hooks_[0-9a-f]{40}$/);
    assert.equal((await callApi(`${first.apiUrl}/topics`, { key })).status, 200);
    assert.equal((await callApi(`${first.apiUrl}/topics`, { key: API_KEY })).status, 401);
    assert.ok(!first.stdout().includes(key));
    await first.stop();
    for (const file of readdirSync(state).filter((name) => name.includes('sqlite')))
      assert.ok(!readFileSync(join(state, file)).includes(key), file);

    const second = await start();
    assert.equal(keyIn(second.stderr()), '');
    assert.equal((await callApi(`${second.apiUrl}/topics`, { key })).status, 200);
    await second.stop();
    const third = await start('--new-api-key');
    const other = keyIn(third.stderr());
    assert.notEqual(other, key);
    assert.equal((await callApi(`${third.apiUrl}/topics`, { key })).status, 401);
    assert.equal((await callApi(`${third.apiUrl}/topics`, { key: other })).status, 200);
  });

  it('takes the API key from a file', async (t) => {
    const file = join(temporaryFolder(t), 'key');
    writeFileSync(file, 'from-a-file\n');
    const standIn = await runStandIn(t, ['acculynx', '--api-key-file', file]);
    assert.equal((await callApi(`${standIn.apiUrl}/topics`, { key: 'from-a-file' })).status, 200);
    assert.equal((await callApi(`${standIn.apiUrl}/topics`)).status, 401);
  });

  it('delivers to this machine and private networks only, unless told otherwise', async (t) => {
    const remote = { ...SUBSCRIPTION, consumerUrl: 'https://hooks.invalid/x' };
    const fired = { method: 'POST', body: { eventType: 'job_created' } };
    const careful = await runStandIn(t, ['acculynx']);
    assert.equal(
      (await callApi(`${careful.apiUrl}/subscriptions`, { method: 'POST', body: remote })).status,
      201,
    );
    await callApi(`${careful.url}/_hooks/events`, fired);
    assert.match(String((await careful.event('delivery.sent')).why), /not sent without --allow-remote/);
    const open = await runStandIn(t, ['acculynx', '--allow-remote', '--timeout', '5s']);
    await callApi(`${open.apiUrl}/subscriptions`, { method: 'POST', body: remote });
    await callApi(`${open.url}/_hooks/events`, fired);
    assert.doesNotMatch(String((await open.event('delivery.sent')).why), /allow-remote/);
  });

  it('prints lines that the schema of the output describes, and none of its secrets', async (t) => {
    const receiver = await endpoint(t, 500);
    const standIn = await runStandIn(t, ['synq']);
    const made = await callApi(`${standIn.url}/_hooks/integrations`, {
      method: 'POST',
      body: { url: `${receiver.url}?token=hidden-one` },
    });
    const { id } = made.json as { id: string };
    const secret = await callApi(`${standIn.url}/_hooks/integrations/${id}/secret`);
    await callApi(`${standIn.url}/_hooks/events`, { method: 'POST', body: { eventType: 'ping' } });
    await standIn.event('delivery.sent');
    await callApi(`${standIn.url}/nope`);
    assert.equal(await standIn.stop(), 130);
    const types = checkedLines(standIn.stdout()).map(({ type }) => type);
    assert.equal(
      types.find((type) => type !== 'warning'),
      'serve.ready',
    );
    assert.equal(types.at(-1), 'serve.finished');
    for (const type of ['api.called', 'delivery.sent']) assert.ok(types.includes(type));
    const { signing_secret } = secret.json as { signing_secret: string };
    for (const hidden of [signing_secret, API_KEY, 'hidden-one'])
      assert.ok(!(standIn.stdout() + standIn.stderr()).includes(hidden));
  });

  it('refuses a call that cannot work', async (t) => {
    const env = { HOOKS_API_KEY: 'k' };
    const cases: [argv: string[], exitCode: number, says: RegExp, env?: Record<string, string>][] = [
      [['serve'], 2, /missing required argument 'provider'/],
      [['serve', 'acculinx'], 2, /no provider is called 'acculinx'[\s\S]*did you mean acculynx/],
      [['serve', 'acculynx', '-p', '70000'], 2, /from 0 to 65535/],
      [['serve', 'acculynx', '--api-key-file', '/no/such'], 3, /cannot read the API key/],
      [['serve', 'acculynx'], 2, /cannot be sent in a header/, { HOOKS_API_KEY: 'two words' }],
      [['serve', 'acculynx', '--new-api-key'], 2, /makes a key, and one is given/],
      [['serve', 'incident-io', '--secret', 'whsec_!'], 2, /is not base64/],
      [
        ['serve', 'incident-io', '--secret', 'whsec_YQ==', '--secret', 'whsec_Yg=='],
        2,
        /signs with one secret/,
      ],
      [['serve', 'acculynx', '--host', '203.0.113.7', '-p', '0'], 3, /is not an address of this machine/],
    ];
    for (const [argv, exitCode, says, more] of cases) {
      const state = temporaryFolder(t);
      const ran = await runHooks(argv, { env: { ...env, HOOKS_STATE_DIR: state, ...more } });
      assert.equal(ran.exitCode, exitCode, argv.join(' ') + ran.stderr);
      assert.match(ran.stderr, says);
    }
  });

  it('says that a provider has no control plane to stand in for', async (t) => {
    const folder = temporaryFolder(t);
    writeAcmePack(join(folder, 'acme'));
    const env = { HOOKS_PROVIDERS: join(folder, 'acme'), HOOKS_STATE_DIR: folder };
    const without = await runHooks(['serve', 'acme'], { env });
    assert.equal(without.exitCode, 2);
    assert.match(without.stderr, /no stand-in for the control plane of/);
    writeFileSync(join(folder, 'acme', 'control-plane.json'), '{"openapi":"3.1.0"}');
    const broken = await runHooks(['serve', 'acme'], { env });
    assert.equal(broken.exitCode, 2);
    assert.match(broken.stderr, /does not describe a control plane[\s\S]*lacks "paths"/);
  });

  it('says in plain words that its store cannot be used', async (t) => {
    const state = temporaryFolder(t);
    writeFileSync(join(state, 'control-plane.sqlite'), 'this is no database, and long enough to show it');
    const ran = await runHooks(['serve', 'acculynx'], { env: { HOOKS_STATE_DIR: state } });
    assert.equal(ran.exitCode, 3);
    assert.match(ran.stderr, /cannot use what hooks serve keeps in/);
  });

  it('tells a person where the API, the page and the document are, and each call', async (t) => {
    const receiver = await endpoint(t);
    const ran = await hooksProcess(['serve', '--help']);
    assert.match(ran.stdout, /\$ hooks serve acculynx/);
    const run = shownRun(t, ['serve', 'acculynx', '-p', '0'], { HOOKS_API_KEY: API_KEY });
    await run.until(/are assumed/);
    const url = /page (\S+)\//.exec(run.stdout())?.[1] ?? '';
    await callApi(`${url}/webhooks/v2/subscriptions`, {
      method: 'POST',
      body: { ...SUBSCRIPTION, consumerUrl: receiver.url },
    });
    await callApi(`${url}/_hooks/events`, { method: 'POST', body: { eventType: 'job_created' } });
    await run.until(/job_created to/);
    const stdout = await run.stop();
    assert.match(stdout, /^ready http:\/\/127\.0\.0\.1:\d+\/webhooks\/v2 {2}stands in for acculynx/);
    assert.match(stdout, /\n {6}\d+ details are assumed, not published/);
    assert.match(stdout, /\n<-- POST \/webhooks\/v2\/subscriptions 201 createSubscription\n/);
    assert.match(
      stdout,
      /\n--> job_created to http:\/\/127\.0\.0\.1:\d+\/ 204 in [\d.]+ m?s \[[0-9a-f-]{36}\]\n/,
    );
    assert.match(stdout, /\n2 calls; 1 delivered, 0 failed\n$/);
  });
});

describe('hooks serve, of hostile input', () => {
  it('refuses bodies that are not what they should be, and goes on', async (t) => {
    const standIn = await runStandIn(t, ['synchub']);
    const url = `${standIn.apiUrl}/destinations`;
    const fine = JSON.stringify({ url: 'http://127.0.0.1:9/' });
    const bodies: [body: string, status: number, type?: string][] = [
      ['', 400],
      ['{', 400],
      ['[]', 400],
      ['null', 400],
      ['\ufeff{}', 400],
      ['['.repeat(100_000), 400],
      ['{"url":'.repeat(50_000), 400],
      ['{"url":{}}', 400],
      ['{"url":"javascript:alert(1)"}', 400],
      ['{"url":"file:///etc/passwd"}', 400],
      ['{"url":"http://user:pw@127.0.0.1/"}', 400],
      [fine, 415, 'text/plain'],
      [fine, 415, 'application/x-www-form-urlencoded'],
      [`{"__proto__":{"url":"http://127.0.0.1:8/"},"constructor":1,${fine.slice(1)}`, 201],
    ];
    for (const [body, status, type = 'application/json'] of bodies) {
      const answer = await callApi(url, { method: 'POST', body, headers: { 'Content-Type': type } });
      assert.equal(answer.status, status, `${body.slice(0, 80)}: ${answer.text}`);
    }
    assert.match((await callApi(url)).text, /^\[\{"id":"[^"]+","url":"http:\/\/127\.0\.0\.1:9\/"\}\]$/);
    const large = await callApi(url, { method: 'POST', body: ' '.repeat(2 * 1024 * 1024) }).catch(
      () => undefined,
    );
    assert.ok(large === undefined || large.status === 413);
    assert.equal(await standIn.stop(), 130);
  });

  it('refuses values that the provider would not take', async (t) => {
    const standIn = await runStandIn(t, ['acculynx']);
    const wrong = [
      { topicNames: ['__proto__'] },
      { topicNames: [] },
      { techContact: 'nobody' },
      { integrationType: 'Carrier pigeon' },
      { consumerUrl: 'http://example.com/' },
    ];
    for (const change of wrong) {
      const answer = await callApi(`${standIn.apiUrl}/subscriptions`, {
        method: 'POST',
        body: { ...SUBSCRIPTION, ...change },
      });
      assert.equal(answer.status, 400, JSON.stringify(change));
    }
    assert.deepEqual((await callApi(`${standIn.apiUrl}/subscriptions`)).json, []);
  });

  it('finds nothing behind odd paths', async (t) => {
    const standIn = await runStandIn(t, ['incident-io']);
    const headers = { Authorization: `Bearer ${API_KEY}` };
    const odd = [
      '/%',
      '/api/v1/app/%ff/endpoint',
      '/api/v1/app//endpoint',
      '/../../etc/passwd',
      '/_hooks/',
      '/__proto__',
      '//',
    ];
    for (const path of odd) assert.equal(await rawPath(standIn.url, path, headers), 404, path);
    assert.equal(await rawPath(standIn.url, '/api/v1/app/a/endpoint/__proto__', headers), 404);
    assert.equal(await rawPath(standIn.url, '/api/v1/event-type', headers, 'DELETE'), 405);
  });

  it('opens the page, and what it may do, to this machine and to no other site', async (t) => {
    const standIn = await runStandIn(t, ['synq']);
    const host = new URL(standIn.url).host;
    const page = await callApi(standIn.url, { key: '' });
    const token = /name="hooks-token" content="([0-9a-f]{32})"/.exec(page.text)?.[1] ?? '';
    assert.match(
      page.headers.get('content-security-policy') ?? '',
      /^default-src 'none'; style-src 'sha256-/,
    );
    const withToken = { 'X-Hooks-Page': token };
    const json = { 'Content-Type': 'application/json' };
    const state = `${standIn.url}/_hooks/state`;
    const cases: [
      status: number,
      headers: Record<string, string>,
      url?: string,
      method?: string,
      body?: string,
    ][] = [
      [200, {}, standIn.url],
      [200, { Host: `localhost:${new URL(standIn.url).port}` }, standIn.url],
      [403, { Host: 'rebound.example.com' }, standIn.url],
      [403, { Host: '127.0.0.1.example.com' }, standIn.url],
      [403, { Origin: 'https://example.com' }, standIn.url],
      [200, withToken],
      [200, { ...withToken, Origin: `http://${host}` }],
      [403, {}],
      [403, { 'X-Hooks-Page': 'guessed' }],
      [403, { ...withToken, Host: 'rebound.example.com' }],
      [403, { ...withToken, Origin: 'http://example.com' }],
      [403, { ...withToken, Origin: 'null' }],
      [
        415,
        { ...withToken, 'Content-Type': 'text/plain' },
        `${standIn.url}/_hooks/events`,
        'POST',
        '{"eventType":"ping"}',
      ],
      [202, { ...withToken, ...json }, `${standIn.url}/_hooks/events`, 'POST', '{"eventType":"ping"}'],
      [400, { ...withToken, ...json }, `${standIn.url}/_hooks/events`, 'POST', '{"eventType":"no_such"}'],
      [
        400,
        { ...withToken, ...json },
        `${standIn.url}/_hooks/events`,
        'POST',
        '{"eventType":"ping","set":{"x":1}}',
      ],
      [200, withToken, `${standIn.url}/_hooks/integrations`],
      [401, {}, `${standIn.url}/_hooks/integrations`],
      [401, { ...withToken, Origin: 'http://example.com' }, `${standIn.url}/_hooks/integrations`],
    ];
    for (const [status, headers, url = state, method, body] of cases)
      assert.equal(await rawCall(url, headers, method, body), status, JSON.stringify([url, headers]));
  });

  it('answers a payload edit that does not fit, and stays up', async (t) => {
    const standIn = await runStandIn(t, ['acculynx']);
    await callApi(`${standIn.apiUrl}/subscriptions`, { method: 'POST', body: SUBSCRIPTION });
    const body = { eventType: 'job_created', set: { '/topicName/deeper': 1 } };
    assert.equal((await callApi(`${standIn.url}/_hooks/events`, { method: 'POST', body })).status, 400);
    assert.equal((await callApi(`${standIn.apiUrl}/topics`)).status, 200);
  });
});

/** A path as it is, which fetch would tidy. */
function rawPath(
  url: string,
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, path, headers, method }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    call.on('error', reject).end();
  });
}
