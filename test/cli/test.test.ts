import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { checkedLines } from '../helpers/output-schema.ts';
import { runHooks } from '../helpers/run-hooks.ts';

const SECRET = 'whsec_dGhlLXNlY3JldC1vZi10aGUtb3JkZXJzLXRlYW0=';
const env = { HOOKS_SECRET: SECRET };
const QUICK = ['--payloads', '0', '--json'];

type Answer = (request: {
  method: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  url: string;
}) => number;

/** A receiver that answers as told. */
async function receiver(t: TestContext, answer: Answer): Promise<string> {
  const server: Server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', headers, url = '' } = incoming;
      response.writeHead(answer({ method, headers, url, body: Buffer.concat(chunks) })).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Verifies as the official library does. */
const verifying: Answer = ({ method, headers, body }) => {
  if (method !== 'POST') return 405;
  try {
    new Webhook(SECRET).verify(body.toString(), headers as Record<string, string>);
    return 204;
  } catch {
    return 401;
  }
};

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'hooks-test-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

function outcomes(stdout: string): Map<unknown, unknown> {
  return new Map(
    checkedLines(stdout).flatMap((line) => (line.type === 'case.finished' ? [[line.id, line.outcome]] : [])),
  );
}

describe('hooks test', () => {
  it('passes a receiver that verifies with the official library', async (t) => {
    const url = await receiver(t, verifying);
    const ran = await runHooks(['test', url, '--provider', 'incident-io', ...QUICK], { env });
    const last = checkedLines(ran.stdout).at(-1);
    assert.equal(last?.isPassed, true, ran.stdout.slice(-2000));
    assert.equal(ran.exitCode, 0);
    assert.ok(outcomes(ran.stdout).size > 200);
  });

  it('fails a receiver that accepts everything, and says which forgeries it lets in', async (t) => {
    const url = await receiver(t, () => 200);
    const ran = await runHooks(['test', url, '--provider', 'synq', '--group', 'authenticity', ...QUICK], {
      env,
    });
    assert.equal(ran.exitCode, 1);
    const found = outcomes(ran.stdout);
    for (const id of ['wrong-secret', 'unsigned', 'changed-body', 'changed-timestamp', 'unknown-version'])
      assert.equal(found.get(`authenticity/${id}`), 'failed', id);
    assert.equal(found.get('authenticity/rotation-second'), 'passed');
  });

  it('stops when a genuine delivery is refused: no refusal would mean anything', async (t) => {
    const url = await receiver(t, () => 401);
    const ran = await runHooks(['test', url, '--provider', 'synq', '--payloads', '0'], { env });
    assert.equal(ran.exitCode, 1);
    assert.match(ran.stdout, /not tested: a genuine delivery was not accepted/);
    assert.match(ran.stdout, /got: +401 Unauthorized/);
  });

  it('ends with 3 when nothing listens', async () => {
    const ran = await runHooks(['test', '127.0.0.1:1', '--provider', 'synq'], { env });
    assert.equal(ran.exitCode, 3);
    assert.match(ran.stderr, /nothing to test at http:\/\/127\.0\.0\.1:1\/\n {2}why: .*\n {2}next: /);
  });

  it('ends early when the receiver is gone, and fails', async () => {
    const server = createServer((incoming, response) => {
      incoming.resume().on('end', () => {
        if (String(incoming.headers['content-type']).startsWith('text/plain')) {
          server.close();
          server.closeAllConnections();
        } else response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const only = ['--only', 'robustness/content-type-*', '--only', 'coverage/*'];
    const ran = await runHooks(['test', String(port), '--provider', 'synq', ...only, ...QUICK], { env });
    assert.equal(ran.exitCode, 1);
    const last = checkedLines(ran.stdout).at(-1);
    assert.equal(last?.stopped, 'unreachable');
    assert.equal(outcomes(ran.stdout).get('robustness/content-type-text'), 'failed');
    assert.equal(outcomes(ran.stdout).get('coverage/ping'), 'skipped');
  });

  it('counts what was processed, by a probe', async (t) => {
    let processed = 0;
    const url = await receiver(t, ({ method }) => {
      if (method === 'POST') processed++;
      return 200;
    });
    const probe = await new Promise<string>((resolve) => {
      const server = createServer((_, response) => response.end(String(processed)));
      t.after(() => server.close());
      server.listen(0, '127.0.0.1', () => resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`));
    });
    const only = ['--only', 'semantics/*processed*', '--probe', probe];
    const ran = await runHooks(['test', url, '--provider', 'synq', ...only, ...QUICK], { env });
    assert.deepEqual(
      [...outcomes(ran.stdout)],
      [
        ['baseline/genuine', 'passed'],
        ['semantics/duplicate-processed-once', 'failed'],
        ['semantics/concurrent-duplicates-processed-once', 'failed'],
        ['semantics/two-events-processed', 'passed'],
      ],
    );
    assert.match(ran.stdout, /"got":"processed 2 times/);
    assert.match(ran.stdout, /"got":"processed 5 times/);
  });

  it('lists its cases without a receiver and without a secret', async () => {
    const ran = await runHooks(['test', ':1', '--provider', 'synq', '--list', '--json']);
    assert.equal(ran.exitCode, 0);
    assert.ok(checkedLines(ran.stdout).length > 150);
  });

  it('refuses a pattern that names no case, and a missing provider', async () => {
    const typo = await runHooks(['test', ':1', '--provider', 'synq', '--only', 'authentic/*'], { env });
    assert.equal(typo.exitCode, 2);
    assert.match(typo.stderr, /no case is called 'authentic\/\*'/);
    const none = await runHooks(['test', ':1'], { env });
    assert.equal(none.exitCode, 2);
    assert.match(none.stderr, /no provider to test the receiver for/);
  });

  it('fails on a should where that is asked for', async (t) => {
    const url = await receiver(t, (request) =>
      request.body.includes('EVENT_TYPE_ADDED_NEXT_YEAR') ? 422 : verifyingSynq(request),
    );
    const argv = ['test', url, '--provider', 'synq', '--only', 'robustness/unknown-event-type', ...QUICK];
    assert.equal((await runHooks(argv, { env })).exitCode, 0);
    assert.equal((await runHooks([...argv, '--fail-on', 'should'], { env })).exitCode, 1);
  });

  it('writes all reports at once, and lets known failures pass with a baseline', async (t) => {
    const url = await receiver(t, () => 200);
    const path = (name: string) => join(folder_, name);
    const folder_ = folder(t);
    const argv = ['test', url, '--provider', 'synq', '--group', 'authenticity', ...QUICK];
    const files = [
      '--junit',
      path('r.xml'),
      '--tap',
      path('r.tap'),
      '--sarif',
      path('r.sarif'),
      '--html',
      path('r.html'),
    ];
    const first = await runHooks([...argv, ...files], { env });
    assert.equal(first.exitCode, 1);
    for (const name of ['r.xml', 'r.tap', 'r.sarif', 'r.html'])
      assert.match(readFileSync(path(name), 'utf8'), /authenticity\/wrong-secret/, name);
    writeFileSync(path('baseline.ndjson'), first.stdout);
    const second = await runHooks([...argv, '--baseline', path('baseline.ndjson')], { env });
    assert.equal(second.exitCode, 0);
    assert.match(second.stdout, /"newlyFailing":\[\]/);
  });

  it('refuses a report that cannot be written before anything is sent', async (t) => {
    let received = 0;
    const url = await receiver(t, () => {
      received++;
      return 200;
    });
    const ran = await runHooks(['test', url, '--provider', 'synq', '--junit', '/nonexistent/r.xml'], { env });
    assert.equal(ran.exitCode, 3);
    assert.equal(received, 0);
  });

  it('annotates and sums up inside GitHub Actions', async (t) => {
    const url = await receiver(t, () => 200);
    const summary = join(folder(t), 'summary.md');
    const argv = ['test', url, '--provider', 'synq', '--only', 'authenticity/unsigned', '--payloads', '0'];
    const inActions = { ...env, GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const ran = await runHooks(argv, { env: inActions });
    assert.match(ran.stdout, /^::error title=authenticity\/unsigned::refuses a delivery without/m);
    assert.match(readFileSync(summary, 'utf8'), /\| authenticity \| 0 \| 1 \|/);
  });

  it('finds the smallest payload that a receiver fails on, and keeps it as it was sent', async (t) => {
    const state = folder(t);
    const url = await receiver(t, ({ body }) => {
      const { ping } = JSON.parse(body.toString()) as { ping?: { message?: string } };
      return ping?.message !== undefined && ping.message.length > 100 ? 500 : 200;
    });
    const argv = [
      'test',
      url,
      '--provider',
      'synq',
      '--only',
      'robustness/payloads-ping',
      '--json',
      '--payloads',
      '100',
    ];
    const ran = await runHooks(argv, { env: { ...env, HOOKS_STATE_DIR: state } });
    assert.equal(ran.exitCode, 1);
    const [, file] = /is kept in (\S+\.json)/.exec(ran.stdout) ?? [];
    assert.ok(file !== undefined && existsSync(file), ran.stdout);
    const payload = JSON.parse(readFileSync(file, 'utf8')) as { ping: { message: string } };
    assert.ok(payload.ping.message.length > 100);
    assert.ok(!('callbacks' in payload), 'an optional part is left that the failure does not need');
    const again = await runHooks(['send', 'ping', '--provider', 'synq', '--to', url, '--data', `@${file}`], {
      env,
    });
    assert.equal(again.exitCode, 1);
  });

  it('prints a command for every failure that sends the same again', async (t) => {
    const url = await receiver(t, () => 200);
    const argv = ['test', url, '--provider', 'synq', '--only', 'authenticity/unsigned', ...QUICK];
    const ran = await runHooks(argv, { env });
    const failed = checkedLines(ran.stdout).find(({ outcome }) => outcome === 'failed');
    const [, ...words] = String(failed?.reproduce).split(' ');
    const again = await runHooks([...words, '--dry-run'], { env });
    assert.equal(again.exitCode, 0);
    assert.match(again.stdout, /^POST \/ HTTP\/1\.1\r\n/);
    assert.doesNotMatch(again.stdout, /X-Coalesce-Signature/i);
  });
});

/** Nothing is verified; for cases of which only the answer counts. */
const verifyingSynq: Answer = () => 200;
