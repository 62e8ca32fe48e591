import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { type Arrived, endpoint } from '../helpers/endpoint.ts';
import { temporaryFolder } from '../helpers/hooks-process.ts';
import { runHooks } from '../helpers/run-hooks.ts';

const SECRET = 'whsec_c3RhbmRhcmQtd2ViaG9va3MtdGVzdC1rZXktMDE=';
const NEW_SECRET = 'whsec_c3RhbmRhcmQtd2ViaG9va3MtdGVzdC1rZXktMDI=';

type Options = Parameters<typeof runHooks>[1];

async function arrival(t: TestContext, argv: readonly string[], options?: Options): Promise<Arrived> {
  const { url, received } = await endpoint(t);
  const { exitCode, stdout, stderr } = await runHooks(['send', ...argv, '--to', url], options);
  assert.equal(exitCode, 0, stdout + stderr);
  return received[0] as Arrived;
}

function hmac(secret: string, ...parts: (string | Buffer)[]): string {
  const hash = createHmac('sha256', secret);
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** Which of the secrets signed a delivery of SYNQ. */
function signer({ headers, body }: Arrived, secrets: readonly string[]): string | undefined {
  const signed = headers['x-coalesce-signature'];
  return secrets.find(
    (secret) => signed === `v1=${hmac(secret, `${headers['x-coalesce-timestamp']}.`, body)}`,
  );
}

describe('the signature of hooks send', () => {
  it('is accepted by the library of the provider’s scheme', async (t) => {
    const { headers, body } = await arrival(t, ['schedule.created_v1', '--secret', SECRET]);
    assert.doesNotThrow(() => new Webhook(SECRET).verify(body.toString(), headers));
  });

  it('is made with each of several secrets, while one replaces the other', async (t) => {
    const { headers, body } = await arrival(t, [
      ...['schedule.created_v1', '--secret', NEW_SECRET, '--secret', SECRET],
    ]);
    for (const secret of [SECRET, NEW_SECRET]) {
      assert.doesNotThrow(() => new Webhook(secret).verify(body.toString(), headers));
    }
  });

  it('is of the scheme that was asked for, over a body of one’s own', async (t) => {
    const argv = ['--data', 'plain text', '--scheme', 'github', '-H', 'X-GitHub-Event: push'];
    const { headers } = await arrival(t, [...argv, '--secret', 'octocat']);
    assert.equal(headers['x-hub-signature-256'], `sha256=${hmac('octocat', 'plain text')}`);
    assert.equal(headers['x-github-event'], 'push');
  });

  it('is what the flags of hmac-sha256 say', async (t) => {
    const { headers } = await arrival(t, [
      ...['--provider', 'generic', '--data', '{}', '--secret', '6b6579', '--timestamp', '1700000000'],
      ...['--scheme', 'hmac-sha256', '--secret-encoding', 'hex', '--signature-header', 'X-Shop-Signature'],
      ...['--signature-prefix', 's=', '--signature-content', '{id}:{timestamp}:{body}', '--id', 'o-1'],
      ...[
        '--timestamp-header',
        'X-Shop-Time',
        '--timestamp-unit',
        'milliseconds',
        '--id-header',
        'X-Shop-Id',
      ],
    ]);
    assert.equal(headers['x-shop-id'], 'o-1');
    assert.equal(headers['x-shop-time'], '1700000000000');
    assert.equal(headers['x-shop-signature'], `s=${hmac('key', 'o-1:1700000000000:{}')}`);
  });

  it('is left out with --unsigned, also where there is a secret', async (t) => {
    const { headers } = await arrival(t, ['ping', '--unsigned', '--secret', 'known']);
    assert.equal(headers['x-coalesce-signature'], undefined);
  });

  const moments: { timestamp: string; seconds: (now: number) => number }[] = [
    { timestamp: '1700000000', seconds: () => 1_700_000_000 },
    { timestamp: '2026-07-14T09:12:43Z', seconds: () => 1_784_020_363 },
    { timestamp: '-40m', seconds: (now) => now - 2400 },
    { timestamp: '+10m', seconds: (now) => now + 600 },
  ];
  for (const { timestamp, seconds } of moments) {
    it(`is made as if at --timestamp ${timestamp}`, async (t) => {
      const got = await arrival(t, ['ping', '--secret', 'known', `--timestamp=${timestamp}`]);
      const signedAt = Number(got.headers['x-coalesce-timestamp']);
      assert.ok(Math.abs(signedAt - seconds(Date.now() / 1000)) < 30, String(signedAt));
      assert.equal(signer(got, ['known']), 'known');
    });
  }

  it('may be replaced by a header of one’s own', async (t) => {
    const argv = ['ping', '--secret', 'known', '-H', 'X-Coalesce-Signature: v1=forged'];
    assert.equal((await arrival(t, argv)).headers['x-coalesce-signature'], 'v1=forged');
  });
});

describe('the secret of hooks send', () => {
  /** Everywhere that a secret can come from, nearest first. */
  const PLACES = ['flag', 'file', 'endpoint', 'environment', 'settings'] as const;

  for (const [index, nearest] of PLACES.entries()) {
    it(`comes from the ${nearest} where nothing nearer gives one`, async (t) => {
      const present = PLACES.slice(index);
      const folder = temporaryFolder(t);
      const { url, received } = await endpoint(t);
      const configured = { HOOKS_CONFIG_DIR: folder };
      const save = ['endpoint', 'add', 'shop', '--url', url];
      const withSecret = present.includes('endpoint') ? [...save, '--secret', 'endpoint'] : save;
      assert.equal((await runHooks(withSecret, { env: configured })).exitCode, 0);
      if (present.includes('settings')) {
        const set = ['config', 'set', 'secret', 'settings'];
        assert.equal((await runHooks(set, { env: configured })).exitCode, 0);
      }
      const file = join(folder, 'secret');
      writeFileSync(file, 'file\n');
      const flags = [
        // Both together mean rotation, so the flag comes alone.
        ...(nearest === 'flag' ? ['--secret', 'flag'] : []),
        ...(nearest === 'file' ? ['--secret-file', file] : []),
      ];
      const env = { ...configured, ...(present.includes('environment') && { HOOKS_SECRET: 'environment' }) };
      const ran = await runHooks(['send', 'ping', '--to', 'shop', ...flags], { env });
      assert.equal(ran.exitCode, 0, ran.stderr);
      assert.equal(signer(received[0] as Arrived, PLACES), nearest);
    });
  }

  it('comes from stdin with --secret-file -, without the line end', async (t) => {
    const got = await arrival(t, ['ping', '--secret-file', '-'], { stdin: 'from a pipe\r\n' });
    assert.equal(signer(got, ['from a pipe']), 'from a pipe');
  });

  it('stands in no output and in no file of the history', async (t) => {
    const secret = 'hunter2hunter2';
    const env = { HOOKS_SECRET: secret, HOOKS_STATE_DIR: temporaryFolder(t) };
    const { url } = await endpoint(t, 500);
    for (const scheme of ['coalesce', 'token', 'bearer', 'slack']) {
      for (const more of [['-i'], ['-v'], ['--json'], ['--dry-run', '--json']]) {
        const argv = ['send', 'ping', '--scheme', scheme, '--to', url, ...more];
        const { stdout, stderr } = await runHooks(argv, { env });
        assert.ok(!(stdout + stderr).includes(secret), `${argv.join(' ')}\n${stdout}${stderr}`);
      }
    }
    const basic = ['send', 'ping', '--scheme', 'basic', '--secret', 'ann:hunter2', '--to', url, '-i'];
    assert.doesNotMatch((await runHooks(basic, { env })).stdout, /YW5uOmh1bnRlcjI/);
    const files = readdirSync(env.HOOKS_STATE_DIR);
    assert.ok(files.length > 0);
    for (const name of files) {
      const bytes = readFileSync(join(env.HOOKS_STATE_DIR, name));
      assert.ok(!bytes.includes(secret) && !bytes.includes('YW5uOmh1bnRlcjI'), name);
    }
  });

  const unusable: { name: string; argv: string[]; says: RegExp; exitCode?: number }[] = [
    {
      name: 'one that is given as a mistyped flag',
      argv: ['--sekret=hunter2'],
      says: /unknown option '--sekret'/,
    },
    {
      name: 'a header without a colon',
      argv: ['-H', 'Authorization hunter2'],
      says: /a header has no colon/,
    },
    {
      name: 'a header that cannot be sent',
      argv: ['-H', 'X-Key: hunter2\nx'],
      says: /'X-Key' cannot be sent/,
    },
    {
      name: 'a token with a line break',
      argv: ['--scheme', 'token', '--secret', 'hunter2\n'],
      says: /header/,
    },
    { name: 'basic without a colon', argv: ['--scheme', 'basic', '--secret', 'hunter2'], says: /no colon/ },
    {
      name: 'a file of several lines',
      argv: ['--secret-file', '-'],
      says: /the secret in stdin has several lines/,
    },
    {
      name: 'a proxy that is none',
      argv: ['--secret', 'a', '--proxy', 'socks://u:hunter2@x'],
      says: /proxy/,
    },
  ];
  for (const { name, argv, says } of unusable) {
    for (const more of [[], ['--json']]) {
      it(`is not shown by an error: ${name}${more.map((flag) => `, with ${flag}`)}`, async () => {
        const ran = await runHooks(['send', 'ping', '--to', '1', ...argv, ...more], {
          stdin: 'a\nhunter2\n',
        });
        assert.equal(ran.exitCode, 2, ran.stderr);
        assert.match(ran.stderr, says);
        assert.doesNotMatch(ran.stdout + ran.stderr, /hunter2/);
        if (more.length > 0) {
          const last = JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '');
          assert.equal(last.type, 'run.failed');
          assert.equal(last.exitCode, 2);
        }
      });
    }
  }
});
