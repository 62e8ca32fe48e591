import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { openRecordings, type RecordingReader } from '../../../src/adapters/store/reader.ts';
import type { Recording } from '../../../src/core/recording.ts';
import type { Selection } from '../../../src/core/selection.ts';
import { keep, openReader } from '../../helpers/history-store.ts';
import { hooksError } from '../../helpers/hooks-error.ts';
import { temporaryFolder } from '../../helpers/hooks-process.ts';
import { idAt, minute, received, sent } from '../../helpers/recordings.ts';
import { bytes } from '../../helpers/test-bytes.ts';

// By the minute of each.
const STORY: readonly Recording[] = [
  received(0),
  received(1, {
    eventType: 'payment.succeeded',
    body: Uint8Array.of(0xff, 0, 0x4e, 0x45, 0x45, 0x44, 0, 0xfe),
  }),
  received(2, { provider: 'globex', eventType: 'orders/create', slug: 'order_created', isInvalid: true }),
  received(3, { status: 503, isFailed: true, target: '/webhooks/globex?needle=1' }),
  sent(4, 200, { headers: [['X-Needle', 'say "needle", \\twice']] }),
  sent(5, 404, { eventType: 'Orders/Create', body: bytes('{"name":"J\u00fcrgen"}') }),
  sent(6, 500, { provider: 'globex', eventType: 'user[1]?.invited' }),
  (() => {
    const {
      status: _,
      eventType: __,
      provider: ___,
      ...unanswered
    } = sent(7, 0, { isFailed: true, attempts: [] });
    return unanswered;
  })(),
];

const SELECTIONS: { name: string; selection: Selection; minutes: number[] }[] = [
  { name: 'everything, the newest first', selection: {}, minutes: [7, 6, 5, 4, 3, 2, 1, 0] },
  { name: 'an event type', selection: { events: ['payment.failed'] }, minutes: [4, 3, 0] },
  { name: 'an event type in another case', selection: { events: ['PAYMENT.failed'] }, minutes: [4, 3, 0] },
  { name: 'event types by a glob', selection: { events: ['payment.*'] }, minutes: [4, 3, 1, 0] },
  { name: 'any of two patterns', selection: { events: ['payment.s*', 'user*'] }, minutes: [6, 1] },
  { name: 'an event by its slug', selection: { events: ['order_*'] }, minutes: [2] },
  { name: 'an event type with a slash in it', selection: { events: ['orders/create'] }, minutes: [5, 2] },
  { name: 'an event type of a provider', selection: { events: ['globex/orders/create'] }, minutes: [2] },
  { name: 'all events of a provider by a glob', selection: { events: ['acme/*'] }, minutes: [5, 4, 3, 1, 0] },
  {
    name: 'an event type with characters that SQL holds for special',
    selection: { events: ['user[1]?.*'] },
    minutes: [6],
  },
  { name: 'nothing for ? as a wildcard', selection: { events: ['payment?failed'] }, minutes: [] },
  { name: 'nothing for a pattern that quotes', selection: { events: ["' OR 1=1 --"] }, minutes: [] },
  { name: 'what has an event type at all', selection: { events: ['*'] }, minutes: [6, 5, 4, 3, 2, 1, 0] },
  { name: 'a provider', selection: { provider: 'globex' }, minutes: [6, 2] },
  { name: 'a status', selection: { statuses: ['404'] }, minutes: [5] },
  { name: 'a class of statuses', selection: { statuses: ['5xx'] }, minutes: [6, 3] },
  { name: 'any of several statuses', selection: { statuses: ['404', '5XX'] }, minutes: [6, 5, 3] },
  { name: 'from a moment on, with it', selection: { since: minute(5) }, minutes: [7, 6, 5] },
  { name: 'up to a moment, with it', selection: { until: minute(1) }, minutes: [1, 0] },
  { name: 'what came in between', selection: { since: minute(2), until: minute(3) }, minutes: [3, 2] },
  { name: 'what failed', selection: { isFailed: true }, minutes: [7, 6, 5, 3] },
  { name: 'what did not fail', selection: { isFailed: false }, minutes: [4, 2, 1, 0] },
  { name: 'what was invalid', selection: { isInvalid: true }, minutes: [2] },
  { name: 'what was sent', selection: { direction: 'sent' }, minutes: [7, 6, 5, 4] },
  { name: 'what was received', selection: { direction: 'received' }, minutes: [3, 2, 1, 0] },
  { name: 'text in a binary body, behind a zero byte', selection: { grep: 'NEED' }, minutes: [1] },
  { name: 'text beyond ASCII in a body', selection: { grep: 'J\u00fcrgen' }, minutes: [5] },
  { name: 'text in a path or a header', selection: { grep: 'needle' }, minutes: [4, 3] },
  { name: 'text in the name of a header', selection: { grep: 'X-Needle' }, minutes: [4] },
  { name: 'quotes and backslashes in a header', selection: { grep: '"needle", \\twice' }, minutes: [4] },
  {
    name: 'nothing for what stands only between headers as they are kept',
    selection: { grep: '[["' },
    minutes: [],
  },
  { name: 'nothing for text that is nowhere', selection: { grep: '100%' }, minutes: [] },
  { name: 'the newest few', selection: { last: 3 }, minutes: [7, 6, 5] },
  {
    name: 'the newest few of what else is asked for',
    selection: { last: 2, direction: 'received' },
    minutes: [3, 2],
  },
  { name: 'more of the newest than there are', selection: { last: 99, isInvalid: true }, minutes: [2] },
  {
    name: 'what all conditions hold for',
    selection: { direction: 'sent', isFailed: true, statuses: ['5xx'], events: ['user*'], since: minute(1) },
    minutes: [6],
  },
  { name: 'ids in their order', selection: { ids: ['last~5', idAt(minute(0)), 'last'] }, minutes: [2, 0, 7] },
  { name: 'an id given twice once', selection: { ids: ['last', idAt(minute(7))] }, minutes: [7] },
  {
    name: 'ids for which the rest holds as well',
    selection: { ids: ['last', 'last~1'], statuses: ['500'] },
    minutes: [6],
  },
  { name: 'everything for no ids', selection: { ids: [] }, minutes: [7, 6, 5, 4, 3, 2, 1, 0] },
];

const PAGES: { selection: Selection; limit?: number; offset?: number; minutes: number[] }[] = [
  { selection: {}, limit: 2, minutes: [7, 6] },
  { selection: {}, limit: 2, offset: 3, minutes: [4, 3] },
  { selection: {}, offset: 6, minutes: [1, 0] },
  { selection: {}, limit: 0, minutes: [] },
  { selection: {}, limit: 2, offset: 99, minutes: [] },
  { selection: { last: 3 }, limit: 2, minutes: [7, 6] },
  { selection: { last: 3 }, limit: 2, offset: 2, minutes: [5] },
  { selection: { last: 3 }, offset: 1, minutes: [6, 5] },
  { selection: { last: 3 }, limit: 2, offset: 5, minutes: [] },
];

async function storyReader(t: TestContext): Promise<RecordingReader> {
  const directory = temporaryFolder(t);
  await keep(directory, STORY);
  return openReader(t, directory);
}

function idsOf(minutes: readonly number[]): string[] {
  return minutes.map((count) => idAt(minute(count)));
}

describe('the reader of the history', () => {
  for (const { name, selection, minutes } of SELECTIONS) {
    it(`selects ${name}`, async (t) => {
      const reader = await storyReader(t);
      assert.deepEqual(
        reader.list(selection).map(({ id }) => id),
        idsOf(minutes),
      );
      assert.equal(reader.count(selection), minutes.length);
    });
  }

  for (const { selection, limit, offset, minutes } of PAGES) {
    it(`gives ${limit ?? 'all'} of ${JSON.stringify(selection)} from ${offset ?? 0} on`, async (t) => {
      const page = { ...(limit !== undefined && { limit }), ...(offset !== undefined && { offset }) };
      assert.deepEqual(
        (await storyReader(t)).list(selection, page).map(({ id }) => id),
        idsOf(minutes),
      );
    });
  }

  it('lists summaries without what only the whole recording has', async (t) => {
    const [newest] = (await storyReader(t)).list({ last: 1, direction: 'received' });
    assert.deepEqual(newest, {
      id: idAt(minute(3)),
      direction: 'received',
      at: minute(3),
      provider: 'acme',
      eventType: 'payment.failed',
      method: 'POST',
      target: '/webhooks/globex?needle=1',
      status: 503,
      durationMs: 3.25,
      sizeBytes: 25,
      isFailed: true,
      isInvalid: false,
    });
  });

  it('orders ids of one moment by the rest of them, however they were written', async (t) => {
    const directory = temporaryFolder(t);
    const ids = [3, 1, 2].map((rest) => idAt(minute(0), rest));
    await keep(
      directory,
      ids.map((id) => received(0, { id })),
    );
    assert.deepEqual(
      openReader(t, directory)
        .list({})
        .map(({ id }) => id),
      [...ids].sort().reverse(),
    );
  });

  const NAMES = [
    { text: 'last', minute: 7 },
    { text: 'last~0', minute: 7 },
    { text: 'last~2', minute: 5 },
    { text: idAt(minute(3)), minute: 3 },
    { text: idAt(minute(3)).toLowerCase(), minute: 3 },
    { text: idAt(minute(3)).slice(0, 10), minute: 3 },
  ];
  for (const { text, minute: expected } of NAMES) {
    it(`finds the id that ${text} stands for`, async (t) => {
      assert.equal((await storyReader(t)).resolveId(text), idAt(minute(expected)));
    });
  }

  it('takes an id that others start with for itself', async (t) => {
    const directory = temporaryFolder(t);
    await keep(directory, [received(0, { id: '01ABC' }), received(1, { id: '01ABCD' })]);
    assert.equal(openReader(t, directory).resolveId('01abc'), '01ABC');
  });

  it('refuses a prefix of several ids, and shows some of them', async (t) => {
    const reader = await storyReader(t);
    const ids = idsOf([0, 1, 2]);
    assert.throws(
      () => reader.resolveId(idAt(minute(0)).slice(0, 6)),
      hooksError('ambiguous-name', new RegExp(ids.join(', '))),
    );
  });

  for (const text of ['7ZZZZZZZZZ', 'last~8', 'last~x', '', '%', '_', "'", '0*', '~']) {
    it(`refuses ${JSON.stringify(text)}, which no recording has`, async (t) => {
      const reader = await storyReader(t);
      assert.throws(() => reader.resolveId(text), hooksError('unknown-name'));
      assert.throws(() => reader.list({ ids: [text] }), hooksError('unknown-name'));
    });
  }

  it('refuses to read an id that there is not', async (t) => {
    const reader = await storyReader(t);
    assert.throws(() => reader.read(idAt(minute(99))), hooksError('unknown-name'));
  });

  it('says what to do where nothing has been recorded yet, and makes no store', (t) => {
    const directory = temporaryFolder(t);
    assert.throws(() => openRecordings(directory), hooksError('unknown-name', /hooks listen/));
    assert.throws(() => openRecordings(directory), hooksError('unknown-name'));
  });
});

describe('what a list says of received deliveries', () => {
  it('gives the verdicts of those that have any', async (t) => {
    const directory = temporaryFolder(t);
    const verdicts: NonNullable<Recording['verdicts']> = {
      signature: { state: 'genuine', scheme: 'github', secretIndex: 0 },
      schema: { state: 'no-schema' },
      isDuplicate: false,
    };
    const judged = received(0, { verdicts });
    await keep(directory, [judged, sent(1, 200)]);
    const reader = openReader(t, directory);
    assert.deepEqual([...reader.verdicts([judged.id, idAt(minute(1)), 'none'])], [[judged.id, verdicts]]);
    assert.equal(reader.verdicts([]).size, 0);
  });
});
