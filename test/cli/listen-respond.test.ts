import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { request } from 'undici';
import { openReader } from '../helpers/history-store.ts';
import { checkedLines } from '../helpers/output-schema.ts';
import { post, rawClient } from '../helpers/raw-http.ts';
import { runHooks } from '../helpers/run-hooks.ts';
import { runListener } from '../helpers/running-listener.ts';

const ping = (id: string) =>
  JSON.stringify({
    workspace: 'acme',
    event_id: id,
    event_time: '2026-09-08T08:58:21.530Z',
    event_type: 'EVENT_TYPE_PING',
    ping: { message: 'Hello' },
  });
const [ONE, TWO] = [
  ping('8ef720a8-402b-4ad6-b403-cbd8e41b4979'),
  ping('11f720a8-402b-4ad6-b403-cbd8e41b4979'),
];

async function statuses(t: TestContext, argv: string[], bodies: readonly string[]): Promise<number[]> {
  const { url } = await runListener(t, argv);
  const got: number[] = [];
  for (const body of bodies) {
    const answer = await request(url, { method: 'POST', body });
    got.push(answer.statusCode);
    await answer.body.dump();
  }
  return got;
}

describe('hooks listen --respond', () => {
  const rows: { argv: string[]; bodies: string[]; expected: number[] }[] = [
    { argv: ['--respond', '202'], bodies: [ONE, TWO], expected: [202, 202] },
    { argv: ['--respond', '503,503,200'], bodies: [ONE, ONE, ONE, ONE], expected: [503, 503, 200, 200] },
    {
      argv: ['--respond', '503,200', '--respond-per-delivery'],
      bodies: [ONE, TWO, ONE, TWO],
      expected: [503, 503, 200, 200],
    },
    { argv: ['--respond', '*ping*=202', '--respond', '500'], bodies: [ONE, '{}'], expected: [202, 500] },
    { argv: ['--respond', 'issue_*=503'], bodies: [ONE], expected: [200] },
    { argv: ['--respond', '500:0'], bodies: [ONE], expected: [200] },
    { argv: ['--respond', '500:100%'], bodies: [ONE], expected: [500] },
  ];
  for (const { argv, bodies, expected } of rows) {
    it(`gives ${expected.join(', ')} with ${argv.join(' ')}`, async (t) => {
      assert.deepEqual(await statuses(t, argv, bodies), expected);
    });
  }

  it('goes by chance the same way with the same seed, and hits some but not all', async (t) => {
    const bodies = Array.from({ length: 40 }, () => '{}');
    const first = await statuses(t, ['--respond', '500:0.5', '--seed', 'a'], bodies);
    assert.deepEqual(await statuses(t, ['--respond', '500:0.5', '--seed', 'a'], bodies), first);
    assert.equal(first.includes(500) && first.includes(200), true);
  });

  it('tells the sender when to come back', async (t) => {
    const { url } = await runListener(t, ['--respond', '503,429,500', '--retry-after', '1500ms']);
    const waits: unknown[] = [];
    for (const _ of [1, 2, 3]) {
      const answer = await request(url, { method: 'POST', body: '{}' });
      waits.push(answer.headers['retry-after']);
      await answer.body.dump();
    }
    assert.deepEqual(waits, ['2', '2', undefined]);
  });

  it('closes the connection without an answer for drop, and goes on', async (t) => {
    const listener = await runListener(t, ['--respond', 'drop,200', '--json']);
    const client = rawClient(t, listener.port);
    client.write(post('{}'));
    assert.equal(await client.end(), '');
    assert.equal((await request(listener.url, { method: 'POST', body: '{}' })).statusCode, 200);
    listener.interrupt();
    const { stdout } = await listener.ended;
    const lines = checkedLines(stdout) as { type: string; answer?: unknown }[];
    assert.deepEqual(
      lines.flatMap(({ answer }) => answer ?? []),
      [{ silence: 'drop' }, { status: 200 }],
    );
  });

  it('breaks the connection for reset', async (t) => {
    const { port } = await runListener(t, ['--respond', 'reset']);
    const client = rawClient(t, port);
    const broken = new Promise<string | undefined>((resolve) => {
      client.socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    client.write(post('{}'));
    assert.equal(await broken, 'ECONNRESET');
  });

  it('says nothing for hang, until the client has had enough; the delivery is kept as failed', async (t) => {
    const listener = await runListener(t, ['--respond', 'hang,200', '--exit-after', '2']);
    const client = rawClient(t, listener.port);
    client.write(post('{}'));
    // Answered behind the one that hangs.
    assert.equal((await request(listener.url, { method: 'POST', body: '{}' })).statusCode, 200);
    client.socket.destroy();
    assert.equal((await listener.ended).exitCode, 0);
    const failed = openReader(t, listener.folder).list({ isFailed: true });
    assert.deepEqual(
      failed.map(({ status }) => status),
      [undefined],
    );
  });

  it('lets listening end while a connection hangs', async (t) => {
    const listener = await runListener(t, ['--respond', 'hang', '--exit-after', '1']);
    const client = rawClient(t, listener.port);
    client.write(post('{}'));
    assert.equal((await listener.ended).exitCode, 0);
    assert.equal(await client.end(), '');
  });

  it('waits for any time within a range', async (t) => {
    assert.deepEqual(await statuses(t, ['--delay', '1..20ms'], [ONE, TWO]), [200, 200]);
  });

  for (const [argv, message] of [
    [['--respond', 'ok'], /'ok' does not say what to answer/],
    [['--respond', '500:0.1,200'], /some of its answers have a share/],
    [['--delay', '2s..1s'], /ends before it begins/],
    [['--retry-after', '30'], /did you mean 30s/],
  ] as const) {
    it(`refuses ${argv.join(' ')}`, async () => {
      const run = await runHooks(['listen', '-p', '0', ...argv]);
      assert.equal(run.exitCode, 2);
      assert.match(run.stderr, message);
    });
  }

  it('notes a pattern that fits no known event', async (t) => {
    const listener = await runListener(t, ['--respond', 'isue_*=503', '--forward-to', 'jobb.*=:1']);
    listener.interrupt();
    const { stderr } = await listener.ended;
    assert.match(stderr, /isue_\*/);
    assert.match(stderr, /jobb\.\*/);
  });
});
