import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkEndpointName } from '../../src/core/saved-endpoint.ts';
import { hooksError } from '../helpers/hooks-error.ts';

describe('checkEndpointName', () => {
  for (const name of ['staging', 'Staging-2', 'a', 'my_app']) {
    it(`accepts ${name}`, () => assert.doesNotThrow(() => checkEndpointName(name)));
  }

  const BAD = [
    '',
    '3000',
    ':3000',
    'localhost',
    'LocalHost',
    'a.b',
    'a:1',
    'a/b',
    'a b',
    '-a',
    '_a',
    'ä',
    'a\n',
    '__proto__',
  ];
  for (const name of BAD) {
    it(`refuses ${JSON.stringify(name)}`, () =>
      assert.throws(() => checkEndpointName(name), hooksError('usage')));
  }
});
