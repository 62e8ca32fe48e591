import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PAID, PAID_FLAT, writeAcmePack } from '../helpers/acme-pack.ts';
import { temporaryFolder } from '../helpers/hooks-process.ts';
import { checkedLines } from '../helpers/output-schema.ts';
import { runHooks } from '../helpers/run-hooks.ts';

describe('hooks events', () => {
  it('lists the event types of every provider, or of one', async (t) => {
    const env = { HOOKS_PROVIDERS: writeAcmePack(temporaryFolder(t)) };
    const all = await runHooks(['events'], { env });
    assert.match(all.stdout, /^incident-io {2}/m);
    assert.match(all.stdout, /^acme {2}Acme Orders, 2 event types$/m);
    const one = await runHooks(['events', '--provider', 'acme'], { env });
    assert.doesNotMatch(one.stdout, /incident/);
  });

  it('prints every sample as a line of JSON', async (t) => {
    const env = { HOOKS_PROVIDERS: writeAcmePack(temporaryFolder(t)) };
    assert.deepEqual(checkedLines((await runHooks(['events', 'list', 'acme/*', '--json'], { env })).stdout), [
      {
        provider: 'acme',
        eventType: 'order/paid',
        slug: 'order_paid',
        variant: null,
        description: 'An order has been paid.',
        confidence: 'documented',
        isPlaceholder: false,
      },
      {
        provider: 'acme',
        eventType: 'order/paid',
        slug: 'order_paid',
        variant: 'flat',
        description: 'The same in the old format.',
        confidence: 'observed',
        isPlaceholder: false,
      },
      {
        provider: 'acme',
        eventType: 'refund.made',
        slug: 'refund_made',
        variant: null,
        description: 'Money went back.',
        confidence: 'assumed',
        isPlaceholder: false,
      },
    ]);
    assert.ok(checkedLines((await runHooks(['events', '--json'])).stdout).length > 50);
  });

  it('lists by pattern, type or slug', async (t) => {
    const env = { HOOKS_PROVIDERS: writeAcmePack(temporaryFolder(t)) };
    for (const pattern of ['order*', 'order/paid', 'ORDER_PAID', 'acme/order*', '*paid']) {
      const lines = checkedLines(
        (await runHooks(['events', 'list', pattern, '--provider', 'acme', '--json'], { env })).stdout,
      );
      assert.deepEqual([...new Set(lines.map(({ slug }) => slug))], ['order_paid'], pattern);
    }
  });

  it('shows an event type with its fields and sample', async (t) => {
    const env = { HOOKS_PROVIDERS: writeAcmePack(temporaryFolder(t)) };
    const { stdout } = await runHooks(['events', 'show', 'order_paid'], { env });
    assert.match(stdout, /^ {2}\/order\/status {2}"paid" \| "partly-paid" required$/m);
    assert.match(stdout, /^ {2}@flat {2}The same in the old format\. {2}observed$/m);
    assert.match(stdout, /"id": "A-1001"/);
  });

  it('shows a variant with its own description, fields and sample', async (t) => {
    const env = { HOOKS_PROVIDERS: writeAcmePack(temporaryFolder(t)) };
    const [plain] = checkedLines(
      (await runHooks(['events', 'show', 'acme/order/paid', '--json'], { env })).stdout,
    );
    assert.deepEqual([plain?.variant, plain?.variants, plain?.sample], [null, ['flat'], PAID]);
    const [flat] = checkedLines(
      (await runHooks(['events', 'show', 'order_paid@flat', '--json'], { env })).stdout,
    );
    assert.deepEqual(
      [flat?.variant, flat?.description, flat?.confidence, flat?.sample],
      ['flat', 'The same in the old format.', 'observed', PAID_FLAT],
    );
    assert.deepEqual(
      (flat?.fields as { pointer: string }[] | undefined)?.map(({ pointer }) => pointer),
      ['/type', '/order_id'],
    );
  });

  it('shows every bundled event type as described', async () => {
    const entries = checkedLines((await runHooks(['events', '--json'])).stdout);
    for (const { provider, eventType, variant } of entries) {
      const name = `${provider}/${eventType}${variant === null ? '' : `@${variant}`}`;
      const run = await runHooks(['events', 'show', name, '--json']);
      assert.equal(run.exitCode, 0, `${name}: ${run.stderr}`);
      assert.equal(checkedLines(run.stdout).length, 1);
    }
  });

  it('prints the schema of the format that is asked for', async (t) => {
    const env = { HOOKS_PROVIDERS: writeAcmePack(temporaryFolder(t)) };
    const nested = JSON.parse((await runHooks(['events', 'schema', 'order_paid'], { env })).stdout) as {
      required: string[];
    };
    const flat = await runHooks(['events', 'schema', 'order_paid@flat', '--json'], { env });
    assert.deepEqual(nested.required, ['type', 'order']);
    assert.deepEqual((JSON.parse(flat.stdout) as { required: string[] }).required, ['order_id']);
    assert.equal(flat.stdout.split('\n').length, 2);
  });

  it('says which sample is not JSON', async (t) => {
    const env = { HOOKS_PROVIDERS: writeAcmePack(temporaryFolder(t), { 'events/refund.made.json': '{' }) };
    const run = await runHooks(['events', 'show', 'refund_made', '--json'], { env });
    assert.equal(run.exitCode, 2);
    assert.equal(checkedLines(run.stdout)[0]?.kind, 'invalid-manifest');
    assert.equal((await runHooks(['events', 'show', 'refund_made'], { env })).exitCode, 0);
  });

  it('prints no colours but where they are asked for', async () => {
    assert.doesNotMatch((await runHooks(['events'])).stdout, /\u001b/);
    assert.match((await runHooks(['events', '--color'])).stdout, /\u001b\[/);
    assert.match((await runHooks(['events'], { isTTY: true })).stdout, /\u001b\[/);
    assert.doesNotMatch(
      (await runHooks(['events'], { isTTY: true, env: { NO_COLOR: '1' } })).stdout,
      /\u001b/,
    );
  });

  const wrong: { name: string; argv: string[]; stderr: RegExp }[] = [
    {
      name: 'a mistyped event type',
      argv: ['show', 'order_piad'],
      stderr: /no event type is called 'order_piad'\n {2}next: did you mean order_paid\?/,
    },
    { name: 'a mistyped name to list', argv: ['list', 'order_piad'], stderr: /did you mean order_paid\?/ },
    {
      name: 'a pattern that fits nothing',
      argv: ['list', 'lost*'],
      stderr: /no event type matches 'lost\*'/,
    },
    { name: 'a mistyped provider', argv: ['--provider', 'acmee'], stderr: /did you mean acme\?/ },
    {
      name: 'a mistyped variant',
      argv: ['show', 'order_paid@falt'],
      stderr: /order_paid has no variant 'falt'\n {2}next: did you mean flat\?/,
    },
    {
      name: 'a variant where there is none',
      argv: ['schema', 'refund_made@x'],
      stderr: /it has no variants/,
    },
    { name: 'a mistyped flag', argv: ['--provder', 'acme'], stderr: /unknown option '--provder'/ },
  ];
  for (const { name, argv, stderr } of wrong) {
    it(`refuses ${name}`, async (t) => {
      const env = { HOOKS_PROVIDERS: writeAcmePack(temporaryFolder(t)) };
      const run = await runHooks(['events', ...argv], { env });
      assert.equal(run.exitCode, 2);
      assert.match(run.stderr, stderr);
      assert.equal(run.stdout, '');
    });
  }
});
