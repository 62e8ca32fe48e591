import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { request } from 'undici';
import { hooksProcess } from '../helpers/hooks-process.ts';
import { matchText } from '../helpers/match-text.ts';
import { checkedLines } from '../helpers/output-schema.ts';
import { rawExchange } from '../helpers/raw-http.ts';
import { runHooks } from '../helpers/run-hooks.ts';
import { deliveriesIn, type RunningListener, runListener } from '../helpers/running-listener.ts';

const PING = {
  workspace: 'acme',
  event_id: '8ef720a8-402b-4ad6-b403-cbd8e41b4979',
  event_time: '2026-09-08T08:58:21.530Z',
  event_type: 'EVENT_TYPE_PING',
  ping: { message: 'Hello' },
};

const folder = mkdtempSync(join(tmpdir(), 'hooks-answers-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const ANSWER_FILE = join(folder, 'answer.json');
writeFileSync(ANSWER_FILE, '{"a": 1}\n');

interface Sending {
  body?: string | Buffer;
  headers?: Record<string, string>;
  path?: string;
  method?: 'POST' | 'PUT';
}

/** Delivers to a listener, as any sender might, and gives the answer. */
async function deliver(
  { url }: RunningListener,
  { body, headers, path = '/', method = 'POST' }: Sending = {},
) {
  const answer = await request(url + path, {
    method,
    body: body ?? JSON.stringify(PING),
    headers: { 'Content-Type': 'application/json', ...headers },
  });
  return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
}

/** A delivery of SYNQ, signed so many seconds ago. */
function signed(secret: string, ageSeconds = 0, body = JSON.stringify(PING)): Sending {
  const timestamp = String(Math.floor(Date.now() / 1000) - ageSeconds);
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return {
    body,
    headers: { 'X-Coalesce-Timestamp': timestamp, 'X-Coalesce-Signature': `v1=${signature}` },
  };
}

describe('hooks listen', () => {
  it('says where it listens, shows each delivery and sums up', async (t) => {
    const listener = await runListener(t, ['--exit-after', '1', '--body', 'none']);
    assert.deepEqual((await deliver(listener, { path: '/hooks?shop=1' })).body, 'ok\n');
    const { exitCode, stdout } = await listener.ended;
    assert.equal(exitCode, 0);
    matchText(
      stdout,
      `ready ${listener.url}  any provider, not verifying signatures; Ctrl-C ends\n` +
        `<<\\d\\d:\\d\\d:\\d\\d>>  synq ping  – not verified: no secret  ✓ valid  200  POST /hooks?shop=1 <<\\d+>> B <<.+>>\n    Hello\n` +
        `1 received, 1 not verified in <<.+>>\n`,
    );
  });

  it('prints events that the schema describes with --json, first the ready line', async (t) => {
    const listener = await runListener(t, ['--exit-after', '1', '--json', '--provider', 'synq'], {
      env: { HOOKS_SECRET: 'known' },
    });
    await deliver(listener, signed('known'));
    const lines = checkedLines((await listener.ended).stdout).filter(({ type }) => type !== 'warning');
    assert.deepEqual(lines[0], { type: 'ready', url: listener.url, provider: 'synq', isVerifying: true });
    assert.deepEqual(
      lines.map(({ type }) => type),
      ['ready', 'delivery.received', 'listen.finished'],
    );
  });

  it('ends with 3 where the port is in use', async (t) => {
    const { port } = await runListener(t, []);
    const ran = await runHooks(['listen', '-p', String(port)]);
    assert.equal(ran.exitCode, 3);
    assert.match(ran.stderr, new RegExp(`error: port ${port} is in use\\n.*\\n {2}next: .*--port 0`));
  });

  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`ends with a summary and ${exitCode} on ${signal}`, async (t) => {
      const listener = await runListener(t, []);
      await deliver(listener);
      listener.interrupt(signal);
      const ran = await listener.ended;
      assert.equal(ran.exitCode, exitCode);
      assert.match(ran.stdout, /\n1 received, 1 not verified in .*\n$/);
    });
  }

  it('ends with 1 when it is interrupted before what it waited for came', async (t) => {
    const listener = await runListener(t, ['--exit-after', '2']);
    listener.interrupt();
    const { exitCode, stdout } = await listener.ended;
    assert.equal(exitCode, 1);
    assert.match(stdout, /✗ expected 2 deliveries, got 0\n$/);
  });
});

describe('the answer of hooks listen', () => {
  const rows: { argv: string[]; status: number; body: string; type: string | undefined }[] = [
    { argv: [], status: 200, body: 'ok\n', type: 'text/plain; charset=utf-8' },
    {
      argv: ['--respond', '503'],
      status: 503,
      body: 'Service Unavailable\n',
      type: 'text/plain; charset=utf-8',
    },
    { argv: ['--respond', '204'], status: 204, body: '', type: undefined },
    { argv: ['--respond-body', 'später'], status: 200, body: 'später', type: 'text/plain; charset=utf-8' },
    {
      argv: ['--respond-body', `@${ANSWER_FILE}`],
      status: 200,
      body: '{"a": 1}\n',
      type: 'application/json',
    },
    { argv: ['--delay', '20ms'], status: 200, body: 'ok\n', type: 'text/plain; charset=utf-8' },
  ];
  for (const { argv, status, body, type } of rows) {
    it(`is ${status} ${JSON.stringify(body)} with ${argv.join(' ').replace(ANSWER_FILE, 'file') || 'no flags'}`, async (t) => {
      const listener = await runListener(t, argv);
      const answer = await deliver(listener);
      assert.deepEqual([answer.status, answer.body, answer.headers['content-type']], [status, body, type]);
    });
  }

  it('comes after the --delay', async (t) => {
    const listener = await runListener(t, ['--delay', '80ms']);
    const startedMs = performance.now();
    await deliver(listener);
    assert.ok(performance.now() - startedMs > 75);
  });

  it('is 413 beyond --max-body, and the delivery does not count', async (t) => {
    const listener = await runListener(t, ['--max-body', '1k', '--exit-after', '1', '--no-color']);
    assert.equal((await deliver(listener, { body: 'x'.repeat(1025) })).status, 413);
    assert.equal((await deliver(listener, { body: 'x'.repeat(1024) })).status, 200);
    const { stdout, stderr } = await listener.ended;
    assert.match(stderr, /refused {2}the body of the request is larger than 1024 bytes \(answered 413\)/);
    assert.match(stdout, /1 received, .*1 requests turned away/);
  });

  const strict: { name: string; sending: () => Sending; status: number; says?: RegExp }[] = [
    { name: 'a genuine, valid delivery', sending: () => signed('known'), status: 200 },
    { name: 'no signature', sending: () => ({}), status: 401, says: /X-Coalesce-Signature/i },
    { name: 'another secret', sending: () => signed('other'), status: 401, says: /match/ },
    { name: 'a stale signature', sending: () => signed('known', 3600), status: 401, says: /60 min ago/ },
    {
      name: 'a wrong body',
      sending: () => signed('known', 0, JSON.stringify({ ...PING, ping: { message: 7 } })),
      status: 422,
      says: /\/ping\/message/,
    },
    {
      name: 'a body that is not JSON',
      sending: () => signed('known', 0, '{"event_type":'),
      status: 422,
      says: /not JSON/,
    },
    {
      name: 'an unknown event type',
      sending: () => signed('known', 0, JSON.stringify({ ...PING, event_type: 'EVENT_TYPE_NEW' })),
      status: 422,
      says: /unknown event type "EVENT_TYPE_NEW"/,
    },
  ];
  for (const { name, sending, status, says } of strict) {
    it(`tells the verdict with --strict: ${status} for ${name}`, async (t) => {
      const argv = ['--strict', '--provider', 'synq', '--respond', '200', '--respond-body', 'taken'];
      const listener = await runListener(t, argv, { env: { HOOKS_SECRET: 'known' } });
      const answer = await deliver(listener, sending());
      assert.equal(answer.status, status, answer.body);
      if (says === undefined) assert.equal(answer.body, 'taken');
      else assert.match(JSON.parse(answer.body).error, says);
    });
  }
});

describe('the signature verdict of hooks listen', () => {
  const rows: {
    name: string;
    argv: string[];
    env?: Record<string, string>;
    sending: Sending;
    says: string;
  }[] = [
    { name: 'no secret at all', argv: [], sending: signed('known'), says: '– not verified: no secret' },
    {
      name: '--unsigned',
      argv: ['--unsigned', '--secret', 'known'],
      sending: signed('other'),
      says: '– not verified: signatures are not checked (--unsigned)',
    },
    {
      name: 'a secret',
      argv: [],
      env: { HOOKS_SECRET: 'known' },
      sending: signed('known'),
      says: '✓ genuine',
    },
    {
      name: 'the second of two secrets',
      argv: ['--secret', 'new', '--secret', 'known'],
      sending: signed('known'),
      says: '✓ genuine',
    },
    {
      name: 'the first of two secrets',
      argv: ['--secret', 'known', '--secret', 'old'],
      sending: signed('known'),
      says: '✓ genuine',
    },
    {
      name: 'a greater --tolerance',
      argv: ['--secret', 'known', '--tolerance', '2h'],
      sending: signed('known', 3600),
      says: '✓ genuine',
    },
    {
      name: 'a smaller --tolerance',
      argv: ['--secret', 'known', '--tolerance', '1m'],
      sending: signed('known', 120),
      says: '✗ signed 2 min ago',
    },
    {
      name: '--scheme, of no known provider',
      argv: ['--provider', 'generic', '--scheme', 'github', '--secret', 'octocat'],
      sending: {
        body: '{}',
        headers: {
          'X-Hub-Signature-256': `sha256=${createHmac('sha256', 'octocat').update('{}').digest('hex')}`,
        },
      },
      says: '✓ genuine',
    },
  ];
  for (const { name, argv, env, sending, says } of rows) {
    it(`is "${says}" with ${name}`, async (t) => {
      const listener = await runListener(t, ['--exit-after', '1', ...argv], env ? { env } : {});
      await deliver(listener, sending);
      const { stdout } = await listener.ended;
      assert.ok(stdout.includes(says), stdout);
    });
  }
});

describe('hooks listen ends', () => {
  it('after --until, whatever came before', async (t) => {
    const listener = await runListener(t, ['--until', 'ping', '--json']);
    await deliver(listener, { body: '{}' });
    await deliver(listener);
    const { exitCode, stdout } = await listener.ended;
    assert.equal(exitCode, 0);
    const last = checkedLines(stdout).at(-1);
    assert.deepEqual([last?.reason, last?.received], ['until', 2]);
  });

  it('after --exit-after deliveries that --events shows', async (t) => {
    const listener = await runListener(t, ['--events', 'PING', '--events', 'issue_*', '--exit-after', '1']);
    await deliver(listener, { body: '{"hidden":"treasure"}' });
    await deliver(listener);
    const { stdout } = await listener.ended;
    assert.doesNotMatch(stdout, /treasure/);
    assert.match(stdout, /Hello[\s\S]*1 received, 1 not verified, 1 not shown in/);
  });

  const missing: { argv: string[]; says: string }[] = [
    { argv: ['--exit-after', '2'], says: 'expected 2 deliveries, got 1' },
    { argv: ['--until', 'issue_created'], says: 'no delivery of issue_created came' },
  ];
  for (const { argv, says } of missing) {
    it(`with 1 after the --timeout, saying what was missing: ${says}`, async (t) => {
      const listener = await runListener(t, [...argv, '--timeout', '400ms']);
      await deliver(listener);
      const { exitCode, stdout } = await listener.ended;
      assert.equal(exitCode, 1);
      assert.ok(stdout.endsWith(`✗ ${says}\n`), stdout);
    });
  }

  it('with 0 after the --timeout, where nothing was waited for', async (t) => {
    assert.equal((await (await runListener(t, ['--timeout', '20ms'])).ended).exitCode, 0);
  });

  it('with 1 for a delivery that --expect-valid did not expect', async (t) => {
    const ping = JSON.stringify(PING);
    const known = { env: { HOOKS_SECRET: 'known' } };
    const rows: [Sending, string[], { env?: Record<string, string> }, 0 | 1][] = [
      [signed('known'), [], known, 0],
      [signed('known', 0, JSON.stringify({ ...PING, ping: 7 })), [], known, 1],
      [signed('unknown'), [], known, 1],
      [signed('known'), [], {}, 1],
      [{ body: '{"order":7}' }, [], known, 1],
      [{ body: ping }, ['--unsigned'], {}, 0],
      [{ body: '{"order":7}' }, ['--unsigned'], {}, 1],
    ];
    for (const [sending, argv, surroundings, exitCode] of rows) {
      const listener = await runListener(t, ['--expect-valid', '--exit-after', '1', ...argv], surroundings);
      await deliver(listener, sending);
      const ran = await listener.ended;
      assert.equal(ran.exitCode, exitCode, ran.stdout);
      assert.equal(ran.stdout.includes('✗ 1 of 1 delivery not as expected'), exitCode === 1);
    }
  });

  const wrong: { argv: string[]; says: RegExp }[] = [
    { argv: ['--until', 'pong'], says: /no event type is called 'pong'[\s\S]*did you mean ping/ },
    { argv: ['--until', 'ping@flat'], says: /which variant/ },
    { argv: ['--provider', 'sinq'], says: /did you mean synq/ },
    { argv: ['--scheme', 'githb'], says: /did you mean github/ },
    { argv: ['--respond', '199'], says: /from 200 to 599/ },
    { argv: ['--port', '65536'], says: /from 0 to 65535/ },
    { argv: ['--exit-after', '0'], says: /from 1 up/ },
    { argv: ['--delay', '5'], says: /did you mean 5s or 5ms/ },
    { argv: ['--max-body', 'lots'], says: /not a size/ },
    { argv: ['--body', 'all'], says: /full, short, none/ },
    { argv: ['--strikt'], says: /Did you mean --strict/ },
    { argv: ['--provider', 'incident-io', '--secret', 'hunter2!'], says: /not base64/ },
    { argv: ['--secret', ''], says: /empty/ },
  ];
  for (const { argv, says } of wrong) {
    it(`with 2 at once for ${argv.join(' ')}`, async () => {
      const { exitCode, stdout, stderr } = await hooksInTime(['listen', '-p', '0', ...argv, '--json']);
      assert.equal(exitCode, 2, stderr);
      assert.match(stderr, says);
      assert.doesNotMatch(stdout + stderr, /hunter2/);
      const last = checkedLines(stdout).at(-1);
      assert.deepEqual([last?.type, last?.exitCode], ['run.failed', 2]);
    });
  }
});

describe('what comes to hooks listen', () => {
  const bodies: { name: string; body: string | Buffer; type?: string; shown: RegExp; schema: string }[] = [
    { name: 'broken JSON', body: '{"order":', shown: /\{"order":/, schema: 'not-json' },
    { name: 'an empty body', body: '', shown: /the body is empty/, schema: 'not-json' },
    {
      name: 'bytes that are no UTF-8',
      body: Buffer.from([0x7b, 0xff, 0x00, 0x7d]),
      type: 'application/octet-stream',
      shown: /00000000 {2}7b ff 00 7d/,
      schema: 'not-json',
    },
    {
      name: 'a form',
      body: 'a=1&b=2',
      type: 'application/x-www-form-urlencoded',
      shown: /a=1&b=2/,
      schema: 'not-json',
    },
    { name: 'XML', body: '<order id="7"/>', type: 'text/xml', shown: /<order id="7"\/>/, schema: 'not-json' },
    { name: 'JSON of nobody known', body: '[1, 2]', shown: /unknown provider/, schema: 'no-schema' },
    {
      name: 'deep nesting',
      body: '['.repeat(50_000) + ']'.repeat(50_000),
      shown: /unknown provider/,
      schema: 'no-schema',
    },
  ];
  for (const { name, body, type = 'application/json', shown, schema } of bodies) {
    it(`is shown, judged and kept byte for byte: ${name}`, async (t) => {
      const sending = { body, headers: { 'Content-Type': type } };
      const lines = await runListener(t, ['--exit-after', '1', '--json']);
      assert.equal((await deliver(lines, sending)).status, 200);
      const [delivery] = deliveriesIn((await lines.ended).stdout);
      assert.equal(delivery?.verdicts.schema.state, schema);
      const { base64 } = (delivery?.body ?? {}) as { base64?: string };
      assert.ok(Buffer.from(base64 ?? '', 'base64').equals(Buffer.from(body)));
      const text = await runListener(t, ['--exit-after', '1']);
      await deliver(text, sending);
      const ran = await text.ended;
      assert.equal(ran.exitCode, 0, ran.stderr);
      assert.match(ran.stdout, shown);
    });
  }

  it('is verified by a built-in scheme whose headers it has, where no provider is recognised', async (t) => {
    const body = '{"action":"opened"}';
    const sign = (secret: string) => ({
      body,
      headers: { 'X-Hub-Signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` },
    });
    const env = { HOOKS_SECRET: 'known' };
    const listener = await runListener(t, ['--exit-after', '3', '--json', '--strict'], { env });
    assert.equal((await deliver(listener, sign('known'))).status, 200);
    assert.equal((await deliver(listener, sign('other'))).status, 401);
    assert.equal((await deliver(listener, { body, headers: { Authorization: 'Bearer x' } })).status, 200);
    const states = deliveriesIn((await listener.ended).stdout).map(
      ({ verdicts }) => verdicts.signature.state,
    );
    assert.deepEqual(states, ['genuine', 'refused', 'not-verified']);
  });

  it('is marked as a duplicate where its id came before', async (t) => {
    const listener = await runListener(t, ['--exit-after', '3']);
    for (const id of ['order-1', 'order-2', 'order-1']) {
      await deliver(listener, { body: JSON.stringify({ ...PING, event_id: id }) });
    }
    const { stdout } = await listener.ended;
    assert.equal(stdout.split('  duplicate  ').length - 1, 1);
    assert.match(stdout, /3 received, 3 not verified, 1 duplicates/);
  });

  it('cannot drive the terminal: not by path, header, body or event type', async (t) => {
    const evil = '\u001b[2J\u009b31m\u202e\u0007';
    const sendings = [
      { body: JSON.stringify({ ...PING, event_type: `NEW${evil}`, ping: evil }) },
      { body: `${evil}\nsecond line`, headers: { 'X-Name': '\u009b31m' } },
    ];
    for (const flag of ['--verbose', '--json', '--strict']) {
      const listener = await runListener(t, ['--exit-after', '2', '--provider', 'synq', flag]);
      const path = Buffer.from(`POST /\u009b31m HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n\r\n`);
      assert.match(await rawExchange(t, listener.port, path), /^HTTP\/1\.1 400 /);
      for (const sending of sendings) await deliver(listener, sending);
      const { stdout, stderr } = await listener.ended;
      assert.doesNotMatch(stdout + stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      const shown =
        flag === '--json' ? String.raw`\u001b[2J\u009b31m\u202e\u0007` : String.raw`\x1b[2J\x9b31m\u202e\x07`;
      assert.ok(stdout.includes(shown), stdout);
      if (flag === '--verbose') assert.ok(stdout.includes(String.raw`X-Name: \x9b31m`), stdout);
    }
  });

  it('leaves no credentials in the output and in the history', async (t) => {
    const credentials = ['hunter2hunter2', 'hunter3hunter3', 'hunter4hunter4'];
    const [secret = '', bearer = '', cookie = ''] = credentials;
    for (const flag of ['--verbose', '--json']) {
      const listener = await runListener(t, ['--exit-after', '1', flag], { env: { HOOKS_SECRET: secret } });
      const sending = signed(secret);
      await deliver(listener, {
        ...sending,
        headers: { ...sending.headers, Authorization: `Bearer ${bearer}`, Cookie: `session=${cookie}` },
      });
      const { stdout, stderr } = await listener.ended;
      assert.match(stdout, /genuine/);
      const kept = readdirSync(listener.folder).map((name) => readFileSync(join(listener.folder, name)));
      assert.ok(kept.some((bytes) => bytes.includes('EVENT_TYPE_PING')));
      for (const text of credentials) {
        assert.ok(!(stdout + stderr).includes(text));
        assert.ok(kept.every((bytes) => !bytes.includes(text)));
      }
    }
  });

  it('is noted at once to be hidden where --events names no known event type', async (t) => {
    const listener = await runListener(t, [
      '--events',
      'isue_created',
      '--events',
      'issue_*',
      '--timeout',
      '1ms',
    ]);
    const { stderr } = await listener.ended;
    assert.match(
      stderr,
      /^note: no event type is called 'isue_created'\n {2}next: did you mean issue_created\?/,
    );
    assert.doesNotMatch(stderr, /'issue_\*'/);
  });

  it('is kept in the history, unless --no-record', async (t) => {
    for (const [flags, isKept] of [
      [[], true],
      [['--no-record'], false],
    ] as const) {
      const listener = await runListener(t, ['--exit-after', '1', ...flags]);
      await deliver(listener);
      await listener.ended;
      const env = { HOOKS_STATE_DIR: listener.folder };
      const { stdout } = await runHooks(['history', 'list', '--json'], { env });
      assert.equal(stdout.includes('EVENT_TYPE_PING'), isKept);
    }
  });
});

/** As a process: a listener that listens although it should not is ended. */
function hooksInTime(argv: readonly string[]) {
  return hooksProcess([...argv, '--timeout', '1s']);
}
