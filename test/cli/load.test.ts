import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { LoadFinished, LoadStep } from '../../src/core/run-event.ts';
import { type Arrived, endpoint } from '../helpers/endpoint.ts';
import { hooksProcess, temporaryFolder } from '../helpers/hooks-process.ts';
import { checkedLines } from '../helpers/output-schema.ts';
import { listen } from '../helpers/raw-server.ts';
import { runHooks } from '../helpers/run-hooks.ts';
import { startTool } from '../helpers/running-tool.ts';
import { noTmux, startSession } from '../helpers/tmux.ts';

const SECRET = 'the-secret-of-the-load';
const env = { HOOKS_SECRET: SECRET };
const SHORT = ['--rate', '200', '--duration', '300ms'];

/** Whether a delivery is signed over the bytes that came. */
function isGenuine({ headers, body }: Arrived): boolean {
  const timestamp = headers['x-coalesce-timestamp'];
  const signature = createHmac('sha256', SECRET).update(`${timestamp}.`).update(body).digest('hex');
  return headers['x-coalesce-signature'] === `v1=${signature}`;
}

const idOf = ({ body }: Arrived) => (JSON.parse(body.toString()) as { event_id: string }).event_id;

describe('hooks load', () => {
  it('sends as many as the rate asks for, each with an id and a signature of its own', async (t) => {
    const { url, received } = await endpoint(t, 204);
    const run = await runHooks(['load', 'synq/issue_created', '--to', url, '--json', ...SHORT], { env });
    assert.equal(run.exitCode, 0, run.stderr);
    const lines = checkedLines(run.stdout);
    const finished = lines.at(-1) as { type: string; delivered: number };
    assert.equal(
      lines.some(({ type }) => type === 'load.started'),
      true,
    );
    assert.deepEqual([finished.type, finished.delivered], ['load.finished', 60]);
    assert.equal(received.every(isGenuine), true);
    const measured = received.slice(-60);
    assert.equal(new Set(received.map(idOf)).size, received.length);
    assert.equal(measured.length, 60);
  });

  it('sends from several threads, as the built tool', async (t) => {
    const { url, received } = await endpoint(t, 204);
    const argv = ['load', 'synq/ping', '--to', url, '--workers', '2', '--json', ...SHORT];
    const run = await hooksProcess(argv, { env });
    assert.equal(run.exitCode, 0, run.stderr);
    assert.equal(received.every(isGenuine), true);
    assert.equal(new Set(received.map(idOf)).size, received.length);
    assert.equal(received.length >= 60, true);
  });

  it('keeps as many under way as --concurrency says in a closed loop', async (t) => {
    let underWay = 0;
    let most = 0;
    const { url } = await endpoint(t, (response) => {
      most = Math.max(most, ++underWay);
      setImmediate(() => {
        underWay--;
        response.writeHead(204).end();
      });
    });
    const run = await runHooks(
      ['load', 'synq/ping', '--to', url, '--concurrency', '4', '--duration', '200ms'],
      { env },
    );
    assert.equal(run.exitCode, 0, run.stderr);
    assert.equal(most <= 4, true, `${most}`);
    assert.match(run.stdout, /closed loop: not corrected for coordinated omission/);
  });

  it('ends with 1 where a limit is not kept', async (t) => {
    const { url } = await endpoint(t, 500);
    const errors = await runHooks(['load', 'synq/ping', '--to', url, '--max-errors', '1%', ...SHORT], {
      env,
    });
    assert.equal(errors.exitCode, 1);
    assert.match(errors.stdout, /✗ errors <= 1 %: 100 %/);
    const fine = await endpoint(t, 204);
    const slow = ['--max-latency', 'p99=1ms', '--max-latency', 'max=1ms'];
    const latency = await runHooks(['load', 'synq/ping', '--to', fine.url, ...slow, ...SHORT], { env });
    assert.equal(latency.exitCode, 1, latency.stdout);
  });

  it('ends with 3 where nothing answers', async (t) => {
    const server = createServer();
    const port = await listen(t, server);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    for (const shape of [SHORT, ['--concurrency', '5', '--workers', '2'], ['--concurrency', '5']]) {
      const run = await runHooks(['load', 'synq/ping', '--to', `:${port}`, ...shape], { env });
      assert.equal(run.exitCode, 3, run.stderr);
      assert.match(run.stderr, /nothing listens/);
    }
  });

  it('searches the highest rate that keeps the limits, and says how it came to it', async (t) => {
    // From 300 a second on it is too slow.
    const started: number[] = [];
    const { url } = await endpoint(t, (response) => {
      started.push(performance.now());
      const recent = started.filter((ms) => ms > performance.now() - 200).length;
      if (recent < 60) response.writeHead(204).end();
      else response.writeHead(503).end();
    });
    const flags = ['--find-limit', '--rate', '100', '--duration', '400ms', '--warmup', '200ms'];
    const limits = ['--max-latency', 'p99=10s', '--max-errors', '5%'];
    const run = await runHooks(['load', 'synq/ping', '--to', url, '--json', ...flags, ...limits], { env });
    assert.equal(run.exitCode, 0, run.stderr);
    const lines = checkedLines(run.stdout);
    const steps = lines.filter(({ type }) => type === 'load.step') as unknown as LoadStep[];
    // A machine with other work may hand over many at once, so that a lower rate is found; never a higher one.
    assert.ok(steps.some(({ targetRate, isPassed }) => targetRate >= 200 && !isPassed));
    const { limit } = lines.at(-1) as unknown as LoadFinished;
    assert.ok(limit?.rate !== undefined && limit.rate >= 1 && limit.rate < 400, `${limit?.rate}`);
  });

  it('ends with 1 where no rate keeps the limits', async (t) => {
    const { url } = await endpoint(t, 500);
    const flags = ['--find-limit', '--rate', '5', '--duration', '400ms', '--warmup', '1ms'];
    const limits = ['--max-latency', 'p99=10s'];
    const run = await runHooks(['load', 'synq/ping', '--to', url, ...flags, ...limits], { env });
    assert.equal(run.exitCode, 1, run.stderr);
    assert.match(run.stdout, /no rate was kept/);
  });

  it('sums up and ends with 130 after Ctrl-C', async (t) => {
    const { url } = await endpoint(t, 204);
    const argv = ['load', 'synq/ping', '--to', url, '--rate', '50', '--duration', '1h', '--json'];
    const tool = startTool(t, argv, { ...env, HOOKS_STATE_DIR: temporaryFolder(t) });
    await tool.event('load.tick');
    tool.kill('SIGINT');
    const finished = await tool.event('load.finished');
    assert.equal(finished.stopped, 'interrupted');
    assert.ok(finished.delivered > 0);
    assert.equal((await tool.ended).exitCode, 130);
  });

  it('draws a progress line and plots on a terminal, and takes them away', { skip: noTmux }, async (t) => {
    const { url } = await endpoint(t, 204);
    const argv = ['load', 'synq/ping', '--to', url, '--rate', '50', '--duration', '1h'];
    const session = await startSession(t, argv, { env });
    await session.shows(/50\/s {2}p50 .*\np99 +\S+ .* ms\nrate \S+ \d+\/s/);
    await session.press('C-c');
    const { exitCode, screen } = await session.ended();
    assert.equal(exitCode, 130);
    assert.match(screen, /\(interrupted\)/);
    assert.doesNotMatch(screen, /^rate /m);
  });

  it('writes a page of its own, without anything from elsewhere', async (t) => {
    const { url } = await endpoint(t, 204);
    const file = join(temporaryFolder(t), 'load.html');
    const run = await runHooks(['load', 'synq/ping', '--to', url, '--html', file, ...SHORT], { env });
    assert.equal(run.exitCode, 0, run.stderr);
    const page = readFileSync(file, 'utf8');
    assert.match(page, /<svg/);
    assert.doesNotMatch(page, /<script|src=|href="http/);
  });

  for (const kind of ['k6', 'artillery']) {
    it(`writes a script for ${kind} that holds no secret`, async (t) => {
      const folder = join(temporaryFolder(t), 'out');
      const argv = ['load', 'synq/ping', '--to', ':3000', '--export', kind, '-o', folder, ...SHORT];
      const run = await runHooks(argv, { env });
      assert.equal(run.exitCode, 0, run.stderr);
      const files = readdirSync(folder);
      assert.equal(files.includes('delivery.mjs') && files.includes('delivery.json'), true);
      for (const file of files)
        assert.doesNotMatch(readFileSync(join(folder, file), 'utf8'), new RegExp(SECRET));
    });
  }

  for (const [argv, message] of [
    [['synq/ping', '--to', 'https://203.0.113.1/hooks', ...SHORT], /--allow-remote/],
    [['synq/ping', '--to', ':1', '--rate', 'fast'], /is not a rate/],
    [['synq/ping', '--to', ':1', '--ramp', '100-500'], /is not a ramp/],
    [['synq/ping', '--to', ':1', '--ramp', '100..500/0s'], /takes no time/],
    [['synq/ping', '--to', ':1', '--concurrency', '0'], /a whole number from 1 up/],
    [['synq/ping', '--to', ':1', '--workers', '0'], /from 1 to 64, or auto/],
    [['synq/ping', '--to', ':1', '--duration', '10'], /did you mean 10s/],
    [['synq/ping', '--to', ':1', '--duration', '0s'], /a load of no duration sends nothing/],
    [['synq/ping', '--to', ':1', '--rate', '1/h', '--warmup', '1s'], /nothing is due in 10 s/],
    [['synq/ping', '--to', ':1', '--rate', '5', '--concurrency', '5'], /cannot be combined/],
    [['synq/ping', '--to', ':1', '--ramp', '1..5/1s', '--rate', '5'], /cannot be combined/],
    [['synq/ping', '--to', ':1', '--concurrency', '5', '--max-in-flight', '5'], /cannot be combined/],
    [['synq/ping', '--to', ':1', '--find-limit'], /--find-limit has no latency to keep/],
    [['synq/ping', '--to', ':1', '--max-errors', '0.01'], /is not a share of errors/],
    [['synq/ping', '--to', ':1', '--html', '-'], /a report goes to a file/],
    [['synq/ping', '--to', ':1', '--max-latency', 'p99'], /p99=/],
    [['nothing/known', '--to', ':1', ...SHORT], /no (?:provider|event)/],
  ] as const) {
    it(`refuses ${argv.join(' ')}`, async () => {
      const run = await runHooks(['load', ...argv], { env });
      assert.equal(run.exitCode, 2, run.stderr);
      assert.match(run.stderr, message);
    });
  }
});
