import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HooksError } from '../../../src/core/errors.ts';
import { parseHttpFile } from '../../../src/core/import/http-file.ts';

const read = (text: string) => parseHttpFile(Buffer.from(text));
const brief = (text: string) =>
  read(text).map(({ method, target, body }) => `${method} ${target} ${Buffer.from(body).toString()}`);

describe('parseHttpFile', () => {
  it('reads a raw request with LF line ends, and the body to its end', () => {
    const [recording, ...others] = read('POST /hooks HTTP/1.0\nHost: a.example\nX-A:  b \t\n\n{"a":1}\n');
    assert.deepEqual(others, []);
    assert.equal(recording?.direction, 'received');
    assert.equal(recording?.httpVersion, '1.0');
    assert.deepEqual(recording?.headers, [
      ['Host', 'a.example'],
      ['X-A', 'b'],
    ]);
    assert.equal(Buffer.from(recording?.body ?? []).toString(), '{"a":1}\n');
  });

  it('leaves out a line break behind the body that its length tells', () => {
    assert.deepEqual(brief('POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}\r\n\n'), ['POST / {}']);
  });

  it('takes off chunked framing', () => {
    const head = 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n';
    assert.deepEqual(brief(`${head}3\r\n{"a\r\n4;x=y\r\n":1}\r\n0\r\n\r\n`), ['POST / {"a":1}']);
  });

  it('reads a file of a REST client', () => {
    const file = [
      '@host = http://localhost:3000',
      '',
      '### failed payment',
      '# @name failed',
      '// by hand',
      'POST http://localhost:3000/hooks',
      'Content-Type: application/json',
      '# X-Off: 1',
      '',
      '{',
      '  "name": "Zoë"',
      '}',
      '',
      '',
      '### ',
      'GET http://localhost:3000/health HTTP/1.1',
      '###',
      'http://localhost:3000/again',
      '',
      '###',
      '',
    ].join('\n');
    assert.deepEqual(brief(file), [
      'POST http://localhost:3000/hooks {\n  "name": "Zoë"\n}',
      'GET http://localhost:3000/health ',
      'GET http://localhost:3000/again ',
    ]);
    assert.deepEqual(read(file)[0]?.headers, [['Content-Type', 'application/json']]);
    assert.equal(read(file)[0]?.direction, 'sent');
  });

  it('ends a body without a length at the separator, line break of either kind left out', () => {
    assert.deepEqual(brief('POST / HTTP/1.1\r\n\r\na\r\n\r\n###\r\nPOST / HTTP/1.1\n\nb\n###'), [
      'POST / a\r\n',
      'POST / b',
    ]);
    assert.deepEqual(brief('POST / HTTP/1.1\n\n###\nGET /'), ['POST / ', 'GET / ']);
  });

  it('reads very many requests, and still knows the line', () => {
    const many = 'POST / HTTP/1.1\n\nx\n###\n'.repeat(50_000);
    assert.equal(read(many).length, 50_000);
    assert.throws(() => read(`${many}hello`), /^HooksError: line 200001 is not the start/);
  });

  const REFUSED: { it: string; text: string; message: RegExp }[] = [
    { it: 'an empty file', text: '', message: /no HTTP request/ },
    { it: 'comments alone', text: '###\n# a\n', message: /no HTTP request/ },
    { it: 'other text', text: '\n\nhello world\n', message: /^line 3 is not the start/ },
    { it: 'an answer', text: 'HTTP/1.1 200 OK\r\n\r\n', message: /^line 1 begins an HTTP response/ },
    { it: 'a variable in the URL', text: '###\nPOST {{host}}/hooks\n', message: /line 2 has a variable/ },
    { it: 'a line that is no header', text: 'POST / HTTP/1.1\nhello\n\n', message: /line that is no header/ },
    { it: 'a NUL in a header', text: 'POST / HTTP/1.1\nA: b\0\n\n', message: /line 1: headers, item 1/ },
    {
      it: 'a body that is cut off',
      text: 'GET / HTTP/1.1\n\n###\nPOST / HTTP/1.1\nContent-Length: 9\n\n{}',
      message: /on line 4 is cut off/,
    },
    {
      it: 'a body that goes on',
      text: 'POST / HTTP/1.1\nContent-Length: 2\n\n{}x',
      message: /longer than it says/,
    },
    {
      it: 'two lengths',
      text: 'POST / HTTP/1.1\nContent-Length: 2\nContent-Length: 3\n\n{}',
      message: /no clear Content-Length/,
    },
    {
      it: 'a length that is no number',
      text: 'POST / HTTP/1.1\nContent-Length: -2\n\n{}',
      message: /no clear Content-Length/,
    },
    {
      it: 'a body from another file',
      text: 'POST http://a\n\n< ./body.json\n',
      message: /names another file/,
    },
    { it: 'a script', text: 'POST http://a\n\n{}\n\n> {%\n%}\n', message: /names another file or a script/ },
  ];

  for (const { it: refuses, text, message } of REFUSED) {
    it(`refuses ${refuses}`, () => {
      assert.throws(
        () => read(text),
        (error) =>
          error instanceof HooksError && error.kind === 'invalid-input' && message.test(error.message),
      );
    });
  }
});
