import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatSize, parseSize } from '../../src/core/size.ts';
import { hooksError } from '../helpers/hooks-error.ts';

describe('parseSize', () => {
  const GOOD: { text: string; bytes: number }[] = [
    { text: '0', bytes: 0 },
    { text: '1000', bytes: 1000 },
    { text: '12b', bytes: 12 },
    { text: '512k', bytes: 524_288 },
    { text: '512kB', bytes: 512_000 },
    { text: '1.5KiB', bytes: 1536 },
    { text: '10MiB', bytes: 10_485_760 },
    { text: '10 MB', bytes: 10_000_000 },
    { text: '1g', bytes: 1_073_741_824 },
    { text: '0.3b', bytes: 0 },
  ];
  for (const { text, bytes } of GOOD) it(`reads ${text}`, () => assert.equal(parseSize(text), bytes));

  for (const text of [
    '',
    'k',
    '-1',
    '1e3',
    '1.',
    '.5k',
    '1 t',
    '10Mi',
    '1constructor',
    '1__proto__',
    '9'.repeat(40),
    '9999999g',
  ]) {
    it(`refuses '${text}'`, () => assert.throws(() => parseSize(text), hooksError('usage', /is not a size/)));
  }
});

describe('formatSize', () => {
  const ROWS: { bytes: number; text: string }[] = [
    { bytes: 0, text: '0 B' },
    { bytes: 999, text: '999 B' },
    { bytes: 1000, text: '1.0 kB' },
    { bytes: 999_949, text: '999.9 kB' },
    { bytes: 999_950, text: '1.0 MB' },
    { bytes: 5_242_880, text: '5.2 MB' },
  ];
  for (const { bytes, text } of ROWS)
    it(`writes ${bytes} as ${text}`, () => assert.equal(formatSize(bytes), text));
});
