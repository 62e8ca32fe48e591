import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { type Arrived, endpoint } from '../helpers/endpoint.ts';
import { runHooks } from '../helpers/run-hooks.ts';

const SECRET = `whsec_${Buffer.from('the secret of the twins, 24+').toString('base64')}`;
const PUBLIC = 'public_incident.incident_created_v2';
const PRIVATE = 'private_incident.incident_created_v2';

type Payload = { event_type: string } & Record<string, { id?: string } | undefined>;

const payloadOf = ({ body }: Arrived) => JSON.parse(body.toString()) as Payload;
const typesOf = (received: readonly Arrived[]) => received.map((one) => payloadOf(one).event_type);

async function send(t: TestContext, ...argv: string[]) {
  const { url, received } = await endpoint(t, 204);
  const run = await runHooks(['send', PUBLIC, '--to', url, ...argv], { env: { HOOKS_SECRET: SECRET } });
  return { ...run, received };
}

describe('hooks send --twins', () => {
  it('sends beside each event its private twin, which has the id and nothing else', async (t) => {
    const { exitCode, received, stderr } = await send(t, '-n', '2', '--twins');
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(typesOf(received), [PUBLIC, PRIVATE, PUBLIC, PRIVATE]);
    const [first, twin] = received.map(payloadOf);
    assert.deepEqual(twin, { event_type: PRIVATE, [PRIVATE]: { id: first?.[PUBLIC]?.id } });
    assert.equal(new Set(received.map(({ headers }) => headers['webhook-id'])).size, 4);
    for (const { headers, body } of received)
      new Webhook(SECRET).verify(body.toString(), headers as Record<string, string>);
    assert.match(stderr, /each event with its private twin private_incident\.incident_created_v2/);
  });

  it('tells of the id that the user has set', async (t) => {
    const { received } = await send(t, '--set', `["${PUBLIC}"].id=01JD0000000000000000000000`, '--twins');
    assert.equal(payloadOf(received[1] as Arrived)[PRIVATE]?.id, '01JD0000000000000000000000');
  });

  it('has twins of a share of the events, the same ones and the same ids with the same seed', async (t) => {
    const shown = async (seed: string) => {
      const run = await send(t, '-n', '20', '--twins', '0.3', '--seed', seed);
      assert.match(run.stderr, /30 % of the events with their private twin .*--seed friday/);
      return run.received.map((one) => `${payloadOf(one).event_type} ${one.headers['webhook-id']}`);
    };
    const once = await shown('friday');
    assert.deepEqual(await shown('friday'), once);
    assert.equal(new Set(once).size, once.length);
    const twins = once.filter((line) => line.startsWith(PRIVATE)).length;
    assert.equal(twins > 0 && twins < 20, true);
    assert.equal(once.length, 20 + twins);
  });

  it('is shuffled with the events', async (t) => {
    const { received } = await send(t, '-n', '10', '--twins', '--shuffle', '--seed', 'friday');
    const types = typesOf(received);
    assert.equal(types.filter((type) => type === PRIVATE).length, 10);
    assert.notDeepEqual(types, Array.from({ length: 10 }, () => [PUBLIC, PRIVATE]).flat());
  });

  it('previews both', async (t) => {
    const { stdout, received } = await send(t, '--twins', '--dry-run');
    assert.equal(stdout.match(/"event_type"/g)?.length, 2);
    assert.equal(received.length, 0);
  });

  it('goes to the endpoints that are subscribed to the twin', async (t) => {
    const [all, publicOnly] = [await endpoint(t, 204), await endpoint(t, 204)];
    const { configDirectory } = await runHooks(['endpoint', 'add', 'all', '--url', all.url, '--events', '*']);
    const env = { HOOKS_CONFIG_DIR: configDirectory, HOOKS_SECRET: SECRET };
    await runHooks(['endpoint', 'add', 'open', '--url', publicOnly.url, '--events', 'public_*'], { env });
    const run = await runHooks(['send', PUBLIC, '--twins'], { env });
    assert.equal(run.exitCode, 0, run.stderr);
    assert.deepEqual(typesOf(all.received), [PUBLIC, PRIVATE]);
    assert.deepEqual(typesOf(publicOnly.received), [PUBLIC]);
  });

  const wrong: [name: string, argv: string[], says: RegExp][] = [
    [
      'an event that has none',
      ['synq/ping', '--twins'],
      /there is no private twin of ping\n {2}next: leave --twins out/,
    ],
    [
      'a private event',
      [PRIVATE, '--twins'],
      /there is no private twin of private_incident[^\n]*\n {2}next: events with one: public_/,
    ],
    [
      'a body of one’s own',
      [PUBLIC, '--data', '{}', '--twins'],
      /there is no private twin of a body of your own/,
    ],
    [
      'a payload whose id was removed',
      [PUBLIC, '--unset', `["${PUBLIC}"].id`, '--twins'],
      /the payload has no id at/,
    ],
    ['a share that is none', [PUBLIC, '--twins', '2'], /'2' is not a share/],
    ['a run that goes on', ['--resume', '--twins'], /--resume .* cannot be combined with .*--twins/],
  ];
  for (const [name, argv, says] of wrong) {
    it(`refuses ${name}`, async () => {
      const { exitCode, stderr } = await runHooks(
        ['send', ...argv, ...(argv.includes('--resume') ? [] : ['--to', '1'])],
        {
          env: { HOOKS_SECRET: SECRET },
        },
      );
      assert.equal(exitCode, 2);
      assert.match(stderr, says);
    });
  }
});
