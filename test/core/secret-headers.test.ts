import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MASK, maskSecretHeaders, shownHeaders } from '../../src/core/secret-headers.ts';

describe('maskSecretHeaders', () => {
  it('masks what carries credentials, whatever its case, and keeps names, order and repeats', () => {
    const headers = [
      ['Content-Type', 'application/json'],
      ['AUTHORIZATION', 'Bearer abc'],
      ['Set-Cookie', 'a=1'],
      ['X-Signature', 'v1=abc'],
      ['set-cookie', 'b=2'],
    ] as const;
    assert.deepEqual(maskSecretHeaders(headers), [
      ['Content-Type', 'application/json'],
      ['AUTHORIZATION', MASK],
      ['Set-Cookie', MASK],
      ['X-Signature', 'v1=abc'],
      ['set-cookie', MASK],
    ]);
  });

  it('masks the further ones that are named', () => {
    assert.deepEqual(maskSecretHeaders([['x-acme-token', 'abc']], ['X-Acme-Token']), [
      ['x-acme-token', MASK],
    ]);
  });
});

describe('shownHeaders', () => {
  it('masks what a scheme marks as secret, and every header of that name', () => {
    const headers = [
      { name: 'X-Acme', value: 'abc', isSecret: true },
      { name: 'x-acme', value: 'abc' },
      { name: 'Cookie', value: 'a=1' },
      { name: 'X-Other', value: 'abc' },
    ];
    assert.deepEqual(shownHeaders(headers), [
      ['X-Acme', MASK],
      ['x-acme', MASK],
      ['Cookie', MASK],
      ['X-Other', 'abc'],
    ]);
  });
});
