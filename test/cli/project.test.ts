// biome-ignore-all lint/suspicious/noTemplateCurlyInString: project files refer to secrets like this
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createAjv } from '../../src/adapters/ajv.ts';
import { writeAcmePack } from '../helpers/acme-pack.ts';
import { type Arrived, type Endpoint, endpoint } from '../helpers/endpoint.ts';
import { hooksProcess, temporaryFolder } from '../helpers/hooks-process.ts';
import { checkedLines } from '../helpers/output-schema.ts';
import { repoRoot } from '../helpers/repo-root.ts';
import { runHooks } from '../helpers/run-hooks.ts';

const GITHUB = ['--scheme', 'github'];

/** A project with these files, by path. */
function project(t: TestContext, files: Record<string, string>): string {
  const folder = temporaryFolder(t);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const shop = (url: string, more = '') => `endpoints: { shop: { url: "${url}"${more} } }`;

function first({ received }: Endpoint): Arrived {
  assert.equal(received.length, 1);
  return received[0] as Arrived;
}

function signedWith({ headers, body }: Arrived, secret: string): boolean {
  return (
    headers['x-hub-signature-256'] === `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
  );
}

describe('the settings of a project', () => {
  it('hold in all folders below it, before those of the user and behind the environment', async (t) => {
    const cwd = project(t, { 'hooks.yaml': 'timeout: 6s\nport: 4001\n', 'a/b/note': '' });
    const { configDirectory } = await runHooks(['config', 'set', 'timeout', '5s']);
    await runHooks(['config', 'set', 'tolerance', '1h'], { env: { HOOKS_CONFIG_DIR: configDirectory } });
    const env = { HOOKS_CONFIG_DIR: configDirectory, HOOKS_PORT: '4002' };
    const ran = await runHooks(['config', 'list', '--show-origin'], { env, cwd: join(cwd, 'a/b') });
    const file = join(cwd, 'hooks.yaml');
    assert.equal(
      ran.stdout,
      `timeout=6s\t${file}\ntolerance=1h\t${join(configDirectory, 'config.json')}\nport=4002\tenvironment HOOKS_PORT\n`,
    );
    assert.equal(ran.stderr, `project file in force: ${file}\n`);
    assert.deepEqual(
      checkedLines((await runHooks(['config', 'list', '--json'], { env, cwd })).stdout).map(
        ({ key, origin }) => `${key} ${origin}`,
      ),
      ['timeout project', 'tolerance user', 'port environment'],
    );
    assert.equal((await runHooks(['config', 'get', 'timeout'], { env, cwd })).stdout, '6s\n');
  });

  it('are found by config path also where the file cannot be read', async (t) => {
    const cwd = project(t, { 'hooks.yaml': 'nonsense: [' });
    const { stdout, configDirectory } = await runHooks(['config', 'path'], { cwd });
    assert.equal(stdout, `${join(configDirectory, 'config.json')}\n${join(cwd, 'hooks.yaml')}\n`);
    const [line] = checkedLines((await runHooks(['config', 'path', '--json'], { cwd })).stdout);
    assert.equal(line?.project, join(cwd, 'hooks.yaml'));
  });

  it('make every command tell what is wrong with them, by place', async (t) => {
    const cwd = project(t, { 'hooks.yaml': 'provder: synq\n', 'a/note': '' });
    for (const argv of [['events'], ['endpoint'], ['config'], ['send', 'ping', '--to', '3000']]) {
      const ran = await runHooks(argv, { cwd: join(cwd, 'a') });
      assert.equal(ran.exitCode, 2);
      assert.match(
        ran.stderr,
        /^error: \.\.\/hooks\.yaml:1:1: .*'provder'\n {2}next: did you mean provider\?/,
      );
    }
  });

  it('name the file where its provider is unknown', async (t) => {
    const cwd = project(t, { 'hooks.yaml': 'provider: sinq\n' });
    const ran = await runHooks(['send', 'ping', '--to', '3000', '--unsigned'], { cwd });
    assert.equal(ran.exitCode, 2);
    assert.match(ran.stderr, /error: provider in .*hooks\.yaml: no provider is called 'sinq'/);
  });

  it('count for the real tool in its working directory', async (t) => {
    const cwd = project(t, { 'hooks.yaml': 'port: 4001\n' });
    assert.equal((await hooksProcess(['config', 'get', 'port'], { cwd })).stdout, '4001\n');
  });
});

describe('the endpoints of a project', () => {
  it('take the place of the user’s own of the same name, secret and all', async (t) => {
    const [theirs, own] = [await endpoint(t), await endpoint(t)];
    const cwd = project(t, { 'hooks.yaml': shop(theirs.url, ', events: "*"') });
    const argv = ['--url', own.url, '--secret', 'of-the-user', '--events', '*'];
    const added = await runHooks(['endpoint', 'add', 'shop', ...argv], { cwd });
    assert.match(added.stderr, /note: in this project shop is the endpoint of that name in .*hooks\.yaml/);
    const env = { HOOKS_CONFIG_DIR: added.configDirectory };
    assert.equal(
      (await runHooks(['endpoint'], { env, cwd })).stdout,
      `shop  ${theirs.url}  *  (hooks.yaml)\n`,
    );
    assert.deepEqual(checkedLines((await runHooks(['endpoint', '--json'], { env, cwd })).stdout), [
      { name: 'shop', url: theirs.url, provider: null, events: ['*'], secrets: 0, origin: 'project' },
    ]);
    const bare = await runHooks(['send', 'ping', '--provider', 'synq', ...GITHUB], { env, cwd });
    assert.equal(bare.exitCode, 2);
    assert.match(bare.stderr, /endpoint shop: .*no secret to sign with/);
    await runHooks(['send', 'ping', '--provider', 'synq', '--unsigned'], { env, cwd });
    assert.deepEqual([theirs.received.length, own.received.length], [1, 0]);
    await runHooks(['send', 'ping', '--provider', 'synq', ...GITHUB], { env });
    assert.ok(signedWith(first(own), 'of-the-user'));
  });

  it('are not removed by a command, nor taken for a default that holds everywhere', async (t) => {
    const cwd = project(t, { 'hooks.yaml': shop('localhost:3000') });
    const removed = await runHooks(['endpoint', 'remove', 'shop'], { cwd });
    assert.equal(removed.exitCode, 2);
    assert.match(removed.stderr, /shop is not one of your own: it stands in .*hooks\.yaml/);
    const set = await runHooks(['config', 'set', 'endpoint', 'shop'], { cwd });
    assert.equal(set.exitCode, 2);
    assert.match(set.stderr, /no endpoint is saved as 'shop'/);
  });

  it('can be the default of the project', async (t) => {
    const receiver = await endpoint(t);
    const cwd = project(t, { 'hooks.yaml': `endpoint: shop\n${shop(receiver.url)}\n` });
    const ran = await runHooks(['send', 'ping', '--provider', 'synq', '--unsigned'], { cwd });
    assert.equal(ran.exitCode, 0, ran.stderr);
    assert.equal(receiver.received.length, 1);
  });

  it('are known to replay, test and completion', async (t) => {
    const receiver = await endpoint(t);
    const cwd = project(t, {
      'hooks.yaml': shop(receiver.url, ', provider: incident-io, secret: "${env:SHOP}"'),
    });
    const env = { SHOP: 'whsec_c2hvcC1zZWNyZXQtdGhhdC1uby1vbmUtc2VlcyE=' };
    const sent = await runHooks(['send', 'public_incident.incident_created_v2', '--to', 'shop'], {
      cwd,
      env,
    });
    assert.equal(sent.exitCode, 0, sent.stderr);
    const again = { ...env, HOOKS_CONFIG_DIR: sent.configDirectory, HOOKS_STATE_DIR: sent.configDirectory };
    const replayed = await runHooks(['replay', 'last', '--to', 'shop'], { cwd, env: again });
    assert.equal(replayed.exitCode, 0, replayed.stderr);
    assert.equal(receiver.received.length, 2);
    const tested = await runHooks(['test', 'shop', '--only', 'baseline/genuine'], { cwd, env });
    assert.equal(tested.exitCode, 0, tested.stdout + tested.stderr);
    const words = ['send', 'ping', '--to', 'sh'].map((word) => `:${word}`);
    assert.equal((await runHooks(['completion', '--candidates', '--', ...words], { cwd })).stdout, 'shop\n');
  });
});

describe('the secrets of a project', () => {
  it('come from the environment and from files of the project', async (t) => {
    const receiver = await endpoint(t);
    const cwd = project(t, {
      'hooks.yaml': shop(receiver.url, ', secret: "${env:SHOP}", events: "*"'),
      'below/file.txt': 'of-the-file\r\n',
    });
    const argv = ['send', 'ping', '--provider', 'synq', ...GITHUB];
    await runHooks(argv, { cwd, env: { SHOP: 'of-the-shop', HOOKS_SECRET: 'of-the-user' } });
    assert.ok(signedWith(first(receiver), 'of-the-shop'));
    writeFileSync(join(cwd, 'hooks.yaml'), shop(receiver.url, ', secret: "${file:below/file.txt}"'));
    const ran = await runHooks([...argv, '--to', 'shop'], { cwd: join(cwd, 'below') });
    assert.equal(ran.exitCode, 0, ran.stderr);
    assert.ok(signedWith(receiver.received[1] as Arrived, 'of-the-file'));
  });

  it('are read for their own endpoint alone', async (t) => {
    const other = await endpoint(t);
    const cwd = project(t, { 'hooks.yaml': shop('localhost:1', ', secret: "${env:SHOP}"') });
    const argv = ['send', 'ping', '--provider', 'synq', '--to', other.url];
    const bare = await runHooks([...argv, ...GITHUB], { cwd, env: { SHOP: 'of-the-shop' } });
    assert.equal(bare.exitCode, 2);
    assert.match(bare.stderr, /no secret to sign with/);
    // Nor are they asked for where nothing is signed, or a flag gives another.
    for (const more of [['--unsigned'], ['--scheme', 'none'], ['--secret', 'x', ...GITHUB]]) {
      const ran = await runHooks(
        ['send', 'ping', '--provider', 'synq', '--to', 'shop', '--dry-run', ...more],
        {
          cwd,
        },
      );
      assert.equal(ran.exitCode, 0, ran.stderr);
    }
  });

  const MISSING: { it: string; reference: string; env?: Record<string, string>; stderr: RegExp }[] = [
    {
      it: 'a variable that is not there',
      reference: '${env:SHOP}',
      stderr: /endpoint shop: hooks\.yaml:1:\d+: the environment has no SHOP/,
    },
    {
      it: 'a variable that is empty',
      reference: '${env:SHOP}',
      env: { SHOP: '' },
      stderr: /has no SHOP.*\n {2}why: {2}it is set but empty/,
    },
    {
      it: 'a file that is not there',
      reference: '${file:none.txt}',
      stderr: /endpoint shop: hooks\.yaml:1:\d+: cannot read the secret from none\.txt/,
    },
    {
      it: 'a link out of the project',
      reference: '${file:link}',
      stderr: /link leads out of the folder of the project/,
    },
  ];
  for (const { it: what, reference, env = {}, stderr } of MISSING) {
    it(`refuse ${what}, also where HOOKS_SECRET has one`, async (t) => {
      const cwd = project(t, { 'hooks.yaml': shop('localhost:3000', `, secret: "${reference}"`) });
      const outside = join(temporaryFolder(t), 'key');
      writeFileSync(outside, 'key');
      symlinkSync(outside, join(cwd, 'link'));
      const ran = await runHooks(
        ['send', 'ping', '--provider', 'synq', ...GITHUB, '--to', 'shop', '--dry-run'],
        {
          cwd,
          env: { HOOKS_SECRET: 'of-the-user', ...env },
        },
      );
      assert.notEqual(ran.exitCode, 0);
      assert.match(ran.stderr, stderr);
      assert.equal(ran.stdout, '');
    });
  }

  it('of the user go to no host that only the project names, where the scheme sends them', async (t) => {
    const SECRET = 'of-the-user-and-nobody-else';
    const far = 'https://shop.example/';
    const own = '${env:SHOP}';
    const call = ['send', 'ping', '--provider', 'synq', '--dry-run'];
    const byName = [...call, '--to', 'shop'];
    const cases: { it: string; file: string; argv: string[]; isRefused: boolean; user?: string }[] = [
      { it: 'bearer', file: shop(far), argv: [...byName, '--scheme', 'bearer'], isRefused: true },
      { it: 'token', file: shop(far), argv: [...byName, '--scheme', 'token'], isRefused: true },
      {
        it: 'a private host',
        file: shop('http://10.0.0.5/'),
        argv: [...byName, '--scheme', 'bearer'],
        isRefused: true,
      },
      {
        it: 'a subscriber',
        file: shop(far, ', events: "*"'),
        argv: [...call, '--scheme', 'bearer'],
        isRefused: true,
      },
      {
        it: 'the default endpoint',
        file: `endpoint: ${far}`,
        argv: [...call, '--scheme', 'bearer'],
        isRefused: true,
      },
      {
        it: 'this machine',
        file: shop('localhost:3000'),
        argv: [...byName, '--scheme', 'bearer'],
        isRefused: false,
      },
      { it: 'a signature', file: shop(far), argv: [...byName, ...GITHUB], isRefused: false },
      {
        it: 'no signature',
        file: shop(far),
        argv: [...byName, '--unsigned', '--scheme', 'bearer'],
        isRefused: false,
      },
      {
        it: 'a flag',
        file: shop(far),
        argv: [...byName, '--scheme', 'bearer', '--secret', 'given'],
        isRefused: false,
      },
      {
        it: 'a reference of the endpoint',
        file: shop(far, `, secret: "${own}"`),
        argv: [...byName, '--scheme', 'bearer'],
        isRefused: false,
      },
      {
        it: 'the address by flag',
        file: shop(far),
        argv: [...call, '--scheme', 'bearer', '--to', far],
        isRefused: false,
      },
      {
        it: 'a host of the user too',
        file: shop(far),
        argv: [...byName, '--scheme', 'bearer'],
        isRefused: false,
        user: `${far}other`,
      },
    ];
    for (const { it: what, file, argv, isRefused, user } of cases) {
      const cwd = project(t, { 'hooks.yaml': file });
      const added =
        user === undefined ? undefined : await runHooks(['endpoint', 'add', 'mine', '--url', user]);
      const env = {
        HOOKS_SECRET: SECRET,
        SHOP: 'of-the-shop',
        ...(added && { HOOKS_CONFIG_DIR: added.configDirectory }),
      };
      const ran = await runHooks(argv, { cwd, env });
      assert.equal(ran.exitCode, isRefused ? 2 : 0, `${what}: ${ran.stdout}${ran.stderr}`);
      if (isRefused)
        assert.match(ran.stderr, /sends the secret itself, and only a file of the project names /, what);
      assert.ok(!`${ran.stdout}${ran.stderr}`.includes(SECRET), what);
    }
  });

  it('of the user do not go there in a replay or a scenario either', async (t) => {
    const SECRET = 'of-the-user-and-nobody-else';
    const cwd = project(t, {
      'hooks.yaml': `${shop('https://shop.invalid/')}\nscenarios: stories`,
      'stories/far.yaml': 'name: Far\nendpoint: https://shop.invalid/\nsteps: [{ send: synq/ping }]\n',
    });
    const sent = await runHooks(['send', 'synq/ping', '--to', 'shop', '--unsigned'], { cwd });
    const env = {
      HOOKS_SECRET: SECRET,
      HOOKS_CONFIG_DIR: sent.configDirectory,
      HOOKS_STATE_DIR: sent.configDirectory,
    };
    for (const argv of [
      ['replay', 'last'],
      ['replay', 'last', '--to', 'shop'],
      ['run', 'far'],
      ['run', 'far', '--to', 'shop'],
    ]) {
      const ran = await runHooks([...argv, '--scheme', 'bearer'], { cwd, env });
      assert.equal(ran.exitCode, 2, `${argv}: ${ran.stdout}${ran.stderr}`);
      assert.match(ran.stderr, /only a file of the project names shop\.invalid/);
    }
  });
});

describe('the scenarios of a project', () => {
  const STORY = 'name: Story\nendpoint: localhost:3000\nsteps: [{ send: synq/ping }]\n';

  it('are listed first, found by name and completed', async (t) => {
    const cwd = project(t, {
      'hooks.yaml': 'scenarios: [stories, more/extra.yml]\n',
      'stories/issue-life.yaml': STORY,
      'stories/notes.txt': 'no scenario',
      'more/extra.yml': STORY,
      'a/note': '',
    });
    const listed = (await runHooks(['run', '--list'], { cwd: join(cwd, 'a') })).stdout;
    assert.match(listed, /^issue-life .*\nextra .*\n/);
    const story = await runHooks(['run', 'issue-life', '--dry-run'], { cwd: join(cwd, 'a') });
    assert.match(story.stdout, /^Story for /, story.stderr);
    const bundled = await runHooks(['run', 'synq/issue-life', '--dry-run'], { cwd });
    assert.doesNotMatch(bundled.stdout, /^Story for /);
    const words = [':run', ':ext'];
    assert.equal((await runHooks(['completion', '--candidates', '--', ...words], { cwd })).stdout, 'extra\n');
  });

  it('may run no command where they are called by name', async (t) => {
    const cwd = project(t, {
      'hooks.yaml': 'scenarios: stories\n',
      'stories/probe.yaml': 'name: Probe\nsteps: [{ expect: { until: { command: "true" } } }]\n',
    });
    const ran = await runHooks(['run', 'probe', '--to', '3000'], { cwd });
    assert.equal(ran.exitCode, 2);
    assert.match(ran.stderr, /may not run a command/);
  });

  it('refuse a folder that is not there, and two of one name', async (t) => {
    const cwd = project(t, { 'hooks.yaml': 'scenarios: [none]\n', 'a/x.yaml': STORY, 'b/x.yaml': STORY });
    const gone = await runHooks(['run', '--list'], { cwd });
    assert.equal(gone.exitCode, 2);
    assert.match(gone.stderr, /hooks\.yaml:1:13: there is no folder and no file none/);
    writeFileSync(join(cwd, 'hooks.yaml'), 'scenarios: [a, b]\n');
    const two = await runHooks(['run', 'x'], { cwd });
    assert.equal(two.exitCode, 2);
    assert.match(two.stderr, /'x' names several scenarios\n {2}next: say which: .*a\/x\.yaml, .*b\/x\.yaml/);
  });
});

describe('the providers of a project', () => {
  it('are loaded from folders relative to its file', async (t) => {
    const cwd = project(t, { 'hooks.yaml': 'providers: [packs/acme]\n', 'a/note': '' });
    writeAcmePack(join(cwd, 'packs/acme'));
    const ran = await runHooks(['events', '--provider', 'acme', '--json'], { cwd: join(cwd, 'a') });
    assert.deepEqual(new Set(checkedLines(ran.stdout).map(({ provider }) => provider)), new Set(['acme']));
  });

  it('have to be there', async (t) => {
    const cwd = project(t, { 'hooks.yaml': 'providers: packs\n' });
    const ran = await runHooks(['events'], { cwd });
    assert.equal(ran.exitCode, 2);
    assert.match(ran.stderr, /hooks\.yaml:1:12: the provider folder packs does not exist/);
  });
});

describe('hooks schema project', () => {
  it('prints a JSON Schema that can be used', async () => {
    const { stdout } = await runHooks(['schema', 'project']);
    assert.equal(typeof createAjv().compile(JSON.parse(stdout) as object), 'function');
  });
});

describe('docs/project.md', () => {
  const page = readFileSync(join(repoRoot, 'docs/project.md'), 'utf8');
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];

  it('has an example that does what the page says', async (t) => {
    const [issues, archive] = [await endpoint(t), await endpoint(t)];
    const cwd = project(t, {
      'hooks.yaml': example
        .replace('localhost:3000', `127.0.0.1:${issues.port}`)
        .replace('localhost:3001', `127.0.0.1:${archive.port}`),
      'secrets/archive.txt': 'new\n',
      'scenarios/story.yaml': 'name: Story\nsteps: [{ send: ping }]\n',
    });
    const env = { ISSUES_SECRET: 'of-issues', ARCHIVE_OLD_SECRET: 'old' };
    const ran = await runHooks(['send', 'issue_created'], { cwd, env });
    assert.equal(ran.exitCode, 0, ran.stderr);
    assert.deepEqual(first(issues).body, first(archive).body);
    assert.equal(first(issues).target, '/webhooks/issues');
    const shown = [...page.matchAll(/^<-- (.*) in .*$/gm)].map(([, line]) => line);
    for (const name of ['archive', 'issues']) {
      assert.ok(shown.includes(`200 OK from ${name}`));
      assert.match(ran.stdout, new RegExp(`<-- 204 No Content from ${name} in `));
    }
    assert.match((await runHooks(['run', '--list'], { cwd })).stdout, /^story /);
  });
});
