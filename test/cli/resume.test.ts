import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type Arrived, type Endpoint, endpoint } from '../helpers/endpoint.ts';
import { hooksProcess, jsonLines, temporaryFolder } from '../helpers/hooks-process.ts';
import { interrupted, RETRY_SCHEDULED } from '../helpers/interrupted.ts';
import { checkedLines } from '../helpers/output-schema.ts';
import { repoRoot } from '../helpers/repo-root.ts';
import { runHooks } from '../helpers/run-hooks.ts';

const SECRET = 'whsec_c3RhbmRhcmQtd2ViaG9va3MtdGVzdC1rZXktMDE=';
const INCIDENT = 'public_incident.incident_created_v2';
const SCALE = '1000000';
// Seconds from the first attempt.
const SCHEDULE = [0, 5, 305, 2105, 9305, 27_305];

const env = { HOOKS_SECRET: SECRET };

/** A receiver that fails that often, then accepts. */
function failing(t: TestContext, times: number) {
  return endpoint(t, (response, index) => response.writeHead(index < times ? 503 : 204).end());
}

function headersOf(received: readonly Arrived[], name: string): string[] {
  return received.map(({ headers }) => headers[name] ?? '');
}

/** Interrupts a run when so many retries have been put off. */
function scheduled(times: number, signal: NodeJS.Signals = 'SIGKILL') {
  return { signal, after: RETRY_SCHEDULED, times };
}

describe('hooks send --resume', () => {
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    it(`goes on with what ${signal} has interrupted, at the times of the schedule`, async (t) => {
      const { url, received } = await failing(t, 5);
      const directory = temporaryFolder(t);
      const state = { HOOKS_STATE_DIR: directory, ...env };
      const call = ['send', INCIDENT, '--to', url, '--retries', '--time-scale', '100'];
      // The third attempt is due 3 seconds after the second.
      const { exitCode } = await interrupted(call, { state: directory, env }, scheduled(2, signal));
      assert.equal(exitCode, signal === 'SIGINT' ? 130 : null);
      assert.equal(received.length, 2);
      const resume = [
        'send',
        '--resume',
        '--time-scale',
        SCALE,
        '--json',
        '--time-header',
        'X-Provider-Time',
      ];
      const { exitCode: resumed, stdout } = await hooksProcess(resume, { env: state });
      assert.equal(resumed, 0);
      assert.deepEqual(
        checkedLines(stdout)
          .filter(({ type }) => type === 'attempt.started')
          .map(({ attempt }) => attempt),
        [3, 4, 5, 6],
      );
      const signed = headersOf(received, 'webhook-timestamp').map(Number);
      assert.deepEqual(
        signed.map((seconds) => seconds - (signed[0] ?? 0)),
        SCHEDULE,
      );
      assert.equal(new Set(headersOf(received, 'webhook-id')).size, 1);
      const shown = jsonLines((await runHooks(['history', 'show', 'last', '--json'], { env: state })).stdout);
      assert.equal(((shown[0]?.attempts ?? []) as unknown[]).length, 6);
      const again = await runHooks(['send', '--resume'], { env: state });
      assert.match(again.stderr, /no interrupted delivery has attempts to come/);
      assert.equal(received.length, 6);
    });
  }

  it('leaves what is under way to the process that does it', async (t) => {
    const { url, received } = await failing(t, 99);
    const directory = temporaryFolder(t);
    const child = spawn(
      process.execPath,
      [join(repoRoot, 'dist/bin/hooks.js'), 'send', INCIDENT, '--to', url, '--retries', '--json'],
      {
        env: { PATH: process.env.PATH, HOOKS_STATE_DIR: directory, ...env },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    t.after(() => child.kill('SIGKILL'));
    let text = '';
    for await (const chunk of child.stdout) {
      text += chunk;
      if (text.includes('"type":"retry.scheduled"')) break;
    }
    const { exitCode, stderr } = await runHooks(['send', '--resume'], {
      env: { HOOKS_STATE_DIR: directory, ...env },
    });
    assert.equal(exitCode, 0);
    assert.match(stderr, new RegExp(`left to them \\(process ${child.pid}\\)`));
    assert.equal(received.length, 1);
  });

  it('needs the secret again', async (t) => {
    const { url } = await failing(t, 99);
    const directory = temporaryFolder(t);
    const call = ['send', INCIDENT, '--to', url, '--retries', '--time-scale', '100'];
    await interrupted(call, { state: directory, env }, scheduled(1));
    const without = await hooksProcess(['send', '--resume'], { env: { HOOKS_STATE_DIR: directory } });
    assert.equal(without.exitCode, 2);
    assert.match(without.stderr, /there is no secret for incident\.io/);
    const state = { HOOKS_STATE_DIR: directory, ...env };
    const { exitCode } = await hooksProcess(['send', '--resume', '--time-scale', SCALE], { env: state });
    assert.equal(exitCode, 1);
  });
});

const GITHUB = ['--scheme', 'github'];

function isSignedWith({ headers, body }: Arrived, secret: string): boolean {
  return (
    headers['x-hub-signature-256'] === `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
  );
}

/** Two subscribed endpoints that fail at first, each with a secret of its own; gives the folder that knows them. */
async function subscribed(t: TestContext) {
  const [one, two] = [await failing(t, 1), await failing(t, 1)];
  const state = temporaryFolder(t);
  for (const [name, { url }] of Object.entries({ one, two })) await add(state, name, url);
  return { one, two, state, env: { HOOKS_CONFIG_DIR: state, HOOKS_STATE_DIR: state } };
}

async function add(state: string, name: string, url: string): Promise<void> {
  const argv = ['endpoint', 'add', name, '--url', url, '--events', '*', '--secret', `of-${name}`];
  const { exitCode, stderr } = await runHooks(argv, { env: { HOOKS_CONFIG_DIR: state } });
  assert.equal(exitCode, 0, stderr);
}

describe('hooks send --resume for several endpoints', () => {
  const call = ['send', 'issue_created', ...GITHUB, '--retries', '--time-scale', '1'];
  const resume = ['send', '--resume', ...GITHUB, '--time-scale', SCALE];

  it('signs for each with its own secret', async (t) => {
    const { one, two, state, env: known } = await subscribed(t);
    await interrupted(call, { state, env }, scheduled(2));
    assert.deepEqual([one.received.length, two.received.length], [1, 1]);
    // The user's secret is there as well, and is not meant.
    const { exitCode, stderr } = await hooksProcess(resume, { env: { ...known, ...env } });
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual([one.received.length, two.received.length], [2, 2]);
    assert.ok(one.received.every((attempt) => isSignedWith(attempt, 'of-one')));
    assert.ok(two.received.every((attempt) => isSignedWith(attempt, 'of-two')));
  });

  it('names the endpoints of its attempts', async (t) => {
    const { state, env: known } = await subscribed(t);
    await interrupted(call, { state }, scheduled(2));
    const { stdout } = await hooksProcess([...resume, '--json'], { env: known });
    const names = checkedLines(stdout)
      .filter(({ type }) => type === 'attempt.finished')
      .map(({ endpoint: name }) => name);
    assert.deepEqual(names.sort(), ['one', 'two']);
  });

  it('signs with no secret of an endpoint for an address that it does not have', async (t) => {
    const { one, two, state, env: known } = await subscribed(t);
    await interrupted(call, { state }, scheduled(2));
    await runHooks(['endpoint', 'remove', 'two'], { env: known });
    const gone = await hooksProcess(resume, { env: { ...known, ...env } });
    assert.equal(gone.exitCode, 2);
    assert.match(gone.stderr, /the endpoint two, which interrupted deliveries are for, is no longer saved/);
    await add(state, 'two', one.url);
    const elsewhere = await hooksProcess(resume, { env: known });
    assert.equal(elsewhere.exitCode, 2);
    assert.match(elsewhere.stderr, new RegExp(`the endpoint two is no longer at ${two.url}`));
    assert.deepEqual([one.received.length, two.received.length], [1, 1]);
    // A secret that is given holds for all.
    const { exitCode } = await hooksProcess([...resume, '--secret', 'given'], { env: known });
    assert.equal(exitCode, 0);
    assert.ok(isSignedWith(two.received[1] as Arrived, 'given'));
  });

  it('sends user and password of an endpoint again, which are kept nowhere else', async (t) => {
    const receiver = await failing(t, 1);
    const state = temporaryFolder(t);
    await add(state, 'private', receiver.url.replace('//', '//ann:secret@'));
    await interrupted(call, { state }, scheduled(1));
    await hooksProcess(resume, { env: { HOOKS_CONFIG_DIR: state, HOOKS_STATE_DIR: state } });
    assert.deepEqual(
      headersOf(receiver.received, 'authorization'),
      Array(2).fill(`Basic ${Buffer.from('ann:secret').toString('base64')}`),
    );
  });

  it('sends what is due first before what is due later', async (t) => {
    const late = await failing(t, 99);
    const state = temporaryFolder(t);
    const other = await failing(t, 1);
    // Real time: the first is due in an hour, the second after a moment that is long enough to interrupt it.
    for (const [url, delay] of [
      [late.url, '1h'],
      [other.url, '2s'],
    ] as const) {
      const argv = ['send', 'ping', '--provider', 'synq', ...GITHUB, '--to', url, '--retry-schedule', delay];
      await interrupted(argv, { state, env }, scheduled(1));
    }
    const { text } = await interrupted(
      ['send', '--resume', ...GITHUB],
      { state, env },
      { signal: 'SIGINT', after: '"type":"attempt.finished"', times: 1 },
    );
    assert.match(text, /"open":1/);
    assert.deepEqual([late.received.length, other.received.length], [1, 2]);
  });
});

describe('a secret of the user that a scheme sends', () => {
  const OWN = 'of-the-user-and-nobody-else';
  const FAR = 'https://shop.invalid/';

  /** A delivery to a host that only a file of the project names, begun unharmed and interrupted. */
  async function interruptedProject(t: TestContext, endpoints: string, to: string) {
    const state = temporaryFolder(t);
    const cwd = temporaryFolder(t);
    writeFileSync(join(cwd, 'hooks.yaml'), `endpoints: ${endpoints}\n`);
    const argv = ['send', 'synq/ping', '--to', to, '--retries', ...GITHUB];
    const { text } = await interrupted(argv, { state, env: { HOOKS_SECRET: OWN }, cwd }, scheduled(1));
    assert.match(text, /retry\.scheduled/);
    return { cwd, env: { HOOKS_CONFIG_DIR: state, HOOKS_STATE_DIR: state, HOOKS_SECRET: OWN } };
  }

  const resume = ['send', '--resume', '--scheme', 'bearer', '--time-scale', SCALE];

  it('is sent to no host that only a project names, wherever one goes on from', async (t) => {
    const { cwd, env: known } = await interruptedProject(t, `{ shop: { url: "${FAR}" } }`, 'shop');
    const inside = await hooksProcess(resume, { env: known, cwd });
    assert.equal(inside.exitCode, 2);
    assert.match(
      inside.stderr,
      /sends the secret itself, and only a file of the project names shop\.invalid/,
    );
    const outside = await hooksProcess(resume, { env: known });
    assert.equal(outside.exitCode, 2);
    assert.match(outside.stderr, /the endpoint shop, which .* is no longer saved/);
    for (const { stdout, stderr } of [inside, outside]) assert.ok(!`${stdout}${stderr}`.includes(OWN));
  });

  it('goes to a host that the user has named', async (t) => {
    const { cwd, env: known } = await interruptedProject(t, `{ shop: { url: "${FAR}" } }`, FAR);
    const { exitCode, stderr } = await hooksProcess(resume, { env: known, cwd });
    // Nobody is there.
    assert.equal(exitCode, 3, stderr);
  });
});

describe('deliveries that had not begun', () => {
  const call = (url: string, ...more: string[]) => [
    'send',
    INCIDENT,
    '--to',
    url,
    '--retries',
    '--time-scale',
    '1',
    ...more,
  ];
  const idsOf = ({ received }: Endpoint) => headersOf(received, 'webhook-id');

  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    it(`are kept from the start, and all delivered after ${signal}`, async (t) => {
      const receiver = await endpoint(t);
      const state = temporaryFolder(t);
      const known = { HOOKS_STATE_DIR: state, HOOKS_CONFIG_DIR: state, ...env };
      const stop = { signal, after: '"type":"attempt.finished"', times: 5 };
      const { exitCode } = await interrupted(
        call(receiver.url, '-n', '50', '--rate', '20/s'),
        { state, env },
        stop,
      );
      assert.equal(exitCode, signal === 'SIGINT' ? 130 : null);
      const before = receiver.received.length;
      assert.ok(before >= 5 && before < 50, String(before));
      const list = await runHooks(['history', '--limit', '100', '--no-color'], { env: known });
      const lines = list.stdout.trim().split('\n');
      assert.equal(lines.length, 50);
      assert.ok(lines.filter((line) => line.includes('not attempted yet')).length >= 50 - before);
      assert.doesNotMatch(list.stdout, /failed/);
      const resumed = await hooksProcess(['send', '--resume', '--time-scale', SCALE], { env: known });
      assert.equal(resumed.exitCode, 0, resumed.stderr);
      assert.equal(new Set(idsOf(receiver)).size, 50);
      // One that was under way is made once more.
      assert.ok(receiver.received.length <= 51);
      const shown = await runHooks(['history', '--limit', '100', '--json'], { env: known });
      assert.ok(jsonLines(shown.stdout).every(({ status }) => status === 204));
    });
  }

  it('are kept with the headers that they were sent with', async (t) => {
    const receiver = await endpoint(t);
    const known = { HOOKS_STATE_DIR: temporaryFolder(t), ...env };
    const argv = ['send', INCIDENT, '--to', receiver.url, '-n', '3', '--rate', '2/s', '--retries'];
    assert.equal((await runHooks(argv, { env: known })).exitCode, 0);
    const { stdout } = await runHooks(['history', 'show', 'last', '--json'], { env: known });
    const [shown] = checkedLines(stdout);
    const headers = Object.fromEntries(shown?.headers as [string, string][]);
    assert.equal(headers['webhook-timestamp'], receiver.received[2]?.headers['webhook-timestamp']);
  });

  it('say in the history that nothing has been tried', async (t) => {
    const receiver = await endpoint(t, () => {});
    const state = temporaryFolder(t);
    const known = { HOOKS_STATE_DIR: state, ...env };
    const stop = { signal: 'SIGKILL', after: '"type":"attempt.started"', times: 1 } as const;
    await interrupted(call(receiver.url, '-n', '2', '--concurrency', '1'), { state, env }, stop);
    const { stdout } = await runHooks(['history', 'show', 'last', '--no-color'], { env: known });
    assert.match(stdout, /not attempted yet[\s\S]*\n\nnot attempted yet\n/);
  });
});

describe('an interrupted scenario', () => {
  const STORY = `name: Two issues
provider: synq
steps:
  - send: { event: issue_created, secret: "\${file:step.key}" }
  - send: issue_closed
`;

  /** A receiver that fails so often; `asked` resolves with the last of these requests. */
  async function failingFirst(t: TestContext, times: number) {
    let tell: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const receiver = await endpoint(t, (response, index) => {
      response.writeHead(index < times ? 503 : 204).end();
      if (index + 1 === times) tell();
    });
    return { ...receiver, asked };
  }

  /** Plays a scenario of which the last failure has just been answered. */
  async function interruptedRun(
    t: TestContext,
    argv: string[],
    asked: Promise<void>,
    signal: NodeJS.Signals,
  ) {
    const state = temporaryFolder(t);
    const known = { HOOKS_CONFIG_DIR: state, HOOKS_STATE_DIR: state, ...env };
    const child = spawn(process.execPath, [join(repoRoot, 'dist/bin/hooks.js'), 'run', ...argv], {
      env: { PATH: process.env.PATH, ...known },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    t.after(() => child.kill('SIGKILL'));
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk;
    });
    const closed = once(child, 'close');
    await Promise.race([asked, closed]);
    child.kill(signal);
    await closed;
    return { exitCode: child.exitCode, stderr, known };
  }

  it('leaves the delivery that was under way to be gone on with, under the secret of its step', async (t) => {
    const { url, received, asked } = await failingFirst(t, 2);
    const cwd = temporaryFolder(t);
    writeFileSync(join(cwd, 'story.yaml'), STORY);
    writeFileSync(join(cwd, 'step.key'), 'of-the-step\n');
    const argv = [join(cwd, 'story.yaml'), '--to', url, '--retry-schedule', '1ms,1h,1h', ...GITHUB];
    const { known } = await interruptedRun(t, argv, asked, 'SIGKILL');
    assert.equal(received.length, 2);
    const resume = ['send', '--resume', ...GITHUB, '--time-scale', SCALE];
    const { exitCode, stderr } = await hooksProcess(resume, { env: known });
    assert.equal(exitCode, 0, stderr);
    assert.ok(received.every((attempt) => isSignedWith(attempt, 'of-the-step')));
    const list = jsonLines((await runHooks(['history', '--json'], { env: known })).stdout);
    // The second step has not been played.
    assert.deepEqual(
      list.map(({ slug, status }) => [slug, status]),
      [['issue_created', 204]],
    );
  });

  it('says how to go on after Ctrl-C', async (t) => {
    const { url, asked } = await failingFirst(t, 1);
    const argv = ['synq/issue-life', '--to', url, '--retries'];
    const { exitCode, stderr } = await interruptedRun(t, argv, asked, 'SIGINT');
    assert.equal(exitCode, 130, stderr);
    assert.match(stderr, /a delivery has attempts to come[\s\S]*`hooks send --resume`/);
  });
});
