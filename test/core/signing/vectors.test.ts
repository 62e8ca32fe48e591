import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';
import { createScheme } from '../../../src/core/signing/schemes.ts';
import { outcome, sign, verify } from './delivery.ts';
import { VECTORS, WHPK, WHSK } from './vectors.ts';

describe('the vectors', () => {
  for (const { name, parameters, secrets, headers, ...input } of VECTORS) {
    it(`${name}: signing gives exactly the headers, in their order`, () => {
      assert.deepEqual(Object.entries(sign(parameters, secrets, input)), Object.entries(headers));
      assert.deepEqual(createScheme(parameters).headerNames, Object.keys(headers));
    });

    it(`${name}: the headers verify, whatever their case and place`, () => {
      const delivery = { parameters, secrets, body: input.body, nowSeconds: input.timestampSeconds };
      const others: [string, string][] = [
        ['Host', 'localhost'],
        ['X-Other', 'v1,nothing'],
      ];
      const own = Object.entries(headers).reverse();
      for (const list of [
        own,
        own.map(([key, value]): [string, string] => [key.toUpperCase(), ` ${value}\t`]),
      ]) {
        assert.equal(outcome({ ...delivery, headers: [...others, ...list] }), 'accepted');
      }
    });

    it(`${name}: each secret alone verifies the headers of all`, () => {
      for (const secret of secrets) {
        const nowSeconds = input.timestampSeconds;
        assert.equal(
          outcome({ parameters, secrets: [secret], headers, body: input.body, nowSeconds }),
          'accepted',
        );
      }
    });

    if (!createScheme(parameters).covers.body) continue;

    it(`${name}: no single changed, lost or added byte of the body verifies`, () => {
      const bytes = Buffer.from(input.body);
      const bodies = [bytes.subarray(1), bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.from('\n')])];
      for (let position = 0; position < bytes.length; position++) {
        const flipped = Buffer.from(bytes);
        flipped[position] = (flipped[position] ?? 0) ^ 1;
        bodies.push(flipped);
      }
      for (const body of bodies) {
        const delivery = { parameters, secrets, headers, body, nowSeconds: input.timestampSeconds };
        assert.equal(outcome(delivery), 'signature-mismatch');
      }
    });
  }

  it('a v1a delivery verifies with the public key alone', () => {
    for (const { secrets, ...rest } of VECTORS.filter(({ secrets: all }) => all.includes(WHSK))) {
      const verdict = verify({ ...rest, secrets: [WHPK] });
      assert.deepEqual(verdict, {
        ok: true,
        secretIndex: 0,
        id: rest.id,
        timestampSeconds: rest.timestampSeconds,
        ageSeconds: 0,
      });
    }
  });
});
