import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forwardRequest } from '../../../src/core/forwarding/forward-request.ts';
import { parseForwardRetries } from '../../../src/core/forwarding/forward-retries.ts';
import type { ReceivedRequest } from '../../../src/core/received.ts';
import { bytes } from '../../helpers/test-bytes.ts';

const REQUEST: ReceivedRequest = {
  id: '01J',
  receivedAt: new Date('2026-11-20T09:00:00Z'),
  peer: '127.0.0.1:50000',
  method: 'POST',
  target: '/in?a=1',
  httpVersion: '1.1',
  headers: [
    ['Host', 'shop.example'],
    ['Authorization', 'Bearer sender'],
    ['Content-Length', '2'],
  ],
  body: bytes('{}'),
};

describe('the target of a request that is passed on', () => {
  const rows: [to: string, received: string, expected: string][] = [
    ['http://localhost:3000/', '/in?a=1', '/in?a=1'],
    ['http://localhost:3000/', '/', '/'],
    ['http://localhost:3000/', '//x/../y', '//x/../y'],
    ['http://localhost:3000/hooks', '/in?a=1', '/hooks?a=1'],
    ['http://localhost:3000/hooks', '/in', '/hooks'],
    ['http://localhost:3000/hooks?k=v', '/in?a=1&b', '/hooks?k=v&a=1&b'],
    ['http://localhost:3000/?k=v', '/in?a=1', '/?k=v&a=1'],
  ];
  for (const [to, received, expected] of rows) {
    it(`is ${expected} for ${received} to ${to}`, () => {
      const { passedOn } = forwardRequest({ ...REQUEST, target: received }, new URL(to));
      assert.equal(passedOn?.target, expected);
    });
  }

  it('gets the credentials of its URL in place of the sender’s', () => {
    const { headers } = forwardRequest(REQUEST, new URL('http://localhost:3000'), 'Basic abc');
    assert.deepEqual(headers, [
      ['Host', 'localhost:3000'],
      ['Content-Length', '2'],
      ['Authorization', 'Basic abc'],
    ]);
  });

  it('gets the body itself, not a copy', () => {
    assert.equal(forwardRequest(REQUEST, new URL('http://localhost:3000')).body, REQUEST.body);
  });
});

describe('the times of --forward-retries', () => {
  it('double from a second up to a minute for a number', () => {
    assert.deepEqual(parseForwardRetries('8'), [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });
  it('are as written for a list', () => {
    assert.deepEqual(parseForwardRetries('500ms, 5s,1m'), [500, 5000, 60_000]);
  });
  for (const text of ['0', '101', '-1', '5x', '1s,,2s', '']) {
    it(`are refused for ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseForwardRetries(text), { name: 'HooksError' });
    });
  }
});
