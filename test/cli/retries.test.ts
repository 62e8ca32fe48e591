import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { Webhook } from 'svix';
import { createScheme } from '../../src/core/signing/schemes.ts';
import { type Arrived, endpoint } from '../helpers/endpoint.ts';
import { hooksProcess, jsonLines, temporaryFolder } from '../helpers/hooks-process.ts';
import { checkedLines } from '../helpers/output-schema.ts';
import { runHooks } from '../helpers/run-hooks.ts';

const SECRET = 'whsec_c3RhbmRhcmQtd2ViaG9va3MtdGVzdC1rZXktMDE=';
const INCIDENT = 'public_incident.incident_created_v2';
const SCALE = '1000000';
const SCHEDULES = {
  [INCIDENT]: [0, 5, 305, 2105, 9305, 27_305, 63_305, 99_305],
  issue_created: [0, 3, 9, 21, 45, 93, 189, 381, 765, 1533],
};

const env = { HOOKS_SECRET: SECRET };

/** A receiver that fails that often, then accepts. */
function failing(t: TestContext, times: number, status = 503, headers: Record<string, string> = {}) {
  return endpoint(t, (response, index) => {
    if (index < times) response.writeHead(status, headers).end();
    else response.writeHead(204).end();
  });
}

/** Provider times of the attempts, in seconds from the first. */
function providerSeconds(stdout: string): number[] {
  const starts = checkedLines(stdout).filter(({ type }) => type === 'attempt.started');
  const times = starts.map(({ providerAt }) => Date.parse(String(providerAt)));
  return times.map((time) => (time - (times[0] ?? 0)) / 1000);
}

function providerTime({ headers }: Arrived): number {
  return Number(headers['x-provider-time']);
}

function headersOf(received: readonly Arrived[], name: string): string[] {
  return received.map(({ headers }) => headers[name] ?? '');
}

describe('hooks send --retries', () => {
  for (let failures = 0; failures <= 8; failures++) {
    it(`is accepted by the official library at every virtual time, with ${failures} failures`, async (t) => {
      const { url, received } = await failing(t, failures);
      const call = ['send', INCIDENT, '--to', url, '--retries', '--time-scale', SCALE, '--json'];
      const { exitCode, stdout } = await hooksProcess([...call, '--time-header', 'X-Provider-Time'], { env });
      const expected = SCHEDULES[INCIDENT].slice(0, failures + 1);
      assert.deepEqual(providerSeconds(stdout), expected);
      assert.equal(exitCode, failures < 8 ? 0 : 1);
      assert.equal(received.length, expected.length);
      assert.equal(new Set(headersOf(received, 'webhook-id')).size, 1);
      for (const attempt of received) {
        // The library goes by Date.now alone.
        t.mock.timers.enable({ apis: ['Date'], now: providerTime(attempt) * 1000 });
        assert.doesNotThrow(() => new Webhook(SECRET).verify(attempt.body, attempt.headers));
        t.mock.timers.reset();
      }
      const times = headersOf(received, 'webhook-timestamp').map(Number);
      assert.deepEqual(times, received.map(providerTime));
    });
  }

  for (const failures of [0, 4, 10]) {
    it(`keeps the first timestamp where the provider does, with ${failures} failures`, async (t) => {
      const { url, received } = await failing(t, failures);
      const call = ['send', 'issue_created', '--to', url, '--retries', '--time-scale', SCALE, '--json'];
      const { stdout, stderr } = await hooksProcess([...call, '--time-header', 'X-Provider-Time'], { env });
      assert.deepEqual(providerSeconds(stdout), SCHEDULES.issue_created.slice(0, failures + 1));
      assert.match(stderr, /intervals of .* are assumed/);
      assert.equal(new Set(headersOf(received, 'x-coalesce-timestamp')).size, 1);
      const scheme = createScheme({ scheme: 'coalesce', toleranceSeconds: { past: 1800 } });
      for (const attempt of received) {
        const verdict = scheme.verify(
          { headers: Object.entries(attempt.headers), body: attempt.body, nowSeconds: providerTime(attempt) },
          [scheme.parseSecret(SECRET)],
        );
        assert.ok(verdict.ok, JSON.stringify(verdict));
      }
      const strict = createScheme({ scheme: 'coalesce', toleranceSeconds: { past: 300 } });
      const refused = received.filter(
        ({ headers, body }, index) =>
          !strict.verify(
            { headers: Object.entries(headers), body, nowSeconds: providerTime(received[index] as Arrived) },
            [strict.parseSecret(SECRET)],
          ).ok,
      );
      // A tolerance of five minutes refuses what comes 381 s after the first and later.
      assert.equal(refused.length, Math.max(0, received.length - 7));
    });
  }

  it('signs so that a receiver’s own clock finds the right age, with --sign-now', async (t) => {
    for (const [event, header, last] of [
      [INCIDENT, 'webhook-timestamp', 0],
      ['issue_created', 'x-coalesce-timestamp', 1533],
    ] as const) {
      const { url, received } = await failing(t, 99);
      const before = Math.floor(Date.now() / 1000);
      await hooksProcess(
        ['send', event, '--to', url, '--retries', '--time-scale', SCALE, '--sign-now', '-q'],
        { env },
      );
      const after = Math.floor(Date.now() / 1000);
      const signed = Number(headersOf(received, header).at(-1));
      assert.ok(signed >= before - last && signed <= after - last, `${event}: ${signed}`);
    }
  });

  it('warns that timestamps run ahead of the receiver’s clock, unless it is told the time', async (t) => {
    const { url } = await failing(t, 0);
    const call = ['send', INCIDENT, '--to', url, '--retries', '--time-scale', '1000'];
    assert.match((await runHooks(call, { env })).stderr, /from attempt 3 on, timestamps are more than 5 min/);
    const { stderr } = await runHooks([...call, '--sign-now'], { env });
    assert.doesNotMatch(stderr, /ahead of/);
  });

  it('makes at most as many retries as asked for', async (t) => {
    const { url, received } = await failing(t, 99);
    const { exitCode } = await runHooks(
      ['send', INCIDENT, '--to', url, '--retries', '2', '--time-scale', SCALE],
      { env },
    );
    assert.deepEqual([exitCode, received.length], [1, 3]);
  });

  it('heeds Retry-After as far as the provider does', async (t) => {
    const { url } = await failing(t, 1, 503, { 'Retry-After': '7' });
    const call = ['send', INCIDENT, '--to', url, '--retries', '--time-scale', SCALE, '--json'];
    assert.deepEqual(providerSeconds((await runHooks(call, { env })).stdout), [0, 7]);
  });

  it('ends with a 410', async (t) => {
    const { url, received } = await failing(t, 99, 410);
    const { exitCode, stdout } = await runHooks(
      ['send', INCIDENT, '--to', url, '--retries', '--time-scale', SCALE],
      { env },
    );
    assert.match(stdout, /given up: a 410 ends the retries/);
    assert.deepEqual([exitCode, received.length], [1, 1]);
  });

  it('shows a timeline, and when the provider would switch the endpoint off', async (t) => {
    const { url } = await failing(t, 99);
    const { stdout } = await runHooks(['send', INCIDENT, '--to', url, '--retries', '--time-scale', SCALE], {
      env,
    });
    assert.match(stdout, /timeline {2}msg_\w+ \(given up\)/);
    assert.match(stdout, /\n {2}8 {8}\+27 h 35 min 5 s {2}\S+Z {2}\S+Z {2}503 Service Unavailable in /);
    assert.match(stdout, /switch-off {2}\S+Z: incident\.io would switch the endpoint off 5 d after/);
  });

  it('keeps one recording with all attempts', async (t) => {
    const { url } = await failing(t, 2);
    const state = { HOOKS_STATE_DIR: temporaryFolder(t), ...env };
    await runHooks(['send', INCIDENT, '--to', url, '--retries', '--time-scale', SCALE], { env: state });
    const list = jsonLines((await runHooks(['history', '--json'], { env: state })).stdout);
    assert.deepEqual([list.length, list[0]?.status, list[0]?.isFailed], [1, 204, false]);
    const shown = checkedLines(
      (await runHooks(['history', 'show', 'last', '--json'], { env: state })).stdout,
    );
    const attempts = shown[0]?.attempts as { attempt: number; providerAt: string }[];
    assert.deepEqual(
      attempts.map(({ attempt }) => attempt),
      [1, 2, 3],
    );
    const [first, , third] = attempts.map(({ providerAt }) => Date.parse(providerAt));
    assert.equal((third ?? 0) - (first ?? 0), 305_000);
  });

  const WRONG: { name: string; argv: string[]; says: RegExp }[] = [
    {
      name: 'an unknown schedule',
      argv: ['job_created', '--retries'],
      says: /how AccuLynx tries again is not known[\s\S]*--retry-schedule/,
    },
    {
      name: 'flags without retries',
      argv: [INCIDENT, '--time-scale', '10'],
      says: /--time-scale is about retries/,
    },
    { name: 'a factor below 1', argv: [INCIDENT, '--retries', '--time-scale', '0.5'], says: /from 1 up/ },
    { name: 'a word behind --retries', argv: ['--retries', INCIDENT], says: /put --retries at the end/ },
    { name: 'a schedule without units', argv: [INCIDENT, '--retry-schedule', '5,10'], says: /has no unit/ },
    {
      name: 'an event beside --resume',
      argv: [INCIDENT, '--resume'],
      says: /cannot be combined with an event/,
    },
    {
      name: 'a flag beside --resume',
      argv: ['--resume', '--shuffle'],
      says: /cannot be combined with .*--shuffle/,
    },
  ];
  for (const { name, argv, says } of WRONG) {
    it(`refuses ${name}`, async () => {
      const { exitCode, stderr } = await runHooks(['send', ...argv, '--to', '1'], { env });
      assert.equal(exitCode, 2, stderr);
      assert.match(stderr, says);
    });
  }

  it('takes a schedule of one’s own for a body of one’s own', async (t) => {
    const { url } = await failing(t, 2);
    const call = ['send', '--data', '{}', '--to', url, '--retry-schedule', '10s,1h', '--time-scale', SCALE];
    assert.deepEqual(providerSeconds((await runHooks([...call, '--json'])).stdout), [0, 10, 3610]);
  });
});

describe('hooks replay --retries', () => {
  it('tries a recording again, signed anew with the same id', async (t) => {
    const state = { HOOKS_STATE_DIR: temporaryFolder(t), ...env };
    const { url, received } = await failing(t, 3);
    await runHooks(['send', INCIDENT, '--to', url], { env: state });
    const call = ['replay', 'last', '--retries', '--time-scale', SCALE, '--json'];
    const { exitCode, stdout } = await runHooks(call, { env: state });
    assert.equal(exitCode, 0);
    assert.deepEqual(providerSeconds(stdout), [0, 5, 305]);
    assert.equal(new Set(headersOf(received, 'webhook-id')).size, 1);
    assert.equal(new Set(headersOf(received.slice(1), 'webhook-signature')).size, 3);
  });
});

describe('disorder', () => {
  const ids = (received: readonly Arrived[]) =>
    received.map(({ body }) => (JSON.parse(body.toString()) as { event_id: string }).event_id);

  it('is the same with the same seed, and reported', async (t) => {
    const runs: string[][] = [];
    const summaries: unknown[] = [];
    for (const seed of ['friday', 'friday', 'monday']) {
      const { url, received } = await failing(t, 0);
      const { stdout } = await runHooks(
        ['send', 'issue_created', '-n', '40', '--to', url, '--seed', seed, '--json'].concat([
          '--shuffle',
          '--duplicate',
          '0.2',
          '--drop',
          '10%',
        ]),
        { env },
      );
      runs.push(ids(received));
      const disorder = checkedLines(stdout).at(-1)?.disorder as Record<string, number>;
      assert.equal(received.length, 40 - (disorder.dropped ?? 0) + (disorder.duplicated ?? 0));
      assert.equal(new Set(ids(received)).size, 40 - (disorder.dropped ?? 0));
      assert.ok((disorder.moved ?? 0) > 5);
      summaries.push(disorder);
    }
    assert.deepEqual(runs[0], runs[1]);
    assert.deepEqual(summaries[0], summaries[1]);
    assert.notDeepEqual(summaries[0], summaries[2]);
  });

  it('sends as many twice as asked for, signed anew with the same id', async (t) => {
    const { url, received } = await failing(t, 0);
    const { stdout } = await runHooks(['send', INCIDENT, '-n', '5', '--to', url, '--duplicate', '3'], {
      env,
    });
    assert.equal(received.length, 8);
    assert.equal(new Set(headersOf(received, 'webhook-id')).size, 5);
    assert.match(stdout, /disorder: 0 left out, 3 sent twice, 0 out of order \(--seed \w+\)/);
    for (const attempt of received) new Webhook(SECRET).verify(attempt.body, attempt.headers);
  });

  it('is that of a replay as well', async (t) => {
    const state = { HOOKS_STATE_DIR: temporaryFolder(t), ...env };
    const { url } = await failing(t, 0);
    await runHooks(['send', 'issue_created', '-n', '10', '--to', url], { env: state });
    const orders: string[][] = [];
    for (const seed of ['a', 'a']) {
      const other = await failing(t, 0);
      await runHooks(
        [
          'replay',
          '--provider',
          'synq',
          '--last',
          '10',
          '--to',
          other.url,
          '--reorder-window',
          '3',
          '--seed',
          seed,
        ].concat(['--no-record']),
        { env: state },
      );
      orders.push(ids(other.received));
    }
    assert.equal(orders[0]?.length, 10);
    assert.deepEqual(orders[0], orders[1]);
  });

  it('and retries go together: what comes twice is tried again twice', async (t) => {
    const { url, received } = await failing(t, 4);
    const { exitCode } = await runHooks(
      ['send', INCIDENT, '-n', '2', '--to', url, '--duplicate', '100%', '--retries', '--time-scale', SCALE],
      { env },
    );
    assert.deepEqual([exitCode, received.length], [0, 8]);
  });
});

describe('hooks run --retries', () => {
  it('tries each step again until its provider gives up, and judges the last answer', async (t) => {
    const { url, received } = await failing(t, 3);
    const state = { HOOKS_STATE_DIR: temporaryFolder(t), ...env };
    const call = ['run', 'synq/issue-life', '--to', url, '--retries', '--time-scale', SCALE, '--json'];
    const { exitCode, stdout, stderr } = await runHooks(call, { env: state });
    assert.equal(exitCode, 0, stdout);
    assert.match(stderr, /intervals of .* are assumed/);
    const first = checkedLines(stdout).find(({ type }) => type === 'case.finished');
    assert.match(String(first?.got), /204.*\(attempt 4\)/);
    assert.match(String(first?.reproduce), /--retries --time-scale 1000000 --seed/);
    assert.deepEqual(new Set(headersOf(received.slice(0, 4), 'x-coalesce-timestamp')).size, 1);
    assert.equal(new Set(received.slice(0, 4).map(({ body }) => body.toString())).size, 1);
    const list = jsonLines((await runHooks(['history', '--json'], { env: state })).stdout);
    assert.equal(list.length, received.length - 3);
  });

  it('takes no duration for steps that have no times', async () => {
    const { exitCode, stderr } = await runHooks(
      ['run', 'synq/issue-life', '--to', '1', '--reorder-window', '3s'],
      { env },
    );
    assert.equal(exitCode, 2);
    assert.match(stderr, /--reorder-window takes no duration/);
  });

  it('lets steps overtake within a window, the same with the same seed', async () => {
    const plans = [];
    for (const seed of ['a', 'a', 'b']) {
      const call = ['run', 'synq/issue-life', '--dry-run', '--reorder-window', '2', '--seed', seed];
      plans.push((await runHooks(call, { env })).stdout);
    }
    assert.equal(plans[0], plans[1]);
    assert.notEqual(plans[0], plans[2]);
  });
});

describe('hooks send --outage', () => {
  it('sends nothing while it lasts, then all at once, and says so', async (t) => {
    const { url, received } = await failing(t, 0);
    const { exitCode, stdout } = await runHooks(
      [
        'send',
        INCIDENT,
        '-n',
        '20',
        '--to',
        url,
        '--retries',
        '--outage',
        '10m',
        '--time-scale',
        SCALE,
      ].concat(['--json', '--time-header', 'X-Provider-Time']),
      { env },
    );
    assert.deepEqual([exitCode, received.length], [0, 20]);
    assert.equal(new Set(received.map(providerTime)).size, 1);
    const lines = checkedLines(stdout);
    assert.equal(lines.filter(({ reason }) => reason === 'outage').length, 60);
    const burst = lines.filter(({ notes }) =>
      (notes as string[] | undefined)?.includes('with the end of the outage'),
    );
    assert.equal(burst.length, 20);
  });
});

describe('hooks run --outage', () => {
  /** A receiver that notes whether requests were there at the same time. */
  function gathering(t: TestContext, expected: number) {
    const waiting: (() => void)[] = [];
    return endpoint(t, (response) => {
      waiting.push(() => response.writeHead(204).end());
      // None is answered before all have come.
      if (waiting.length >= expected) for (const answer of waiting.splice(0)) answer();
    });
  }

  const STORY = (second: string) => `name: Outage
provider: synq
steps:
  - { send: issue_created }
  - { send: issue_created }
${second}
  - { send: issue_closed }
`;

  async function play(t: TestContext, story: string, url: string, ...more: string[]) {
    const file = join(temporaryFolder(t), 'outage.yaml');
    writeFileSync(file, story);
    const call = ['run', file, '--to', url, '--retries', '--time-scale', SCALE, '--json'];
    const { exitCode, stdout } = await runHooks(
      [...call, '--time-header', 'X-Provider-Time', '--outage', ...more],
      { env },
    );
    const cases = checkedLines(stdout).filter(({ type }) => type === 'case.finished');
    return { exitCode, got: cases.map(({ got }) => String(got)), cases };
  }

  it('delivers what fell into it all at once when it ends, and the rest as ever', async (t) => {
    const { url, received } = await gathering(t, 3);
    const { exitCode, got, cases } = await play(t, STORY(''), url, '30s');
    assert.equal(exitCode, 0, got.join('\n'));
    // Attempts after 0, 3, 9 and 21 s fall into it.
    for (const text of got) assert.match(text, /^204.*\(attempt 5\)$/);
    assert.equal(received.length, 3);
    assert.match(String(cases[0]?.reproduce), /--outage 30000ms/);
  });

  it('is over for what comes behind a step that takes longer', async (t) => {
    const { url, received } = await endpoint(t);
    const { got } = await play(t, STORY('  - { wait: 1ms }'), url, '30s');
    assert.deepEqual(
      got.map((text) => /\(attempt \d\)/.exec(text)?.[0]),
      ['(attempt 5)', '(attempt 5)', undefined, undefined],
    );
    assert.equal(received.length, 3);
  });

  it('lets be given up what is not tried again after it', async (t) => {
    const { url, received } = await endpoint(t);
    const { exitCode, got } = await play(t, STORY(''), url, '10d');
    assert.deepEqual([exitCode, received.length], [1, 0]);
    assert.match(String(got[0]), /the outage: nothing was sent.*\(attempt 10\)/);
  });
});
