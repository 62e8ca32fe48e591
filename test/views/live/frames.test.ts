import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Chalk } from 'chalk';
import type { RunEvent } from '../../../src/core/run-event.ts';
import { cellWidth } from '../../../src/views/cell-width.ts';
import { createFrames } from '../../../src/views/tui/live/frames.tsx';
import { type LiveState, startLive } from '../../../src/views/tui/live/live-state.ts';
import { type LiveInput, nextState } from '../../../src/views/tui/live/next-state.ts';
import { withoutColours } from '../../../src/views/wrap-words.ts';
import { received, sent } from '../../helpers/recordings.ts';
import { RECEIVED } from '../../helpers/run-events.ts';
import { bytes } from '../../helpers/test-bytes.ts';

const HOSTILE = '\u001b]0;owned\u0007\u009b2J\u202e';

function start(size = { columns: 80, rows: 24 }, level: 0 | 1 = 0): LiveState {
  return startLive({
    title: 'http://127.0.0.1:4000',
    subtitle: 'any provider',
    source: 'listen',
    colors: new Chalk({ level }),
    size,
    capacity: 100,
  });
}

/** The lines of the frame after these inputs; a text is a key. */
function frame(state: LiveState, ...inputs: (LiveInput | string)[]): string[] {
  const last = inputs.reduce<LiveState>(
    (one, input) => nextState(one, typeof input === 'string' ? { type: 'key', key: input } : input),
    state,
  );
  const frames = createFrames(last);
  try {
    return frames.frame(last).split('\n');
  } finally {
    frames.end();
  }
}

const came = (...events: RunEvent[]): LiveInput => ({ type: 'events', events });

function opened(state: LiveState, changes: Parameters<typeof received>[1], event = RECEIVED): LiveState {
  const open = nextState(nextState(state, came(event)), { type: 'key', key: 'enter' });
  const row = open.detail?.row;
  if (row === undefined) throw new Error('nothing is open');
  return nextState(open, { type: 'loaded', detail: { row, recording: received(0, changes) } });
}

describe('a frame of the live view', () => {
  const states: { name: string; state: (size: LiveState['size']) => LiveState }[] = [
    { name: 'the list', state: (size) => nextState(start(size), came(RECEIVED, RECEIVED)) },
    { name: 'the detail', state: (size) => opened(start(size), {}) },
    { name: 'the help', state: (size) => nextState(start(size), { type: 'key', key: '?' }) },
    { name: 'a prompt', state: (size) => nextState(start(size), { type: 'key', key: '/' }) },
  ];
  for (const { name, state } of states) {
    it(`with ${name} fills the screen, and no line is longer than it is wide`, () => {
      for (const [columns, rows] of [
        [80, 24],
        [200, 50],
        [120, 30],
        [40, 10],
        [20, 5],
      ] as const) {
        const lines = frame(state({ columns, rows }));
        assert.equal(lines.length, rows, `${columns}x${rows}`);
        for (const line of lines)
          assert.ok(cellWidth(withoutColours(line)) <= columns, `${columns}x${rows}: ${line}`);
      }
    });
  }

  it('shows a delivery on one line', () => {
    const lines = frame(start(), came(RECEIVED));
    assert.match(lines[0] ?? '', /^http:\/\/127\.0\.0\.1:4000 {2}1 received {2}any provider$/);
    assert.match(
      lines[2] ?? '',
      /^› \d\d:\d\d:\d\d acme {8}order\.paid {2}A-1001 ·? ?.* ✓ {3}✓ {4}200 {7}3 ms {6}8 B$/,
    );
  });

  it('says what is odd of a delivery', () => {
    const odd = { ...RECEIVED.verdicts, isDuplicate: true, isKnownEventType: false };
    assert.match(frame(start(), came({ ...RECEIVED, verdicts: odd }))[2] ?? '', /again: unknown: order/);
    const refused: RunEvent = {
      type: 'request.refused',
      at: RECEIVED.receivedAt,
      peer: '127.0.0.1:1',
      reason: 'malformed',
      message: 'not HTTP',
      status: 400,
    };
    assert.match(frame(start(), came(refused))[2] ?? '', /turned away: not HTTP +400/);
  });

  it('shows an answer that is none', () => {
    const dropped = { ...RECEIVED, answer: { silence: 'drop' } } satisfies RunEvent;
    assert.match(frame(start(), came(dropped))[2] ?? '', / drop /);
  });

  it('puts schema errors beside their lines, or below where there is no room', () => {
    const verdicts = {
      ...RECEIVED.verdicts,
      schema: {
        state: 'invalid' as const,
        errors: [
          { pointer: '/order/id', message: 'must be string' },
          { pointer: '/order/status', message: 'must be one of '.repeat(6) },
          { pointer: '/order/gone', message: 'is missing' },
        ],
        warnings: [{ pointer: '', message: 'is new' }],
      },
    };
    const text = frame(opened(start(), { verdicts, body: bytes('{"order":{"id":7,"status":"x"}}') })).join(
      '\n',
    );
    assert.match(text, /^\{ {2}! is new$/m);
    assert.match(text, /^ {4}"id": 7, {2}✗ must be string$/m);
    assert.match(text, /^ {4}"status": "x"\n {4}✗ must be one of/m);
    assert.match(text, /^ {2}"order": \{ {2}✗ is missing$/m);
  });

  it('shows headers, verdicts, answers with forwards and attempts, and bytes', () => {
    const forwards = [
      {
        target: 'http://localhost:3000/',
        attempt: 1,
        result: {
          kind: 'failed' as const,
          reason: 'refused' as const,
          message: 'nothing listens',
          durationMs: 1,
        },
        retryInMs: 5000,
      },
    ];
    const state = opened(
      start(),
      {
        verdicts: RECEIVED.verdicts,
        answer: { status: 200, headers: [], body: bytes('ok') },
        attempts: sent(0, 500).attempts,
      },
      { ...RECEIVED, forwards },
    );
    assert.match(
      frame(state, '2').join('\n'),
      /^POST \/webhooks HTTP\/1\.1$[\s\S]*^Content-Type: application\/json$/m,
    );
    assert.match(frame(state, '3').join('\n'), /^Signature {3}✓ genuine$[\s\S]*^Repeated {4}no$/m);
    const answers = frame(state, '4').join('\n');
    assert.match(answers, /^Our answer {2}200 {2}after 3 ms$/m);
    assert.match(
      answers,
      /→ nothing listens {2}http:\/\/localhost:3000\/ {2}1 ms {2}again in 5 s {2}attempt 1/,
    );
    assert.match(answers, /^Attempt 1 .*\n {2}500 {2}in 3 ms$/m);
    assert.match(frame(state, '5').join('\n'), /^00000000 {2}7b 22 .* {2}.*\{"type":"payment$/m);
  });

  it('shows lines sideways that are longer than the screen', () => {
    const state = opened(start(), { body: bytes(JSON.stringify(`${'x'.repeat(100)}END`)) });
    assert.doesNotMatch(frame(state).join('\n'), /END/);
    assert.match(frame(state, 'right', 'right').join('\n'), /END/);
  });

  it('says so where the delivery cannot be shown', () => {
    const open = nextState(nextState(start(), came(RECEIVED)), { type: 'key', key: 'enter' });
    const row = open.detail?.row;
    if (row === undefined) throw new Error('nothing is open');
    const text = frame(open, { type: 'loaded', detail: { row, problem: 'it is not held any more' } });
    assert.match(text.join('\n'), /it is not held any more/);
  });

  it('makes everything from outside visible', () => {
    const event = {
      ...RECEIVED,
      target: `/${HOSTILE}`,
      highlights: [HOSTILE],
      verdicts: {
        ...RECEIVED.verdicts,
        eventType: HOSTILE,
        schema: { state: 'invalid' as const, errors: [{ pointer: '', message: HOSTILE }], warnings: [] },
      },
    };
    const changes = {
      verdicts: event.verdicts,
      target: HOSTILE,
      headers: [['X-Evil', HOSTILE]] as const,
      body: bytes(JSON.stringify({ a: '\u202e' })),
    };
    const state = opened(start(), changes, event);
    for (const keys of [['escape'], ['1'], ['2'], ['3'], ['4'], ['5'], ['/', HOSTILE]]) {
      const text = withoutColours(frame(state, ...keys).join('\n'));
      assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/, keys.join());
    }
  });

  it('marks the selected row with inverse colours, and with a sign without them', () => {
    const [, , coloured] = frame(start({ columns: 80, rows: 24 }, 1), came(RECEIVED));
    assert.ok(coloured?.includes('\u001b[7m'), coloured);
    assert.equal(cellWidth(withoutColours(coloured ?? '')), 80);
  });
});
