import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isConnectionHeader } from '../../src/core/connection-headers.ts';

describe('isConnectionHeader', () => {
  for (const name of [
    'Host',
    'CONNECTION',
    'content-length',
    'Transfer-Encoding',
    'Expect',
    'Proxy-Authorization',
  ]) {
    it(`is true for ${name}`, () => assert.equal(isConnectionHeader(name), true));
  }

  for (const name of [
    'Content-Type',
    'Content-Encoding',
    'Authorization',
    'webhook-id',
    'X-Host',
    '',
    '__proto__',
  ]) {
    it(`is false for '${name}'`, () => assert.equal(isConnectionHeader(name), false));
  }
});
