import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { type Arrived, type Endpoint, endpoint } from '../helpers/endpoint.ts';
import { matchText } from '../helpers/match-text.ts';
import { checkedLines } from '../helpers/output-schema.ts';
import { type Run, runHooks } from '../helpers/run-hooks.ts';

const GITHUB = ['--scheme', 'github'];

type Env = Record<string, string>;

/** Saves endpoints among the user's own; gives the environment that knows them. */
async function saved(calls: readonly (readonly string[])[]): Promise<Env> {
  let env: Env = {};
  for (const argv of calls) {
    const run = await runHooks(['endpoint', 'add', ...argv], { env });
    assert.equal(run.exitCode, 0, run.stderr);
    env = { HOOKS_CONFIG_DIR: run.configDirectory };
  }
  return env;
}

function signedWith({ headers, body }: Arrived, secret: string): boolean {
  return (
    headers['x-hub-signature-256'] === `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
  );
}

function first({ received }: Endpoint): Arrived {
  assert.equal(received.length, 1);
  return received[0] as Arrived;
}

/** Three receivers: one for all events, one for issues, one that is only a name. */
async function three(t: TestContext) {
  const [all, issues, idle] = [await endpoint(t), await endpoint(t), await endpoint(t)];
  const env = await saved([
    ['all', '--url', all.url, '--events', '*', '--secret', 'of-all'],
    ['issues', '--url', issues.url, '--provider', 'synq', '--events', 'issue_*', '--secret', 'of-issues'],
    ['idle', '--url', idle.url, '--provider', 'synq'],
  ]);
  return { all, issues, idle, env };
}

const send = (env: Env, ...argv: string[]): Promise<Run> =>
  runHooks(['send', ...argv, '--no-color'], { env });

describe('hooks send without --to', () => {
  it('delivers the same event to all that subscribe, each under its own secret', async (t) => {
    const { all, issues, idle, env } = await three(t);
    const ran = await send(env, 'issue_created', ...GITHUB);
    assert.equal(ran.exitCode, 0, ran.stderr);
    assert.deepEqual(first(all).body, first(issues).body);
    assert.ok(signedWith(first(all), 'of-all'));
    assert.ok(signedWith(first(issues), 'of-issues'));
    assert.equal(idle.received.length, 0);
    const id = String(JSON.parse(String(first(all).body)).event_id);
    assert.match(ran.stdout, new RegExp(`<-- 204 No Content from all in .* \\[${id}\\]`));
    assert.match(ran.stdout, new RegExp(`<-- 204 No Content from issues in .* \\[${id}\\]`));
    assert.match(ran.stdout, /\n2 delivered, 0 failed in /);
  });

  it('keeps each delivery in the history', async (t) => {
    const { all, issues, env } = await three(t);
    await send(env, 'issue_created', ...GITHUB);
    const { stdout } = await runHooks(['history', '--json'], {
      env: { ...env, HOOKS_STATE_DIR: env.HOOKS_CONFIG_DIR ?? '' },
    });
    assert.deepEqual(
      checkedLines(stdout)
        .map(({ target }) => target)
        .sort(),
      [all.url, issues.url].sort(),
    );
  });

  it('leaves out those that another event is for', async (t) => {
    const { all, issues, env } = await three(t);
    assert.equal((await send(env, 'ping', '--provider', 'synq', ...GITHUB)).exitCode, 0);
    assert.deepEqual([all.received.length, issues.received.length], [1, 0]);
  });

  it('gives each of them -n events', async (t) => {
    const { all, issues, env } = await three(t);
    const ran = await send(env, 'issue_created', ...GITHUB, '-n', '3', '--concurrency', '2');
    assert.match(ran.stdout, /6 delivered, 0 failed/);
    const ids = ({ received }: Endpoint) =>
      received.map(({ body }) => String(JSON.parse(String(body)).event_id)).sort();
    assert.equal(new Set(ids(all)).size, 3);
    assert.deepEqual(ids(all), ids(issues));
  });

  it('names the endpoint of every attempt in JSON', async (t) => {
    const { env } = await three(t);
    const { stdout } = await send(env, 'issue_created', ...GITHUB, '--json');
    const attempts = checkedLines(stdout).filter(({ type }) => String(type).startsWith('attempt.'));
    assert.deepEqual(
      attempts.map((event) => `${event.type} ${event.endpoint}`),
      ['attempt.started all', 'attempt.finished all', 'attempt.started issues', 'attempt.finished issues'],
    );
  });

  it('ends with the worst that came of them, and names who failed', async (t) => {
    const fine = await endpoint(t);
    const broken = await endpoint(t, 500);
    const env = await saved([
      ['fine', '--url', fine.url, '--events', '*'],
      ['broken', '--url', broken.url, '--events', '*'],
      ['gone', '--url', '127.0.0.1:1', '--events', 'synq/issue_created'],
    ]);
    const all = await send(env, 'issue_created', '--unsigned');
    assert.equal(all.exitCode, 1);
    assert.match(all.stdout, /from broken in .*\n +✗ expected status 2xx, got 500\n/);
    assert.match(all.stdout, /1 delivered, 1 failed, 1 without an answer/);
    assert.match(all.stderr, /error: gone: nothing listens/);
    const unreachable = await send(env, 'issue_created', '--unsigned', '--to', 'fine', '--to', 'gone');
    assert.equal(unreachable.exitCode, 3);
  });

  it('sends nothing to anybody where one of them has no secret, and names that one', async (t) => {
    const [all, bare] = [await endpoint(t), await endpoint(t)];
    const env = await saved([
      ['all', '--url', all.url, '--events', '*', '--secret', 'of-all'],
      ['bare', '--url', bare.url, '--events', '*'],
    ]);
    const ran = await send(env, 'issue_created', ...GITHUB);
    assert.equal(ran.exitCode, 2);
    assert.match(ran.stderr, /error: endpoint bare: .*there is no secret to sign with/);
    assert.deepEqual([all.received.length, bare.received.length], [0, 0]);
    const helped = await send({ ...env, HOOKS_SECRET: 'of-the-user' }, 'issue_created', ...GITHUB);
    assert.equal(helped.exitCode, 0, helped.stderr);
    assert.ok(signedWith(first(all), 'of-all'));
    assert.ok(signedWith(first(bare), 'of-the-user'));
  });

  it('takes --secret for all of them, and one of stdin too', async (t) => {
    const { all, issues, env } = await three(t);
    await send(env, 'issue_created', ...GITHUB, '--secret', 'given');
    assert.ok(signedWith(first(all), 'given'));
    assert.ok(signedWith(first(issues), 'given'));
    const piped = await runHooks(['send', 'issue_created', ...GITHUB, '--secret-file', '-'], {
      env,
      stdin: 'piped\n',
    });
    assert.equal(piped.exitCode, 0, piped.stderr);
    for (const { received } of [all, issues]) assert.ok(signedWith(received[1] as Arrived, 'piped'));
  });

  it('goes to the default endpoint where nobody is subscribed', async (t) => {
    const { all, issues, idle } = await three(t);
    const env = await saved([['idle', '--url', idle.url, '--provider', 'synq']]);
    await runHooks(['config', 'set', 'endpoint', 'idle'], { env });
    const ran = await send(env, 'issue_created', '--unsigned');
    assert.equal(ran.exitCode, 0, ran.stderr);
    assert.deepEqual([all.received.length, issues.received.length, idle.received.length], [0, 0, 1]);
  });

  it('says who is not subscribed where there is no default either', async (t) => {
    const { env } = await three(t);
    const bare = await saved([['idle', '--url', '3000']]);
    const nobody = await send(bare, 'issue_created');
    assert.equal(nobody.exitCode, 2);
    matchText(
      nobody.stderr,
      "error: no endpoint to deliver to\n  why:  none of the saved endpoints is subscribed to synq/issue_created: idle\n  next: name it with --to localhost:3000, or save one: `hooks endpoint add local --url localhost:3000 --events 'issue_created'`, or as the default: `hooks config set endpoint localhost:3000`\n",
    );
    const own = await send(env, '--data', '{}');
    assert.equal(own.exitCode, 2);
    assert.match(own.stderr, /without an event there are no subscribers/);
  });

  it('previews one request for each of them, or the example where there is none', async (t) => {
    const { all, issues, env } = await three(t);
    const curl = await send(env, 'issue_created', ...GITHUB, '--curl');
    assert.match(curl.stdout, /^### all\ncurl [\s\S]*\n### issues\ncurl /);
    const message = await send(env, 'issue_created', ...GITHUB, '--dry-run');
    assert.match(message.stdout, /^### all\nPOST [\s\S]*\}\n\n### issues\nPOST /);
    const lines = checkedLines((await send(env, 'issue_created', ...GITHUB, '--dry-run', '--json')).stdout);
    const prepared = lines.filter(({ type }) => type === 'request.prepared');
    assert.deepEqual(
      prepared.map(({ endpoint: name, url }) => [name, url]),
      [
        ['all', all.url],
        ['issues', issues.url],
      ],
    );
    assert.deepEqual(prepared[0]?.body, prepared[1]?.body);
    const alone = await runHooks(['send', 'ping', '--provider', 'synq', '--unsigned', '--dry-run']);
    assert.match(alone.stdout, /^POST \/ HTTP\/1\.1\r\nhost: localhost:3000\r\n/i);
    assert.deepEqual([all.received.length, issues.received.length], [0, 0]);
  });

  it('refuses --case for several endpoints', async (t) => {
    const { env } = await three(t);
    const ran = await send(env, 'issue_created', '--case', 'authenticity/wrong-secret');
    assert.equal(ran.exitCode, 2);
    assert.match(
      ran.stderr,
      /--case tests one endpoint, and all, issues are meant\n {2}next: name one with --to/,
    );
  });

  it('names a subscriber whose provider is no longer known', async (t) => {
    const { env } = await three(t);
    const file = `${env.HOOKS_CONFIG_DIR}/config.json`;
    writeFileSync(file, readFileSync(file, 'utf8').replace('"synq"', '"sinq"'));
    const ran = await send(env, 'issue_created', '--unsigned');
    assert.equal(ran.exitCode, 2);
    assert.match(ran.stderr, /endpoint issues: no provider is called 'sinq'/);
    assert.match(
      (await runHooks(['endpoint'], { env })).stderr,
      /endpoint issues: no provider is called 'sinq', so it gets nothing/,
    );
  });
});

describe('hooks send with several --to', () => {
  it('delivers to names and addresses, each once, whatever is subscribed', async (t) => {
    const { all, idle, env } = await three(t);
    const other = await endpoint(t);
    const to = ['--to', 'idle', '--to', other.url, '--to', 'idle'];
    const ran = await send({ ...env, HOOKS_SECRET: 's' }, 'issue_created', ...GITHUB, ...to);
    assert.equal(ran.exitCode, 0, ran.stderr);
    assert.deepEqual(first(idle).body, first(other).body);
    assert.equal(all.received.length, 0);
    assert.match(ran.stdout, /from idle in /);
    assert.ok(ran.stdout.includes(`from ${other.url} in `), ran.stdout);
  });

  it('refuses endpoints of different providers', async () => {
    const env = await saved([
      ['a', '--url', '3000', '--provider', 'synq'],
      ['b', '--url', '3001', '--provider', 'incident-io'],
    ]);
    const ran = await send(env, 'issue_created', '--to', 'a', '--to', 'b');
    assert.equal(ran.exitCode, 2);
    assert.match(ran.stderr, /a receives deliveries of synq, b those of incident-io/);
  });

  it('waits for each of them', async (t) => {
    const there = await endpoint(t);
    const to = ['--to', there.url, '--to', '127.0.0.1:1'];
    const ran = await send({}, 'issue_created', '--unsigned', ...to, '--wait-for-endpoint', '50ms');
    assert.equal(ran.exitCode, 3);
    assert.match(ran.stderr, /nothing listened at 127\.0\.0\.1:1/);
    assert.equal(there.received.length, 0);
  });

  it('goes through the proxy that holds for each', async (t) => {
    const proxy = await endpoint(t, 200);
    const direct = await endpoint(t);
    const to = ['--to', 'http://shop.test/', '--to', direct.url];
    const env = { http_proxy: proxy.url };
    const ran = await send(env, 'issue_created', '--unsigned', ...to);
    assert.equal(ran.exitCode, 0, ran.stdout + ran.stderr);
    assert.equal(first(proxy).target, 'http://shop.test/');
    assert.equal(first(direct).target, '/');
  });
});

describe('hooks endpoint add --events', () => {
  it('is shown by add, list and show', async () => {
    const added = await runHooks([
      ...['endpoint', 'add', 'shop', '--url', '3000', '--provider', 'synq'],
      ...['--events', 'issue_*', '--events', 'ping'],
    ]);
    const line = 'shop  http://localhost:3000/  synq  issue_* ping\n';
    assert.deepEqual([added.stdout, added.stderr], [line, '']);
    const env = { HOOKS_CONFIG_DIR: added.configDirectory };
    assert.equal((await runHooks(['endpoint'], { env })).stdout, line);
    assert.equal((await runHooks(['endpoint', 'show', 'shop'], { env })).stdout, line);
    assert.deepEqual(checkedLines((await runHooks(['endpoint', '--json'], { env })).stdout)[0]?.events, [
      'issue_*',
      'ping',
    ]);
  });

  it('notes a pattern that no event type fits, or none of its provider', async () => {
    const added = await runHooks(['endpoint', 'add', 'shop', '--url', '3000', '--events', 'isue_created']);
    assert.equal(added.exitCode, 0);
    assert.match(
      added.stderr,
      /note: endpoint shop: no event type is called 'isue_created'\n {2}next: did you mean issue_created\?/,
    );
    const argv = ['--provider', 'incident-io', '--events', 'issue_created'];
    const foreign = await runHooks(['endpoint', 'add', 'shop', '--url', '3000', ...argv]);
    assert.match(foreign.stderr, /no event type is called 'issue_created'/);
    const quiet = await runHooks(['endpoint', 'add', 'shop', '--url', '3000', ...argv, '-q']);
    assert.equal(quiet.stderr, '');
  });

  it('refuses a list that somebody broke by hand', async () => {
    const env = await saved([['shop', '--url', '3000', '--events', '*']]);
    const file = `${env.HOOKS_CONFIG_DIR}/config.json`;
    const config = JSON.parse(readFileSync(file, 'utf8'));
    config.endpoints.shop.events = '*';
    writeFileSync(file, JSON.stringify(config));
    const ran = await runHooks(['endpoint'], { env });
    assert.equal(ran.exitCode, 3);
    assert.match(ran.stderr, /endpoints\.shop\.events is not a list of texts/);
  });
});
