import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { temporaryFolder } from '../helpers/hooks-process.ts';
import { type Run, runHooks } from '../helpers/run-hooks.ts';

const SECRET = 'cq_signing_secret_0001';
const OTHER = 'another-secret-0002';
const BODY = '{"id":"evt_1","amount":1.0,"name":"Zoë"}';
const TIME = Math.floor(Date.now() / 1000);
const COALESCE = ['--scheme', 'coalesce', '--provider', 'generic'];

const hmac = (content: string, key = SECRET) => createHmac('sha256', key).update(content).digest('hex');

interface Written {
  /** What was signed; the body itself unless given. */
  signed?: string;
  body?: string;
  time?: number;
  key?: string;
}

const headersOf = ({ body = BODY, signed = body, time = TIME, key = SECRET }: Written = {}) => [
  ['Content-Type', 'application/json'],
  ['X-Coalesce-Timestamp', String(time)],
  ['X-Coalesce-Signature', `v1=${hmac(`${time}.${signed}`, key)}`],
];

const request = (written: Written = {}, end = '\r\n') =>
  [
    'POST /hooks HTTP/1.1',
    ...headersOf(written).map((pair) => pair.join(': ')),
    '',
    written.body ?? BODY,
  ].join(end);

const line = (written: Written = {}, more: object = {}) =>
  JSON.stringify({
    type: 'delivery.received',
    headers: headersOf(written),
    body: { sizeBytes: 1, base64: Buffer.from(written.body ?? BODY).toString('base64') },
    ...more,
  });

const runs: Run[] = [];

async function verify(argv: readonly string[], options: Parameters<typeof runHooks>[1] = {}): Promise<Run> {
  const ran = await runHooks(['verify', ...argv], {
    ...options,
    env: { HOOKS_SECRET: SECRET, ...options.env },
  });
  runs.push(ran);
  return ran;
}

describe('hooks verify', () => {
  after(() => {
    for (const { stdout, stderr } of runs)
      assert.ok(!(stdout + stderr).includes(SECRET) && !(stdout + stderr).includes(OTHER));
  });

  it('finds a file genuine, with CRLF or LF in its head', async (t) => {
    const file = join(temporaryFolder(t), 'request.http');
    for (const end of ['\r\n', '\n']) {
      writeFileSync(file, request({}, end));
      const { exitCode, stdout } = await verify([file, ...COALESCE]);
      assert.equal(exitCode, 0, stdout);
      assert.match(
        stdout,
        /^✓ genuine {2}scheme coalesce {2}the secret fits {2}signed [\d.]+ m?s ago {2}.*request\.http\n$/,
      );
    }
  });

  it('reads stdin, named or not', async () => {
    for (const argv of [[], ['-']]) {
      const { exitCode, stdout } = await verify([...argv, ...COALESCE], { stdin: request() });
      assert.equal(exitCode, 0, stdout);
      assert.match(stdout, /stdin\n$/);
    }
  });

  it('reads headers and body from flags and files', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(
      join(folder, 'headers'),
      headersOf()
        .map((pair) => pair.join(': '))
        .join('\n'),
    );
    writeFileSync(join(folder, 'body'), BODY);
    const flags = headersOf().flatMap((pair) => ['--header', pair.join(': ')]);
    for (const argv of [
      [...flags, '--body-file', join(folder, 'body')],
      [...flags, '--data', BODY],
      [...flags, '--data', `@${join(folder, 'body')}`],
      ['--headers-file', join(folder, 'headers'), '--body-file', join(folder, 'body')],
    ]) {
      const { exitCode, stdout, stderr } = await verify([...argv, ...COALESCE]);
      assert.equal(exitCode, 0, stdout + stderr);
    }
    const fromStdin = await verify([...flags, '--body-file', '-', ...COALESCE], { stdin: BODY });
    assert.equal(fromStdin.exitCode, 0, fromStdin.stdout);
  });

  it('reads what send prepares and recognises its provider', async () => {
    const { stdout: prepared } = await runHooks(
      ['send', 'issue_created', '--provider', 'synq', '--to', ':3000', '--dry-run', '--json'],
      { env: { HOOKS_SECRET: SECRET } },
    );
    const { exitCode, stdout } = await verify(['--json'], { stdin: prepared });
    assert.equal(exitCode, 0, stdout);
    const { provider, isGenuine, secretIndex, eventType } = JSON.parse(stdout);
    assert.deepEqual(
      { provider, isGenuine, secretIndex },
      { provider: 'synq', isGenuine: true, secretIndex: 0 },
    );
    assert.match(eventType, /issue_created/i);
  });

  it('verifies each line of what listen printed, and tells deliveries that were mixed up', async () => {
    const first = { body: '{"first":1}' };
    const mixed = { body: '{"second":2}', signed: '{"first":1}' };
    const stdin = `{"type":"ready","url":"http://localhost:1"}\n${line(first)}\n${line(mixed)}\n`;
    const { exitCode, stdout } = await verify(['--json', ...COALESCE], { stdin });
    assert.equal(exitCode, 1);
    const [a, b] = stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    assert.equal(a.isGenuine, true);
    assert.equal(a.source, 'stdin, line 2');
    assert.equal(b.isGenuine, false);
    assert.match(b.diagnosis.mistakes[0].id, /-of-another-delivery$/);
    assert.match(b.diagnosis.mistakes[0].what, /stdin, line 2/);
  });

  it('says which mistake was made and how to fix it, for a framework too', async () => {
    const body = '{"id": 1, "list": [1, 2]}';
    const stdin = request({ body, signed: '{"id":1,"list":[1,2]}' });
    const plain = await verify(COALESCE, { stdin });
    assert.equal(plain.exitCode, 1);
    assert.match(plain.stdout, /^✗ not genuine/);
    assert.match(plain.stdout, /reason: no signature matches: 1 signature tried with 1 secret/);
    assert.match(plain.stdout, /what: {3}the signature is right for the body re-serialised as compact JSON/);
    assert.match(plain.stdout, /fix: {4}sign and verify the raw bytes/);
    assert.match(plain.stdout, /--framework express, fastify/);
    const express = await verify([...COALESCE, '--framework', 'Express'], { stdin });
    assert.match(express.stdout, /express: .*express\.raw/);
    assert.doesNotMatch(express.stdout, /flask/);
    const verbose = await verify([...COALESCE, '-v'], { stdin });
    assert.match(verbose.stdout, /express:[\s\S]*flask:[\s\S]*go:/);
  });

  it('says unknown, and how much was tried, instead of guessing', async () => {
    const { exitCode, stdout } = await verify(['--json', ...COALESCE], {
      stdin: request({ signed: 'something else' }),
    });
    assert.equal(exitCode, 1);
    const result = JSON.parse(stdout);
    assert.equal(result.diagnosis, undefined);
    assert.equal(result.isComplete, true);
    assert.ok(result.tried > 1000);
    const text = await verify(COALESCE, { stdin: request({ signed: 'something else' }) });
    assert.match(
      text.stdout,
      /unknown: none of [\d,]+ signatures computed with known mistakes is the one received/,
    );
  });

  it('tells a stale delivery from a wrong one, and judges its age at another time', async () => {
    const old = request({ time: TIME - 2400 });
    const { exitCode, stdout } = await verify(COALESCE, { stdin: old });
    assert.equal(exitCode, 1);
    assert.match(stdout, /the signature itself is right/);
    assert.match(
      stdout,
      /it was signed 40 min ago, longer than the tolerance: it was replayed or waited in a queue/,
    );
    for (const argv of [['--at', String(TIME - 2390)], ['--at=-39m'], ['--tolerance', '1h']]) {
      const again = await verify([...COALESCE, ...argv], { stdin: old });
      assert.equal(again.exitCode, 0, again.stdout);
    }
  });

  it('judges the age as of when the delivery came, unless --at says otherwise', async () => {
    const receivedAt = new Date((TIME - 7200) * 1000).toISOString();
    const stdin = line({ time: TIME - 7201 }, { receivedAt });
    const { exitCode, stdout } = await verify(COALESCE, { stdin });
    assert.equal(exitCode, 0);
    assert.match(stdout, /signed 1 s ago/);
    const now = await verify([...COALESCE, '--at', String(TIME)], { stdin });
    assert.equal(now.exitCode, 1);
    assert.match(now.stdout, new RegExp(`it was received at ${receivedAt}; --at`));
  });

  it('tells which secret fits, and names that of a saved endpoint', async () => {
    const two = await verify([...COALESCE, '--secret', 'first', '--secret', SECRET], { stdin: request() });
    assert.match(two.stdout, /secret 2 of 2 fits/);
    const { configDirectory } = await runHooks([
      'endpoint',
      'add',
      'staging',
      '--url',
      ':3000',
      '--secret',
      OTHER,
    ]);
    const stdin = request({ key: OTHER });
    const named = await verify(COALESCE, { stdin, env: { HOOKS_CONFIG_DIR: configDirectory } });
    assert.equal(named.exitCode, 1);
    assert.match(named.stdout, /made with the secret of endpoint 'staging', not with a secret given here/);
  });

  it('explains a secret that does not fit the scheme', async () => {
    const secret = 'whsec_--__abcdefghijklmnopqrstuvwx';
    const signature = createHmac('sha256', Buffer.from(secret.slice(6), 'base64url'))
      .update(`msg_1.${TIME}.${BODY}`)
      .digest('base64');
    const stdin = `webhook-id: msg_1\nwebhook-timestamp: ${TIME}\nwebhook-signature: v1,${signature}\n\n${BODY}`;
    const { exitCode, stdout } = await verify(['--scheme', 'standard-webhooks', '--secret', secret], {
      stdin,
    });
    assert.equal(exitCode, 2);
    assert.match(stdout, /the secret is written in base64url/);
    assert.doesNotMatch(stdout, /abcdefgh/);
    const unknown = await verify(['--scheme', 'standard-webhooks', '--secret', secret], {
      stdin: `${stdin}x`,
    });
    assert.equal(unknown.exitCode, 2);
    assert.match(unknown.stderr, /is not base64/);
  });

  it('prints the right signature only when asked', async () => {
    const stdin = request({ signed: 'something else' });
    const right = hmac(`${TIME}.${BODY}`);
    for (const argv of [[], ['--json'], ['-v']]) {
      assert.ok(!(await verify([...COALESCE, ...argv], { stdin })).stdout.includes(right));
    }
    const asked = await verify([...COALESCE, '--show-expected'], { stdin });
    assert.ok(asked.stdout.includes(`right for secret 1: X-Coalesce-Signature: v1=${right}`), asked.stdout);
    const json = await verify([...COALESCE, '--show-expected', '--json'], { stdin });
    assert.equal(JSON.parse(json.stdout).expected[0].headers[1][1], `v1=${right}`);
    const { stdout: help } = await runHooks(['verify', '--help']);
    assert.match(help, /signing oracle/);
  });

  it('never prints a shared secret as what would be expected', async () => {
    const { exitCode, stdout } = await verify(['--scheme', 'token', '--show-expected'], {
      stdin: 'X-Webhook-Token: x\n\nbody',
    });
    assert.equal(exitCode, 1);
    assert.match(stdout, /the secret itself, which is never shown/);
  });

  it('finds the scheme by the headers, where no provider is recognised', async () => {
    const stdin = `X-Hub-Signature-256: sha256=${hmac(BODY)}\n\n${BODY}`;
    const { exitCode, stdout } = await verify([], { stdin });
    assert.equal(exitCode, 0, stdout);
    assert.match(stdout, /scheme github/);
  });

  it('shows control characters of the delivery as escapes', async () => {
    const { stdout } = await verify(COALESCE, {
      stdin: `X-Coalesce-Timestamp: 17\x1b[31m\nX-Coalesce-Signature: v1=00\n\n${BODY}`,
    });
    assert.ok(!stdout.includes('\x1b[31m'));
  });

  it('prints nothing for a genuine delivery with --quiet', async () => {
    assert.equal((await verify([...COALESCE, '-q'], { stdin: request() })).stdout, '');
  });

  const wrongCalls: [it: string, argv: string[], stdin: string, exitCode: number, stderr: RegExp][] = [
    ['a file that is not there', ['nowhere.http'], '', 3, /cannot read nowhere\.http/],
    ['a body file that is not there', ['-H', 'A: b', '--body-file', 'nowhere'], '', 3, /cannot read nowhere/],
    ['an empty stdin', [], '', 2, /stdin is empty/],
    ['a file and a body', ['a.http', '--data', 'x'], '', 2, /headers or a body as well/],
    ['two bodies', ['-H', 'A: b', '--data', 'x', '--body-file', 'y'], '', 2, /both give the body/],
    ['a body without headers', ['--data', 'x'], '', 2, /no headers/],
    ['a secret and a delivery on stdin', ['-', '--secret-file', '-'], 'x', 2, /stdin cannot hold both/],
    ['a delivery of nobody', [], 'A: b\n\nbody', 2, /neither the provider nor the signature scheme/],
    ['a response', [], 'HTTP/1.1 200 OK\n\n', 2, /an HTTP response/],
    ['a wrong time', ['--at', 'soon'], request(), 2, /'soon' is not a time/],
    ['an unknown provider', ['--provider', 'nobody'], request(), 2, /no provider is called/],
    ['an empty secret', ['--secret', ''], request(), 2, /the signing secret is empty/],
    ['an empty secret beside a good one', ['--secret', SECRET, '--secret', ''], request(), 2, /empty/],
    ['an unknown framework', ['--framework', 'expres'], request(), 2, /did you mean express\?/],
    ['an unknown scheme', ['--scheme', 'hmca'], request(), 2, /no signature scheme is called/],
    [
      'a masked secret',
      ['--scheme', 'bearer'],
      'Authorization: ••••••\n\nbody',
      2,
      /header Authorization of stdin is masked/,
    ],
  ];
  for (const [name, argv, stdin, exitCode, expected] of wrongCalls) {
    it(`refuses ${name}`, async () => {
      const ran = await verify(argv, { stdin });
      assert.equal(ran.exitCode, exitCode, ran.stdout + ran.stderr);
      assert.match(ran.stderr, expected);
    });
  }

  it('refuses to go on without a secret', async () => {
    const ran = await verify(COALESCE, { stdin: request(), env: { HOOKS_SECRET: undefined } });
    assert.equal(ran.exitCode, 2);
    assert.match(ran.stderr, /no secret to verify with/);
  });

  it('refuses a header that was masked in a JSON line', async () => {
    const stdin = JSON.stringify({ headers: [['Authorization', '••••••']], body: { base64: '' } });
    const ran = await verify(['--scheme', 'bearer'], { stdin });
    assert.equal(ran.exitCode, 2);
    assert.match(ran.stderr, /the header Authorization of stdin is masked/);
  });
});
