import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Chalk } from 'chalk';
import type { DeliveryReceived, RunEvent } from '../../../src/core/run-event.ts';
import { createFilter, rowOfDelivery, rowOfRecording } from '../../../src/views/tui/live/live-row.ts';
import {
  type LiveState,
  layoutOf,
  selectedIndex,
  selectedRow,
  startLive,
} from '../../../src/views/tui/live/live-state.ts';
import { type LiveInput, nextState } from '../../../src/views/tui/live/next-state.ts';
import { received } from '../../helpers/recordings.ts';
import { RECEIVED } from '../../helpers/run-events.ts';

const START = startLive({
  title: 'http://127.0.0.1:4000',
  subtitle: '',
  source: 'listen',
  colors: new Chalk({ level: 0 }),
  size: { columns: 80, rows: 24 },
  capacity: 100,
});

function delivery(number: number, changes: Partial<DeliveryReceived> = {}): DeliveryReceived {
  return { ...RECEIVED, deliveryId: `id${number}`, highlights: [`number ${number}`], ...changes };
}

function deliveries(count: number, from = 0): RunEvent[] {
  return Array.from({ length: count }, (_, index) => delivery(from + index));
}

function after(state: LiveState, ...inputs: (LiveInput | string | RunEvent[])[]): LiveState {
  return inputs.reduce<LiveState>((one, input) => {
    if (typeof input === 'string') return nextState(one, { type: 'key', key: input });
    return nextState(one, Array.isArray(input) ? { type: 'events', events: input } : input);
  }, state);
}

const title = (state: LiveState) => selectedRow(state)?.title;
const typed = (text: string) => [...text];

describe('the list of the live view', () => {
  const rows = layoutOf(START).listRows;

  const moves: { name: string; keys: string[]; selected: string; follows: boolean }[] = [
    { name: 'selects the newest as it comes', keys: [], selected: 'number 50', follows: true },
    { name: 'goes up and no longer follows', keys: ['up'], selected: 'number 48', follows: false },
    {
      name: 'goes up and down to the newest, and follows',
      keys: ['k', 'j'],
      selected: 'number 50',
      follows: true,
    },
    { name: 'goes to the oldest', keys: ['g'], selected: 'number 0', follows: false },
    { name: 'goes no further than the oldest', keys: ['home', 'up'], selected: 'number 0', follows: false },
    { name: 'goes to the newest', keys: ['g', 'G'], selected: 'number 50', follows: true },
    { name: 'goes a page up', keys: ['pageup'], selected: `number ${49 - rows}`, follows: false },
    { name: 'goes a page up and down', keys: ['pageup', 'pagedown'], selected: 'number 50', follows: true },
  ];
  for (const { name, keys, selected, follows } of moves) {
    it(name, () => {
      const state = after(START, deliveries(50), ...keys, deliveries(1, 50));
      assert.equal(title(state), selected);
      assert.equal(state.isFollowing, follows);
      const index = selectedIndex(state);
      assert.ok(index >= state.top && index < state.top + rows, 'it is on the screen');
    });
  }

  it('lets the oldest fall out, and counts them', () => {
    const state = after(START, deliveries(150), deliveries(30, 150));
    assert.equal(state.rows.length, 100);
    assert.equal(state.fallen, 80);
    assert.equal(state.counts.received, 180);
    assert.equal(state.rows[0]?.title, 'number 80');
  });

  it('keeps a selection whose row fell out on the oldest that there is', () => {
    assert.equal(title(after(START, deliveries(100), 'g', deliveries(5, 100))), 'number 5');
  });

  it('counts what is wrong, and leaves out what --events hides', () => {
    const { verdicts } = RECEIVED;
    const state = after(START, [
      delivery(1, {
        verdicts: {
          ...verdicts,
          signature: { state: 'refused', scheme: 'github', reason: 'signature-mismatch', message: 'no' },
        },
      }),
      delivery(2, { verdicts: { ...verdicts, schema: { state: 'not-json', message: 'no' } } }),
      delivery(3, { isShown: false }),
      {
        type: 'request.refused',
        at: RECEIVED.receivedAt,
        peer: '',
        reason: 'malformed',
        message: 'not HTTP',
      },
      { type: 'warning', code: 'not-recorded', message: 'the disk is full' },
    ]);
    assert.deepEqual(state.counts, { received: 2, refused: 1, wrongBody: 1, turnedAway: 1 });
    assert.equal(state.rows.length, 3);
    assert.deepEqual(state.status, { text: 'the disk is full', isBad: true });
  });

  it('holds new rows back while it is paused', () => {
    const paused = after(START, deliveries(3), 'p', deliveries(2, 3));
    assert.equal(paused.shown.length, 3);
    assert.equal(paused.counts.received, 5);
    assert.equal(after(paused, 'p').shown.length, 5);
    assert.equal(title(after(paused, 'p')), 'number 4');
  });

  it('filters as one writes; Enter keeps the filter, Escape drops it', () => {
    const filtering = after(START, deliveries(20), '/', ...typed('number 1'));
    assert.equal(filtering.shown.length, 11);
    assert.equal(after(filtering, 'backspace').shown.length, 20);
    const kept = after(filtering, 'enter', deliveries(1, 100));
    assert.equal(kept.prompt, undefined);
    assert.equal(kept.shown.length, 12);
    assert.equal(after(kept, 'escape').shown.length, 21);
    assert.equal(after(filtering, 'escape').shown.length, 20);
  });

  it('writes keys that mean something elsewhere into a line', () => {
    assert.equal(after(START, '/', ...typed('q?pr'), 'up').prompt?.text, 'q?pr');
    assert.equal(after(START, '/', ...typed('two words'), 'ctrl-w').prompt?.text, 'two ');
    assert.equal(after(START, '/', ...typed('two'), 'ctrl-u').prompt?.text, '');
  });

  it('shows another attempt to pass a delivery on with its row', () => {
    const forward = (attempt: number, status: number) => ({
      target: 'http://localhost:3000/',
      attempt,
      result: { kind: 'answered' as const, status, durationMs: 3 },
    });
    const state = after(START, [
      { ...delivery(1), forwards: [forward(1, 503)] },
      { type: 'forward.retried', deliveryId: 'id1', ...forward(2, 204) },
    ]);
    assert.deepEqual(
      state.rows[0]?.forwards.map(({ attempt }) => attempt),
      [1, 2],
    );
    assert.equal(state.rows[0]?.isFailed, false);
  });

  it('adds older rows above, and what is on the screen stays', () => {
    const older = Array.from({ length: 30 }, (_, index) =>
      rowOfRecording(received(index), undefined, index - 30),
    );
    const before = after({ ...START, source: 'history' }, deliveries(40), 'g');
    const state = after(before, { type: 'older', rows: older, left: 12 });
    assert.equal(title(state), 'number 0');
    assert.equal(state.shown[state.top]?.title, 'number 0');
    assert.equal(state.loading, 82);
    assert.equal(after(state, { type: 'older', rows: [], left: 0 }).loading, undefined);
  });

  it('asks for what a key means, once', () => {
    const row = after(START, deliveries(2)).rows[1];
    const asked: [keys: string[], request: unknown][] = [
      [['q'], { do: 'quit' }],
      [['ctrl-c'], { do: 'interrupt' }],
      [['enter'], { do: 'load', row }],
      [['r'], { do: 'replay', row, isEdited: false }],
      [['e'], { do: 'replay', row, isEdited: true }],
      [['y'], { do: 'copy', row, what: 'body' }],
      [['c'], { do: 'copy', row, what: 'curl' }],
      [['x'], { do: 'ask-export', row }],
      [['/', 'ctrl-c'], { do: 'interrupt' }],
    ];
    for (const [keys, request] of asked) {
      const state = after(START, deliveries(2), ...keys);
      assert.deepEqual(state.request, request, keys.join());
      assert.equal(after(state, { type: 'said', text: '', isBad: false }).request, undefined);
    }
  });

  it('says so where there is no delivery to act on', () => {
    assert.match(after(START, 'r').status?.text ?? '', /no delivery/);
    assert.equal(after(START, 'enter').pane, 'list');
  });
});

describe('a line that is written', () => {
  const state = after(START, deliveries(1), 'r', {
    type: 'asked',
    prompt: { kind: 'to', text: '', isEdited: true },
  });

  it('names the endpoint of a replay', () => {
    const [row] = state.rows;
    const sent = after(state, ...typed('3000'), 'enter');
    assert.deepEqual(sent.request, { do: 'replay', row, isEdited: true, to: '3000' });
    assert.equal(sent.prompt, undefined);
  });

  it('does nothing where it is empty or left', () => {
    assert.equal(after(state, 'enter').request, undefined);
    assert.equal(after(state, '3', 'escape').request, undefined);
  });

  it('replaces a file only after a y', () => {
    const asked = after(state, { type: 'asked', prompt: { kind: 'replace', text: 'mine' } });
    const [row] = state.rows;
    assert.deepEqual(after(asked, 'y').request, { do: 'export', row, path: 'mine', mayReplace: true });
    for (const key of ['n', 'enter', 'escape']) assert.equal(after(asked, key).request, undefined, key);
  });
});

describe('the detail of the live view', () => {
  const body = new TextEncoder().encode(JSON.stringify(Array.from({ length: 60 }, (_, index) => index)));
  const open = after(START, deliveries(3), 'enter');
  const row = open.detail?.row;
  if (row === undefined) throw new Error('nothing is open');
  const loaded = after(open, { type: 'loaded', detail: { row, recording: received(0, { body }) } });

  it('scrolls within its lines', () => {
    const height = layoutOf(loaded).detailRows;
    const tops: [keys: string[], top: number][] = [
      [['down', 'j'], 2],
      [['up'], 0],
      [['pagedown'], height],
      [['G'], 62 - height],
      [['G', 'down'], 62 - height],
      [['G', 'g'], 0],
    ];
    for (const [keys, top] of tops) assert.equal(after(loaded, ...keys).scroll.top, top, keys.join());
    assert.equal(after(loaded, 'right', 'right', 'left').scroll.left, 16);
  });

  it('turns through its tabs, each from its beginning', () => {
    assert.equal(after(loaded, 'tab').tab, 'headers');
    assert.equal(after(loaded, 'shift-tab').tab, 'raw');
    assert.equal(after(loaded, '3').tab, 'verdicts');
    assert.equal(after(loaded, 'G', '1').scroll.top, 0);
  });

  it('goes to the next and the one before, and stays on its own as others come', () => {
    const state = after(loaded, 'K', deliveries(5, 3));
    assert.equal(state.detail?.row.title, 'number 1');
    assert.deepEqual(state.request, undefined);
    assert.equal(after(state, 'J').detail?.row.title, 'number 2');
  });

  it('takes no notice of a delivery that was loaded too late', () => {
    const [first] = loaded.rows;
    if (first === undefined) throw new Error('no row');
    const state = after(loaded, { type: 'loaded', detail: { row: first, problem: 'late' } });
    assert.equal(state.detail?.problem, undefined);
  });

  it('goes back to the list, and from the help to where it was', () => {
    assert.equal(after(loaded, 'escape').pane, 'list');
    assert.equal(after(loaded, '?').pane, 'help');
    assert.equal(after(loaded, '?', 'x').pane, 'detail');
  });
});

describe('createFilter', () => {
  const row = rowOfDelivery(delivery(1, { answer: { status: 503 }, target: '/Hooks' }), 1);
  const filters: [text: string, fits: boolean][] = [
    ['acme', true],
    ['acme order.paid', true],
    ['acme user', false],
    ['!user', true],
    ['!acme', false],
    ['5xx', true],
    ['503', true],
    ['genuine', true],
    ['refused', false],
    ['/hooks', true],
    ['failed', true],
    ['schema-error', false],
    ['ID1', true],
  ];
  for (const [text, fits] of filters) {
    it(`${fits ? 'finds' : 'does not find'} the delivery by '${text}'`, () =>
      assert.equal(createFilter(text)?.(row), fits));
  }

  it('is none without a word', () => {
    assert.equal(createFilter('  ! '), undefined);
  });
});
