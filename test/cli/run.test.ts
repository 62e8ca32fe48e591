// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scenarios refer to variables like this
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { endpoint } from '../helpers/endpoint.ts';
import { checkedLines } from '../helpers/output-schema.ts';
import { runHooks } from '../helpers/run-hooks.ts';

const SECRET = 'whsec_c2hvcC1zZWNyZXQtdGhhdC1uby1vbmUtc2VlcyE=';
const env = { HOOKS_SECRET: SECRET };
const NODE = JSON.stringify(process.execPath);

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'hooks-run-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function story(t: TestContext, steps: string, head = ''): string {
  const file = join(folder(t), 'story.yaml');
  writeFileSync(file, `name: Story\nprovider: synq\n${head}steps:\n${steps}`);
  return file;
}

function cases(stdout: string) {
  return checkedLines(stdout).filter(({ type }) => type === 'case.finished');
}

describe('hooks run', () => {
  it('plays a scenario: ids are the same in all its deliveries, and each is signed', async (t) => {
    const { url, received } = await endpoint(t, 204);
    const file = story(
      t,
      '  - send: { event: issue_created, set: { issue_created.issue.issue_id: "${issue}" } }\n  - send: { event: issue_closed, set: { issue_closed.issue.issue_id: "${issue}" } }\n',
      'variables: { issue: "${uuid}" }\n',
    );
    const ran = await runHooks(['run', file, '--to', url], { env });
    assert.equal(ran.exitCode, 0, ran.stderr);
    assert.match(ran.stdout, /✓ story\/01-issue-created .*\n✓ story\/02-issue-closed /);
    const [first, second] = received.map(({ body }) => JSON.parse(body.toString()));
    assert.match(first.issue_created.issue.issue_id, /^[0-9a-f-]{36}$/);
    assert.equal(first.issue_created.issue.issue_id, second.issue_closed.issue.issue_id);
    for (const { headers } of received)
      assert.ok(Object.keys(headers).some((name) => name.endsWith('signature')));
    assert.ok(!`${ran.stdout}${ran.stderr}`.includes(SECRET));
  });

  it('ends with 1 when a step is not as expected, names its place, and goes on', async (t) => {
    const { url, received } = await endpoint(t, (response, index) =>
      response.writeHead(index === 0 ? 500 : 204).end(),
    );
    const file = story(t, '  - send: ping\n  - send: ping\n');
    const ran = await runHooks(['run', file, '--to', url], { env });
    assert.equal(ran.exitCode, 1);
    assert.equal(received.length, 2);
    assert.match(ran.stdout, /expected status 2xx, got 500/);
    assert.ok(ran.stdout.includes(`${file}:4:5`));
  });

  it('ends with 2 for a mistake in the scenario, before anything is sent', async (t) => {
    const { url, received } = await endpoint(t, 204);
    const rows = [
      { steps: '  - send: ping\n  - wait: 5\n', says: /story\.yaml:5:11: .*5s or 5ms/ },
      { steps: '  - send: ping\n  - send: pink\n', says: /story\.yaml:5:5: no event type is called 'pink'/ },
      {
        steps: '  - send: ping\n  - send: { event: ping, unset: [no.such] }\n',
        says: /story\.yaml:5:5: --unset no\.such/,
      },
      {
        steps: '  - send: ping\n  - send: { file: none.json }\n',
        says: /story\.yaml:5:5: cannot read the body/,
      },
    ];
    for (const { steps, says } of rows) {
      const ran = await runHooks(['run', story(t, steps), '--to', url], { env });
      assert.ok(ran.exitCode === 2 || ran.exitCode === 3, ran.stderr);
      assert.match(ran.stderr, says);
    }
    assert.equal(received.length, 0);
  });

  it('ends with 3 when nothing listens', async (t) => {
    const ran = await runHooks(['run', story(t, '  - send: ping\n'), '--to', '127.0.0.1:1'], { env });
    assert.equal(ran.exitCode, 3);
    assert.match(ran.stderr, /nothing to play the scenario against at http:\/\/127\.0\.0\.1:1\//);
  });

  it('refuses a call without a scenario, or for one that is not there', async () => {
    assert.equal((await runHooks(['run', '--to', ':1'], { env })).exitCode, 2);
    const typo = await runHooks(['run', 'synq/isue-life', '--to', ':1'], { env });
    assert.equal(typo.exitCode, 2);
    assert.match(typo.stderr, /did you mean synq\/issue-life\?/);
    assert.equal((await runHooks(['run', './none.yaml', '--to', ':1'], { env })).exitCode, 3);
  });

  it('takes the endpoint of the file, and --to before it', async (t) => {
    const { url, received } = await endpoint(t, 204);
    const other = await endpoint(t, 204);
    const file = story(t, '  - send: ping\n', `endpoint: ${url}\n`);
    await runHooks(['run', file], { env });
    await runHooks(['run', file, '--to', other.url], { env });
    assert.deepEqual([received.length, other.received.length], [1, 1]);
  });

  it('sends bodies of its own byte for byte: text, JSON, base64 and files', async (t) => {
    const { url, received } = await endpoint(t, 204);
    const file = story(
      t,
      '  - send: { data: "a ${n} $${n}" }\n  - send: { data: { n: "${n}" }, headers: { X-Kind: "json ${n}" } }\n  - send: { base64: gA== }\n  - send: { file: body.bin, method: put }\n',
      'variables: { n: 1 }\n',
    );
    writeFileSync(join(file, '..', 'body.bin'), Buffer.from([0xff, 0x24, 0x7b]));
    const ran = await runHooks(['run', file, '--to', url, '--provider', 'generic'], { env });
    assert.equal(ran.exitCode, 0, ran.stdout + ran.stderr);
    assert.deepEqual(
      received.map(({ body }) => body.toString('latin1')),
      ['a 1 ${n}', '{"n":1}', '\x80', '\xff${'],
    );
    assert.equal(received[1]?.headers['x-kind'], 'json 1');
    assert.equal(received[3]?.method, 'PUT');
  });

  it('signs a step with a secret of its own, from the environment or a file, and without one', async (t) => {
    const { url, received } = await endpoint(t, 204);
    const file = story(
      t,
      '  - send: { event: ping, secret: "${env:OTHER}" }\n  - send: { event: ping, secret: "${file:key}" }\n  - send: { event: ping, unsigned: true }\n',
    );
    writeFileSync(join(file, '..', 'key'), 'other-secret\n');
    const missing = await runHooks(['run', file, '--to', url], { env });
    assert.equal(missing.exitCode, 2);
    assert.match(missing.stderr, /story\.yaml:4:5: the environment has no OTHER/);
    const ran = await runHooks(['run', file, '--to', url], { env: { OTHER: 'other-secret' } });
    assert.equal(ran.exitCode, 0, ran.stderr);
    const signed = received.map(({ headers }) =>
      Object.keys(headers).some((name) => name.endsWith('signature')),
    );
    assert.deepEqual(signed, [true, true, false]);
  });

  it('fails a step for which an answer gave what no header can carry, and plays the next', async (t) => {
    const { url, received } = await endpoint(t, (response) => response.end('{"t":"a\\r\\nX-Evil: 1"}'));
    const file = story(
      t,
      '  - send: { event: ping, capture: { t: t } }\n  - send: { event: ping, headers: { X-Token: "${t}" } }\n  - send: { event: ping, id: "${t}" }\n  - send: ping\n',
    );
    const ran = await runHooks(['run', file, '--to', url, '--json'], { env });
    assert.equal(ran.exitCode, 1, ran.stderr);
    assert.deepEqual(
      cases(ran.stdout).map(({ outcome }) => outcome),
      ['passed', 'failed', 'failed', 'passed'],
    );
    assert.equal(received.length, 2);
  });

  it('replays from the history and from an exported file', async (t) => {
    const { url, received } = await endpoint(t, 204);
    const state = { ...env, HOOKS_CONFIG_DIR: folder(t) };
    await runHooks(['send', 'synq/ping', '--to', url, '--set', 'workspace=first'], { env: state });
    await runHooks(['send', 'synq/ping', '--to', url, '--set', 'workspace=second'], { env: state });
    const file = story(t, '  - replay: last\n  - replay: { file: recorded.ndjson, newId: true }\n');
    const exported = join(file, '..', 'recorded.ndjson');
    await runHooks(['history', 'export', '-o', exported], { env: state });
    const ran = await runHooks(['run', file, '--to', url, '--json'], { env: state });
    assert.equal(ran.exitCode, 0, ran.stdout + ran.stderr);
    const bodies = received.map(({ body }) => JSON.parse(body.toString()));
    assert.deepEqual(
      bodies.map(({ workspace }) => workspace),
      ['first', 'second', 'second', 'first', 'second'],
    );
    assert.equal(bodies[2].event_id, bodies[1].event_id);
    assert.notEqual(bodies[4].event_id, bodies[1].event_id);
    assert.equal(cases(ran.stdout).length, 3);
  });

  it('waits until a URL and a command tell of the side effect', async (t) => {
    let looks = 0;
    const { url } = await endpoint(t, (response, index) => {
      if (index > 0) looks++;
      response.end(JSON.stringify({ state: looks > 2 ? 'open' : 'new' }));
    });
    const file = story(
      t,
      `  - send: ping\n  - expect: { until: { url: "/issues/\${issue}", body: { state: open } }, within: 20s, every: 10ms }\n  - expect: { until: { command: '${NODE} -p process.env.HOOKS_ISSUE', text: "a b" } }\n`,
      'variables: { issue: a b }\n',
    );
    const ran = await runHooks(['run', file, '--to', url, '--json'], { env });
    assert.equal(ran.exitCode, 0, ran.stdout + ran.stderr);
    assert.ok(looks >= 3);
  });

  it('fails when the side effect does not show in time', async (t) => {
    const { url } = await endpoint(t, 404);
    const file = story(
      t,
      '  - send: { event: ping, expect: { status: 404 } }\n  - expect: { until: { url: /x }, within: 50ms, every: 10ms }\n',
    );
    const ran = await runHooks(['run', file, '--to', url], { env });
    assert.equal(ran.exitCode, 1);
    assert.match(ran.stdout, /answered 404/);
  });

  it('runs no command for a scenario that is called by its name', async (t) => {
    const pack = folder(t);
    const { writeAcmePack } = await import('../helpers/acme-pack.ts');
    writeAcmePack(join(pack, 'acme'));
    const { mkdirSync } = await import('node:fs');
    mkdirSync(join(pack, 'acme', 'scenarios'));
    const file = join(pack, 'acme', 'scenarios', 'count.yaml');
    writeFileSync(file, 'name: Count\nsteps:\n  - expect: { until: { command: "echo 1" } }\n');
    const own = { ...env, HOOKS_PROVIDERS: pack };
    const named = await runHooks(['run', 'acme/count', '--to', '127.0.0.1:1'], { env: own });
    assert.equal(named.exitCode, 2);
    assert.match(named.stderr, /count\.yaml:3:5: .*may not run a command/);
    const byPath = await runHooks(['run', file, '--to', '127.0.0.1:1'], { env: own });
    assert.equal(byPath.exitCode, 0, byPath.stderr);
  });

  it('disturbs the order as asked for, the same for the same seed, and says what it did', async (t) => {
    const { url, received } = await endpoint(t, 204);
    const steps = Array.from(
      { length: 12 },
      (_, n) => `  - send: { event: ping, id: "00000000-0000-4000-8000-0000000000${String(n + 10)}" }\n`,
    );
    const file = story(t, steps.join(''));
    const argv = [
      'run',
      file,
      '--to',
      url,
      '--json',
      '--shuffle',
      '--duplicate',
      '0.4',
      '--drop',
      '20%',
      '--seed',
      'friday',
    ];
    const ids = () => received.splice(0).map(({ body }) => JSON.parse(body.toString()).event_id as string);
    const first = await runHooks(argv, { env });
    const order = ids();
    await runHooks(argv, { env });
    assert.deepEqual(ids(), order);
    assert.notDeepEqual(order, [...order].sort());
    assert.ok(new Set(order).size < order.length);
    const told = cases(first.stdout).map(({ sent }) => String(sent));
    assert.ok(told.some((sent) => /^2nd copy of step \d+ \(duplicate\)/.test(sent)));
    assert.ok(told.some((sent) => /left out \(drop\)/.test(sent)));
    assert.ok(told.some((sent) => /out of order \(shuffle\)/.test(sent)));
    assert.equal((await runHooks([...argv.slice(0, 5), '--seed', 'x'], { env })).exitCode, 0);
    assert.equal(ids().length, 12);
  });

  it('prints with --dry-run what it would send, and sends nothing and needs no secret', async (t) => {
    const { url, received } = await endpoint(t, 204);
    const ran = await runHooks(['run', 'synq/issue-life', '--dry-run', '--to', url, '--drop', '1']);
    assert.equal(ran.exitCode, 0, ran.stderr);
    assert.match(ran.stdout, /nothing is sent\n/);
    assert.equal(ran.stdout.match(/left out \(drop\)/g)?.length, 5);
    assert.equal(received.length, 0);
    const json = await runHooks(['run', 'synq/issue-life', '--dry-run', '--json']);
    assert.equal(checkedLines(json.stdout).filter(({ type }) => type === 'case').length, 5);
  });

  it('keeps what it sent in the history, unless told not to', async (t) => {
    const { url } = await endpoint(t, 204);
    const own = { ...env, HOOKS_CONFIG_DIR: folder(t) };
    const file = story(t, '  - send: ping\n');
    await runHooks(['run', file, '--to', url], { env: own });
    await runHooks(['run', file, '--to', url, '--no-record'], { env: own });
    const { stdout } = await runHooks(['history', '--json'], { env: own });
    assert.equal(stdout.trim().split('\n').length, 1);
  });

  it('writes reports', async (t) => {
    const { url } = await endpoint(t, 204);
    const file = story(t, '  - send: ping\n');
    const junit = join(file, '..', 'report.xml');
    await runHooks(['run', file, '--to', url, '--junit', junit], { env });
    const { readFileSync } = await import('node:fs');
    assert.match(readFileSync(junit, 'utf8'), /accepts ping/);
  });

  it('lists the bundled scenarios', async () => {
    const { exitCode, stdout } = await runHooks(['run', '--list', '--json']);
    assert.equal(exitCode, 0);
    const names = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { name: string }).name);
    assert.ok(names.includes('synq/issue-life') && names.includes('incident-io/incident'));
  });

  it('reads a scenario from stdin', async (t) => {
    const { url, received } = await endpoint(t, 204);
    const stdin = 'name: Story\nsteps: [{ send: synq/ping }]\n';
    assert.equal((await runHooks(['run', '-', '--to', url], { env, stdin })).exitCode, 0);
    assert.equal(received.length, 1);
  });
});

describe('hooks history export --format scenario', () => {
  it('writes a scenario that delivers the same again, byte for byte', async (t) => {
    const { url, received } = await endpoint(t, 204);
    const own = { ...env, HOOKS_CONFIG_DIR: folder(t) };
    const file = join(folder(t), 'body');
    const bodies = [
      '{"a": "${b}",\n  "c": " \\u0000 "}\n',
      '\x80\xff',
      'a\r\nb',
      'x: |\n  y',
      '- 1',
      ' lead',
      '',
    ];
    for (const body of bodies) {
      writeFileSync(file, Buffer.from(body, 'latin1'));
      await runHooks(['send', '--data', `@${file}`, '--to', url, '-H', 'X-Kind: ${x}'], { env: own });
    }
    await runHooks(['send', 'synq/ping', '--to', url], { env: own });
    const first = received.splice(0);
    const exported = await runHooks(['history', 'export', '--format', 'scenario'], { env: own });
    assert.ok(!exported.stdout.includes(SECRET));
    const ran = await runHooks(['run', '-', '--to', url], { env: own, stdin: exported.stdout });
    assert.equal(ran.exitCode, 0, ran.stderr + exported.stdout);
    assert.deepEqual(
      received.map(({ body }) => body.toString('latin1')),
      first.map(({ body }) => body.toString('latin1')),
    );
    assert.equal(received[0]?.headers['x-kind'], '${x}');
    assert.ok(Object.keys(received.at(-1)?.headers ?? {}).some((name) => name.endsWith('signature')));
  });
});
