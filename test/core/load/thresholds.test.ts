import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createHdrHistogram } from '../../../src/adapters/load/hdr-histogram.ts';
import {
  formatShare,
  judgeThresholds,
  parseErrorShare,
  parseLatencyThreshold,
} from '../../../src/core/load/thresholds.ts';
import { hooksError } from '../../helpers/hooks-error.ts';

describe('parseLatencyThreshold', () => {
  it('reads percentiles, mean and max', () => {
    assert.deepEqual(parseLatencyThreshold('p99=200ms'), { name: 'p99', of: 99, limitMs: 200 });
    assert.deepEqual(parseLatencyThreshold('P99.99=1s'), { name: 'p99.99', of: 99.99, limitMs: 1000 });
    assert.deepEqual(parseLatencyThreshold('mean=1.5ms'), { name: 'mean', of: 'mean', limitMs: 1.5 });
    assert.deepEqual(parseLatencyThreshold('max=2s'), { name: 'max', of: 'max', limitMs: 2000 });
  });

  it('refuses anything else', () => {
    for (const text of ['200ms', 'p99', 'p101=1s', 'p99=200', 'p99=0ms', 'avg=1s', '']) {
      assert.throws(() => parseLatencyThreshold(text), hooksError('usage'), text);
    }
  });
});

describe('parseErrorShare', () => {
  it('reads a share in percent', () => {
    assert.deepEqual(['0%', '1%', '0.5 %', '100%'].map(parseErrorShare), [0, 0.01, 0.005, 1]);
  });

  it('refuses a share without a unit and one of more than all', () => {
    for (const text of ['1', '0.01', '101%', '-1%', '']) {
      assert.throws(() => parseErrorShare(text), hooksError('usage', /1%/), text);
    }
  });
});

describe('judgeThresholds', () => {
  const latency = createHdrHistogram();
  for (let ms = 1; ms <= 100; ms++) latency.record(ms);
  const limits = (...texts: string[]) => ({ latency: texts.map(parseLatencyThreshold), errorShare: 0.01 });

  it('says of each what was measured, and whether it is met', () => {
    const results = judgeThresholds(limits('p50=60ms', 'p99=90ms', 'mean=51ms', 'max=100ms'), {
      latency,
      ended: 100,
      errors: 2,
    });
    assert.deepEqual(
      results.map(({ isMet }) => isMet),
      [true, false, true, true, false],
    );
    assert.deepEqual(results[1], { rule: 'p99 <= 90 ms', actual: '99 ms', isMet: false });
    assert.deepEqual(results.at(-1), { rule: 'errors <= 1 %', actual: '2 %', isMet: false });
  });

  it('takes a limit itself for met', () => {
    const [, errors] = judgeThresholds(limits('max=100ms'), { latency, ended: 100, errors: 1 });
    assert.equal(errors?.isMet, true);
  });

  it('takes nothing for met where nothing was answered', () => {
    const results = judgeThresholds(limits('p99=1h'), { latency: createHdrHistogram(), ended: 0, errors: 0 });
    assert.deepEqual(
      results.map(({ isMet }) => isMet),
      [false, false],
    );
  });
});

describe('formatShare', () => {
  it('never calls nothing what is a little', () => {
    assert.deepEqual([0, 0.00001, 0.0123, 1].map(formatShare), ['0 %', '< 0.01 %', '1.23 %', '100 %']);
  });
});
