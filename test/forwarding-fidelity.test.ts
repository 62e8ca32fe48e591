import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rawExchange } from './helpers/raw-http.ts';
import { rawServer } from './helpers/raw-server.ts';
import { runListener } from './helpers/running-listener.ts';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('latin1');

/** Lines of a head; `HOST` stands for the host that a request names: the listener's going in, the target's coming out. */
interface Passage {
  name: string;
  /** What the sender writes, behind `Connection: close` in the end of the head. */
  head: string[];
  body?: string;
  /** What the target is to get, where it is not the same. */
  out?: string[];
  outBody?: string;
}

const LENGTH_2 = 'Content-Length: 2';

/** Each is written to a socket and read from a socket: what lies between has to keep every byte that it does not name. */
const PASSAGES: Passage[] = [
  { name: 'a usual delivery', head: ['POST / HTTP/1.1', 'Host: HOST', LENGTH_2], body: '{}' },
  {
    name: 'names of headers in any case',
    head: ['POST /a HTTP/1.1', 'hOsT: HOST', 'x-LOWER-and-UPPER: 1', 'CONTENT-length: 2'],
    body: '{}',
  },
  {
    name: 'a header that is repeated, with others between',
    head: ['POST / HTTP/1.1', 'X-A: 1', 'Host: HOST', 'X-B: 2', 'X-A: 3', 'x-a: 1', LENGTH_2],
    body: '{}',
  },
  {
    name: 'headers that Node joins or keeps once',
    head: [
      'POST / HTTP/1.1',
      'Host: HOST',
      'User-Agent: a',
      'User-Agent: b',
      'Cookie: a=1',
      'Cookie: b=2',
      LENGTH_2,
    ],
    body: '{}',
  },
  {
    name: 'two content types',
    head: ['POST / HTTP/1.1', 'Host: HOST', 'Content-Type: text/plain', 'Content-Type: a/b', LENGTH_2],
    body: '{}',
  },
  { name: 'an empty value', head: ['POST / HTTP/1.1', 'Host: HOST', 'X-Empty: ', LENGTH_2], body: '{}' },
  {
    name: 'white space around a value, which is no part of it',
    head: ['POST / HTTP/1.1', 'Host: HOST', 'X-Padded:  \t a  b \t', 'X-Tight:c', LENGTH_2],
    body: '{}',
    out: ['POST / HTTP/1.1', 'Host: HOST', 'X-Padded: a  b', 'X-Tight: c', LENGTH_2],
  },
  {
    name: 'bytes of Latin-1 and UTF-8 in a value',
    head: ['POST / HTTP/1.1', 'Host: HOST', 'X-Name: J\xf6rg', 'X-Utf8: \xc3\xb6\xf0\x9f\x99\x82', LENGTH_2],
    body: '{}',
  },
  {
    name: 'every character that the name of a header may have',
    head: ['POST / HTTP/1.1', 'Host: HOST', "!#$%&'*+-.^_`|~09AZaz: x", LENGTH_2],
    body: '{}',
  },
  {
    name: 'a value of 8,000 bytes',
    head: ['POST / HTTP/1.1', 'Host: HOST', `X-Long: ${'v'.repeat(8000)}`, LENGTH_2],
    body: '{}',
  },
  {
    name: 'a hundred headers',
    head: [
      'POST / HTTP/1.1',
      'Host: HOST',
      ...Array.from({ length: 100 }, (_, at) => `X-${at % 7}: ${at}`),
      LENGTH_2,
    ],
    body: '{}',
  },
  {
    name: 'a path that a URL parser would change',
    head: ['POST /a/./b/../c//d/%7e%2F%zz;x=1?q=a%20b+c&q=&&=;\'"<>\\^`{|} HTTP/1.1', 'Host: HOST', LENGTH_2],
    body: '{}',
  },
  {
    name: 'a target in the absolute form, which names a host',
    head: ['POST http://elsewhere.example/path?x=1 HTTP/1.1', 'Host: HOST', LENGTH_2],
    body: '{}',
    out: ['POST /path?x=1 HTTP/1.1', 'Host: HOST', LENGTH_2],
  },
  {
    name: 'a query and no path in the absolute form',
    head: ['POST http://elsewhere.example?x=1 HTTP/1.1', 'Host: HOST', LENGTH_2],
    body: '{}',
    out: ['POST /?x=1 HTTP/1.1', 'Host: HOST', LENGTH_2],
  },
  { name: 'OPTIONS for the server itself', head: ['OPTIONS * HTTP/1.1', 'Host: HOST'] },
  { name: 'GET without a body', head: ['GET /ping HTTP/1.1', 'Host: HOST', 'Accept: */*'] },
  { name: 'GET with a body', head: ['GET /ping HTTP/1.1', 'Host: HOST', LENGTH_2], body: '{}' },
  { name: 'DELETE', head: ['DELETE /x HTTP/1.1', 'Host: HOST'] },
  {
    name: 'a method of WebDAV',
    head: ['PROPFIND /x HTTP/1.1', 'Host: HOST', 'Depth: 1', LENGTH_2],
    body: '{}',
  },
  { name: 'an empty body', head: ['POST / HTTP/1.1', 'Host: HOST', 'Content-Length: 0'] },
  {
    name: 'a length with zeros in front',
    head: ['POST / HTTP/1.1', 'Host: HOST', 'Content-Length: 0002'],
    body: '{}',
  },
  {
    name: 'every byte in the body',
    head: ['POST / HTTP/1.1', 'Host: HOST', 'Content-Type: application/octet-stream', 'Content-Length: 256'],
    body: EVERY_BYTE,
  },
  {
    name: 'JSON that a parser would write otherwise',
    head: ['POST / HTTP/1.1', 'Host: HOST', 'Content-Type: application/json', 'Content-Length: 69'],
    body: '\xef\xbb\xbf{ "b":1.0,\r\n"a" :1e2,"a":"\\u00e9\\/", "n": 12345678901234567890 }\r\n',
  },
  {
    name: 'a compressed body',
    head: ['POST / HTTP/1.1', 'Host: HOST', 'Content-Encoding: gzip', 'Content-Length: 5'],
    body: '\x1f\x8b\x08\x00\x00',
  },
  {
    name: 'a body of 200,000 bytes',
    head: ['POST / HTTP/1.1', 'Host: HOST', 'Content-Length: 200000'],
    body: 'abcd\n'.repeat(40_000),
  },
  {
    name: 'a body in chunks, with extensions and trailers: framed by its length, in its place',
    head: [
      'POST / HTTP/1.1',
      'X-Before: 1',
      'Transfer-Encoding: chunked',
      'Trailer: X-T',
      'Host: HOST',
      'X-After: 2',
    ],
    body: '3;ext="a"\r\n{"a\r\n5\r\n":1} \r\n0\r\nX-T: 1\r\n\r\n',
    out: ['POST / HTTP/1.1', 'X-Before: 1', 'Content-Length: 8', 'Host: HOST', 'X-After: 2'],
    outBody: '{"a":1} ',
  },
  {
    name: 'headers that concern the connection alone',
    head: [
      'POST / HTTP/1.1',
      'Host: HOST',
      'Keep-Alive: timeout=5',
      'TE: trailers',
      'Proxy-Connection: keep-alive',
      'X-Kept: 1',
      LENGTH_2,
    ],
    body: '{}',
    out: ['POST / HTTP/1.1', 'Host: HOST', 'X-Kept: 1', LENGTH_2],
  },
  {
    name: 'headers that Connection names',
    head: [
      'POST / HTTP/1.1',
      'Host: HOST',
      'Connection: X-Hop, x-other',
      'X-Hop: 1',
      'X-OTHER: 2',
      'X-Kept: 3',
      LENGTH_2,
    ],
    body: '{}',
    out: ['POST / HTTP/1.1', 'Host: HOST', 'X-Kept: 3', LENGTH_2],
  },
  {
    name: 'Host and length, which Connection cannot take away',
    head: ['POST / HTTP/1.1', 'Host: HOST', 'Connection: host, content-length', LENGTH_2],
    body: '{}',
    out: ['POST / HTTP/1.1', 'Host: HOST', LENGTH_2],
  },
  {
    name: 'credentials and signatures',
    head: [
      'POST /?token=a HTTP/1.1',
      'Host: HOST',
      'Authorization: Bearer a',
      'X-Signature: v1=ab',
      'Via: 1.1 x',
      LENGTH_2,
    ],
    body: '{}',
  },
  {
    name: 'a body that was announced first',
    head: ['POST / HTTP/1.1', 'Host: HOST', 'Expect: 100-continue', LENGTH_2],
    body: '{}',
    out: ['POST / HTTP/1.1', 'Host: HOST', LENGTH_2],
  },
  {
    name: 'HTTP/1.0 without a host',
    head: ['POST /old HTTP/1.0', 'X-A: 1', LENGTH_2],
    body: '{}',
    out: ['POST /old HTTP/1.1', 'Host: HOST', 'X-A: 1', LENGTH_2],
  },
];

function bytesOf(lines: readonly string[], host: string, body: string): Buffer {
  const head = lines.map((line) => line.replace('HOST', host)).join('\r\n');
  return Buffer.from(`${head}\r\nConnection: close\r\n\r\n${body}`, 'latin1');
}

describe('what hooks listen --forward-to puts on the wire', () => {
  for (const { name, head, body = '', out = head, outBody = body } of PASSAGES) {
    it(`is what came in: ${name}`, async (t) => {
      const target = await rawServer(t, (socket) => socket.end(OK));
      const { port } = await runListener(t, ['--forward-to', `127.0.0.1:${target.port}`, '--no-record']);
      const answer = await rawExchange(t, port, bytesOf(head, `127.0.0.1:${port}`, body));
      assert.match(answer, /^(HTTP\/1\.1 100 Continue\r\n\r\n)?HTTP\/1\.1 200 OK\r\n/);
      const expected = bytesOf(out, `127.0.0.1:${target.port}`, outBody);
      assert.equal(target.requests[0]?.toString('latin1'), expected.toString('latin1'));
      assert.equal(target.requests.length, 1);
    });
  }
});

interface Return {
  name: string;
  answer: string;
  /** Lines of the head that the sender gets, without Date and Connection, which each server says for itself. */
  head: string[];
  body: string;
}

const RETURNS: Return[] = [
  {
    name: 'a reason phrase of its own',
    answer: 'HTTP/1.1 200 Thank You\r\nContent-Length: 0\r\n\r\n',
    head: ['HTTP/1.1 200 Thank You', 'Content-Length: 0'],
    body: '',
  },
  {
    name: 'headers with their order, case and repeats',
    answer:
      'HTTP/1.1 202 Accepted\r\nx-b: 2\r\nSet-Cookie: a=1\r\nX-A: 1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\nok',
    head: [
      'HTTP/1.1 202 Accepted',
      'x-b: 2',
      'Set-Cookie: a=1',
      'X-A: 1',
      'Set-Cookie: b=2',
      'Content-Length: 2',
    ],
    body: 'ok',
  },
  {
    name: 'a body in chunks',
    answer: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: 1\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n',
    head: ['HTTP/1.1 200 OK', 'X-A: 1', 'Content-Length: 3'],
    body: 'abc',
  },
  {
    name: 'every byte of a body',
    answer: `HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 256\r\n\r\n${EVERY_BYTE}`,
    head: ['HTTP/1.1 200 OK', 'Content-Encoding: br', 'Content-Length: 256'],
    body: EVERY_BYTE,
  },
  {
    name: 'headers that concern the connection alone',
    answer:
      'HTTP/1.1 200 OK\r\nConnection: x-hop, close\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nX-Kept: 2\r\nContent-Length: 0\r\n\r\n',
    head: ['HTTP/1.1 200 OK', 'X-Kept: 2', 'Content-Length: 0'],
    body: '',
  },
  {
    name: 'a redirect, which is not followed',
    answer: 'HTTP/1.1 307 Temporary Redirect\r\nLocation: http://localhost:1/\r\nContent-Length: 0\r\n\r\n',
    head: ['HTTP/1.1 307 Temporary Redirect', 'Location: http://localhost:1/', 'Content-Length: 0'],
    body: '',
  },
  {
    name: 'no content',
    answer: 'HTTP/1.1 204 No Content\r\n\r\n',
    head: ['HTTP/1.1 204 No Content'],
    body: '',
  },
  {
    name: 'a failure of the receiver',
    answer: 'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\noops',
    head: ['HTTP/1.1 500 Internal Server Error', 'Content-Length: 4'],
    body: 'oops',
  },
];

describe('what the sender gets from hooks listen --forward-to', () => {
  for (const { name, answer, head, body } of RETURNS) {
    it(`is what the target answered: ${name}`, async (t) => {
      const target = await rawServer(t, (socket) => socket.end(Buffer.from(answer, 'latin1')));
      const { port } = await runListener(t, ['--forward-to', `127.0.0.1:${target.port}`]);
      const got = await rawExchange(t, port, bytesOf(['POST / HTTP/1.1', 'Host: HOST', LENGTH_2], 'a', '{}'));
      const end = got.indexOf('\r\n\r\n');
      const lines = got
        .slice(0, end)
        .split('\r\n')
        .filter((line) => !/^(Date|Connection): /.test(line));
      assert.deepEqual(lines, head);
      assert.equal(got.slice(end + 4), body);
    });
  }
});
