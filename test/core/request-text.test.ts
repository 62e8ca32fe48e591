import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { Delivery } from '../../src/core/delivery.ts';
import { curlCommand, requestHead } from '../../src/core/request-text.ts';
import type { SignedHeader } from '../../src/core/signing/scheme.ts';
import { rawServer } from '../helpers/raw-server.ts';
import { bytes } from '../helpers/test-bytes.ts';

const run = promisify(execFile);

const NO_CURL = spawnSync('curl', ['--version']).error ? 'no curl here' : false;

function delivery(changes: Partial<Delivery> = {}): Delivery {
  return {
    id: 'evt_1',
    provider: 'acme',
    method: 'POST',
    url: 'http://localhost:3000/hooks?a=1',
    headers: [
      { name: 'Content-Type', value: 'application/json' },
      { name: 'User-Agent', value: 'Acme/1' },
    ],
    body: bytes('{"a":1}'),
    ...changes,
  };
}

const SECRET_HEADER: SignedHeader = { name: 'X-Token', value: 'my open sesame', isSecret: true };

describe('requestHead', () => {
  it('is an HTTP/1.1 message up to the body, with masked secrets', () => {
    const { headers } = delivery();
    assert.equal(
      requestHead(delivery({ headers: [...headers, SECRET_HEADER], body: bytes('ü') })),
      'POST /hooks?a=1 HTTP/1.1\r\nhost: localhost:3000\r\nContent-Type: application/json\r\nUser-Agent: Acme/1\r\nX-Token: ••••••\r\ncontent-length: 2\r\n\r\n',
    );
  });

  it('has one host, the one given', () => {
    const head = requestHead(delivery({ headers: [{ name: 'Host', value: 'shop.example' }] }));
    assert.deepEqual(head.match(/^host:.*$/gim), ['Host: shop.example']);
  });
});

interface Arrived {
  line: string;
  headers: string[];
  body: Buffer;
}

function takeApart(request: Buffer): Arrived {
  const end = request.indexOf('\r\n\r\n');
  const [line = '', ...headers] = request.toString('latin1', 0, end).split('\r\n');
  return { line, headers, body: request.subarray(end + 4) };
}

/** The headers that curl has to send for those of a delivery; host and length come from curl. */
const expectedHeaders = (headers: readonly SignedHeader[]) =>
  headers.map(({ name, value }) => `${name}: ${value}`);
const ownHeaders = ({ headers }: Arrived) =>
  headers.filter((line) => !/^(?:host|content-length):/i.test(line));

const BODIES: { it: string; body: Uint8Array }[] = [
  { it: 'JSON', body: bytes('{"title":"Orders are late"}') },
  { it: 'quotes of all kinds', body: bytes(`{"a":"it's \\"late\\" \`date\`"}`) },
  { it: 'what a shell would expand', body: bytes('$HOME $(id) `id` !! \\n %s ~ * && ; | > /dev/null') },
  { it: 'an @ at the start', body: bytes('@/etc/passwd') },
  { it: 'a - at the start', body: bytes('--help') },
  { it: 'line ends and spaces at both ends', body: bytes('\r\n  a\r\n b\n\n') },
  { it: 'a byte order mark', body: bytes('\ufeff{}') },
  { it: 'all scripts', body: bytes('größe 値 🚀 \u202e') },
  { it: 'nothing', body: new Uint8Array() },
  { it: 'a null byte', body: Uint8Array.of(0x61, 0x00, 0x62) },
  { it: 'every byte', body: Uint8Array.from({ length: 256 }, (_, index) => index) },
  { it: 'more text than fits an argument', body: bytes('ab"\'\n'.repeat(40_000)) },
  { it: 'more bytes than fit an argument', body: new Uint8Array(200_000).fill(0xff) },
];

const HEADERS: { it: string; headers: SignedHeader[] }[] = [
  {
    it: 'quotes and what a shell would expand',
    headers: [{ name: 'X-A', value: `it's "$HOME" \`id\` $(id) \\` }],
  },
  { it: 'a name that a shell would expand', headers: [{ name: "X-`id`$HOME'", value: 'a' }] },
  {
    it: 'no value',
    headers: [
      { name: 'X-Empty', value: '' },
      { name: 'X-Next', value: '1' },
    ],
  },
  {
    it: 'the same name twice',
    headers: [
      { name: 'X-A', value: '1' },
      { name: 'x-a', value: '2' },
    ],
  },
  {
    it: 'headers that curl has, too',
    headers: [
      { name: 'Accept', value: 'a/b' },
      { name: 'user-agent', value: 'Acme/1' },
      { name: 'content-type', value: 'text/plain' },
    ],
  },
  { it: 'none at all', headers: [] },
];

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'];

describe('curlCommand, run in a shell', { skip: NO_CURL }, () => {
  async function curl(
    t: Parameters<typeof rawServer>[0],
    changes: Partial<Delivery>,
    { env = {}, path = '/hooks' }: { env?: Record<string, string>; path?: string } = {},
  ): Promise<Arrived> {
    const server = await rawServer(t, (socket) => {
      socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');
    });
    const url = new URL(path, `http://127.0.0.1:${server.port}`).href;
    const command = curlCommand(delivery({ ...changes, url }), { timeoutMs: 30_000 });
    // Over stdin, as no argument may be as long as some of these commands.
    const shell = run('sh', [], { env: { PATH: process.env.PATH, HOME: '/nonexistent', ...env } });
    shell.child.stdin?.end(command);
    const { stdout } = await shell;
    assert.match(stdout, /^HTTP\/1\.1 204 /);
    assert.equal(server.requests.length, 1);
    return takeApart(server.requests[0] ?? Buffer.alloc(0));
  }

  for (const { it: what, body } of BODIES) {
    it(`sends a body with ${what} byte for byte`, async (t) => {
      const arrived = await curl(t, { body });
      assert.ok(arrived.body.equals(body), `got ${arrived.body.length} bytes, sent ${body.length}`);
      assert.deepEqual(ownHeaders(arrived), expectedHeaders(delivery().headers));
    });
  }

  for (const { it: what, headers } of HEADERS) {
    it(`sends headers with ${what}`, async (t) => {
      const arrived = await curl(t, { headers });
      assert.deepEqual(
        ownHeaders(arrived).map((line) => line.trimEnd()),
        expectedHeaders(headers).map((line) => line.trimEnd()),
      );
    });
  }

  for (const method of METHODS) {
    it(`sends ${method}`, async (t) => {
      const { line, body } = await curl(t, { method });
      assert.equal(line, `${method} /hooks HTTP/1.1`);
      assert.equal(body.toString(), '{"a":1}');
    });
  }

  for (const path of ['/a?items[0]=1&items[1]=2', '/a?x={1,2}', "/a?it's=$HOME&b=%20", '/a%5B1-3%5D']) {
    it(`sends to ${path}`, async (t) => {
      const { line } = await curl(t, {}, { path });
      const { pathname, search } = new URL(path, 'http://localhost');
      assert.equal(line, `POST ${pathname}${search} HTTP/1.1`);
    });
  }

  it('sends a header outside ASCII in Latin-1, as our own client does', async (t) => {
    const value = `größe 100% \\n \\0351 "it's" $HOME \x80\xff`;
    const arrived = await curl(t, { headers: [{ name: 'X-A', value }] });
    assert.deepEqual(ownHeaders(arrived), [`X-A: ${value}`]);
  });

  it('takes the host that was given', async (t) => {
    const { headers } = await curl(t, { headers: [{ name: 'Host', value: 'shop.example' }] });
    assert.deepEqual(
      headers.filter((line) => /^host:/i.test(line)),
      ['Host: shop.example'],
    );
  });

  const SECRETS: { it: string; header: SignedHeader; secret: string; line: string }[] = [
    {
      it: 'a token',
      header: { name: 'X-Token', value: 'open', isSecret: true },
      secret: 'open',
      line: 'X-Token: open',
    },
    {
      it: 'a token with spaces',
      header: SECRET_HEADER,
      secret: 'my open sesame',
      line: 'X-Token: my open sesame',
    },
    {
      it: 'a bearer token',
      header: { name: 'Authorization', value: 'Bearer open', isSecret: true },
      secret: 'open',
      line: 'Authorization: Bearer open',
    },
    {
      it: 'user and password',
      header: { name: 'Authorization', value: `Basic ${btoa('ann:open sesame')}`, isSecret: true },
      secret: 'ann:open sesame',
      line: `Authorization: Basic ${btoa('ann:open sesame')}`,
    },
    {
      it: 'a token under a name that a shell would expand',
      header: { name: 'X-`id`$HOME', value: 'open', isSecret: true },
      secret: 'open',
      line: 'X-`id`$HOME: open',
    },
  ];
  for (const { it: what, header, secret, line } of SECRETS) {
    it(`fills in ${what} from $HOOKS_SECRET, and does not hold it`, async (t) => {
      const { headers } = await curl(t, { headers: [header] }, { env: { HOOKS_SECRET: secret } });
      assert.ok(headers.includes(line), headers.join('\n'));
      const command = curlCommand(delivery({ headers: [header] }), { timeoutMs: 1000 });
      for (const part of ['open', 'my ', 'sesame', btoa('ann:open sesame')])
        assert.ok(!command.includes(part));
    });
  }
});

describe('curlCommand', () => {
  it('says how to connect', () => {
    const command = curlCommand(delivery(), {
      timeoutMs: 1500,
      insecure: true,
      cacert: "it's.pem",
      proxy: 'http://proxy:8080',
    });
    for (const part of [
      '--max-time 1.5 ',
      '--insecure ',
      "--cacert 'it'\\''s.pem' ",
      "--proxy 'http://proxy:8080' ",
    ]) {
      assert.ok(command.includes(part), part);
    }
  });
});
