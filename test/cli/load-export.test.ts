import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createScheme } from '../../src/core/signing/schemes.ts';
import { loadArtillery, playK6 } from '../helpers/exported-engines.ts';
import { temporaryFolder } from '../helpers/hooks-process.ts';
import { runHooks } from '../helpers/run-hooks.ts';

const SECRET = 'the-secret-of-the-load';
const ED25519 = 'whsk_MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g';

async function exported(t: TestContext, engine: 'k6' | 'artillery', argv: readonly string[]) {
  const folder = join(temporaryFolder(t), 'out');
  const run = await runHooks(['load', ...argv, '--export', engine, '-o', folder]);
  assert.equal(run.exitCode, 0, run.stderr);
  return { folder, run };
}

describe('hooks load --export', () => {
  for (const engine of ['k6', 'artillery'] as const) {
    it(`writes a script for ${engine} whose deliveries our verifier accepts`, async (t) => {
      const { folder, run } = await exported(t, engine, ['synq/issue_created', '--to', ':3000']);
      assert.match(run.stdout, new RegExp(`HOOKS_SECRET=… ${engine} run`));
      const env = { HOOKS_SECRET: SECRET };
      const requests =
        engine === 'k6' ? playK6(folder, env, 3).requests : await (await loadArtillery(folder, env)).play(3);
      const scheme = createScheme({ scheme: 'coalesce' });
      for (const { headers, body } of requests) {
        const at = { headers, body, nowSeconds: Math.floor(Date.now() / 1000) };
        assert.equal(scheme.verify(at, [scheme.parseSecret(SECRET)]).ok, true);
      }
      const ids = requests.map(({ body }) => (JSON.parse(body.toString()) as { event_id: string }).event_id);
      assert.equal(new Set(ids).size, 3);
    });

    it(`asks for the secret where ${engine} runs, and for what else is not written down`, async (t) => {
      const url = 'http://localhost:3000/hooks?token=passw0rd';
      const argv = ['synq/ping', '--to', url, '-H', 'X-Api-Key: k3y'];
      const { folder, run } = await exported(t, engine, argv);
      assert.match(run.stdout, new RegExp(`HOOKS_URL=… HOOKS_SECRET=… X_API_KEY=… ${engine} run`));
      const text = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
      assert.doesNotMatch(text.join('\n'), /passw0rd|k3y/);
      const play = async (env: Record<string, string>) =>
        engine === 'k6' ? playK6(folder, env, 1).requests : (await loadArtillery(folder, env)).play(1);
      await assert.rejects(play({ HOOKS_SECRET: SECRET }), /set HOOKS_URL/);
      await assert.rejects(play({ HOOKS_URL: url }), /set HOOKS_SECRET/);
      await assert.rejects(play({ HOOKS_URL: url, HOOKS_SECRET: SECRET }), /set X_API_KEY/);
      const [request] = await play({ HOOKS_URL: url, HOOKS_SECRET: SECRET, X_API_KEY: 'k3y' });
      assert.equal(request?.url, url);
      assert.equal(Object.fromEntries(request?.headers ?? [])['X-Api-Key'], 'k3y');
    });

    it(`refuses a key in ${engine} that it cannot sign with`, async (t) => {
      const argv = ['--to', ':3000', '--scheme', 'standard-webhooks'];
      const { folder } = await exported(t, engine, ['synq/ping', ...argv]);
      const play = async (secret: string) =>
        engine === 'k6'
          ? playK6(folder, { HOOKS_SECRET: secret }, 1)
          : loadArtillery(folder, { HOOKS_SECRET: secret });
      await assert.rejects(play(ED25519), /Ed25519 key, which this engine cannot sign with/);
      await assert.rejects(play('whsec_not base64'), /HOOKS_SECRET is not base64/);
    });
  }

  it('keeps the header that the user has put in place of the signature, and leaves out what was removed', async (t) => {
    const own = ['-H', 'X-Coalesce-Signature: mine', '-H', 'User-Agent:'];
    const { folder } = await exported(t, 'k6', ['synq/ping', '--to', ':3000', ...own]);
    const [request] = playK6(folder, { HOOKS_SECRET: SECRET }, 1).requests;
    const headers = Object.fromEntries(request?.headers ?? []);
    assert.equal(headers['X-Coalesce-Signature'], 'mine');
    assert.equal('User-Agent' in headers, false);
  });

  it('writes a rate, a ramp and a closed loop as k6 takes them, with the limits', async (t) => {
    const limits = ['--max-latency', 'p99.9=200ms', '--max-latency', 'mean=50ms', '--max-errors', '0.5%'];
    const options = async (...argv: string[]) => {
      const { folder } = await exported(t, 'k6', ['synq/ping', '--to', ':3000', ...argv]);
      const { options, expected } = playK6(folder, { HOOKS_SECRET: SECRET }, 0);
      return { ...JSON.parse(JSON.stringify(options)), expected: JSON.parse(JSON.stringify(expected)) };
    };
    const pool = { timeUnit: '1s', preAllocatedVUs: 500, maxVUs: 500 };
    const constant = await options('--rate', '200/s', '--duration', '5s', '--expect', '2xx,409', ...limits);
    assert.deepEqual(constant.scenarios.deliveries, {
      executor: 'constant-arrival-rate',
      rate: 200,
      duration: '5000ms',
      ...pool,
    });
    assert.deepEqual(constant.thresholds, {
      http_req_duration: ['p(99.9)<=200', 'avg<=50'],
      http_req_failed: ['rate<=0.005'],
      dropped_iterations: ['count<=10'],
    });
    assert.deepEqual(constant.expected, [
      { min: 200, max: 299 },
      { min: 409, max: 409 },
    ]);
    const ramp = await options('--ramp', '100..5000/30s');
    assert.deepEqual(ramp.scenarios.deliveries, {
      executor: 'ramping-arrival-rate',
      startRate: 100,
      stages: [{ target: 5000, duration: '30000ms' }],
      ...pool,
    });
    const closed = await options('--concurrency', '20', '--duration', '5s');
    assert.deepEqual(closed.scenarios.deliveries, { executor: 'constant-vus', vus: 20, duration: '5000ms' });
    const slow = await options('--rate', '90/m');
    assert.deepEqual([slow.scenarios.deliveries.rate, slow.scenarios.deliveries.timeUnit], [90, '1m']);
  });

  it('writes a rate and a ramp as Artillery takes them, with the limits', async (t) => {
    const argv = ['--ramp', '100..500/30s', '--duration', '40s', '--max-latency', 'p99=200ms'];
    const { folder } = await exported(t, 'artillery', [
      'synq/ping',
      '--to',
      ':3000',
      '--expect',
      '204',
      ...argv,
    ]);
    const { script, accepts } = await loadArtillery(folder, { HOOKS_SECRET: SECRET });
    assert.match(script, /"duration":30,"arrivalRate":100,"rampTo":500,"maxVusers":500/);
    assert.match(script, /"duration":10,"arrivalRate":500,"maxVusers":500/);
    assert.match(script, /maxErrorRate: 1\n/);
    assert.match(script, /"http\.response_time\.p99": 200/);
    assert.deepEqual([200, 204, 500].map(accepts), [false, true, false]);
  });

  it('asks for no secret where nothing is signed', async (t) => {
    const { folder, run } = await exported(t, 'k6', ['synq/ping', '--to', ':3000', '--unsigned']);
    assert.doesNotMatch(run.stdout, /HOOKS_SECRET/);
    assert.equal(playK6(folder, {}, 2).requests.length, 2);
  });

  const TO = ['synq/ping', '--to', ':3000'];
  for (const [name, argv, message] of [
    [
      'an Ed25519 key',
      [...TO, '--scheme', 'standard-webhooks', '--secret', ED25519],
      /Ed25519 signatures cannot/,
    ],
    [
      'a public key',
      [...TO, '--scheme', 'standard-webhooks', '--secret', 'whpk_x'],
      /Ed25519 signatures cannot/,
    ],
    ['two secrets', [...TO, '--secret', 'one', '--secret', 'two'], /a script signs with one secret/],
    ['a body that is not UTF-8', ['--to', ':3000', '--scheme', 'github', '--data', '@latin1'], /not UTF-8/],
    ['a header given twice', [...TO, '-H', 'X-One: 1', '-H', 'x-one: 2'], /the header x-one is given twice/],
    ['--find-limit', [...TO, '--find-limit', '--max-latency', 'p99=1s'], /--find-limit cannot be exported/],
    ['--warmup', [...TO, '--warmup', '1s'], /--warmup cannot be exported/],
    ['--html', [...TO, '--html', 'load.html'], /--html cannot be exported/],
    ['--workers', [...TO, '--workers', '2'], /--workers cannot be exported/],
    ['--seed', [...TO, '--seed', 'one'], /--seed cannot be exported/],
    ['--proxy', [...TO, '--proxy', 'http://localhost:8080'], /--proxy cannot be exported/],
    ['--insecure', [...TO, '--insecure'], /--insecure cannot be exported/],
    ['--cacert', [...TO, '--cacert', 'ca.pem'], /--cacert cannot be exported/],
  ] as const) {
    it(`refuses ${name}, and writes nothing`, async (t) => {
      const folder = temporaryFolder(t);
      writeFileSync(join(folder, 'latin1'), Buffer.from([0x7b, 0xfc, 0x7d]));
      const flags = ['--export', 'k6', '-o', 'out'];
      const run = await runHooks(
        ['load', ...argv, ...flags].map((word) => word.replace('@latin1', `@${folder}/latin1`)),
        {
          cwd: folder,
        },
      );
      assert.equal(run.exitCode, 2, run.stderr);
      assert.match(run.stderr, message);
      assert.match(run.stderr, /next:/);
      assert.deepEqual(readdirSync(folder), ['latin1']);
    });
  }

  for (const [name, argv, message] of [
    ['a closed loop', ['--concurrency', '5'], /Artillery has no closed loop/],
    ['a method', ['-X', 'OPTIONS'], /Artillery cannot send OPTIONS/],
    ['a header that looks like a template,', ['-H', 'X-Note: {{ name }}'], /the header X-Note holds \{\{/],
    ['a URL that looks like a template,', ['--to', 'http://localhost:3000/?a={{b}}'], /the URL holds \{\{/],
    ['a percentile', ['--max-latency', 'p99.99=1s'], /Artillery does not report p99\.99/],
  ] as const) {
    it(`refuses ${name} that Artillery does not know or would change`, async (t) => {
      const folder = temporaryFolder(t);
      const run = await runHooks([
        'load',
        ...TO,
        ...argv,
        '--export',
        'artillery',
        '-o',
        join(folder, 'out'),
      ]);
      assert.equal(run.exitCode, 2, run.stderr);
      assert.match(run.stderr, message);
      assert.deepEqual(readdirSync(folder), []);
    });
  }

  it('does not write over what is there, nor anywhere that was not named', async (t) => {
    const { folder } = await exported(t, 'k6', TO);
    const again = await runHooks(['load', ...TO, '--export', 'k6', '-o', folder]);
    assert.equal(again.exitCode, 2);
    assert.match(again.stderr, /load\.js exists already/);
    const nowhere = await runHooks(['load', ...TO, '--export', 'k6']);
    assert.match(nowhere.stderr, /--export has no folder to write to/);
    const nothing = await runHooks(['load', ...TO, '-o', folder]);
    assert.match(nothing.stderr, /--output has no meaning without --export/);
    const other = await runHooks(['load', ...TO, '--export', 'gatling', '-o', folder]);
    assert.match(other.stderr, /Allowed choices are k6, artillery|k6, artillery/);
    assert.deepEqual(
      [again, nowhere, nothing, other].map(({ exitCode }) => exitCode),
      [2, 2, 2, 2],
    );
  });
});
