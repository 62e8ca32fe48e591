import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RateLimit } from '../../../src/core/control-plane/document.ts';
import { createRateLimiter } from '../../../src/core/control-plane/rate-limit.ts';

const certainty = { 'x-hooks-confidence': 'documented' } as const;
const PER_KEY: RateLimit = { per: 'key', requests: 2, seconds: 1, ...certainty };
const PER_ADDRESS: RateLimit = { per: 'address', requests: 3, seconds: 1, blockSeconds: 30, ...certainty };
const caller = { address: '127.0.0.1', key: 'k' };

describe('a rate limiter', () => {
  it('lets through what a window holds and says when the next begins', () => {
    const take = createRateLimiter([PER_KEY]);
    assert.equal(take(caller, 0), undefined);
    assert.equal(take(caller, 400), undefined);
    assert.equal(take(caller, 500)?.retryAfterSeconds, 1);
    assert.equal(take(caller, 999)?.limit, PER_KEY);
    assert.equal(take(caller, 1000), undefined);
  });

  it('refuses everything for as long as a block lasts', () => {
    const take = createRateLimiter([PER_ADDRESS]);
    for (const at of [0, 1, 2]) assert.equal(take(caller, at), undefined);
    assert.equal(take(caller, 3)?.retryAfterSeconds, 30);
    assert.equal(take(caller, 20_003)?.retryAfterSeconds, 10);
    assert.equal(take(caller, 30_003), undefined);
  });

  it('counts callers apart, and calls without a key by their address alone', () => {
    const take = createRateLimiter([PER_ADDRESS, PER_KEY]);
    assert.equal(take(caller, 0), undefined);
    assert.equal(take(caller, 0), undefined);
    assert.equal(take({ address: '127.0.0.1' }, 0), undefined);
    assert.equal(take({ address: '127.0.0.2', key: 'other' }, 0), undefined);
    assert.equal(take({ address: '127.0.0.2', key: 'k' }, 0)?.limit, PER_KEY);
    assert.equal(take({ address: '127.0.0.1' }, 0)?.limit, PER_ADDRESS);
  });

  it('forgets the oldest of very many callers', () => {
    const take = createRateLimiter([PER_ADDRESS]);
    for (let index = 0; index < 5000; index++) assert.equal(take({ address: `a${index}` }, 0), undefined);
  });
});
