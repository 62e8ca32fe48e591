import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_RETENTION, retentionFrom } from '../../src/core/retention.ts';

describe('retentionFrom', () => {
  it('keeps a month, 100,000 deliveries and 1 GiB by default', () => {
    assert.deepEqual(
      retentionFrom(() => undefined),
      DEFAULT_RETENTION,
    );
    assert.deepEqual(DEFAULT_RETENTION, {
      maxAgeMs: 2_592_000_000,
      maxCount: 100_000,
      maxBytes: 1_073_741_824,
    });
  });

  it('takes each limit from its own setting', () => {
    const settings: Record<string, string> = { 'history-age': '7d', 'history-count': '500' };
    const { maxAgeMs, maxCount, maxBytes } = retentionFrom((key) => settings[key]);
    assert.deepEqual([maxAgeMs, maxCount, maxBytes], [604_800_000, 500, DEFAULT_RETENTION.maxBytes]);
  });

  for (const [key, value] of [
    ['history-age', '30'],
    ['history-count', 'many'],
    ['history-size', 'huge'],
  ] as const) {
    it(`refuses ${key}=${value}`, () => {
      assert.throws(() => retentionFrom((asked) => (asked === key ? value : undefined)), { kind: 'usage' });
    });
  }
});
