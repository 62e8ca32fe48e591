import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadProviderPacks } from '../../src/adapters/provider-packs.ts';
import { createValidator } from '../../src/adapters/schema-validator.ts';
import { eventTypeOf, identify } from '../../src/core/identify.ts';
import { parseJsonBytes } from '../../src/core/json.ts';
import { chooseScheme } from '../../src/core/provider-scheme.ts';
import { type Arrived, endpoint } from '../helpers/endpoint.ts';
import { checkedLines } from '../helpers/output-schema.ts';
import { runHooks } from '../helpers/run-hooks.ts';

const packs = await loadProviderPacks();
const env = { HOOKS_SECRET: 'whsec_c2hvcC1zZWNyZXQtdGhhdC1uby1vbmUtc2VlcyE=' };
const FAST = ['--rate', '1000/s'];

/** What of each delivery follows from the seed: not its times. */
const timeless = ({ body }: Arrived) => body.toString().replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time');

async function simulated(argv: readonly string[]) {
  const run = await runHooks(['simulate', ...argv], { env });
  assert.equal(run.exitCode, 0, run.stderr);
  return run;
}

for (const { manifest } of packs) {
  describe(`hooks simulate ${manifest.id}`, () => {
    it('delivers what the schemas accept and a receiver verifies', async (t) => {
      const { url, received } = await endpoint(t, 204);
      await simulated([manifest.id, '--to', url, '-n', '60', '--seed', 'friday', ...FAST]);
      assert.equal(received.length, 60);
      const validate = createValidator();
      const candidates = packs.map((pack) => ({ pack, scheme: chooseScheme(pack, {}).scheme }));
      for (const { headers, body } of received) {
        const parsed = parseJsonBytes(body);
        assert.ok('value' in parsed);
        const evidence = { headers: Object.entries(headers), document: parsed.value };
        const candidate = identify(candidates, evidence);
        assert.equal(candidate?.pack.manifest.id, manifest.id);
        const eventType = candidate && eventTypeOf(candidate.pack, evidence);
        assert.ok(eventType);
        const check = await validate(candidate.pack, eventType, parsed.value);
        assert.equal(check.state, 'valid', JSON.stringify(check));
        const { scheme } = candidate;
        if (!scheme.needsSecret || !scheme.covers.body) continue;
        const request = { headers: Object.entries(headers), body, nowSeconds: Math.floor(Date.now() / 1000) };
        assert.equal(scheme.verify(request, [scheme.parseSecret(env.HOOKS_SECRET)]).ok, true);
      }
    });

    it('tells the same lives again with the same seed, in whatever order they arrive', async (t) => {
      const bodies: string[][] = [];
      for (const _ of [1, 2]) {
        const { url, received } = await endpoint(t, 204);
        await simulated([
          manifest.id,
          '--to',
          url,
          '-n',
          '30',
          '--seed',
          'monday',
          '--concurrency',
          '1',
          ...FAST,
        ]);
        bodies.push(received.map(timeless));
      }
      assert.deepEqual(bodies[0], bodies[1]);
    });
  });
}

describe('hooks simulate', () => {
  it('goes to the endpoints that are subscribed, and leaves out what nobody wants', async (t) => {
    const [opened, all] = [await endpoint(t, 204), await endpoint(t, 204)];
    const add = (name: string, url: string, events: string, config?: string) =>
      runHooks(['endpoint', 'add', name, '--url', url, '--events', events], {
        env: config === undefined ? {} : { HOOKS_CONFIG_DIR: config },
      });
    const { configDirectory } = await add('opened', opened.url, 'incident_open');
    await add('all', all.url, 'incident_*', configDirectory);
    const run = await runHooks(['simulate', 'synq', '-n', '40', '--json', ...FAST], {
      env: { ...env, HOOKS_CONFIG_DIR: configDirectory },
    });
    assert.equal(run.exitCode, 0, run.stderr);
    assert.equal(all.received.length, 40);
    assert.equal(opened.received.length > 0 && opened.received.length < 40, true);
    const sent = checkedLines(run.stdout).filter(({ type }) => type === 'attempt.started');
    assert.equal(sent.length, 40 + opened.received.length);
    const bodies = new Set(all.received.map(({ body }) => body.toString()));
    for (const { body } of opened.received) assert.equal(bodies.has(body.toString()), true);
  });

  it('says the seed, and lasts as long as it is told', async (t) => {
    const { url, received } = await endpoint(t, 204);
    const { stderr } = await simulated(['synchub', '--to', url, '--rate', '500/s', '--for', '20ms']);
    assert.equal(received.length, 10);
    assert.match(stderr, /come again with --seed [0-9a-f]{12}/);
  });

  it('takes disorder and retries', async (t) => {
    const { url, received } = await endpoint(t, (response, index) => {
      response.writeHead(index === 0 ? 500 : 204).end();
    });
    const flags = ['--retry-schedule', '1ms', '--duplicate', '3', '--seed', 'a', '--concurrency', '1'];
    await simulated(['synq', '--to', url, '-n', '10', ...flags, ...FAST]);
    assert.equal(received.length, 14);
  });

  for (const [argv, message] of [
    [['nobody', '--to', ':1'], /no provider is called 'nobody'/],
    [['synq', '--to', ':1', '-n', '3', '--for', '1m'], /--for and --count both say/],
    [['synq'], /no endpoint to deliver to/],
    [['synq', '--to', ':1', '--rate', 'often'], /is not a rate/],
  ] as const) {
    it(`refuses ${argv.join(' ')}`, async () => {
      const run = await runHooks(['simulate', ...argv], { env });
      assert.equal(run.exitCode, 2);
      assert.match(run.stderr, message);
    });
  }
});
