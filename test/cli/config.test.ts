import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryFolder } from '../helpers/hooks-process.ts';
import { checkedLines } from '../helpers/output-schema.ts';
import { runHooks } from '../helpers/run-hooks.ts';

const SECRET = 'whsec_c2hvcC1zZWNyZXQtdGhhdC1uby1vbmUtc2VlcyE=';

describe('hooks config', () => {
  it('keeps a setting, lists it, and goes back to the default', async () => {
    const { configDirectory, ...set } = await runHooks(['config', 'set', 'port', '4001']);
    assert.deepEqual(set, { exitCode: 0, stdout: '', stderr: '' });
    const env = { HOOKS_CONFIG_DIR: configDirectory };
    assert.equal((await runHooks(['config', 'get', 'port'], { env })).stdout, '4001\n');
    assert.equal((await runHooks(['config'], { env })).stdout, 'port=4001\n');
    assert.equal((await runHooks(['config', 'unset', 'port'], { env })).exitCode, 0);
    const gone = await runHooks(['config', 'get', 'port'], { env });
    assert.deepEqual([gone.exitCode, gone.stdout], [1, '']);
  });

  it('says where each setting comes from; the environment comes first', async () => {
    const { configDirectory } = await runHooks(['config', 'set', 'port', '4001']);
    await runHooks(['config', 'set', 'timeout', '5s'], { env: { HOOKS_CONFIG_DIR: configDirectory } });
    const env = { HOOKS_CONFIG_DIR: configDirectory, HOOKS_PORT: '4002' };
    assert.equal(
      (await runHooks(['config', 'list', '--show-origin'], { env })).stdout,
      `timeout=5s\t${join(configDirectory, 'config.json')}\nport=4002\tenvironment HOOKS_PORT\n`,
    );
    assert.deepEqual(checkedLines((await runHooks(['config', 'list', '--json'], { env })).stdout), [
      { key: 'timeout', value: '5s', origin: 'user' },
      { key: 'port', value: '4002', origin: 'environment' },
    ]);
  });

  it('reads a value from stdin, keeps it from other users and never prints it', async () => {
    const { configDirectory, ...set } = await runHooks(['config', 'set', 'secret'], { stdin: `${SECRET}\n` });
    assert.deepEqual(set, { exitCode: 0, stdout: '', stderr: '' });
    if (process.platform !== 'win32')
      assert.equal(statSync(join(configDirectory, 'config.json')).mode & 0o777, 0o600);
    for (const env of [{ HOOKS_CONFIG_DIR: configDirectory }, { HOOKS_SECRET: SECRET }]) {
      for (const argv of [
        ['config', '--show-origin'],
        ['config', 'list', '--json'],
        ['config', 'get', 'secret'],
        ['config', 'get', 'secret', '--json', '--verbose'],
        ['config', 'path'],
      ]) {
        const { stdout, stderr, exitCode } = await runHooks(argv, { env });
        assert.equal(exitCode, 0);
        assert.ok(!`${stdout}${stderr}`.includes(SECRET.slice(6, 20)), argv.join(' '));
      }
    }
    const { stdout } = await runHooks(['send', 'ping', '--provider', 'synq', '--dry-run', '--json'], {
      env: { HOOKS_CONFIG_DIR: configDirectory },
    });
    assert.match(stdout, /X-Coalesce-Signature/);
    assert.ok(!stdout.includes(SECRET));
  });

  it('masks the password of an endpoint', async () => {
    const { configDirectory } = await runHooks([
      'config',
      'set',
      'endpoint',
      'https://ada:pa55word@shop.example/hooks',
    ]);
    const env = { HOOKS_CONFIG_DIR: configDirectory };
    for (const argv of [['config'], ['config', '--json'], ['config', 'get', 'endpoint']])
      assert.doesNotMatch((await runHooks(argv, { env })).stdout, /pa55word/);
    assert.equal(
      (await runHooks(['config', 'get', 'endpoint'], { env })).stdout,
      'https://ada:***@shop.example/hooks\n',
    );
  });

  it('prints where the settings are', async (t) => {
    const HOOKS_CONFIG_DIR = temporaryFolder(t);
    const path = join(HOOKS_CONFIG_DIR, 'config.json');
    assert.equal((await runHooks(['config', 'path'], { env: { HOOKS_CONFIG_DIR } })).stdout, `${path}\n`);
    assert.deepEqual(
      checkedLines((await runHooks(['config', 'path', '--json'], { env: { HOOKS_CONFIG_DIR } })).stdout),
      [{ path }],
    );
    const other = temporaryFolder(t);
    const { stdout } = await runHooks(['config', 'path', '--config', other], { env: { HOOKS_CONFIG_DIR } });
    assert.equal(stdout, `${join(other, 'config.json')}\n`);
  });

  it('takes an empty HOOKS_CONFIG_DIR for none, not for the working directory', async (t) => {
    const XDG_CONFIG_HOME = temporaryFolder(t);
    const { stdout } = await runHooks(['config', 'path'], {
      env: { HOOKS_CONFIG_DIR: '', XDG_CONFIG_HOME, HOME: XDG_CONFIG_HOME },
    });
    assert.ok(stdout.startsWith(XDG_CONFIG_HOME), stdout);
  });

  const wrong: { name: string; argv: string[]; stderr: RegExp }[] = [
    {
      name: 'a mistyped setting',
      argv: ['set', 'prot', '1'],
      stderr: /no setting is called 'prot'\n {2}next: did you mean port\?/,
    },
    { name: 'a mistyped setting to read', argv: ['get', 'secrte'], stderr: /did you mean secret\?/ },
    {
      name: 'a key that every object inherits',
      argv: ['get', '__proto__'],
      stderr: /no setting is called '__proto__'/,
    },
    { name: 'a port that is none', argv: ['set', 'port', '70000'], stderr: /'70000' is not a port/ },
    { name: 'a duration without a unit', argv: ['set', 'timeout', '5'], stderr: /did you mean 5s or 5ms\?/ },
    {
      name: 'a mistyped provider',
      argv: ['set', 'provider', 'incident-oi'],
      stderr: /did you mean incident-io\?/,
    },
    {
      name: 'an endpoint that is not saved',
      argv: ['set', 'endpoint', 'shop'],
      stderr: /no endpoint is saved as 'shop'/,
    },
    { name: 'an empty secret', argv: ['set', 'secret', ' '], stderr: /the secret is empty/ },
    { name: 'a mistyped flag', argv: ['list', '--show-orgin'], stderr: /Did you mean --show-origin\?/ },
  ];
  for (const { name, argv, stderr } of wrong) {
    it(`refuses ${name}`, async () => {
      const run = await runHooks(['config', ...argv]);
      assert.equal(run.exitCode, 2);
      assert.match(run.stderr, stderr);
      assert.equal(run.stdout, '');
    });
  }

  it('refuses a variable of the environment that is set but empty', async () => {
    const run = await runHooks(['config', 'list', '--json'], { env: { HOOKS_SECRET: '' } });
    assert.equal(run.exitCode, 2);
    assert.deepEqual(
      checkedLines(run.stdout).map(({ kind }) => kind),
      ['secret-unusable'],
    );
  });

  it('shows no secret of a file that is broken', async (t) => {
    const HOOKS_CONFIG_DIR = temporaryFolder(t);
    writeFileSync(join(HOOKS_CONFIG_DIR, 'config.json'), `{"settings":{"secret":"${SECRET}"`);
    for (const argv of [
      ['config'],
      ['config', 'set', 'port', '1'],
      ['endpoint'],
      ['send', 'ping', '--to', '1'],
    ]) {
      const run = await runHooks([...argv, '--json'], { env: { HOOKS_CONFIG_DIR } });
      assert.equal(run.exitCode, 3);
      assert.equal(checkedLines(run.stdout).at(-1)?.kind, 'file-unreadable');
      assert.ok(!`${run.stdout}${run.stderr}`.includes(SECRET));
    }
  });
});
