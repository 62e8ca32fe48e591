import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createServer as createTcpServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type Arrived, endpoint, receiver } from '../helpers/endpoint.ts';
import { temporaryFolder } from '../helpers/hooks-process.ts';
import { tlsPath, tlsServer } from '../helpers/http-clients.ts';
import { matchText } from '../helpers/match-text.ts';
import { checkedLines } from '../helpers/output-schema.ts';
import { listen } from '../helpers/raw-server.ts';
import { repoRoot } from '../helpers/repo-root.ts';
import { runHooks } from '../helpers/run-hooks.ts';

const SAMPLE = readFileSync(join(repoRoot, 'fixtures/synq/events/EVENT_TYPE_PING.json'));

type Options = Parameters<typeof runHooks>[1];

/** Sends to an endpoint that answers 204, and gives the one delivery that arrived. */
async function arrival(t: TestContext, argv: readonly string[], options?: Options): Promise<Arrived> {
  const { url, received } = await endpoint(t);
  const { exitCode, stdout, stderr } = await runHooks(['send', ...argv, '--unsigned', '--to', url], options);
  assert.equal(exitCode, 0, stdout + stderr);
  assert.equal(received.length, 1);
  return received[0] as Arrived;
}

async function sentPing(t: TestContext, argv: readonly string[], options?: Options) {
  return JSON.parse(String((await arrival(t, ['ping', ...argv], options)).body));
}

function editor(t: TestContext, script: string): string {
  const file = join(temporaryFolder(t), 'editor.cjs');
  writeFileSync(file, `const fs = require('node:fs'); const file = process.argv[2]; ${script}`);
  return `"${process.execPath}" "${file}"`;
}

describe('hooks send', () => {
  it('delivers the sample and shows what became of it', async (t) => {
    const { url, received } = await endpoint(t, (answer) => answer.writeHead(200).end('{"queued":true}'));
    const ran = await runHooks(['send', 'ping', '--unsigned', '--to', url, '--no-color']);
    assert.equal(ran.exitCode, 0);
    matchText(
      ran.stdout,
      `--> POST ${url} synq/ping [<<[0-9a-f-]{36}>>]\n<-- 200 OK in <<.+ m?s>> [<<[0-9a-f-]{36}>>]\n    {\n      "queued": true\n    }\n1 delivered, 0 failed\n`,
    );
    const { event_id, event_time, ...sent } = JSON.parse(String(received[0]?.body));
    const { event_id: sampleId, event_time: _, ...sample } = JSON.parse(String(SAMPLE));
    assert.deepEqual(sent, sample);
    assert.notEqual(event_id, sampleId);
    assert.ok(Math.abs(Date.now() - Date.parse(event_time)) < 60_000);
  });

  it('prints events that the schema describes with --json', async (t) => {
    const { url } = await endpoint(t);
    const { stdout } = await runHooks(['send', 'ping', '--unsigned', '--to', url, '--json']);
    const lines = checkedLines(stdout);
    assert.deepEqual(
      lines.map(({ type }) => type),
      ['warning', 'attempt.started', 'attempt.finished', 'run.finished'],
    );
  });
});

describe('the payload of hooks send', () => {
  const edits: { argv: string[]; ping: unknown }[] = [
    { argv: ['--set', 'ping.message=Orders are late'], ping: { message: 'Orders are late' } },
    { argv: ['--set', 'ping.message={"late":[1,true,null]}'], ping: { message: { late: [1, true, null] } } },
    { argv: ['--set', 'ping.a=1', '--set', 'ping.a="1"', '--unset', 'ping.message'], ping: { a: '1' } },
    { argv: ['--unset', 'ping'], ping: undefined },
  ];
  for (const { argv, ping } of edits) {
    it(`is edited by ${argv.join(' ')}`, async (t) => {
      assert.deepEqual((await sentPing(t, argv)).ping, ping);
    });
  }

  it('is merged with files, in which null removes, and stdin', async (t) => {
    const file = join(temporaryFolder(t), 'patch.json');
    writeFileSync(file, '{"workspace":"globex","ping":{"message":null,"from":"file"}}');
    const sent = await sentPing(t, ['--merge', file, '--merge', '-'], { stdin: '{"ping":{"to":"stdin"}}' });
    assert.equal(sent.workspace, 'globex');
    assert.deepEqual(sent.ping, { from: 'file', to: 'stdin' });
  });

  const awkward = '\ufeff{"a" : 1.0, "a":2}\r\n';
  it('is the text of --data, byte for byte', async (t) => {
    assert.equal(String((await arrival(t, ['ping', '--data', awkward])).body), awkward);
    assert.equal((await arrival(t, ['ping', '--data', ''])).body.length, 0);
  });

  it('is the file of --data @file, and stdin of --data -, byte for byte', async (t) => {
    const bytes = Buffer.from([0x00, 0xff, 0x0d, 0x0a, 0x80]);
    const file = join(temporaryFolder(t), 'body.bin');
    writeFileSync(file, bytes);
    assert.deepEqual((await arrival(t, ['--data', `@${file}`])).body, bytes);
    for (const stdin of ['-', '@-']) {
      assert.deepEqual((await arrival(t, ['--data', stdin], { stdin: bytes })).body, bytes);
    }
  });

  it('is what the editor saved, byte for byte', async (t) => {
    const EDITOR = editor(t, `fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('Hello', 'Bye'))`);
    const { body } = await arrival(t, ['ping', '--edit'], { env: { EDITOR } });
    assert.match(String(body), /^\{\n {2}"workspace": "acme",[\s\S]*"Bye from the webhook[\s\S]*\}\n$/);
  });

  it('is not sent when the editor fails', async (t) => {
    const { url, received } = await endpoint(t);
    const argv = ['send', 'ping', '--unsigned', '--edit', '--to', url];
    const ran = await runHooks(argv, { env: { EDITOR: editor(t, 'process.exit(3)') } });
    assert.equal(ran.exitCode, 2);
    assert.match(ran.stderr, /the editor ended with an error[\s\S]*exit code 3/);
    assert.equal(received.length, 0);
  });

  it('is the sample itself with --frozen', async (t) => {
    assert.deepEqual((await arrival(t, ['ping', '--frozen'])).body, SAMPLE);
  });

  it('is the same for the same --seed, another for another', async (t) => {
    const [first, again, other] = await Promise.all(
      ['a', 'a', 'b'].map(async (seed) => String((await arrival(t, ['ping', '--seed', seed])).body)),
    );
    assert.equal(again, first);
    assert.notEqual(other, first);
  });

  it('carries the --id, in the header or in the body', async (t) => {
    assert.equal((await sentPing(t, ['--id', 'order-7'])).event_id, 'order-7');
    const { headers } = await arrival(t, ['--data', '{}', '--id', 'msg_7', '-H', 'X-Id: kept']);
    assert.equal(headers['x-id'], 'kept');
    const { url, received } = await endpoint(t);
    const secret = ['--secret', 'whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0'];
    await runHooks(['send', 'schedule.created_v1', ...secret, '--id', 'msg_7', '--to', url]);
    assert.equal(received[0]?.headers['webhook-id'], 'msg_7');
  });

  it('is sent with a note where it departs from its schema, unless --no-validate', async (t) => {
    const { url, received } = await endpoint(t);
    const argv = ['send', 'issue_created', '--unsigned', '--to', url, '--set', 'event_type=12'];
    const noted = await runHooks(argv);
    assert.equal(noted.exitCode, 0);
    assert.match(noted.stderr, /note: not what SYNQ.* sends: \/event_type /);
    assert.doesNotMatch((await runHooks([...argv, '--no-validate'])).stderr, /not what/);
    assert.equal(received.length, 2);
  });
});

describe('the request of hooks send', () => {
  it('has headers added, replaced and removed', async (t) => {
    const flags = ['-H', 'X-Shop: one', '-H', 'content-type: text/plain', '-H', 'User-Agent:'];
    const { headers } = await arrival(t, ['ping', ...flags]);
    assert.equal(headers['x-shop'], 'one');
    assert.equal(headers['content-type'], 'text/plain');
    assert.equal(headers['user-agent'], undefined);
  });

  it('has the method and the path that were asked for', async (t) => {
    const { url, received } = await endpoint(t);
    await runHooks(['send', 'ping', '--unsigned', '-X', 'put', '--to', `${url}hooks?shop=1`]);
    assert.deepEqual([received[0]?.method, received[0]?.target], ['PUT', '/hooks?shop=1']);
  });

  it('takes user and password from the URL, and shows neither', async (t) => {
    const { port, received } = await endpoint(t);
    const argv = ['send', 'ping', '--unsigned', '-i', '--to', `http://ann:hunter2@127.0.0.1:${port}/`];
    for (const more of [[], ['--json'], ['-v']]) {
      const ran = await runHooks([...argv, ...more]);
      assert.doesNotMatch(ran.stdout + ran.stderr, /hunter2|YW5uOmh1bnRlcjI/);
    }
    assert.equal(received[0]?.headers.authorization, 'Basic YW5uOmh1bnRlcjI=');
  });

  const previews = ['--dry-run', '--curl'];
  for (const flag of previews) {
    it(`is printed with ${flag}, not sent, and needs no endpoint`, async (t) => {
      const { url, received } = await endpoint(t);
      const ran = await runHooks(['send', 'ping', '--unsigned', flag, '--to', `${url}hooks`, '--frozen']);
      assert.equal(ran.exitCode, 0);
      assert.ok(ran.stdout.includes(flag === '--curl' ? `${url}hooks` : 'POST /hooks HTTP/1.1\r\n'));
      assert.ok(ran.stdout.includes(SAMPLE.toString()));
      assert.equal(received.length, 0);
      assert.equal((await runHooks(['send', 'ping', '--unsigned', flag])).exitCode, 0);
    });
  }

  it('shows its headers and those of the answer with -i, but no credentials', async (t) => {
    const { url } = await endpoint(t, (answer) =>
      answer.writeHead(200, { 'X-Request': 'r-1', 'Set-Cookie': 'session=hunter2' }).end(),
    );
    const argv = ['send', 'ping', '--unsigned', '--to', url, '-i', '-H', 'X-Api-Key: hunter3'];
    const { stdout } = await runHooks(argv);
    assert.match(stdout, /Content-Type: application\/json\n[\s\S]*<-- 200[\s\S]*X-Request: r-1/);
    assert.doesNotMatch(stdout, /hunter/);
  });
});

describe('the run of hooks send', () => {
  it('delivers --count deliveries, each another event', async (t) => {
    const { url, received } = await endpoint(t);
    const ran = await runHooks(['send', 'ping', '--unsigned', '-n', '5', '--to', url]);
    matchText(ran.stdout, '<<(.*\\n)*>>5 delivered, 0 failed in <<.+>>; latency median <<.+>>\n');
    assert.equal(new Set(received.map(({ body }) => JSON.parse(String(body)).event_id)).size, 5);
  });

  it('has --concurrency deliveries under way at once', async (t) => {
    const waiting: (() => void)[] = [];
    let most = 0;
    const { url } = await endpoint(t, (answer, index) => {
      waiting.push(() => answer.writeHead(204).end());
      most = Math.max(most, waiting.length);
      // Answers come in threes: fewer under way would wait for ever.
      if (index % 3 === 2) for (const go of waiting.splice(0)) go();
    });
    const argv = ['send', 'ping', '--unsigned', '-n', '6', '--concurrency', '3', '--to', url];
    assert.equal((await runHooks(argv)).exitCode, 0);
    assert.equal(most, 3);
  });

  it('takes a --rate, and refuses what is none', async (t) => {
    const { url, received } = await endpoint(t);
    const argv = ['send', 'ping', '--unsigned', '-n', '3', '--to', url, '--rate'];
    assert.equal((await runHooks([...argv, '100/s'])).exitCode, 0);
    assert.equal(received.length, 3);
    const { exitCode, stderr } = await runHooks([...argv, 'fast']);
    assert.equal(exitCode, 2);
    assert.match(stderr, /'fast' is not a rate/);
  });

  it('waits for the endpoint with --wait-for-endpoint', async (t) => {
    const { port, server } = await freePort(t);
    const argv = ['send', 'ping', '--unsigned', '--to', `127.0.0.1:${port}`];
    const late = await runHooks([...argv, '--wait-for-endpoint', '150ms']);
    assert.equal(late.exitCode, 3);
    assert.match(late.stderr, /nothing listened at 127\.0\.0\.1:\d+ within 150 ms\n {2}next: /);
    const running = runHooks([...argv, '--wait-for-endpoint', '20s']);
    server.listen(port, '127.0.0.1');
    assert.equal((await running).exitCode, 0);
  });

  it('ends with 3 after the --timeout', async (t) => {
    const { url } = await endpoint(t, () => {});
    const ran = await runHooks(['send', 'ping', '--unsigned', '--timeout', '50ms', '--to', url]);
    assert.equal(ran.exitCode, 3);
    assert.match(ran.stderr, /error: no answer from 127\.0\.0\.1:\d+ within 50 ms\n {2}next: answer first/);
  });

  it('is kept in the history, unless --no-record', async (t) => {
    const env = { HOOKS_STATE_DIR: temporaryFolder(t) };
    const { url } = await endpoint(t, 500);
    for (const flags of [[], ['--no-record']]) {
      await runHooks(['send', 'ping', '--unsigned', '--to', url, ...flags], { env });
    }
    const { stdout } = await runHooks(['history', 'list', '--json'], { env });
    assert.equal(checkedLines(stdout).length, 1);
  });
});

describe('what hooks send expects of the answer', () => {
  const answer = '{"order":{"state":"late"},"items":[1,2]}';
  const rows: { argv: string[]; status: number; exitCode: number; says?: string }[] = [
    { argv: [], status: 299, exitCode: 0 },
    { argv: [], status: 404, exitCode: 1, says: 'expected status 2xx, got 404' },
    {
      argv: [],
      status: 308,
      exitCode: 1,
      says: 'got 308; redirects are not followed, as webhook senders do not',
    },
    { argv: ['--expect', '4xx'], status: 404, exitCode: 0 },
    { argv: ['--expect', '200,409'], status: 409, exitCode: 0 },
    { argv: ['--expect', '202'], status: 200, exitCode: 1, says: 'expected status 202, got 200' },
    {
      argv: ['--expect-body', 'order.state=late', '--expect-body', 'items[1]=2'],
      status: 200,
      exitCode: 0,
    },
    {
      argv: ['--expect-body', 'order.state=paid'],
      status: 200,
      exitCode: 1,
      says: 'expected order.state of the answer to be "paid", got "late"',
    },
    { argv: ['--max-latency', '1m'], status: 200, exitCode: 0 },
    {
      argv: ['--max-latency', '0ms'],
      status: 200,
      exitCode: 1,
      says: 'answered in ',
    },
  ];
  for (const { argv, status, exitCode, says } of rows) {
    it(`${argv.join(' ') || '2xx'}: ${status} ends with ${exitCode}`, async (t) => {
      const { url } = await endpoint(t, (response) => response.writeHead(status).end(answer));
      const ran = await runHooks(['send', 'ping', '--unsigned', '--to', url, ...argv]);
      assert.equal(ran.exitCode, exitCode, ran.stderr);
      assert.ok(ran.stdout.includes('"state": "late"'));
      if (says !== undefined) assert.ok(ran.stdout.includes(says), ran.stdout);
    });
  }
});

describe('hooks send over TLS', () => {
  it('refuses a certificate that nobody vouches for, with one sentence', async (t) => {
    const port = await tlsServer(t, 'localhost', receiver([]));
    const ran = await runHooks(['send', 'ping', '--unsigned', '--to', `https://localhost:${port}`]);
    assert.equal(ran.exitCode, 3);
    assert.match(ran.stderr, /error: the certificate of localhost:\d+ is self-signed\n {2}next: .*--cacert/);
  });

  const accepting = [['--insecure'], ['--cacert', tlsPath('localhost-cert.pem')]];
  for (const flags of accepting) {
    it(`accepts it with ${flags[0]}`, async (t) => {
      const received: Arrived[] = [];
      const port = await tlsServer(t, 'localhost', receiver(received));
      const argv = ['send', 'ping', '--unsigned', '--to', `https://localhost:${port}`];
      const ran = await runHooks([...argv, ...flags]);
      assert.equal(ran.exitCode, 0, ran.stderr);
      assert.equal(received.length, 1);
    });
  }
});

describe('hooks send through a proxy', () => {
  it('goes the way that --proxy names', async (t) => {
    const { url, seen } = await proxyServer(t);
    const target = await endpoint(t);
    const argv = ['send', 'ping', '--unsigned', '--to', target.url];
    const ran = await runHooks([...argv, '--proxy', url]);
    assert.equal(ran.exitCode, 0, ran.stderr);
    assert.deepEqual(seen, [target.url]);
    assert.equal(target.received.length, 1);
  });

  it('is not what HTTP_PROXY does to an endpoint on this machine', async (t) => {
    const { url, seen } = await proxyServer(t);
    await arrival(t, ['ping'], { env: { HTTP_PROXY: url, http_proxy: url } });
    assert.deepEqual(seen, []);
  });

  it('says that the proxy is what failed', async (t) => {
    const { url } = await endpoint(t);
    const { port } = await freePort(t);
    const proxy = `http://ann:hunter2@127.0.0.1:${port}`;
    const ran = await runHooks(['send', 'ping', '--unsigned', '--to', url, '--proxy', proxy]);
    assert.equal(ran.exitCode, 3);
    assert.match(ran.stderr, /error: the proxy 127\.0\.0\.1:\d+ cannot be used: nothing listens/);
    assert.doesNotMatch(ran.stderr, /hunter2/);
  });
});

/** A proxy, and what it was asked for. */
async function proxyServer(t: TestContext): Promise<{ url: string; seen: string[] }> {
  const seen: string[] = [];
  const proxy = createServer((incoming, answer) => {
    const { method, url = '', headers } = incoming;
    seen.push(url);
    incoming.pipe(
      request(url, { method, headers }, (back) => {
        answer.writeHead(back.statusCode ?? 502);
        back.pipe(answer);
      }),
    );
  });
  t.after(() => proxy.closeAllConnections());
  return { url: `http://127.0.0.1:${await listen(t, proxy)}`, seen };
}

async function freePort(t: TestContext): Promise<{ port: number; server: Server }> {
  const server = createServer((_, answer) => answer.writeHead(204).end());
  const probe = createTcpServer();
  const port = await listen(t, probe);
  await new Promise((resolve) => probe.close(resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port, server };
}
