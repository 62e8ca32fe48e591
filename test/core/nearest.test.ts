import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nearest } from '../../src/core/nearest.ts';

const SCHEMES = ['standard-webhooks', 'svix', 'stripe', 'github', 'hmac-sha256', 'basic', 'none'];

const CASES: { it: string; name: string; expected: string | undefined }[] = [
  { it: 'a missing letter', name: 'strpe', expected: 'stripe' },
  { it: 'a letter too many', name: 'githubb', expected: 'github' },
  { it: 'a wrong letter', name: 'svax', expected: 'svix' },
  { it: 'two neighbours swapped', name: 'nnoe', expected: 'none' },
  { it: 'another case', name: 'GitHub', expected: 'github' },
  { it: 'a missing hyphen', name: 'standardwebhooks', expected: 'standard-webhooks' },
  { it: 'the beginning of a name', name: 'hmac', expected: 'hmac-sha256' },
  { it: 'the end of a name', name: 'sha256', expected: 'hmac-sha256' },
  { it: 'nothing for another word', name: 'carrier-pigeon', expected: undefined },
  { it: 'nothing for two letters that stand anywhere', name: 'si', expected: undefined },
  { it: 'nothing for an empty name', name: '', expected: undefined },
];

describe('nearest', () => {
  for (const { it: finds, name, expected } of CASES) {
    it(`finds ${finds}`, () => assert.equal(nearest(name, SCHEMES), expected));
  }

  it('takes the first of equally close ones', () => {
    assert.equal(nearest('incident.create', ['incident.created', 'incident.creates']), 'incident.created');
  });

  it('finds nothing among no candidates', () => assert.equal(nearest('stripe', []), undefined));
});
