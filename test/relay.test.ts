import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import SmeeClient from 'smee-client';
import { request } from 'undici';
import type { DeliveryReceived } from '../src/core/run-event.ts';
import { type Endpoint, endpoint } from './helpers/endpoint.ts';
import { openReader } from './helpers/history-store.ts';
import { temporaryFolder } from './helpers/hooks-process.ts';
import { rawExchange } from './helpers/raw-http.ts';
import { listen } from './helpers/raw-server.ts';
import { runHooks } from './helpers/run-hooks.ts';
import { type RunningTool, startTool } from './helpers/running-tool.ts';

const TOKEN = 'correct-horse-battery-staple';
const QUIET = { info() {}, error() {} };

interface Relay extends RunningTool {
  url: string;
  port: number;
  channel: string;
}

/** A relay with the channel `shop`; its buffer is in the folder. */
async function startRelay(t: TestContext, folder: string, argv: string[] = []): Promise<Relay> {
  const tool = startTool(t, ['relay', '--json', '--channel', 'shop', '-p', '0', ...argv], {
    HOOKS_STATE_DIR: folder,
    HOOKS_RELAY_TOKEN: TOKEN,
  });
  const ready = await tool.event('relay.ready');
  return { ...tool, url: ready.url, port: Number(new URL(ready.url).port), channel: `${ready.url}/shop` };
}

function startReader(t: TestContext, channel: string, folder: string, argv: string[] = []): RunningTool {
  return startTool(t, ['listen', '--json', '--channel', channel, ...argv], {
    HOOKS_STATE_DIR: folder,
    HOOKS_RELAY_TOKEN: TOKEN,
    HOOKS_SECRET: 'abc',
  });
}

async function post(url: string, body: string | Buffer, headers: Record<string, string> = {}) {
  const answer = await request(url, { method: 'POST', body, headers });
  await answer.body.dump();
  return answer.statusCode;
}

const bodiesOf = (events: DeliveryReceived[]) =>
  events.map(({ body }) => Buffer.from((body as unknown as { base64: string }).base64, 'base64').toString());

/** Bodies of all that the history in a folder holds, the oldest first. */
function recorded(t: TestContext, folder: string): string[] {
  const reader = openReader(t, folder);
  return reader
    .list({})
    .reverse()
    .map(({ id }) => Buffer.from(reader.read(id).body).toString());
}

describe('hooks relay', () => {
  it('takes deliveries for its channels, and for no other', async (t) => {
    const relay = await startRelay(t, temporaryFolder(t));
    assert.equal(await post(relay.channel, '{}'), 202);
    assert.equal(await post(`${relay.channel}/below?x=1`, '{}'), 202);
    assert.equal(await post(`${relay.url}/other`, '{}'), 404);
    assert.equal(await post(relay.url, '{}'), 404);
    relay.kill('SIGINT');
    assert.equal((await relay.ended).exitCode, 130);
    assert.equal((await relay.event('relay.finished')).accepted, 2);
  });

  it('lets nobody read without the token, and never shows it', async (t) => {
    const relay = await startRelay(t, temporaryFolder(t));
    const accept = { accept: 'text/event-stream' };
    const wrong = [{}, { authorization: 'Bearer x' }, { authorization: `Basic ${TOKEN}` }];
    for (const headers of wrong) {
      const { statusCode, body } = await request(relay.channel, { headers: { ...accept, ...headers } });
      await body.dump();
      assert.equal(statusCode, 401);
    }
    const { statusCode } = await request(`${relay.channel}?token=${TOKEN}x`, { headers: accept });
    assert.equal(statusCode, 401);
    relay.kill('SIGTERM');
    const { stdout, stderr } = await relay.ended;
    assert.doesNotMatch(stdout + stderr, new RegExp(TOKEN));
  });

  it('does not start without a token', async () => {
    const run = await runHooks(['relay', '-p', '0']);
    assert.equal(run.exitCode, 2);
    assert.match(run.stderr, /openssl rand -hex 24/);
    assert.equal((await runHooks(['relay'], { env: { HOOKS_RELAY_TOKEN: '' } })).exitCode, 2);
  });

  it('makes up a channel that nobody guesses, and keeps it', async (t) => {
    const env = { HOOKS_STATE_DIR: temporaryFolder(t), HOOKS_RELAY_TOKEN: TOKEN };
    const names: string[] = [];
    for (const _ of [1, 2]) {
      const tool = startTool(t, ['relay', '--json', '-p', '0'], env);
      names.push((await tool.event('relay.ready')).channels[0]?.name ?? '');
      tool.kill('SIGINT');
      await tool.ended;
    }
    assert.match(names[0] ?? '', /^[0-9a-f]{32}$/);
    assert.equal(names[1], names[0]);
  });

  it('answers 503 for what its buffer has no room for, and takes more once that was read', async (t) => {
    const folder = temporaryFolder(t);
    const relay = await startRelay(t, folder, ['--max-buffer', '1000']);
    assert.equal(await post(relay.channel, 'x'.repeat(900)), 202);
    assert.equal(await post(relay.channel, 'y'.repeat(200)), 503);
    const reader = startReader(t, relay.channel, folder, ['--exit-after', '1']);
    await reader.ended;
    assert.equal(await post(relay.channel, 'y'.repeat(200)), 202);
  });

  it('turns away what is too large', async (t) => {
    const relay = await startRelay(t, temporaryFolder(t), ['--max-body', '1k']);
    const head = 'POST /shop HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n';
    assert.match(await rawExchange(t, relay.port, head), /^HTTP\/1\.1 413 /);
  });

  for (const [argv, message] of [
    [['--channel', '../x'], /cannot be the name of a channel/],
    [['--port', '99999'], /from 0 to 65535/],
    [['--keep', '5'], /did you mean 5s/],
  ] as const) {
    it(`refuses ${argv.join(' ')}`, async () => {
      const run = await runHooks(['relay', ...argv], { env: { HOOKS_RELAY_TOKEN: TOKEN } });
      assert.equal(run.exitCode, 2);
      assert.match(run.stderr, message);
    });
  }
});

describe('the stock smee-client', () => {
  async function stockClient(t: TestContext, relay: Relay, target: Endpoint) {
    const client = new SmeeClient({
      source: `${relay.channel}?token=${TOKEN}`,
      target: target.url,
      logger: QUIET as unknown as Console,
    });
    t.after(() => client.stop());
    await client.start();
  }

  it('gets from hooks relay what came before and what comes', async (t) => {
    const relay = await startRelay(t, temporaryFolder(t));
    let isThird = () => {};
    const third = new Promise<void>((resolve) => {
      isThird = resolve;
    });
    const target = await endpoint(t, (response, index) => {
      response.end();
      if (index === 2) isThird();
    });
    await post(`${relay.channel}?shop=1`, '{"n": 1, "a":"ö"}', {
      'X-Event': 'first',
      Connection: 'keep-alive',
    });
    await stockClient(t, relay, target);
    await post(relay.channel, 'plain text');
    await post(relay.channel, '');
    await third;
    const got = [...target.received].sort((a, b) => a.body.length - b.body.length);
    assert.deepEqual(
      got.map(({ body }) => body.toString()),
      ['{}', '"plain text"', '{"n":1,"a":"ö"}'],
    );
    assert.deepEqual([got[2]?.target, got[2]?.headers['x-event']], ['/?shop=1', 'first']);
  });
});

const AWKWARD: { name: string; body: Buffer }[] = [
  {
    name: 'JSON that a parser would write otherwise',
    body: Buffer.from('\ufeff{ "b":1.0,\r\n"a":"\\u00e9" }\n'),
  },
  { name: 'every byte', body: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)) },
  { name: 'no text', body: Buffer.from([0xff, 0xfe, 0x0a, 0x0d]) },
  { name: 'lines of an event stream', body: Buffer.from('data: x\n\nevent: ready\nid: 99\n\n') },
  { name: 'nothing', body: Buffer.alloc(0) },
  { name: 'half a megabyte', body: Buffer.alloc(500_000, 'ab\n') },
];

describe('hooks listen --channel', () => {
  it('gets every byte, every header and the whole path from hooks relay', async (t) => {
    const relay = await startRelay(t, temporaryFolder(t));
    const folder = temporaryFolder(t);
    const reader = startReader(t, relay.channel, folder, ['--exit-after', String(AWKWARD.length)]);
    await reader.event('ready');
    for (const { body } of AWKWARD) {
      const head = `PUT /shop/a%2f/../b?x=%20&x HTTP/1.1\r\nhOst: a\r\nX-A: 1\r\nx-b:\r\nX-A: \xff\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
      const answer = await rawExchange(t, relay.port, Buffer.concat([Buffer.from(head, 'latin1'), body]));
      assert.match(answer, /^HTTP\/1\.1 202 /);
    }
    await reader.ended;
    const history = openReader(t, folder);
    const recordings = history
      .list({})
      .reverse()
      .map(({ id }) => history.read(id));
    assert.deepEqual(
      recordings.map(({ body }) => Buffer.from(body).toString('hex')),
      AWKWARD.map(({ body }) => body.toString('hex')),
    );
    const [first] = recordings;
    assert.deepEqual([first?.method, first?.target], ['PUT', '/a%2f/../b?x=%20&x']);
    assert.deepEqual(first?.headers.slice(0, 4), [
      ['hOst', 'a'],
      ['X-A', '1'],
      ['x-b', ''],
      ['X-A', '\xff'],
    ]);
  });

  it('verifies signatures as of the moment when the relay got them', async (t) => {
    const relay = await startRelay(t, temporaryFolder(t));
    const body = '{"event_type" : "EVENT_TYPE_PING"}';
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', 'abc').update(`${timestamp}.${body}`).digest('hex');
    const headers = { 'X-Coalesce-Timestamp': timestamp, 'X-Coalesce-Signature': `v1=${signature}` };
    await post(relay.channel, body, headers);
    const reader = startReader(t, relay.channel, temporaryFolder(t), ['--exit-after', '1']);
    const { verdicts } = await reader.event('delivery.received');
    assert.equal(verdicts.signature.state, 'genuine');
  });

  it('gets each delivery once, though relay and listener are killed in between', async (t) => {
    const [relayFolder, folder] = [temporaryFolder(t), temporaryFolder(t)];
    let relay = await startRelay(t, relayFolder);
    const port = String(relay.port);
    const sent: string[] = [];
    const send = async (text: string) => {
      sent.push(text);
      assert.equal(await post(relay.channel, text), 202);
    };
    let reader = startReader(t, relay.channel, folder);
    await send('"1 both are there"');
    await reader.event('delivery.received');
    reader.kill('SIGKILL');
    await reader.ended;
    await send('"2 nobody listens"');
    await send('"3 nobody listens"');
    relay.kill('SIGKILL');
    await relay.ended;
    reader = startReader(t, relay.channel, folder);
    assert.equal((await reader.event('warning', ({ code }) => code === 'channel-lost')).code, 'channel-lost');
    relay = await startRelay(t, relayFolder, ['-p', port]);
    await reader.event('delivery.received', (event) => bodiesOf([event])[0] === sent[2]);
    await send('"4 both are there again"');
    await reader.event('delivery.received', (event) => bodiesOf([event])[0] === sent[3]);
    reader.kill('SIGINT');
    await reader.ended;
    assert.deepEqual(recorded(t, folder), sent);
  });

  it('misses nothing of a relay whose buffer was lost and made anew', async (t) => {
    const [first, second, folder] = [temporaryFolder(t), temporaryFolder(t), temporaryFolder(t)];
    let relay = await startRelay(t, first);
    const port = String(relay.port);
    await post(relay.channel, '"1"');
    await startReader(t, relay.channel, folder, ['--exit-after', '1']).ended;
    relay.kill('SIGKILL');
    await relay.ended;
    relay = await startRelay(t, second, ['-p', port]);
    for (const text of ['"2"', '"3"']) await post(relay.channel, text);
    await startReader(t, relay.channel, folder, ['--exit-after', '2', '--timeout', '10s']).ended;
    assert.deepEqual(recorded(t, folder), ['"1"', '"2"', '"3"']);
  });

  it('does not record twice what a run that was killed could not confirm', async (t) => {
    const relay = await startRelay(t, temporaryFolder(t));
    const folder = temporaryFolder(t);
    await post(relay.channel, '"1"');
    await startReader(t, relay.channel, folder, ['--exit-after', '1']).ended;
    // As if it had been killed between the record and the note of how far it was.
    const [cursor] = readdirSync(join(folder, 'channels'));
    writeFileSync(join(folder, 'channels', cursor ?? ''), '0\n');
    await post(relay.channel, '"2"');
    const reader = startReader(t, relay.channel, folder, ['--exit-after', '1']);
    await reader.ended;
    assert.deepEqual(recorded(t, folder), ['"1"', '"2"']);
  });

  it('loses nothing that it was handed before its very first record', async (t) => {
    const relay = await startRelay(t, temporaryFolder(t));
    const folder = temporaryFolder(t);
    // Its history cannot be written: the delivery is handed over, and never kept.
    mkdirSync(join(folder, 'history.sqlite'));
    const first = startReader(t, relay.channel, folder);
    await post(relay.channel, '"1"');
    await first.event('warning', ({ code }) => code === 'not-recorded');
    first.kill('SIGKILL');
    await first.ended;
    rmdirSync(join(folder, 'history.sqlite'));
    await startReader(t, relay.channel, folder, ['--exit-after', '1']).ended;
    assert.deepEqual(recorded(t, folder), ['"1"']);
  });

  it('listens on a port as well where it is named', async (t) => {
    const relay = await startRelay(t, temporaryFolder(t));
    const reader = startReader(t, relay.channel, temporaryFolder(t), ['-p', '0', '--exit-after', '2']);
    const ready = await reader.event('ready');
    assert.equal(ready.channel, relay.channel);
    await post(ready.url, '"direct"');
    await post(relay.channel, '"relayed"');
    assert.equal((await reader.ended).exitCode, 0);
  });

  it('says plainly that the token is wrong, or the channel is none', async (t) => {
    const relay = await startRelay(t, temporaryFolder(t));
    const env = { HOOKS_RELAY_TOKEN: 'wrong' };
    const wrongToken = await runHooks(['listen', '--channel', relay.channel], { env });
    assert.equal(wrongToken.exitCode, 2);
    assert.match(wrongToken.stderr, /the relay asks for a token[\s\S]*HOOKS_RELAY_TOKEN/);
    const noChannel = await runHooks(['listen', '--channel', `${relay.url}/nothing`], { env });
    assert.equal(noChannel.exitCode, 2);
    assert.match(noChannel.stderr, /there is no such channel/);
    const noStream = await runHooks(['listen', '--channel', (await endpoint(t, 200)).url]);
    assert.match(noStream.stderr, /no stream of events/);
  });

  it('hides a token in the URL of the channel', async (t) => {
    const relay = await startRelay(t, temporaryFolder(t));
    const reader = startTool(t, ['listen', '--json', '--channel', `${relay.channel}?token=${TOKEN}`], {
      HOOKS_STATE_DIR: temporaryFolder(t),
    });
    assert.equal((await reader.event('ready')).url, `${relay.channel}?token=***`);
    await post(relay.channel, '{}');
    await reader.event('delivery.received');
    reader.kill('SIGINT');
    const { stdout, stderr } = await reader.ended;
    assert.doesNotMatch(stdout + stderr, new RegExp(TOKEN));
  });
});

describe('a relay of another make', () => {
  /** As smee does: an event without a number, with what it has made of the request. */
  async function smee(t: TestContext, events: readonly string[]): Promise<string> {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('event: ready\ndata: {}\n\nevent: ping\ndata: {}\n\n');
      for (const data of events) response.write(`data: ${data}\n\n`);
    });
    t.after(() => server.closeAllConnections());
    return `http://127.0.0.1:${await listen(t, server)}/abc`;
  }

  it('is not shown the token of another', async (t) => {
    const asked: (string | undefined)[] = [];
    const server = createServer(({ headers }, response) => {
      asked.push(headers.authorization);
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify({ body: {} })}\n\n`);
    });
    t.after(() => server.closeAllConnections());
    const url = `http://127.0.0.1:${await listen(t, server)}/abc`;
    await startReader(t, url, temporaryFolder(t), ['--exit-after', '1']).ended;
    assert.deepEqual(asked, [undefined]);
  });

  it('is read, with a note on what it does to the bytes', async (t) => {
    const body = { event_type: 'EVENT_TYPE_PING' };
    const headers = { 'x-coalesce-timestamp': '1', 'x-coalesce-signature': 'v1=00', 'x-a': '1' };
    const event = JSON.stringify({ ...headers, body, query: { q: 'a b' }, timestamp: 1 });
    const reader = startReader(
      t,
      await smee(t, [event, '{"no":"delivery"}', 'no json', event]),
      temporaryFolder(t),
      ['--exit-after', '2'],
    );
    const delivery = await reader.event('delivery.received');
    assert.deepEqual(bodiesOf([delivery]), [JSON.stringify(body)]);
    assert.equal(delivery.target, '/?q=a+b');
    const { signature } = delivery.verdicts;
    assert.match(signature.state === 'refused' ? signature.message : '', /the relay wrote the body anew/);
    const { stderr, exitCode } = await reader.ended;
    assert.equal(exitCode, 0);
    assert.equal(stderr.match(/wrote anew, and headers in lower case/g)?.length, 1);
  });

  it('cannot smuggle a line into a header, or a sequence into the terminal', async (t) => {
    const event = JSON.stringify({ 'x-a': '1\r\nX-B: 2', body: {} });
    const hostile = JSON.stringify({ 'x-a': '\u001b[2J', body: { a: '\u001b]0;x\u0007' } });
    const url = await smee(t, [event, hostile]);
    const reader = startTool(t, ['listen', '--verbose', '--channel', url, '--exit-after', '1'], {
      HOOKS_STATE_DIR: temporaryFolder(t),
    });
    const { stdout, stderr } = await reader.ended;
    assert.match(stderr, /an event of the channel was passed over/);
    assert.equal((stdout + stderr).includes('\u001b'), false);
  });
});
