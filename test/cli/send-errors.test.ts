import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { runHooks } from '../helpers/run-hooks.ts';

const PUBLIC_KEY = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';

async function listening(
  t: TestContext,
  server: Server | ReturnType<typeof createTcpServer>,
): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a call of hooks send that cannot work', () => {
  const rows: { name: string; argv: string[]; env?: Record<string, string>; says: RegExp }[] = [
    { name: 'an unknown event', argv: ['isue_created', '--to', '1'], says: /did you mean issue_created/ },
    { name: 'an unknown variant', argv: ['ping@flatt', '--to', '1'], says: /did you mean flat/ },
    {
      name: 'an unknown provider',
      argv: ['ping', '--provider', 'sinq', '--to', '1'],
      says: /did you mean synq/,
    },
    {
      name: 'an unknown scheme',
      argv: ['ping', '--scheme', 'githb', '--to', '1'],
      says: /did you mean github/,
    },
    {
      name: 'ids that are both fresh by a seed and the sample’s own',
      argv: ['ping', '--to', '1', '--frozen', '--seed', 'x'],
      says: /'--seed <text>' cannot be used with option '--frozen'/,
    },
    { name: 'an unknown flag', argv: ['ping', '--too', '1'], says: /Did you mean --to/ },
    { name: 'no endpoint', argv: ['ping', '--unsigned'], says: /no endpoint[\s\S]*next:/ },
    { name: 'no secret', argv: ['ping', '--to', '1'], says: /no secret[\s\S]*HOOKS_SECRET/ },
    { name: 'an empty secret', argv: ['ping', '--to', '1', '--secret', ''], says: /empty/ },
    {
      name: 'an empty variable',
      argv: ['ping', '--to', '1'],
      env: { HOOKS_SECRET: '' },
      says: /HOOKS_SECRET is set but empty/,
    },
    {
      name: 'a secret that is not base64',
      argv: ['schedule.created_v1', '--to', '1', '--secret', 'whsec_hunter2!'],
      says: /not base64/,
    },
    {
      name: 'a public key to sign with',
      argv: ['schedule.created_v1', '--to', '1', '--secret', PUBLIC_KEY],
      says: /public key/,
    },
    {
      name: 'a duration without a unit',
      argv: ['ping', '--to', '1', '--timeout', '5'],
      says: /did you mean 5s or 5ms/,
    },
    {
      name: 'an edit that does not fit',
      argv: ['ping', '--to', '1', '--unsigned', '--unset', 'nothing.here'],
      says: /no such field/,
    },
    {
      name: 'a body of a provider that does not exist',
      argv: ['--data', '{}', '--provider', 'sinq', '--to', '1'],
      says: /did you mean synq/,
    },
    {
      name: 'a password that is encoded wrong',
      argv: ['ping', '--unsigned', '--to', 'http://u:%zz@127.0.0.1:1'],
      says: /percent-encoded/,
    },
    { name: 'a body and edits', argv: ['--data', '{}', '--to', '1', '--set', 'a=1'], says: /--data/ },
  ];
  for (const { name, argv, env, says } of rows) {
    it(`ends with 2 and says what is wrong: ${name}`, async () => {
      const { exitCode, stdout, stderr } = await runHooks(['send', ...argv], env ? { env } : {});
      assert.equal(exitCode, 2, stderr);
      assert.match(stderr, says);
      assert.doesNotMatch(stdout + stderr, /hunter2|1SiA4o9hyq|\n\s+at /);
    });
  }

  it('ends the JSON lines with run.failed, also for a flag that does not exist', async () => {
    for (const argv of [
      ['ping', '--too', '1', '--json'],
      ['no_such_event', '--json'],
    ]) {
      const { exitCode, stdout } = await runHooks(['send', ...argv]);
      assert.equal(exitCode, 2);
      assert.equal(
        (JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { type: string }).type,
        'run.failed',
      );
    }
  });
});

describe('hooks send --data --provider', () => {
  it('signs a body of one’s own as the provider signs', async (t) => {
    const signatures: unknown[] = [];
    const server = createServer((request, answer) => {
      signatures.push(request.headers['x-coalesce-signature']);
      answer.end();
    });
    const argv = ['send', '--data', '{}', '--provider', 'synq', '--to', await listening(t, server)];
    assert.equal((await runHooks(argv, { env: { HOOKS_SECRET: 'test' } })).exitCode, 0);
    assert.match(String(signatures[0]), /^v1=[0-9a-f]{64}$/);
  });
});

describe('hooks send, where no answer as expected comes', () => {
  it('ends with 3 where nothing listens, and names the addresses that were tried', async () => {
    const { exitCode, stderr } = await runHooks(['send', 'ping', '--unsigned', '--to', 'localhost:1']);
    assert.equal(exitCode, 3);
    assert.match(stderr, /nothing listens on port 1 \(tried 127\.0\.0\.1:1, \[::1\]:1\)[\s\S]*next:/);
  });

  it('ends with 3 for a name that does not exist', async () => {
    const { exitCode, stderr } = await runHooks([
      'send',
      'ping',
      '--unsigned',
      '--to',
      'http://nobody.invalid/',
    ]);
    assert.equal(exitCode, 3);
    assert.match(stderr, /nobody\.invalid/);
  });

  it('ends with 3 when the receiver does not answer in time', async (t) => {
    const to = await listening(
      t,
      createTcpServer(() => {}),
    );
    const { exitCode, stderr } = await runHooks([
      'send',
      'ping',
      '--unsigned',
      '--to',
      to,
      '--timeout',
      '200ms',
    ]);
    assert.equal(exitCode, 3);
    assert.match(stderr, /200 ms/);
  });

  it('ends with 3 when https meets a server that speaks http', async (t) => {
    const to = await listening(
      t,
      createServer((_, answer) => answer.end()),
    );
    const { exitCode, stderr } = await runHooks(['send', 'ping', '--unsigned', '--to', `https://${to}`]);
    assert.equal(exitCode, 3);
    assert.match(stderr, /http/i);
  });

  it('ends with 1 for another status, shows the answer, and no control character of it', async (t) => {
    const server = createServer((_, answer) => answer.writeHead(500).end('\u001b[2Jbroken\u202e'));
    const { exitCode, stdout } = await runHooks([
      'send',
      'ping',
      '--unsigned',
      '--to',
      await listening(t, server),
    ]);
    assert.equal(exitCode, 1);
    assert.match(stdout, /500[\s\S]*\\x1b\[2Jbroken\\u202e[\s\S]*expected status 2xx, got 500/);
    assert.ok(!stdout.includes('\u001b') && !stdout.includes('\u202e'));
  });

  it('ends with 1 for a redirect, which it does not follow', async (t) => {
    const server = createServer((_, answer) => answer.writeHead(302, { Location: '/elsewhere' }).end());
    const { exitCode, stdout } = await runHooks([
      'send',
      'ping',
      '--unsigned',
      '--to',
      await listening(t, server),
    ]);
    assert.equal(exitCode, 1);
    assert.match(stdout, /redirects are not followed/);
  });
});
