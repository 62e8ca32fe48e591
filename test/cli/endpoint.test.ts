import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryFolder } from '../helpers/hooks-process.ts';
import { checkedLines } from '../helpers/output-schema.ts';
import { runHooks } from '../helpers/run-hooks.ts';

const SECRET = 'whsec_c2hvcC1zZWNyZXQtdGhhdC1uby1vbmUtc2VlcyE=';

async function withShop(...argv: string[]): Promise<{ HOOKS_CONFIG_DIR: string }> {
  const run = await runHooks(['endpoint', 'add', 'shop', '--url', 'localhost:3000/hooks', ...argv]);
  assert.equal(run.exitCode, 0, run.stderr);
  return { HOOKS_CONFIG_DIR: run.configDirectory };
}

describe('hooks endpoint', () => {
  it('saves an endpoint, shows it, lists it by name and forgets it', async () => {
    const env = await withShop('--provider', 'incident-io');
    await runHooks(['endpoint', 'add', 'cafe', '--url', '3001'], { env });
    assert.equal(
      (await runHooks(['endpoint'], { env })).stdout,
      'cafe  http://localhost:3001/\nshop  http://localhost:3000/hooks  incident-io\n',
    );
    assert.equal(
      (await runHooks(['endpoint', 'show', 'shop'], { env })).stdout,
      'shop  http://localhost:3000/hooks  incident-io\n',
    );
    assert.deepEqual(checkedLines((await runHooks(['endpoint', 'list', '--json'], { env })).stdout), [
      { name: 'cafe', url: 'http://localhost:3001/', provider: null, events: [], secrets: 0, origin: 'user' },
      {
        name: 'shop',
        url: 'http://localhost:3000/hooks',
        provider: 'incident-io',
        events: [],
        secrets: 0,
        origin: 'user',
      },
    ]);
    assert.equal((await runHooks(['endpoint', 'remove', 'cafe'], { env })).stdout, 'removed cafe\n');
    assert.deepEqual(
      checkedLines((await runHooks(['endpoint', 'remove', 'shop', '--json'], { env })).stdout),
      [{ removed: 'shop' }],
    );
    const empty = await runHooks(['endpoint'], { env });
    assert.deepEqual([empty.exitCode, empty.stdout], [0, '']);
    assert.match(empty.stderr, /no endpoints are saved/);
  });

  it('prints no secret, wherever it came from', async (t) => {
    const file = join(temporaryFolder(t), 'secret');
    writeFileSync(file, `${SECRET}\n`);
    const ways: { argv: string[]; stdin?: string }[] = [
      { argv: ['--secret', SECRET] },
      { argv: ['--secret-file', file] },
      { argv: ['--secret-file', '-'], stdin: `${SECRET}\n` },
    ];
    for (const { argv, stdin } of ways) {
      const added = await runHooks(
        ['endpoint', 'add', 'shop', '--url', '3000', '--provider', 'incident-io', ...argv],
        {
          ...(stdin !== undefined && { stdin }),
        },
      );
      assert.equal(added.stdout, 'shop  http://localhost:3000/  incident-io  secret ••••••\n');
      const env = { HOOKS_CONFIG_DIR: added.configDirectory };
      assert.ok(readFileSync(join(added.configDirectory, 'config.json'), 'utf8').includes(SECRET));
      const runs = [added];
      for (const more of [
        ['list'],
        ['list', '--json'],
        ['show', 'shop'],
        ['show', 'shop', '--json'],
        ['show', 'shpo'],
      ])
        runs.push(await runHooks(['endpoint', ...more], { env }));
      runs.push(
        await runHooks(['send', 'public_incident.incident_created_v2', '--to', 'shop', '--dry-run'], { env }),
      );
      assert.match(runs.at(-1)?.stdout ?? '', /webhook-signature: v1,/i);
      for (const { stdout, stderr } of runs) assert.ok(!`${stdout}${stderr}`.includes(SECRET.slice(6, 20)));
    }
  });

  it('shows neither the password nor the token in a URL', async () => {
    for (const [url, shown] of [
      ['https://ada:pa55word@shop.example/', 'https://ada:***@shop.example/'],
      ['https://pa55word@shop.example/', 'https://***@shop.example/'],
    ] as const) {
      const added = await runHooks(['endpoint', 'add', 'shop', '--url', url]);
      assert.equal(added.stdout, `shop  ${shown}\n`);
      const listed = await runHooks(['endpoint', '--json'], {
        env: { HOOKS_CONFIG_DIR: added.configDirectory },
      });
      assert.deepEqual(
        checkedLines(listed.stdout).map((line) => line.url),
        [shown],
      );
    }
  });

  it('refuses a secret that the provider’s scheme cannot use, without showing it', async () => {
    const run = await runHooks([
      'endpoint',
      'add',
      'shop',
      '--url',
      '3000',
      '--provider',
      'incident-io',
      '--secret',
      'whsec_not!base64',
    ]);
    assert.equal(run.exitCode, 2);
    assert.doesNotMatch(run.stderr, /not!base64/);
  });

  it('is quiet where that is asked for', async () => {
    assert.equal((await runHooks(['endpoint', 'add', 'shop', '--url', '3000', '-q'])).stdout, '');
  });

  it('keeps names that every object inherits apart', async () => {
    const env = await withShop();
    assert.equal((await runHooks(['endpoint', 'show', 'constructor'], { env })).exitCode, 2);
    await runHooks(['endpoint', 'add', 'constructor', '--url', '3009'], { env });
    assert.equal(
      (await runHooks(['endpoint', 'show', 'constructor'], { env })).stdout,
      'constructor  http://localhost:3009/\n',
    );
  });

  const wrong: { name: string; argv: string[]; stderr: RegExp }[] = [
    {
      name: 'a mistyped name',
      argv: ['show', 'shpo'],
      stderr: /no endpoint is saved as 'shpo'\n {2}next: did you mean shop\?/,
    },
    { name: 'to forget what is not saved', argv: ['remove', 'chop'], stderr: /did you mean shop\?/ },
    {
      name: 'a name that looks like an address',
      argv: ['add', 'localhost', '--url', '1'],
      stderr: /cannot be the name/,
    },
    { name: 'a name with a dot', argv: ['add', 'shop.example', '--url', '1'], stderr: /cannot be the name/ },
    {
      name: 'an address that is none',
      argv: ['add', 'cafe', '--url', 'ftp://shop'],
      stderr: /over http or https, not ftp/,
    },
    {
      name: 'a mistyped provider',
      argv: ['add', 'cafe', '--url', '1', '--provider', 'incdent-io'],
      stderr: /did you mean incident-io\?/,
    },
    { name: 'to save without an address', argv: ['add', 'cafe'], stderr: /--url/ },
  ];
  for (const { name, argv, stderr } of wrong) {
    it(`refuses ${name}`, async () => {
      const run = await runHooks(['endpoint', ...argv], { env: await withShop() });
      assert.equal(run.exitCode, 2);
      assert.match(run.stderr, stderr);
    });
  }
});
