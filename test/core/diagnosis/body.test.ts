import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import {
  BODY,
  coalesce,
  coalesceOver,
  mistakes,
  sentences,
  standard,
  standardWith,
  WHSEC,
} from './by-hand.ts';

/** Each row: what was signed, what was received, the mistakes that are to be named. */
function check(
  rows: [it: string, signed: string | Uint8Array, received: string | Uint8Array, expected: string[]][],
): void {
  for (const [name, signed, received, expected] of rows) {
    const delivered = coalesce({ signature: coalesceOver(signed), body: received });
    it(name, () => assert.deepEqual(mistakes(delivered), expected, sentences(delivered)));
  }
}

const spaced = '{"id": "evt_1", "list": [1, 2], "name": "Zo\u00eb", "url": "https://a.example/b"}';
const compact = JSON.stringify(JSON.parse(spaced));
const pretty = (indent: number | string) => JSON.stringify(JSON.parse(spaced), null, indent);

describe('JSON that was written anew', () => {
  check([
    ['compactly', compact, spaced, ['json-compact']],
    ['compactly, from indented', compact, pretty(2), ['json-compact']],
    ['as Python does', '{"id": 1, "list": [1, 2]}', '{"id":1,"list":[1,2]}', ['json-spaced']],
    ['with a space behind colons alone', '{"id": 1,"b": 2}', '{"id":1,"b":2}', ['json-spaced']],
    ['indented by 2', pretty(2), compact, ['json-indented']],
    ['indented by 4', pretty(4), compact, ['json-indented']],
    ['indented by a tab', pretty('\t'), compact, ['json-indented']],
    ['with its keys sorted', '{"a":1,"b":{"c":2,"d":3}}', '{"b":{"d":3,"c":2},"a":1}', ['json-sorted']],
    [
      'as an object of JavaScript has its keys',
      JSON.stringify(JSON.parse('{"c":1,"b":1,"2":3}')),
      '{"c":1,"b":1,"2":3}',
      ['json-object-order'],
    ],
    ['without keys that come twice', '{"a":2,"b":1}', '{"a":1,"b":1,"a":2}', ['json-object-order']],
    ['in ASCII', '{"name":"Zo\\u00eb"}', '{"name":"Zoë"}', ['json-ascii']],
    ['in ASCII with capital digits', '{"name":"Zo\\u00EB"}', '{"name":"Zoë"}', ['json-ascii']],
    ['in ASCII with pairs', '{"name":"\\ud83d\\ude00"}', '{"name":"😀"}', ['json-ascii']],
    ['with characters in place of escapes', '{"name":"Zoë"}', '{"name":"Zo\\u00eb"}', ['json-unescaped']],
    ['with bare slashes', '{"url":"https://a"}', '{"url":"https:\\/\\/a"}', ['json-unescaped']],
    ['with escaped slashes', '{"url":"https:\\/\\/a"}', '{"url":"https://a"}', ['json-slashes']],
    ['as Go does', '{"html":"\\u003cb\\u003e \\u0026"}', '{"html":"<b> &"}', ['json-html']],
    ['as .NET does', '{"html":"\\u003Cb\\u003E \\u0027\\u002B"}', '{"html":"<b> \'+"}', ['json-html']],
    ['with 1 in place of 1.0', '{"amount":1,"b":2.5}', '{"amount":1.0,"b":2.50}', ['json-numbers']],
    ['with 1.0 in place of 1', '{"n":3,"amount":1.0}', '{"n":3,"amount":1}', ['json-numbers']],
    ['as Python writes floats', '{"amount":1.5,"n":1e+16}', '{"amount":1.50,"n":1e16}', ['json-numbers']],
    [
      'with large numbers rounded',
      '{"id":12345678901234567000}',
      '{"id":12345678901234567890}',
      ['json-numbers'],
    ],
    [
      'as json.dumps does by default',
      '{"id": 1, "name": "Zo\\u00eb"}',
      '{"id":1,"name":"Zoë"}',
      ['json-spaced', 'json-ascii'],
    ],
    [
      'as json.dumps with sort_keys does',
      '{"id": 1, "name": "Zo\\u00eb"}',
      '{"name":"Zoë","id":1}',
      ['json-spaced', 'json-sorted', 'json-ascii'],
    ],
    [
      'as json_encode of PHP does',
      '{"n":"Zo\\u00eb","u":"a\\/b"}',
      '{"n":"Zoë","u":"a/b"}',
      ['json-ascii', 'json-slashes'],
    ],
    [
      'as JSON.stringify of JSON.parse does',
      JSON.stringify(JSON.parse(' {"a": 1.0 , "b": "\\u00eb"} ')),
      ' {"a": 1.0 , "b": "\\u00eb"} ',
      ['json-compact', 'json-unescaped', 'json-numbers'],
    ],
    ['and got a line feed', `${compact}\n`, compact, ['newline-added']],
  ]);

  it('is found together with a mistake of the secret', () => {
    const both = standard({ signature: standardWith(WHSEC, compact), body: spaced });
    assert.deepEqual(mistakes(both), ['secret-as-text', 'json-compact']);
  });

  it('is explained for both sides, with the fix for frameworks', () => {
    const delivered = coalesce({ signature: coalesceOver(compact), body: spaced });
    assert.match(sentences(delivered), /something between the signer and here parsed and rewrote the body/);
  });
});

describe('bytes that were changed', () => {
  const lines = '{\n  "a": 1\n}\n';
  const crlf = lines.replaceAll('\n', '\r\n');
  const bom = '\ufeff';
  const form = 'payload=%7B%22a%22%3A%22b+c%22%7D&x=1';
  check([
    ['a line feed lost', `${BODY}\n`, BODY, ['newline-added']],
    ['CRLF lost', `${BODY}\r\n`, BODY, ['newline-added']],
    ['a line feed added', BODY, `${BODY}\n`, ['newline-lost']],
    ['CRLF added', BODY, `${BODY}\r\n`, ['newline-lost']],
    ['white space at both ends', 'text', '  text \n', ['body-trimmed']],
    ['LF to CRLF', lines, crlf, ['line-feeds-only']],
    ['CRLF to LF', crlf, lines, ['carriage-returns-lost']],
    ['line breaks taken out', 'a=1;b=2', 'a=1;\nb=2', ['line-breaks-removed']],
    ['a byte order mark lost', bom + BODY, BODY, ['bom-added']],
    ['a byte order mark added', BODY, bom + BODY, ['bom-lost']],
    ['nothing signed', '', BODY, ['body-empty']],
    ['an object signed as text', '[object Object]', BODY, ['body-placeholder']],
    ['base64 of the body signed', Buffer.from(BODY).toString('base64'), BODY, ['body-base64']],
    ['the body arrives in base64', BODY, Buffer.from(BODY).toString('base64'), ['body-base64']],
    ['a digest signed', createHash('sha256').update(BODY).digest('hex'), BODY, ['body-digest']],
    ['JSON within JSON', JSON.stringify(BODY), BODY, ['json-string']],
    ['JSON out of JSON', BODY, JSON.stringify(BODY), ['json-string']],
    ['Latin-1', Buffer.from(BODY, 'latin1'), BODY, ['latin1-encoded']],
    ['read as Latin-1', Buffer.from(Buffer.from(BODY).toString('latin1')), BODY, ['latin1-decoded']],
    ['UTF-16', Buffer.from(BODY, 'utf16le'), BODY, ['utf16']],
    ['UTF-16, big-endian', Buffer.from(BODY, 'utf16le').swap16(), BODY, ['utf16']],
    ['arrived as UTF-16', BODY, Buffer.from(BODY, 'utf16le'), ['utf16']],
    [
      'invalid UTF-8',
      Buffer.from('{"a":"\ufffd"}'),
      Buffer.from('7b2261223a22ff227d', 'hex'),
      ['invalid-utf8-replaced'],
    ],
    ['another normal form', BODY.normalize('NFD'), BODY, ['unicode-normalized']],
    ['a form decoded', decodeURIComponent(form.replaceAll('+', ' ')), form, ['form-decoded']],
    ['a form field alone', '{"a":"b c"}', form, ['form-field']],
    ['a form encoded again', form.replaceAll('+', '%20'), form, ['form-re-encoded']],
    ['JSON out of a form', `payload=${encodeURIComponent(BODY)}`, BODY, ['form-wrapped']],
    ['gzip here', BODY, gzipSync(BODY), ['signed-decompressed']],
    ['Brotli here', BODY, brotliCompressSync(BODY), ['signed-decompressed']],
    ['gzip signed', gzipSync(BODY), BODY, ['signed-compressed']],
    ['deflate signed', deflateSync(BODY), BODY, ['signed-compressed']],
  ]);
});
