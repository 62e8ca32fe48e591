import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type BodyDiff, diffRecordings } from '../../src/core/diff.ts';
import type { HeaderDiff } from '../../src/core/diff-headers.ts';
import type { JsonChange } from '../../src/core/diff-json.ts';
import type { HeaderList } from '../../src/core/headers.ts';
import { createScheme } from '../../src/core/signing/schemes.ts';
import { RECEIVED } from './export/recordings.ts';

const SAME: HeaderDiff = { added: [], removed: [], changed: [], isReordered: false };
const A = ['A', '1'] as const;
const B = ['B', '2'] as const;

const HEADERS: { it: string; before: HeaderList; after: HeaderList; expected: Partial<HeaderDiff> }[] = [
  { it: 'nothing between the same headers', before: [A, B, A], after: [A, B, A], expected: {} },
  {
    it: 'one that was added and one that was removed',
    before: [A],
    after: [B],
    expected: { removed: [A], added: [B] },
  },
  {
    it: 'another value',
    before: [A],
    after: [['A', '3']],
    expected: { changed: [{ before: A, after: ['A', '3'] }] },
  },
  {
    it: 'a name in another case',
    before: [A],
    after: [['a', '1']],
    expected: { changed: [{ before: A, after: ['a', '1'] }] },
  },
  { it: 'another order', before: [A, B], after: [B, A], expected: { isReordered: true } },
  {
    it: 'one repeat less, in the order that it was',
    before: [A, B, ['a', '2']],
    after: [A, B],
    expected: { removed: [['a', '2']] },
  },
];

describe('diffRecordings of headers', () => {
  for (const { it: finds, before, after, expected } of HEADERS) {
    it(`finds ${finds}`, () => {
      const diff = diffRecordings({ ...RECEIVED, headers: before }, { ...RECEIVED, headers: after });
      assert.deepEqual(diff.headers, { ...SAME, ...expected });
    });
  }
});

function bodies(before: string | Uint8Array, after: string | Uint8Array): BodyDiff {
  const [left, right] = [before, after].map((body) => ({ ...RECEIVED, body: Buffer.from(body) }));
  assert.ok(left && right);
  return diffRecordings(left, right).body;
}

const CHANGES: {
  it: string;
  before: string;
  after: string;
  expected: JsonChange[];
  isKeyOrderDifferent?: true;
}[] = [
  {
    it: 'values that were added, removed and changed, in the order of the document',
    before: '{"a":1,"b":{"c":[1,"x"]},"d":null}',
    after: '{"a":2,"b":{"c":[1,"y",{}]},"e":true}',
    expected: [
      { pointer: '/a', kind: 'changed', before: '1', after: '2' },
      { pointer: '/b/c/1', kind: 'changed', before: '"x"', after: '"y"' },
      { pointer: '/b/c/2', kind: 'added', after: '{}' },
      { pointer: '/d', kind: 'removed', before: 'null' },
      { pointer: '/e', kind: 'added', after: 'true' },
    ],
  },
  {
    it: 'another kind of value, and keys that a pointer escapes',
    before: '{"a/b":{"~":{}}}',
    after: '{"a/b":{"~":[]}}',
    expected: [{ pointer: '/a~1b/~0', kind: 'changed', before: '{}', after: '[]' }],
  },
  {
    it: 'numbers that a float cannot tell apart',
    before: '[12345678901234567890]',
    after: '[12345678901234567891]',
    expected: [
      { pointer: '/0', kind: 'changed', before: '12345678901234567890', after: '12345678901234567891' },
    ],
  },
  {
    it: 'the order of keys, once',
    before: '{"a":{"x":1,"y":2},"b":{"x":1,"y":2}}',
    after: '{"b":{"y":2,"x":1},"a":{"y":2,"x":1}}',
    expected: [],
    isKeyOrderDifferent: true,
  },
  {
    it: 'the same JSON behind other spaces, escapes and numbers',
    before: '{"a":1.0,"b":"é","c":[100,-0]}',
    after: '{ "a": 1, "b": "\\u00e9", "c": [1e2,0.0] }',
    expected: [],
  },
  {
    it: 'nothing where only an earlier one of repeated keys differs',
    before: '{"a":1,"a":2}',
    after: '{"a":2}',
    expected: [],
  },
  {
    it: 'the keys that objects have in name only',
    before: '{"__proto__":1}',
    after: '{"constructor":1}',
    expected: [
      { pointer: '/__proto__', kind: 'removed', before: '1' },
      { pointer: '/constructor', kind: 'added', after: '1' },
    ],
  },
  {
    it: 'a change of the whole',
    before: '1',
    after: '"1"',
    expected: [{ pointer: '', kind: 'changed', before: '1', after: '"1"' }],
  },
];

describe('diffRecordings of bodies', () => {
  for (const { it: finds, before, after, expected, isKeyOrderDifferent = false } of CHANGES) {
    it(`finds ${finds}`, () => {
      const diff = bodies(before, after);
      assert.ok(diff.kind === 'json');
      assert.deepEqual(diff.changes, expected);
      assert.equal(diff.isKeyOrderDifferent, isKeyOrderDifferent);
    });
  }

  it('says so where the bytes are the same', () =>
    assert.deepEqual(bodies('{"a":1}', '{"a":1}'), { kind: 'same' }));

  it('gives the first byte that differs', () => {
    assert.deepEqual(bodies('a=1', 'a=2'), { kind: 'bytes', firstDifferenceAt: 2 });
    assert.deepEqual(bodies('a=1', 'a=12'), { kind: 'bytes', firstDifferenceAt: 3 });
    assert.deepEqual(bodies('', '{}'), { kind: 'bytes', firstDifferenceAt: 0 });
    assert.deepEqual(bodies(new Uint8Array([0xff, 1]), '{}'), { kind: 'bytes', firstDifferenceAt: 0 });
    const diff = bodies('{"a":1}', '{"a": 1}');
    assert.equal(diff.kind === 'json' && diff.firstDifferenceAt, 5);
  });

  it('compares deep and large bodies', () => {
    const deep = (value: string) => `${'['.repeat(100_000)}${value}${']'.repeat(100_000)}`;
    const diff = bodies(deep('1'), deep('2'));
    assert.equal(diff.kind === 'json' && diff.changes[0]?.pointer, '/0'.repeat(100_000));
    const list = (last: number) => JSON.stringify([...Array(300_000).keys(), last]);
    const large = bodies(list(1), list(2));
    assert.equal(large.kind === 'json' && large.changes.length, 1);
  });

  it('takes no long time for a number that nobody means', () => {
    const digits = '9'.repeat(300_000);
    assert.equal(bodies(`[1e${digits},1${'0'.repeat(300_000)}1]`, `[1e-${digits},2]`).kind, 'json');
  });
});

describe('diffRecordings of what is signed', () => {
  const scheme = createScheme({ scheme: 'standard-webhooks' });
  const secret = scheme.parseSecret('whsec_dGhlIGtleSBvZiBhIHRlc3Q=');
  const signed = (id: string, timestampSeconds: number, body: string) => ({
    ...RECEIVED,
    body: Buffer.from(body),
    headers: scheme
      .sign({ id, timestampSeconds, body: Buffer.from(body) }, [secret])
      .map(({ name, value }) => [name, value] as const),
  });

  it('takes id and time from the headers of the scheme', () => {
    const both = { before: scheme, after: scheme };
    const { signatureInputs } = diffRecordings(
      signed('msg_1', 1000, '{}'),
      signed('msg_1', 1600, '{ }'),
      both,
    );
    assert.deepEqual(signatureInputs.id, { before: 'msg_1', after: 'msg_1', isSame: true });
    assert.deepEqual(signatureInputs.timestampSeconds, { before: 1000, after: 1600, isSame: false });
    assert.equal(signatureInputs.body.isSame, false);
    assert.deepEqual(signatureInputs.body.before, {
      sizeBytes: 2,
      sha256: '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
    });
  });

  it('takes the idempotency key where there is no scheme', () => {
    const { idempotencyKey: _, ...without } = RECEIVED;
    const { signatureInputs } = diffRecordings(RECEIVED, without);
    assert.deepEqual(signatureInputs.id, { before: 'msg_2b9fTq0vXk8sYwE4', isSame: false });
    assert.deepEqual(signatureInputs.timestampSeconds, { isSame: true });
    assert.equal(signatureInputs.body.isSame, true);
  });
});
