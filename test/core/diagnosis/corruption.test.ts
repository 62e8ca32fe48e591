import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, it } from 'node:test';
import { type DiagnosisInput, diagnose } from '../../../src/core/diagnosis/diagnose.ts';
import {
  BODY,
  bodyOnly,
  bytes,
  coalesce,
  coalesceOver,
  hmac,
  ID,
  KEY_TEXT,
  mistakes,
  standard,
  standardWith,
  TEXT_SECRET,
  TIME,
  WHSEC,
} from './by-hand.ts';

/** Numbers from 0 to 2^32-1, the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return (value ^ (value >>> 14)) >>> 0;
  };
}

const random = seeded(20_261_123);
const below = (limit: number) => random() % limit;

function flipped(data: Uint8Array): Buffer {
  const copy = Buffer.from(data);
  const index = below(copy.length);
  copy[index] = (copy[index] ?? 0) ^ (1 << below(8));
  return copy;
}

/** A JSON document that has something for every serialiser to change. */
function randomDocument(depth = 0): unknown {
  const kinds = [
    () => below(100_000) / 8,
    () => `text ${random().toString(36)} / <é> & "q"`,
    () => random() % 2 === 0,
    () => null,
    () => Array.from({ length: below(3) + 1 }, () => randomDocument(depth + 1)),
    () =>
      Object.fromEntries(
        Array.from({ length: below(4) + 1 }, () => [random().toString(36), randomDocument(depth + 1)]),
      ),
  ];
  const kind = kinds[below(depth > 2 ? 4 : kinds.length)];
  return kind?.() ?? null;
}

const randomBody = () =>
  JSON.stringify({ id: random().toString(36), document: randomDocument() }, null, below(3));

function meaningOf(body: Uint8Array): string {
  try {
    return JSON.stringify(JSON.parse(Buffer.from(body).toString()));
  } catch {
    return `not JSON: ${Buffer.from(body).toString('hex')}`;
  }
}

// All single mistakes and some of the pairs; every twentieth delivery gets all of them.
const BUDGET_BYTES = 3_000_000;
let rounds = 0;

function assertUnknown(delivered: DiagnosisInput, what: string): void {
  const found = diagnose(rounds++ % 20 === 0 ? delivered : { ...delivered, budgetBytes: BUDGET_BYTES });
  assert.equal(found.diagnosis, undefined, `${what}: ${JSON.stringify(found.diagnosis)}`);
  assert.ok(found.tried > 50, what);
}

describe('what no known mistake explains', () => {
  it('stays unknown when the body was corrupted', () => {
    for (let round = 0; round < 300; round++) {
      const body = randomBody();
      const corrupted = flipped(Buffer.from(body));
      // A changed white space or spelling of the same JSON would be told, and rightly.
      if (meaningOf(corrupted) === meaningOf(Buffer.from(body))) continue;
      assertUnknown(coalesce({ signature: coalesceOver(body), body: corrupted }), body);
      assertUnknown(standard({ signature: standardWith(KEY_TEXT, body), body: corrupted }), body);
    }
  });

  it('stays unknown when bytes of the body were lost, added or exchanged', () => {
    for (let round = 0; round < 200; round++) {
      const body = Buffer.from(randomBody());
      const at = 1 + below(body.length - 2);
      const cut = body.subarray(0, at);
      const doubled = bytes(body.subarray(0, at), 'x', body.subarray(at));
      for (const corrupted of [cut, doubled]) {
        if (meaningOf(corrupted) === meaningOf(body)) continue;
        assertUnknown(
          bodyOnly({ signature: `sha256=${hmac(TEXT_SECRET, body)}`, body: corrupted }),
          body.toString(),
        );
      }
    }
  });

  it('stays unknown when the signature was corrupted', () => {
    for (let round = 0; round < 250; round++) {
      const right = Buffer.from(hmac(TEXT_SECRET, `${TIME}.${BODY}`), 'hex');
      assertUnknown(coalesce({ signature: `v1=${flipped(right).toString('hex')}` }), 'hex');
      const standardRight = Buffer.from(standardWith(KEY_TEXT).slice(3), 'base64');
      assertUnknown(standard({ signature: `v1,${flipped(standardRight).toString('base64')}` }), 'base64');
    }
  });

  it('stays unknown for a part of the right signature', () => {
    const right = hmac(TEXT_SECRET, `${TIME}.${BODY}`);
    for (let length = 1; length < right.length; length++) {
      assert.deepEqual(mistakes(coalesce({ signature: `v1=${right.slice(0, length)}` })), []);
      assert.deepEqual(mistakes(coalesce({ signature: `v1=${right.slice(length)}` })), []);
    }
  });

  it('stays unknown when the secret is another one', () => {
    for (let round = 0; round < 250; round++) {
      const secret = `${random().toString(36)}${random().toString(36)}`;
      assertUnknown(coalesce({ signature: coalesceOver(BODY), secrets: [secret] }), secret);
      const key = Buffer.from(flipped(Buffer.from(KEY_TEXT))).toString('base64');
      assertUnknown(standard({ signature: standardWith(KEY_TEXT), secrets: [`whsec_${key}`] }), key);
    }
  });

  it('stays unknown when the id was changed', () => {
    for (let round = 0; round < 200; round++) {
      const id = `msg_${random().toString(36)}`;
      assertUnknown(standard({ signature: standardWith(KEY_TEXT), headers: { 'webhook-id': id } }), id);
    }
  });

  it('stays unknown when there is no signature at all', () => {
    assert.deepEqual(mistakes(standard({ signature: '' })), []);
    assert.deepEqual(mistakes(standard({ signature: 'v1,' })), []);
    assert.deepEqual(mistakes(standard({ signature: '', headers: [] })), []);
  });
});

describe('a key pair', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
  const signed = (content: string) =>
    `v1a,${sign(null, Buffer.from(content), privateKey).toString('base64')}`;
  const secrets = [`whpk_${raw}`];

  it('has its mistakes of body and content explained as well', () => {
    const body = '{"id": 1}';
    const compactly = standard({ secrets, body, signature: signed(`${ID}.${TIME}.{"id":1}`) });
    assert.deepEqual(mistakes(compactly), ['json-compact']);
    const bare = standard({ secrets, signature: signed(`${TIME}.${BODY}`) });
    assert.deepEqual(mistakes(bare), ['id-left-out']);
    const moved = standard({ secrets, signature: signed(`${ID}.${TIME}.${BODY}`).replace('v1a,', 'v1,') });
    assert.deepEqual(mistakes(moved), ['other-version']);
  });

  it('stays unknown for another key', () => {
    const other = generateKeyPairSync('ed25519')
      .publicKey.export({ format: 'der', type: 'spki' })
      .subarray(-32);
    const delivered = standard({
      secrets: [`whpk_${other.toString('base64')}`],
      signature: signed(`${ID}.${TIME}.${BODY}`),
    });
    assert.deepEqual(mistakes(delivered), []);
  });
});

describe('large bodies', () => {
  const large = JSON.stringify({
    rows: Array.from({ length: 90_000 }, (_, index) => ({
      id: index,
      name: `row ${index} é`,
      amount: index / 4,
    })),
  });
  const padded = `{"pad":"${'x'.repeat(10 * 1024 * 1024 - large.length)}",${large.slice(1)}`;

  it('are explained in seconds, where one mistake does', { timeout: 60_000 }, () => {
    assert.deepEqual(mistakes(coalesce({ signature: coalesceOver(`${padded}\n`), body: padded })), [
      'newline-added',
    ]);
    assert.deepEqual(
      mistakes(
        coalesce({ signature: coalesceOver(padded), body: JSON.stringify(JSON.parse(padded), null, 2) }),
      ),
      ['json-compact'],
    );
  });

  it('are given up in seconds, and it is said that not all was tried', { timeout: 60_000 }, () => {
    const started = performance.now();
    const { diagnosis, isComplete } = diagnose(
      coalesce({ signature: coalesceOver('other'), body: padded, secrets: [TEXT_SECRET, WHSEC] }),
    );
    assert.equal(diagnosis, undefined);
    assert.equal(isComplete, false);
    assert.ok(performance.now() - started < 40_000, `${performance.now() - started} ms`);
  });
});
