import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { overrideHeaders, parseHeader, providerHeaders } from '../../src/core/delivery-headers.ts';
import { HooksError } from '../../src/core/errors.ts';
import { fakePack } from '../helpers/fake-pack.ts';

describe('parseHeader', () => {
  const GOOD: { it: string; text: string; name: string; value: string }[] = [
    { it: 'a header', text: 'X-GitHub-Event: push', name: 'X-GitHub-Event', value: 'push' },
    { it: 'one without a space', text: 'a:b', name: 'a', value: 'b' },
    { it: 'spaces around name and value', text: ' a \t:\t b  c ', name: 'a', value: 'b  c' },
    {
      it: 'colons in the value',
      text: 'Referer: http://[::1]:3000',
      name: 'Referer',
      value: 'http://[::1]:3000',
    },
    { it: 'no value', text: 'User-Agent:', name: 'User-Agent', value: '' },
    {
      it: 'a no-break space around the value, which is a part of it',
      text: 'a: \u00a0b\u00a0',
      name: 'a',
      value: '\u00a0b\u00a0',
    },
    { it: 'a tab in the value', text: 'a: b\tc', name: 'a', value: 'b\tc' },
    {
      it: 'every character that a name may have',
      text: "!#$%&'*+-.^_`|~09azAZ: 1",
      name: "!#$%&'*+-.^_`|~09azAZ",
      value: '1',
    },
  ];
  for (const { it: what, text, name, value } of GOOD) {
    it(`reads ${what}`, () => assert.deepEqual(parseHeader(text), { name, value }));
  }

  const BAD: { it: string; text: string }[] = [
    { it: 'a text without a colon', text: 'secret-value' },
    { it: 'nothing', text: '' },
    { it: 'a header without a name', text: ': secret-value' },
    { it: 'a space in the name', text: 'X Y: secret-value' },
    { it: 'a letter outside ASCII in the name', text: 'Größe: secret-value' },
    { it: 'a line break in the name', text: 'a\r\nb: secret-value' },
    { it: 'a line break in the value', text: 'a: b\r\nX-Evil: secret-value' },
    { it: 'a lone line feed in the value', text: 'a: b\nsecret-value' },
    { it: 'a line feed at the end of the value', text: 'a: secret-value\n' },
    { it: 'a no-break space before the name', text: '\u00a0a: secret-value' },
    { it: 'a null character in the value', text: 'a: b\0secret-value' },
  ];
  for (const { it: what, text } of BAD) {
    it(`refuses ${what}, without the value in the error`, () => {
      assert.throws(
        () => parseHeader(text),
        (error: unknown) =>
          error instanceof HooksError &&
          error.kind === 'usage' &&
          !JSON.stringify({ ...error, message: error.message }).includes('secret-value'),
      );
    });
  }
});

describe('providerHeaders', () => {
  it('are JSON and our own name without a provider', () => {
    assert.deepEqual(providerHeaders(undefined, undefined, 'hooks/1'), [
      { name: 'Content-Type', value: 'application/json' },
      { name: 'User-Agent', value: 'hooks/1' },
    ]);
  });

  it('are those of the provider, with the placeholders filled in', () => {
    const { manifest } = fakePack(
      'acme',
      {},
      {
        request: {
          method: { confidence: 'unknown' },
          contentType: { value: 'application/json; charset=utf-8', confidence: 'documented' },
          userAgent: { value: 'Acme/2', confidence: 'documented' },
          headers: {
            value: { 'X-Acme-Event': '{eventType}', 'X-Acme-Id': '{id}:{slug}:{id}:{other}' },
            confidence: 'documented',
          },
        },
      },
    );
    const event = { eventType: 'order.paid', slug: 'order_paid', id: 'evt$&_1' };
    assert.deepEqual(providerHeaders(manifest, event, 'hooks/1'), [
      { name: 'Content-Type', value: 'application/json; charset=utf-8' },
      { name: 'User-Agent', value: 'Acme/2' },
      { name: 'X-Acme-Event', value: 'order.paid' },
      { name: 'X-Acme-Id', value: 'evt$&_1:order_paid:evt$&_1:{other}' },
    ]);
  });
});

describe('overrideHeaders', () => {
  const HEADERS = [
    { name: 'Content-Type', value: 'application/json' },
    { name: 'X-Signature', value: 'abc' },
  ];

  it('replaces a header whatever its case, and puts it at the end', () => {
    assert.deepEqual(overrideHeaders(HEADERS, [{ name: 'content-type', value: 'text/plain' }]), [
      { name: 'X-Signature', value: 'abc' },
      { name: 'content-type', value: 'text/plain' },
    ]);
  });

  it('removes a header by an empty value', () => {
    assert.deepEqual(overrideHeaders(HEADERS, [{ name: 'X-SIGNATURE', value: '' }]), [HEADERS[0]]);
  });

  it('keeps a header that is given twice', () => {
    const twice = [
      { name: 'X-Signature', value: '1' },
      { name: 'x-signature', value: '2' },
    ];
    assert.deepEqual(overrideHeaders(HEADERS, twice), [HEADERS[0], ...twice]);
  });
});
