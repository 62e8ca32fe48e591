import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  MASK,
  maskCredentials,
  maskSecretHeaders,
  shownHeaders,
  signatureHeaders,
} from '../../src/core/secret-headers.ts';

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

describe('maskSecretHeaders with headers that a signature is verified by', () => {
  it('keeps these, unless they are known to be credentials or named as secrets', () => {
    const headers = [
      ['X-Acme-Secret', 'sha256=ab'],
      ['X-Other-Secret', 'abc'],
      ['X-Api-Key', 'abc'],
      ['X-Token', 'abc'],
    ] as const;
    assert.deepEqual(maskSecretHeaders(headers, ['x-token'], ['x-acme-secret', 'X-Api-Key', 'X-Token']), [
      ['X-Acme-Secret', 'sha256=ab'],
      ['X-Other-Secret', MASK],
      ['X-Api-Key', MASK],
      ['X-Token', MASK],
    ]);
  });
});

describe('maskCredentials', () => {
  it('masks what is a credential whoever sends it', () => {
    assert.deepEqual(
      maskCredentials([
        ['Cookie', 'a=1'],
        ['X-Acme-Secret', 'sha256=ab'],
      ]),
      [
        ['Cookie', MASK],
        ['X-Acme-Secret', 'sha256=ab'],
      ],
    );
  });
});

describe('signatureHeaders', () => {
  it('are shown, whatever their names, unless they hold the secret itself', () => {
    const headers = signatureHeaders([
      { name: 'X-Acme-Secret', value: 'sha256=ab' },
      { name: 'X-Acme-Token', value: 'abc', isSecret: true },
      { name: 'X-Signature', value: 'ab' },
    ]);
    assert.deepEqual(shownHeaders([...headers, { name: 'X-Client-Secret', value: 'abc' }]), [
      ['X-Acme-Secret', 'sha256=ab'],
      ['X-Acme-Token', MASK],
      ['X-Signature', 'ab'],
      ['X-Client-Secret', MASK],
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
