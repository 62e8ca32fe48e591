import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createAjv } from '../../../src/adapters/ajv.ts';
import { HooksError } from '../../../src/core/errors.ts';
import { findFailingPayload, type PayloadOutcome } from '../../../src/core/exam/payload-property.ts';
import type { Json } from '../../../src/core/json.ts';

const ORDER = {
  type: 'object',
  required: ['type', 'id', 'note', 'items'],
  properties: {
    type: { const: 'order.created' },
    id: { type: 'string', minLength: 1 },
    note: { type: ['string', 'null'] },
    items: { type: 'array', items: { $ref: '#/$defs/item' } },
    comment: { type: 'string' },
    state: { enum: ['open', 'paid', 'refunded'] },
    paidAt: { type: 'string', format: 'date-time' },
    total: { type: 'number' },
    isTest: { type: 'boolean' },
    buyer: {
      type: 'object',
      required: ['name', 'phone'],
      properties: { name: { type: 'string' }, phone: { type: ['string', 'null'] }, vip: { type: 'boolean' } },
    },
  },
  $defs: {
    item: { type: 'object', properties: { name: { type: 'string' }, parts: { $ref: '#/properties/items' } } },
  },
};

interface Order {
  id: string;
  note: string | null;
  items: { name?: string; parts?: object[] }[];
  comment?: string;
  state?: string;
  paidAt?: string;
  total?: number;
  isTest?: boolean;
  buyer?: { name: string; phone: string | null; vip?: boolean };
}

const PLAIN = { type: 'order.created', id: 'a', note: 'a', items: [] };

interface Search {
  seed?: string;
  signal?: AbortSignal;
  runs?: number;
  mostSteps?: number;
}

const validate = createAjv().compile(ORDER);

function search(
  isAccepted: (order: Order) => boolean | Promise<boolean>,
  { seed = 'orders', signal = new AbortController().signal, runs = 200, ...rest }: Search = {},
): Promise<PayloadOutcome> {
  return findFailingPayload({
    ...{ schema: ORDER, runs, seed, signal, ...rest },
    isValid: (document) => validate(document) === true,
    isAccepted: async (document) => isAccepted(document as unknown as Order),
  });
}

async function failure(breaks: (order: Order) => boolean, options: Search = {}) {
  const found = await search((order) => !breaks(order), options);
  assert.ok(found.kind === 'failed', 'nothing was found');
  return found;
}

describe('the smallest payload that a receiver fails on', () => {
  const bugs: [name: string, breaks: (order: Order) => boolean, smallest: Json, difference: string][] = [
    ['a required text is empty', ({ note }) => note === '', { ...PLAIN, note: '' }, '/note is empty'],
    [
      'an optional text is empty',
      ({ comment }) => comment === '',
      { ...PLAIN, comment: '' },
      '/comment is empty',
    ],
    ['a field is null', ({ note }) => note === null, { ...PLAIN, note: null }, '/note is null'],
    [
      'a field deep inside is null',
      ({ buyer }) => buyer?.phone === null,
      { ...PLAIN, buyer: { name: 'a', phone: null } },
      '/buyer/phone is null',
    ],
    [
      'a value of an enumeration is not known',
      ({ state }) => state === 'refunded',
      { ...PLAIN, state: 'refunded' },
      '/state is "refunded"',
    ],
    [
      'an optional field is there',
      ({ paidAt }) => paidAt !== undefined,
      { ...PLAIN, paidAt: '2026-01-01T00:00:00Z' },
      '/paidAt is there',
    ],
    ['a list has an item', ({ items }) => items.length > 0, { ...PLAIN, items: [{}] }, '/items/0 is there'],
    [
      'a list deep inside has an item',
      ({ items }) => items.some(({ parts = [] }) => parts.length > 0),
      { ...PLAIN, items: [{ parts: [{}] }] },
      '/items/0/parts/0 is there',
    ],
    ['a flag is set', ({ isTest }) => isTest === true, { ...PLAIN, isTest: true }, '/isTest is true'],
    [
      'an unknown field is there',
      (order) => 'x_added_later' in order,
      { ...PLAIN, x_added_later: 'a' },
      '/x_added_later is there',
    ],
  ];
  for (const [name, breaks, smallest, difference] of bugs) {
    it(`holds nothing else, and is explained: ${name}`, async () => {
      const found = await failure(breaks);
      assert.deepEqual(sorted(found.document), sorted(smallest));
      assert.equal(found.difference, `fails as soon as ${difference}`);
      assert.equal(found.isRepeatable, true);
    });
  }

  it('has a small number where any of a kind fails', async () => {
    const { document, difference } = await failure(({ total = 0 }) => total < 0);
    const { total = 0, ...rest } = document as unknown as Order;
    assert.ok(total < 0 && total >= -2, `${total}`);
    assert.deepEqual(sorted(rest as unknown as Json), sorted(PLAIN));
    assert.equal(difference, `fails as soon as /total is ${total}`);
  });

  it('has an empty list where that is the failure', async () => {
    const found = await failure(({ items }) => items.length === 0);
    assert.deepEqual(sorted(found.document), sorted(PLAIN));
    assert.equal(found.difference, 'fails as soon as /items is an empty list');
  });

  it('lacks the optional field where its absence is the failure', async () => {
    const found = await failure(({ buyer }) => buyer === undefined);
    assert.deepEqual(sorted(found.document), sorted(PLAIN));
    assert.equal(found.difference, 'fails as soon as /buyer is absent');
  });

  it('has a text of just the length that is too long', async () => {
    const { document, difference } = await failure(({ note }) => (note?.length ?? 0) > 1000);
    assert.deepEqual(sorted(document), sorted({ ...PLAIN, note: 'a'.repeat(1001) }));
    assert.match(difference ?? '', /^fails as soon as \/note is "a+…" \(1,001 characters\)$/);
  });

  it('has one emoji where that is the failure', async () => {
    const { document, difference } = await failure(({ note }) => /\p{Emoji_Presentation}/u.test(note ?? ''));
    const { note, ...rest } = document as unknown as Order;
    assert.match(note ?? '', /^\p{Emoji_Presentation}$/u);
    assert.deepEqual(sorted({ ...rest, note: 'a' } as unknown as Json), sorted(PLAIN));
    assert.equal(difference, `fails as soon as /note is "${note}"`);
  });

  it('names both fields where only both together fail', async () => {
    const found = await failure(({ note, isTest }) => note === null && isTest === true);
    assert.deepEqual(sorted(found.document), sorted({ ...PLAIN, note: null, isTest: true }));
    assert.match(found.difference ?? '', /^fails as soon as \/(note is null|isTest is true) and \//);
  });

  it('is the plain one, unexplained, where everything fails', async () => {
    const found = await failure(() => true);
    assert.deepEqual(sorted(found.document), sorted(PLAIN));
    assert.equal(found.difference, undefined);
  });

  it('makes control characters visible where it is explained', async () => {
    const { difference } = await failure(({ note }) => note?.includes('\0') === true);
    assert.equal(difference, 'fails as soon as /note is "\\x00"');
  });

  it('comes with its bytes, and is the last that was sent', async () => {
    let last: Order | undefined;
    const found = await failure((order) => {
      last = order;
      return order.note === null;
    });
    assert.equal(Buffer.from(found.bytes).toString(), JSON.stringify(found.document));
    assert.deepEqual(last, found.document);
  });
});

describe('the search for a failing payload', () => {
  it('sends as many documents as asked for where all are accepted', async () => {
    let sent = 0;
    const found = await search(() => ++sent > 0, { runs: 40 });
    assert.deepEqual(found, { kind: 'passed', runs: 40 });
    assert.equal(sent, 40);
  });

  it('sends only what the schema allows, also while it makes documents smaller', async () => {
    await search((order) => {
      assert.ok(validate(order), JSON.stringify(order));
      return order.note !== null;
    });
  });

  it('says how few documents there were where a schema allows next to nothing', async () => {
    const found = await findFailingPayload({
      schema: ORDER,
      isValid: () => false,
      isAccepted: () => assert.fail('it was sent'),
      runs: 5,
      seed: 'none',
      signal: new AbortController().signal,
    });
    assert.deepEqual(found, { kind: 'passed', runs: 0 });
  });

  it('sends the same for the same seed, and something else for another', async () => {
    const sentWith = async (seed: string) => {
      const sent: string[] = [];
      await search(
        (order) => {
          sent.push(JSON.stringify(order));
          return order.note !== null;
        },
        { seed },
      );
      return sent;
    };
    assert.deepEqual(await sentWith('one'), await sentWith('one'));
    assert.notDeepEqual(await sentWith('one'), await sentWith('two'));
  });

  it('sends one document at a time', async () => {
    let underWay = 0;
    await search(async ({ note }) => {
      assert.equal(++underWay, 1);
      await new Promise(setImmediate);
      underWay--;
      return note !== null;
    });
  });

  it('sends no more than the given number of steps after the first failure', async () => {
    let after = -1;
    await search(
      ({ note }) => {
        if (after >= 0 || note === null) after++;
        return after < 0;
      },
      { mostSteps: 30 },
    );
    // One more to see whether it fails again.
    assert.ok(after > 10 && after <= 31, `${after}`);
  });

  it('ends at once when it is interrupted, with what has failed', async () => {
    const controller = new AbortController();
    let failures = 0;
    const found = await search(
      ({ note }) => {
        assert.ok(!controller.signal.aborted, 'it was sent afterwards');
        if (note !== null) return true;
        if (++failures === 3) controller.abort();
        return false;
      },
      { signal: controller.signal },
    );
    assert.ok(found.kind === 'failed');
    assert.equal(found.isRepeatable, undefined);
    assert.equal((found.document as unknown as Order).note, null);
  });

  it('takes nothing for a failure that comes of the interruption', async () => {
    const controller = new AbortController();
    let sent = 0;
    const found = await search(
      () => {
        if (++sent < 5) return true;
        controller.abort();
        return false;
      },
      { signal: controller.signal },
    );
    assert.equal(found.kind, 'passed');
  });

  it('passes on what the sending throws, in the search and in the shrinking', async () => {
    const error = new HooksError('endpoint-unreachable', 'nothing is there');
    for (const least of [5, 15]) {
      let sent = 0;
      const failing = search(({ note }) => {
        if (++sent >= least) throw error;
        return least === 5 || note !== null;
      });
      await assert.rejects(failing, error);
      assert.equal(sent, least);
    }
  });

  it('tells where a receiver fails only now and then', async () => {
    let failures = 0;
    const found = await search(() => ++failures !== 3);
    assert.ok(found.kind === 'failed');
    assert.equal(found.isRepeatable, false);
    assert.equal(found.difference, undefined);
  });
});

/** With the order of keys as it is in no document. */
function sorted(value: Json): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
