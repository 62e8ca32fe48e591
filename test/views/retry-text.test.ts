import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Chalk } from 'chalk';
import { exactDuration } from '../../src/core/duration.ts';
import type { DeliveryGivenUp, RetryScheduled } from '../../src/core/run-event.ts';
import {
  disorderText,
  givenUpText,
  retryScheduledText,
  retrySummaryText,
} from '../../src/views/retry-text.ts';
import { attemptFailedText } from '../../src/views/send-text.ts';
import { EVENTS, RETRIES } from '../helpers/run-events.ts';

const colors = new Chalk({ level: 0 });
const event = <T>(type: string) => EVENTS.find((one) => one.type === type) as T;

describe('the text of retries', () => {
  it('says when the next attempt comes, there and here, and why', () => {
    assert.equal(
      retryScheduledText(event<RetryScheduled>('retry.scheduled'), colors),
      '    retry 1 in 5 min, here 300 ms: status 500\n    Retry-After asks for 300 s\n',
    );
  });

  it('says why a delivery is given up', () => {
    const text = givenUpText(event<DeliveryGivenUp>('delivery.given-up'), colors);
    assert.equal(text, '    given up: that was attempt 2, the last of the schedule [evt_1]\n');
  });

  it('is a timeline in provider time and in real time, and the moment of the switch-off', () => {
    assert.equal(
      retrySummaryText(RETRIES, colors),
      `timeline  evt_1 (given up)
  attempt  after   provider time             real time                 answer
  1        +0 s    2026-11-20T09:00:00.000Z  2026-11-20T09:00:00.000Z  500 Internal Server Error in 12 ms
  2        +5 min  2026-11-20T09:05:00.000Z  2026-11-20T09:00:00.300Z  no answer within 15 s
switch-off  2026-11-25T09:00:00.000Z: Acme would switch the endpoint off 5 d after its first failure
`,
    );
  });

  it('is a line for each attempt where there are many deliveries', () => {
    const text = retrySummaryText({ ...RETRIES, timelines: [], switchOff: [] }, colors);
    assert.equal(text, '  attempt 1: 1 made, 0 delivered\n  attempt 2: 1 made, 0 delivered\n');
  });

  it('makes control characters of a receiver visible', () => {
    const [timeline] = RETRIES.timelines;
    assert.ok(timeline !== undefined);
    const entries = timeline.entries.map((entry) => ({ ...entry, answer: 'oh \u001b[2J' }));
    const text = retrySummaryText({ ...RETRIES, timelines: [{ ...timeline, entries }] }, colors);
    assert.doesNotMatch(text, /\u001b/);
  });

  it('names what disorder has done, and the seed', () => {
    const text = disorderText({ seed: 'friday', dropped: 1, duplicated: 2, moved: 3 });
    assert.equal(text, 'disorder: 1 left out, 2 sent twice, 3 out of order (--seed friday)\n');
  });

  it('shows an attempt that an outage swallows only where there is one delivery', () => {
    const failed = {
      type: 'attempt.failed' as const,
      deliveryId: 'evt_1',
      attempt: 1,
      url: 'http://localhost:3000/',
      reason: 'outage' as const,
      message: 'the outage: nothing was sent',
      next: 'wait',
      tried: [],
      durationMs: 0,
    };
    const options = { colors, isQuiet: false, isVerbose: false, showsHeaders: false };
    assert.equal(attemptFailedText(failed, { ...options, isSingle: false }), '');
    assert.equal(
      attemptFailedText(failed, { ...options, isSingle: true }),
      '··· the outage: nothing was sent\n',
    );
  });
});

describe('exactDuration', () => {
  for (const [ms, text] of [
    [0, '0 s'],
    [1500, '1.5 s'],
    [96_000, '1 min 36 s'],
    [300_000, '5 min'],
    [99_305_000, '27 h 35 min 5 s'],
    [432_000_000, '5 d'],
  ] as const) {
    it(`writes ${ms} ms as ${text}`, () => assert.equal(exactDuration(ms), text));
  }
});
