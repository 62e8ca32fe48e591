import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseStatusMatch } from '../../src/core/status-match.ts';
import { hooksError } from '../helpers/hooks-error.ts';

describe('parseStatusMatch', () => {
  const ROWS: { text: string; yes: number[]; no: number[] }[] = [
    { text: '200', yes: [200], no: [201, 20, 2000] },
    { text: '2xx', yes: [200, 204, 299], no: [199, 300, 20] },
    { text: '2XX', yes: [200], no: [300] },
    { text: '200,202', yes: [200, 202], no: [201] },
    { text: ' 2xx , 409 ', yes: [204, 409], no: [408] },
    { text: '4xx,5xx', yes: [404, 500], no: [200] },
  ];
  for (const { text, yes, no } of ROWS) {
    it(`'${text}' takes ${yes.join(', ')} and not ${no.join(', ')}`, () => {
      const matches = parseStatusMatch(text);
      assert.deepEqual([...yes, ...no].filter(matches), yes);
    });
  }

  for (const text of [
    '',
    '200,',
    ',',
    'ok',
    '2x',
    '20x',
    '600',
    '099',
    '6xx',
    '2xx 3xx',
    '-200',
    '200-299',
  ]) {
    it(`refuses '${text}'`, () =>
      assert.throws(() => parseStatusMatch(text), hooksError('usage', /is not a status/)));
  }
});
