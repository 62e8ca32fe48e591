import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import { temporaryFolder } from '../helpers/hooks-process.ts';
import { checkedLines } from '../helpers/output-schema.ts';
import { listen } from '../helpers/raw-server.ts';
import { runHooks } from '../helpers/run-hooks.ts';

const env = { HOOKS_SECRET: 'shop-secret-that-no-one-sees' };

interface Callback {
  url: string;
  action_name: string;
  issues_command: object;
}

type React = (callbacks: Callback[], answer: () => void) => Promise<void> | void;

/** A receiver that does something with the callbacks of what it gets. */
async function receiver(t: TestContext, react: React, status = 200): Promise<string> {
  const server = createServer(async (request, response) => {
    const { callbacks } = (await json(request)) as { callbacks: Callback[] };
    await react(callbacks, () => response.writeHead(status).end());
  });
  return `http://127.0.0.1:${await listen(t, server)}/`;
}

function call(callbacks: Callback[], name: string, init: RequestInit = {}, rewrite = (url: string) => url) {
  const one = callbacks.find(({ action_name }) => action_name === name);
  assert.ok(one);
  return fetch(rewrite(one.url), { method: 'POST', body: JSON.stringify(one.issues_command), ...init });
}

const send = (...argv: string[]) => runHooks(['send', ...argv, '--no-color'], { env });

describe('hooks send --callbacks', () => {
  it('shows a call below its delivery, with its verdict and what is not published', async (t) => {
    const answers: unknown[] = [];
    const url = await receiver(t, async (callbacks, answer) => {
      const response = await call(callbacks, 'mark_fixed');
      answers.push(response.status, await response.json());
      answer();
    });
    const { exitCode, stdout } = await send('issue_created', '--to', url, '--expect-callback', 'mark_fixed');
    assert.equal(exitCode, 0, stdout);
    assert.deepEqual(answers, [200, {}]);
    const [started, answered, called, ...rest] = stdout.split('\n');
    const id = /\[(.+)\]/.exec(started ?? '')?.[1];
    assert.match(answered ?? '', /^<-- 200/);
    assert.equal(called, `  <-- callback mark_fixed by POST, valid command [${id}]`);
    assert.match(
      rest.join('\n'),
      /not published, so accepted in any form: method, body, authentication, answer/,
    );
    assert.match(stdout, /callbacks: 1 came\n1 delivered/);
  });

  it('tells of each call in JSON, with the delivery that it belongs to, and none twice', async (t) => {
    const url = await receiver(t, async (callbacks, answer) => {
      answer();
      await call(callbacks, 'post_comment');
    });
    const { stdout } = await send(
      'issue_created',
      '-n',
      '3',
      '--to',
      url,
      '--expect-callback',
      'post_comment',
      '--json',
    );
    const lines = checkedLines(stdout);
    const idsOf = (type: string) =>
      lines.filter((line) => line.type === type).map(({ deliveryId }) => deliveryId);
    assert.equal(new Set(idsOf('callback.received')).size, 3);
    assert.deepEqual(idsOf('callback.received').sort(), idsOf('attempt.finished').sort());
    assert.deepEqual(lines.at(-1)?.callbacks, { received: 3, invalid: 0, missing: [] });
  });

  it('shows of one delivery what was called with, of several a line each', async (t) => {
    const url = await receiver(t, async (callbacks, answer) => {
      await call(callbacks, 'mark_fixed');
      answer();
    });
    const flags = ['issue_created', '--to', url, '--expect-callback', 'mark_fixed'];
    assert.match((await send(...flags)).stdout, /"mark_fixed": \{/);
    const { stdout } = await send(...flags, '-n', '2');
    assert.equal(stdout.match(/<-- callback mark_fixed by POST, valid command \[/g)?.length, 2);
    assert.doesNotMatch(stdout, /"mark_fixed"|not published/);
    assert.match((await send(...flags, '-n', '2', '--verbose')).stdout, /"mark_fixed"[\s\S]*not published/);
  });

  it('fails when an expected callback does not come, and names it', async (t) => {
    const url = await receiver(t, (_callbacks, answer) => answer());
    const { exitCode, stdout } = await send(
      ...['issue_created', '--to', url, '--expect-callback', 'mark_fixed', '--within', '30ms'],
    );
    assert.equal(exitCode, 1);
    assert.match(stdout, /✗ callback mark_fixed did not come within 30 ms \[/);
  });

  it('does not take a call with a wrong command for the expected one, and says what is wrong', async (t) => {
    const url = await receiver(t, async (callbacks, answer) => {
      await call(callbacks, 'mark_fixed', { body: '{"workspace":"acme","mark_expected":{}}' });
      answer();
    });
    const { exitCode, stdout } = await send(
      ...['issue_created', '--to', url, '--expect-callback', 'mark_fixed', '--within', '30ms'],
    );
    assert.equal(exitCode, 1);
    assert.match(stdout, /callback mark_fixed by POST, invalid command/);
    assert.match(stdout, /✗ \/mark_expected lacks "issue_id"/);
    assert.match(stdout, /✗ lacks "mark_fixed", which this callback carries/);
    assert.match(stdout, /✗ callback mark_fixed came, but its command is not what the provider takes/);
  });

  it('accepts a call in any form that nothing published rules out', async (t) => {
    const url = await receiver(t, async (callbacks, answer) => {
      await call(callbacks, 'mark_expected', { method: 'GET', body: null });
      answer();
    });
    const { exitCode, stdout } = await send(
      'issue_created',
      '--to',
      url,
      '--expect-callback',
      'mark_expected',
    );
    assert.equal(exitCode, 0);
    assert.match(stdout, /callback mark_expected by GET, command unspecified: the body is empty/);
  });

  it('answers 404 to what is no callback of the run, and does not count it', async (t) => {
    const statuses: number[] = [];
    const url = await receiver(t, async (callbacks, answer) => {
      const wrong = [
        (one: string) => one.replace(/\/[0-9a-f]{32}\//, `/${'0'.repeat(32)}/`),
        (one: string) => `${one}_or_so`,
      ];
      for (const rewrite of wrong) statuses.push((await call(callbacks, 'mark_fixed', {}, rewrite)).status);
      answer();
    });
    const { stdout } = await send('issue_created', '--to', url, '--callbacks', '--within', '10ms');
    assert.deepEqual(statuses, [404, 404]);
    assert.match(stdout, /callbacks: 0 came/);
  });

  it('expects nothing of what was not delivered, but the run fails all the same', async () => {
    const { exitCode, stdout } = await send(
      'issue_created',
      '--to',
      '1',
      '--expect-callback',
      'mark_fixed',
      '--json',
      '--within',
      '10ms',
    );
    assert.equal(exitCode, 3);
    assert.deepEqual(checkedLines(stdout).at(-1)?.callbacks, { received: 0, invalid: 0, missing: [] });
  });

  it('gives the receiver the URL of a tunnel, and knows calls through it', async (t) => {
    const seen: string[] = [];
    const url = await receiver(t, async (callbacks, answer) => {
      seen.push(...callbacks.map((one) => one.url));
      answer();
    });
    const flags = [
      '--callback-url',
      'https://tunnel.example/deep/',
      '--callback-host',
      '127.0.0.1',
      '--within',
      '1ms',
    ];
    await send('issue_created', '--to', url, ...flags);
    assert.equal(seen.length, 5);
    for (const one of seen) assert.match(one, /^https:\/\/tunnel\.example\/deep\/[0-9a-f]{32}\/\w+$/);
  });

  it('keeps calls in the history, with the id of the delivery', async (t) => {
    const url = await receiver(t, async (callbacks, answer) => {
      await call(callbacks, 'mark_fixed');
      answer();
    });
    const run = await send('issue_created', '--to', url, '--expect-callback', 'mark_fixed');
    const id = /\[(.+)\]/.exec(run.stdout)?.[1];
    const { stdout } = await runHooks(['history', '--json'], {
      env: { HOOKS_CONFIG_DIR: run.configDirectory },
    });
    const received = checkedLines(stdout).filter(({ direction }) => direction === 'received');
    assert.equal(received.length, 1);
    assert.equal(received[0]?.slug, 'callback mark_fixed');
    assert.equal(received[0]?.idempotencyKey, id);
  });

  const wrong: [name: string, argv: string[], says: RegExp][] = [
    [
      'an event without callbacks',
      ['issue_closed', '--callbacks'],
      /this sample of issue_closed has no callbacks/,
    ],
    [
      'a provider without callbacks',
      ['acculynx/job_created', '--callbacks', '--unsigned'],
      /there are no callbacks in what AccuLynx sends/,
    ],
    [
      'a name that no callback has',
      ['issue_created', '--expect-callback', 'mark_fixt'],
      /no callback 'mark_fixt'\n {2}next: did you mean mark_fixed\?/,
    ],
    [
      'a frozen payload',
      ['issue_created', '--callbacks', '--frozen'],
      /which is sent as it is\n {2}why: +a body of your own/,
    ],
    [
      'a preview',
      ['issue_created', '--callbacks', '--dry-run'],
      /--dry-run sends nothing, so no callback can come/,
    ],
    [
      'a URL that is none',
      ['issue_created', '--callback-url', 'tunnel'],
      /--callback-url is not the URL of a server/,
    ],
    [
      'an address of another machine',
      ['issue_created', '--callback-host', '192.0.2.1'],
      /192\.0\.2\.1 is not an address of this machine/,
    ],
  ];
  for (const [name, argv, says] of wrong) {
    it(`refuses ${name}`, async () => {
      const { exitCode, stderr, stdout } = await send(...argv, '--to', '1');
      assert.equal(stdout, '');
      assert.match(stderr, says);
      assert.equal(exitCode, name.startsWith('an address') ? 3 : 2);
    });
  }
});

describe('hooks run with expected callbacks', () => {
  async function play(t: TestContext, url: string, steps: string, ...argv: string[]) {
    const file = join(temporaryFolder(t), 'story.yaml');
    writeFileSync(file, `name: Story\nprovider: synq\nsteps:\n${steps}`);
    return runHooks(['run', file, '--to', url, '--no-color', ...argv], { env });
  }
  const step = (expect: string, more = '') =>
    `  - send: { event: issue_created, ${more} expect: { ${expect} } }\n`;

  it('passes a step when the receiver calls what is expected, each step by its own URLs', async (t) => {
    const urls = new Set<string>();
    const url = await receiver(t, async (callbacks, answer) => {
      for (const one of callbacks) urls.add(one.url);
      answer();
      await call(callbacks, 'mark_fixed');
      await call(callbacks, 'post_comment');
    });
    const steps = `  - repeat: { times: 3, steps: [{ send: { event: issue_created, expect: { callbacks: [mark_fixed, post_comment] } } }] }\n`;
    const { exitCode, stdout } = await play(t, url, steps, '--json');
    assert.equal(exitCode, 0, stdout);
    const lines = checkedLines(stdout);
    assert.equal(lines.filter(({ type }) => type === 'callback.received').length, 6);
    const cases = lines.filter(({ type }) => type === 'case.finished');
    assert.deepEqual(
      cases.map(({ outcome }) => outcome),
      ['passed', 'passed', 'passed'],
    );
    assert.match(
      String(cases[0]?.expected),
      /a call of mark_fixed within 5 s, a call of post_comment within 5 s/,
    );
    assert.equal(urls.size, 15);
  });

  it('fails the step whose callback does not come, and shows those that do', async (t) => {
    const url = await receiver(t, async (callbacks, answer) => {
      await call(callbacks, 'mark_expected');
      answer();
    });
    const { exitCode, stdout } = await play(t, url, step('callbacks: mark_fixed, within: 30ms'));
    assert.equal(exitCode, 1);
    assert.match(stdout, /callback mark_expected by POST, valid command/);
    assert.match(stdout, /the callback mark_fixed did not come within 30 ms/);
  });

  it('knows the calls for the copy of a delivery, which has the same URLs', async (t) => {
    const url = await receiver(t, async (callbacks, answer) => {
      await call(callbacks, 'mark_fixed');
      answer();
    });
    const { exitCode, stdout } = await play(t, url, step('callbacks: mark_fixed'), '--duplicate', '1');
    assert.equal(exitCode, 0, stdout);
    assert.equal(stdout.match(/callback mark_fixed by POST/g)?.length, 2);
  });

  it('keeps the calls in the history', async (t) => {
    const url = await receiver(t, async (callbacks, answer) => {
      await call(callbacks, 'mark_fixed');
      answer();
    });
    const run = await play(t, url, step('callbacks: mark_fixed'));
    const history = await runHooks(['history', '--json'], {
      env: { HOOKS_CONFIG_DIR: run.configDirectory },
    });
    assert.equal(checkedLines(history.stdout).filter(({ slug }) => slug === 'callback mark_fixed').length, 1);
  });

  it('needs no server for a plan that is only printed', async (t) => {
    const { exitCode, stdout } = await play(t, '1', step('callbacks: mark_fixed'), '--dry-run');
    assert.equal(exitCode, 0);
    assert.match(stdout, /issue_created/);
  });

  const wrong: [name: string, steps: string, says: RegExp][] = [
    ['a callback that the payload lacks', step('callbacks: mark_fixt'), /:4:\d+.*no callback 'mark_fixt'/s],
    [
      'an event without callbacks',
      '  - send: { event: ping, expect: { callbacks: mark_fixed } }\n',
      /this sample of ping has no callbacks/,
    ],
    [
      'a body of one’s own',
      '  - send: { data: {}, expect: { callbacks: mark_fixed } }\n',
      /data is sent as it is, so its callbacks lead elsewhere/,
    ],
    [
      'a replay',
      '  - replay: { recording: last, expect: { callbacks: mark_fixed } }\n',
      /a replay sends what was recorded, so its callbacks/,
    ],
    ['a time without a callback', step('within: 5s'), /within is how long callbacks are waited for/],
    ['an empty list', step('callbacks: []'), /callbacks/],
  ];
  for (const [name, steps, says] of wrong) {
    it(`refuses ${name}`, async (t) => {
      const { exitCode, stderr } = await play(t, '1', steps);
      assert.equal(exitCode, 2);
      assert.match(stderr, says);
    });
  }
});
