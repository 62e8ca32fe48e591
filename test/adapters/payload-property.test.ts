import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createAjv } from '../../src/adapters/ajv.ts';
import { saveFailingPayload } from '../../src/adapters/failing-payloads.ts';
import { findFailingPayload } from '../../src/adapters/payload-property.ts';
import { readSchemas } from '../../src/adapters/provider-packs.ts';
import { documentsOf } from '../../src/adapters/schema-arbitrary.ts';
import type { Json } from '../../src/core/json.ts';
import { packs } from '../helpers/bundled-packs.ts';

const ORDER = {
  type: 'object',
  required: ['id', 'note', 'items'],
  properties: {
    id: { type: 'string', minLength: 1 },
    note: { type: ['string', 'null'] },
    paidAt: { type: 'string', format: 'date-time' },
    items: { type: 'array', items: { $ref: '#/$defs/item' } },
    total: { type: 'number' },
  },
  $defs: {
    item: { type: 'object', properties: { name: { type: 'string' }, parts: { $ref: '#/properties/items' } } },
  },
};
interface Order {
  id: string;
  note: string | null;
  items: { name?: string }[];
  total?: number;
}

async function smallest(breaks: (order: Order) => boolean, seed = 'orders'): Promise<Json | undefined> {
  const validate = createAjv().compile(ORDER);
  const found = await findFailingPayload({
    schema: ORDER,
    isValid: (document) => validate(document) === true,
    isAccepted: async (document) => !breaks(document as unknown as Order),
    runs: 300,
    seed,
    signal: new AbortController().signal,
  });
  return found.kind === 'failed' ? found.document : undefined;
}

describe('payloads made from a schema', () => {
  for (const pack of packs) {
    it(`are mostly what the schema allows, for every event type of ${pack.manifest.id}`, async () => {
      for (const eventType of Object.keys(pack.manifest.events)) {
        for (const { schema } of await readSchemas(pack, eventType)) {
          const validate = createAjv().compile(schema);
          const documents = fc.sample(documentsOf(schema as Record<string, unknown>), {
            numRuns: 40,
            seed: 7,
          });
          const valid = documents.filter((document) => validate(document));
          assert.ok(valid.length >= 15, `${eventType}: ${valid.length} of 40`);
        }
      }
    });
  }

  it('have edges: nulls, absent and empty parts, long texts, all scripts', () => {
    const orders = fc.sample(documentsOf(ORDER), { numRuns: 300, seed: 1 }) as unknown as Order[];
    const has = (edge: (order: Order) => boolean) => orders.some(edge);
    assert.ok(has(({ note }) => note === null));
    assert.ok(has(({ note }) => note === ''));
    assert.ok(has(({ note }) => (note?.length ?? 0) >= 5000));
    assert.ok(has(({ note }) => /\u{1f680}/u.test(note ?? '')));
    assert.ok(has(({ note }) => note?.includes('\0') === true));
    assert.ok(has((order) => !('total' in order)));
    assert.ok(has(({ items }) => items.length === 0));
    assert.ok(has(({ total = 0 }) => Math.abs(total) > 2 ** 50));
  });

  it('are the same for the same seed', async () => {
    const seen = async (seed: string) => {
      const documents: string[] = [];
      await smallest((order) => {
        documents.push(JSON.stringify(order));
        return false;
      }, seed);
      return documents;
    };
    assert.deepEqual(await seen('one'), await seen('one'));
    assert.notDeepEqual(await seen('one'), await seen('another'));
  });
});

describe('the smallest payload that a receiver fails on', () => {
  const failures: [name: string, breaks: (order: Order) => boolean, check: (order: Order) => void][] = [
    ['a null', ({ note }) => note === null, (order) => assert.equal(order.note, null)],
    ['an empty text', ({ note }) => note === '', (order) => assert.equal(order.note, '')],
    ['a long text', ({ note }) => (note?.length ?? 0) > 1000, (order) => assert.ok(order.note)],
    ['an empty list', ({ items }) => items.length === 0, (order) => assert.deepEqual(order.items, [])],
    [
      'an emoji',
      ({ note }) => /\u{1f680}/u.test(note ?? ''),
      (order) => assert.match(order.note ?? '', /\u{1f680}/u),
    ],
  ];
  for (const [name, breaks, check] of failures) {
    it(`holds nothing that is not needed: ${name}`, async () => {
      const order = (await smallest(breaks)) as unknown as Order | undefined;
      assert.ok(order, 'nothing was found');
      check(order);
      assert.deepEqual(Object.keys(order).sort(), ['id', 'items', 'note']);
      assert.deepEqual(order.items, []);
    });
  }

  it('holds the optional part that the failure needs', async () => {
    const order = await smallest(({ total }) => total !== undefined);
    assert.deepEqual(Object.keys(order as object).sort(), ['id', 'items', 'note', 'total']);
  });

  it('is none where everything is accepted', async () => {
    assert.equal(await smallest(() => false), undefined);
  });
});

describe('a failing payload', () => {
  it('is kept byte for byte, readable to its owner alone', (t) => {
    const folder = join(mkdtempSync(join(tmpdir(), 'hooks-failing-')), 'new');
    t.after(() => rmSync(folder, { recursive: true }));
    const body = Buffer.from('{"a": 1.0}');
    const path = saveFailingPayload(folder, 'orders/created', body);
    assert.match(path, /orders%2Fcreated@failing-[0-9a-f]{8}\.json$/);
    assert.deepEqual(readFileSync(path), body);
    if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it('that cannot be kept is an error that names the folder', () => {
    assert.throws(
      () => saveFailingPayload('/dev/null/x', 'order', Buffer.from('{}')),
      /cannot keep .* \/dev\/null\/x/,
    );
  });
});
