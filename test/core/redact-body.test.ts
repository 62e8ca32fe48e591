import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HooksError } from '../../src/core/errors.ts';
import { redactBody } from '../../src/core/redact-body.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const redacted = (text: string, ...paths: string[]) =>
  Buffer.from(redactBody(bytes(text), paths).body).toString();

const ROWS: { it: string; body: string; paths: string[]; expected: string }[] = [
  {
    it: 'a UUID by a UUID',
    body: '{"id":"7F9C24E8-3B12-4A6B-9C1D-1E2F3A4B5C6D"}',
    paths: ['id'],
    expected: '{"id":"00000000-0000-4000-8000-000000000000"}',
  },
  {
    it: 'an e-mail address by another',
    body: '{"to":"ada.l+x@mail.shop.example"}',
    paths: ['to'],
    expected: '{"to":"redacted@example.com"}',
  },
  {
    it: 'a URL by another',
    body: '{"link":"https://shop.example/orders/7?key=1"}',
    paths: ['/link'],
    expected: '{"link":"https://example.com/redacted"}',
  },
  {
    it: 'a time by another, and a date by a date',
    body: '{"at":"2026-11-20T08:30:00.250+01:00","on":"2026-11-20"}',
    paths: ['at', 'on'],
    expected: '{"at":"1970-01-01T00:00:00Z","on":"1970-01-01"}',
  },
  {
    it: 'text, numbers and booleans each by its kind, and leaves null',
    body: '{"a":"x y","b":-1.5e3,"c":true,"d":null}',
    paths: ['*'],
    expected: '{"a":"redacted","b":0,"c":false,"d":null}',
  },
  {
    it: 'everything inside an object or a list',
    body: '{"card":{"number":"4242","exp":[12,{"y":30}],"ok":true},"kept":1}',
    paths: ['card'],
    expected: '{"card":{"number":"redacted","exp":[0,{"y":0}],"ok":false},"kept":1}',
  },
  {
    it: 'one field of every item',
    body: '{"items":[{"mail":"a@b.example","n":1},{"n":2},{"mail":"c@d.example"}]}',
    paths: ['items[*].mail'],
    expected: '{"items":[{"mail":"redacted@example.com","n":1},{"n":2},{"mail":"redacted@example.com"}]}',
  },
  {
    it: 'every key, as a name with dots has it below',
    body: '{"by":{"x":{"a.b":"1"},"y":{"a":{"b":"2"}}}}',
    paths: ['by.*.a.b'],
    expected: '{"by":{"x":{"a.b":"redacted"},"y":{"a":{"b":"redacted"}}}}',
  },
  {
    it: 'the items of a bare list',
    body: '[["a"],["b"]]',
    paths: ['[*][0]'],
    expected: '[["redacted"],["redacted"]]',
  },
  { it: 'by a pointer with a star', body: '{"a":{"x":[1]}}', paths: ['/a/*/0'], expected: '{"a":{"x":[0]}}' },
  {
    it: 'only the key that is a star',
    body: '{"*":"a","b":"c"}',
    paths: ['["*"]'],
    expected: '{"*":"redacted","b":"c"}',
  },
  {
    it: 'each of repeated keys',
    body: '{"a":"first","a":"second"}',
    paths: ['a'],
    expected: '{"a":"redacted","a":"redacted"}',
  },
  {
    it: 'a key that is written with escapes',
    body: '{"n\\u0061me":"Ada"}',
    paths: ['name'],
    expected: '{"n\\u0061me":"redacted"}',
  },
  {
    it: 'nothing else: spaces, numbers, escapes and a byte order mark stay',
    body: '\ufeff{ "a" : 1.0,\r\n"b":12345678901234567890, "c":"\\u00e9 \\"x\\\\", "d" : "é" }\n',
    paths: ['d'],
    expected: '\ufeff{ "a" : 1.0,\r\n"b":12345678901234567890, "c":"\\u00e9 \\"x\\\\", "d" : "redacted" }\n',
  },
  { it: 'nothing in an empty list', body: '{"a":[]}', paths: ['a'], expected: '{"a":[]}' },
  { it: 'nothing without paths', body: 'not JSON', paths: [], expected: 'not JSON' },
];

describe('redact', () => {
  for (const { it: replaces, body, paths, expected } of ROWS) {
    it(`replaces ${replaces}`, () => assert.equal(redacted(body, ...paths), expected));
  }

  it('reaches through deep nesting', () => {
    const depth = 100_000;
    const body = `${'{"a":'.repeat(depth)}"x"${'}'.repeat(depth)}`;
    assert.equal(redacted(body, 'a.a'), body.replace('"x"', '"redacted"'));
  });

  it('takes no long time for a text that is nearly an address', () => {
    assert.equal(redacted(`["a@${'.'.repeat(500_000)} "]`, '/0'), '["redacted"]');
  });

  it('tells which paths lead to nothing', () => {
    const { unknownPaths } = redactBody(bytes('{"a":[],"c":1}'), ['b', 'c', 'a[*].b']);
    assert.deepEqual(unknownPaths, ['b', 'a[*].b']);
  });

  const REFUSED: { it: string; body: string; path: string }[] = [
    { it: 'an empty path', body: '{"a":1}', path: '' },
    { it: 'a malformed path', body: '{"a":1}', path: 'a[' },
    { it: 'a body that is not JSON', body: 'a=1', path: 'a' },
    { it: 'an empty body', body: '', path: 'a' },
  ];
  for (const { it: refuses, body, path } of REFUSED) {
    it(`refuses ${refuses}`, () => {
      assert.throws(
        () => redactBody(bytes(body), [path]),
        (error) => error instanceof HooksError && error.kind === 'usage',
      );
    });
  }
});
