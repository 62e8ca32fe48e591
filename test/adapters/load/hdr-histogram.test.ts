import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createHdrHistogram } from '../../../src/adapters/load/hdr-histogram.ts';
import { percentileCurve, summarise } from '../../../src/core/load/histogram.ts';

const latencies = fc.array(fc.double({ min: 0.001, max: 100_000, noNaN: true }), {
  minLength: 1,
  maxLength: 300,
});

function filled(values: readonly number[]) {
  const histogram = createHdrHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

describe('createHdrHistogram', () => {
  it('gives percentiles within a thousandth, by the nearest rank', () => {
    fc.assert(
      fc.property(latencies, fc.double({ min: 0.1, max: 100, noNaN: true }), (values, percent) => {
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100 - 1e-9) - 1)] ?? 0;
        const got = filled(values).percentile(percent);
        assert.ok(Math.abs(got - exact) <= exact * 0.0011 + 0.0011, `${got} for ${exact}`);
      }),
    );
  });

  it('is the same whether measured at once or by several and put together', () => {
    fc.assert(
      fc.property(latencies, latencies, (some, others) => {
        const whole = filled([...some, ...others]);
        const merged = createHdrHistogram();
        for (const part of [some, others]) merged.add(filled(part).take());
        assert.equal(merged.count, whole.count);
        for (const percent of [0, 50, 90, 99, 99.99, 100]) {
          assert.equal(merged.percentile(percent), whole.percentile(percent));
        }
        assert.deepEqual([merged.minMs, merged.maxMs], [whole.minMs, whole.maxMs]);
        assert.ok(Math.abs(merged.meanMs - whole.meanMs) < 1e-6 * whole.meanMs);
      }),
    );
  });

  it('forgets what it has handed over', () => {
    const histogram = filled([5, 6]);
    assert.equal(histogram.take().count, 2);
    assert.deepEqual([histogram.count, histogram.maxMs, histogram.take().buckets], [0, 0, []]);
  });

  it('counts what is longer than an hour as that, and keeps the true maximum', () => {
    const histogram = filled([4_000_000]);
    assert.deepEqual([histogram.count, histogram.maxMs], [1, 4_000_000]);
  });
});

describe('summarise', () => {
  it('knows the tail', () => {
    const histogram = filled([
      ...Array.from({ length: 9990 }, () => 1),
      ...Array.from({ length: 10 }, () => 1000),
    ]);
    const summary = summarise(histogram);
    assert.deepEqual([summary?.p99, summary?.p999, summary?.p9999, summary?.max], [1, 1, 1000, 1000]);
  });

  it('has nothing to say of nothing', () => {
    assert.equal(summarise(createHdrHistogram()), undefined);
    assert.deepEqual(percentileCurve(createHdrHistogram()), []);
  });
});

describe('percentileCurve', () => {
  it('rises, and goes as far as there are measurements for', () => {
    const curve = percentileCurve(filled(Array.from({ length: 1000 }, (_, index) => index + 1)));
    assert.ok(curve.every(({ ms }, index) => ms >= (curve[index - 1]?.ms ?? 0)));
    assert.equal(curve.at(-1)?.percent, 99.9);
  });
});
