import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ACME, REFUND, writeAcmePack } from '../helpers/acme-pack.ts';
import { temporaryFolder } from '../helpers/hooks-process.ts';
import { checkedLines } from '../helpers/output-schema.ts';
import { runHooks } from '../helpers/run-hooks.ts';

describe('hooks provider', () => {
  it('lists the providers', async () => {
    const text = await runHooks(['provider']);
    assert.equal(text.exitCode, 0);
    assert.match(
      text.stdout,
      /^incident-io +incident\.io, \d+ event types, signing: standard-webhooks documented$/m,
    );
    const lines = checkedLines((await runHooks(['provider', 'list', '--json'])).stdout);
    assert.ok(lines.some(({ id, isBundled }) => id === 'incident-io' && isBundled === true));
  });

  it('shows a provider by id, name or alias, also as its manifest', async () => {
    assert.match((await runHooks(['provider', 'show', 'Incident.io'])).stdout, /^Sources$/m);
    const [manifest] = checkedLines((await runHooks(['provider', 'show', 'incident-io', '--json'])).stdout);
    assert.equal(manifest?.id, 'incident-io');
  });

  it('uses a folder from when it is added until it is removed', async (t) => {
    const folder = writeAcmePack(temporaryFolder(t));
    const added = await runHooks(['provider', 'add', folder]);
    assert.equal(added.stdout, 'added acme\n');
    const env = { HOOKS_CONFIG_DIR: added.configDirectory };
    await runHooks(['provider', 'add', folder], { env });
    assert.match((await runHooks(['provider'], { env })).stdout, new RegExp(`^acme .*${folder}$`, 'm'));
    assert.equal((await runHooks(['provider'], { env: { ...env, HOOKS_PROVIDERS: folder } })).exitCode, 0);
    assert.equal((await runHooks(['events', 'show', 'order/paid'], { env })).exitCode, 0);
    assert.equal((await runHooks(['provider', 'remove', folder], { env })).stdout, `removed ${folder}\n`);
    assert.doesNotMatch((await runHooks(['provider'], { env })).stdout, /acme/);
    const again = await runHooks(['provider', 'remove', folder], { env });
    assert.equal(again.exitCode, 2);
    assert.match(again.stderr, /is not among your providers\n {2}next: you have added none/);
  });

  it('tells programs what was added and removed', async (t) => {
    const folder = writeAcmePack(temporaryFolder(t));
    const added = await runHooks(['provider', 'add', folder, '--json']);
    assert.deepEqual(
      checkedLines(added.stdout).map(({ id, directory, samples }) => [id, directory, samples]),
      [['acme', folder, 3]],
    );
    const env = { HOOKS_CONFIG_DIR: added.configDirectory };
    assert.deepEqual(
      checkedLines((await runHooks(['provider', 'remove', folder, '--json'], { env })).stdout),
      [{ removed: folder }],
    );
  });

  it('can still remove a folder that is gone', async (t) => {
    const folder = join(temporaryFolder(t), 'acme');
    const { configDirectory } = await runHooks(['provider', 'add', writeAcmePack(folder)]);
    const env = { HOOKS_CONFIG_DIR: configDirectory };
    rmSync(folder, { recursive: true });
    for (const argv of [['provider'], ['events'], ['send', 'ping', '--unsigned', '--dry-run']]) {
      const { exitCode, stderr } = await runHooks(argv, { env });
      assert.equal(exitCode, 0, stderr);
      assert.ok(
        stderr.includes(`note: the provider folder ${folder} does not exist, so it is left out\n`),
        stderr,
      );
      assert.ok(stderr.includes(`  next: hooks provider remove ${folder}\n`), stderr);
    }
    const other = writeAcmePack(join(temporaryFolder(t), 'other'));
    assert.equal((await runHooks(['provider', 'add', other], { env })).exitCode, 0);
    assert.equal((await runHooks(['provider', 'remove', folder], { env })).exitCode, 0);
    assert.equal((await runHooks(['provider'], { env })).stderr, '');
  });

  it('says when a folder takes the place of a bundled provider', async (t) => {
    const folder = writeAcmePack(temporaryFolder(t), { 'provider.json': { ...ACME, id: 'synq' } });
    const { exitCode, stderr } = await runHooks(['provider', 'add', folder]);
    assert.equal(exitCode, 0);
    assert.match(stderr, /note: this takes the place of the bundled provider synq\n {2}next: .*remove/);
  });

  it('refuses a default provider that is not there', async (t) => {
    const env = { HOOKS_PROVIDER: 'synk' };
    const { exitCode, stderr } = await runHooks(['events'], { env });
    assert.equal(exitCode, 2);
    assert.match(stderr, /HOOKS_PROVIDER: no provider is called 'synk'\n {2}next: did you mean synq\?/);
    const folder = writeAcmePack(temporaryFolder(t));
    const { configDirectory } = await runHooks(['provider', 'add', folder]);
    const own = { env: { HOOKS_CONFIG_DIR: configDirectory } };
    await runHooks(['config', 'set', 'provider', 'acme'], own);
    await runHooks(['provider', 'remove', folder], own);
    const sent = await runHooks(['send', 'ping', '--unsigned', '--dry-run'], own);
    assert.equal(sent.exitCode, 2);
    assert.match(sent.stderr, /the setting provider: no provider is called 'acme'/);
    assert.equal((await runHooks(['config', 'set', 'provider', 'synq'], own)).exitCode, 0);
  });

  it('finds a complete folder well', async (t) => {
    const folder = writeAcmePack(temporaryFolder(t));
    const run = await runHooks(['provider', 'check', folder]);
    assert.deepEqual([run.exitCode, run.stdout], [0, 'acme  ✓ all well\n']);
    assert.deepEqual(checkedLines((await runHooks(['provider', 'check', folder, '--json'])).stdout), [
      { provider: 'acme', isValid: true, problems: [] },
    ]);
  });

  it('says with exit code 1 what is wrong with each provider of a folder, and with no other', async (t) => {
    const folder = temporaryFolder(t);
    writeAcmePack(join(folder, 'acme'), { 'events/refund.made.json': { ...REFUND, amount: '\u001b[2J' } });
    writeAcmePack(join(folder, 'cafe'), { 'provider.json': { ...ACME, id: 'cafe' } });
    const run = await runHooks(['provider', 'check', folder]);
    assert.equal(run.exitCode, 1);
    assert.equal(
      run.stdout,
      'acme  ✗ 1 problems\n  refund.made: /amount must be integer; is "\\u001b[2J"\ncafe  ✓ all well\n',
    );
    assert.equal((await runHooks(['provider', 'check', join(folder, 'cafe')])).exitCode, 0);
  });

  it('refuses to check or add a folder without a provider', async (t) => {
    const folder = join(temporaryFolder(t), 'empty');
    mkdirSync(folder);
    for (const command of ['check', 'add']) {
      const run = await runHooks(['provider', command, folder]);
      assert.equal(run.exitCode, 2);
      assert.match(
        run.stderr,
        /no provider in .*empty\n {2}why: {2}neither it nor a folder in it has a provider\.json/,
      );
    }
  });

  it('refuses to add a folder whose manifest is wrong', async (t) => {
    const run = await runHooks([
      'provider',
      'add',
      writeAcmePack(temporaryFolder(t), { 'provider.json': { id: 'acme' } }),
      '--json',
    ]);
    assert.equal(run.exitCode, 2);
    assert.equal(checkedLines(run.stdout)[0]?.kind, 'invalid-manifest');
  });

  it('suggests the provider that was probably meant', async () => {
    const run = await runHooks(['provider', 'show', 'incdent-io']);
    assert.equal(run.exitCode, 2);
    assert.match(run.stderr, /no provider is called 'incdent-io'\n {2}next: did you mean incident-io\?/);
  });
});
