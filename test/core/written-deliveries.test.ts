import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';
import { parseDeliveryLines } from '../../src/core/delivery-line.ts';
import { HooksError } from '../../src/core/errors.ts';
import { parseHeaderLines, parseRawRequest } from '../../src/core/raw-request.ts';

const parse = (text: string | Buffer) => {
  const { headers, body, notes } = parseRawRequest(Buffer.from(text), 'a.http');
  return { headers, body: Buffer.from(body).toString('latin1'), notes };
};

const isInvalid = (message: RegExp) => (error: unknown) =>
  error instanceof HooksError && error.kind === 'invalid-input' && message.test(error.message);

describe('an HTTP request in a file', () => {
  const rows: [it: string, text: string | Buffer, headers: [string, string][], body: string][] = [
    ['has CRLF in its head', 'POST /x HTTP/1.1\r\nA: b\r\n\r\nbody\r\n', [['A', 'b']], 'body\r\n'],
    ['has LF in its head', 'POST /x HTTP/1.1\nA: b\n\nbody\n\n', [['A', 'b']], 'body\n\n'],
    [
      'has no request line',
      'A: b\nC:d\n\n{}',
      [
        ['A', 'b'],
        ['C', 'd'],
      ],
      '{}',
    ],
    ['has no version in its request line', 'POST https://a.example/x\nA: b\n\n{}', [['A', 'b']], '{}'],
    ['has no body', 'POST /x HTTP/1.1\r\nA: b\r\n\r\n', [['A', 'b']], ''],
    ['ends with its head', 'POST /x HTTP/1.1\nA: b', [['A', 'b']], ''],
    [
      'starts with a byte order mark',
      '\ufeffPOST /x HTTP/1.1\nA: b\n\n\ufeffx',
      [['A', 'b']],
      '\xef\xbb\xbfx',
    ],
    [
      'repeats a header',
      'A: b\nA: c\n\n',
      [
        ['A', 'b'],
        ['A', 'c'],
      ],
      '',
    ],
    [
      'folds a header',
      'A: b\n  c\nD: e\n\n',
      [
        ['A', 'b c'],
        ['D', 'e'],
      ],
      '',
    ],
    ['has an empty line in its body', 'A: b\r\n\r\nx\r\n\r\ny', [['A', 'b']], 'x\r\n\r\ny'],
    ['has a body of any bytes', Buffer.from('A: b\n\n\x00\xff', 'latin1'), [['A', 'b']], '\x00\xff'],
    [
      'is chunked',
      'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\n\r\n\r\n0\r\n\r\n',
      [['Transfer-Encoding', 'chunked']],
      'abc\r\n',
    ],
    [
      'was unchunked before',
      'Transfer-Encoding: chunked\r\n\r\n{"a":1}',
      [['Transfer-Encoding', 'chunked']],
      '{"a":1}',
    ],
  ];
  for (const [name, text, headers, body] of rows) {
    it(name, () => assert.deepEqual(parse(text), { headers, body, notes: [] }));
  }

  it('tells when the body has another length than its header says', () => {
    assert.deepEqual(parse('Content-Length: 2\n\nabc').notes, [
      'Content-Length says 2 bytes, but the body here has 3: an editor or a copy may have changed it',
    ]);
    assert.deepEqual(parse('Content-Length: 3\n\nabc').notes, []);
  });

  it('refuses what is no request, with the line', () => {
    assert.throws(
      () => parse('POST /x HTTP/1.1\nA: b\nnonsense\n\n'),
      isInvalid(/line 3 of a\.http is no header/),
    );
    assert.throws(() => parse('HTTP/1.1 200 OK\nA: b\n\n'), isInvalid(/an HTTP response/));
    assert.throws(() => parseHeaderLines(['A: b', ': c'], 'h'), isInvalid(/line 2 of h/));
  });
});

describe('deliveries in JSON lines', () => {
  const line = (body: string, more: object = {}) =>
    JSON.stringify({
      headers: [['A', 'b']],
      body: { base64: Buffer.from(body).toString('base64') },
      ...more,
    });
  const read = (text: string) => parseDeliveryLines(Buffer.from(text), 'log');

  it('are found among other lines, with their number', () => {
    const found = read(`{"type":"ready"}\n${line('x')}\n\n${line('y')}\n`);
    assert.deepEqual(
      found.map(({ name, body }) => [name, Buffer.from(body).toString()]),
      [
        ['log, line 2', 'x'],
        ['log, line 4', 'y'],
      ],
    );
  });

  it('may be one object over several lines', () => {
    const [only] = read(
      JSON.stringify(JSON.parse(line('x', { receivedAt: '2026-01-02T03:04:05Z' })), null, 2),
    );
    assert.equal(only?.name, 'log');
    assert.equal(only?.receivedAt?.toISOString(), '2026-01-02T03:04:05.000Z');
  });

  it('are refused when there is none, or one is broken', () => {
    assert.throws(() => read('{"type":"ready"}'), isInvalid(/holds no delivery/));
    assert.throws(() => read(`${line('x')}\nnonsense`), isInvalid(/line 2 is not a JSON object/));
    assert.throws(() => read('{"headers":[],"body":{"base64":"a"}}'), isInvalid(/is not base64/));
  });
});
