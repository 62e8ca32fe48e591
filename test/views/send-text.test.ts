import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Chalk } from 'chalk';
import {
  attemptFailedText,
  attemptFinishedText,
  attemptStartedText,
  runFinishedText,
  type SendTextOptions,
} from '../../src/views/send-text.ts';
import { FINISHED, REJECTED, RUN, STARTED } from '../helpers/run-events.ts';

const single: SendTextOptions = {
  colors: new Chalk({ level: 0 }),
  isSingle: true,
  isQuiet: false,
  isVerbose: false,
  showsHeaders: false,
};
const many = { ...single, isSingle: false };
const quiet = { ...single, isQuiet: true };
const HOSTILE = '\u001b[31m\u009b\u202e\n';

describe('attemptStartedText', () => {
  it('tells the method, endpoint, event, variant and id', () => {
    assert.equal(
      attemptStartedText(STARTED, single),
      '--> POST http://localhost:3000/ acme/order.paid@large [evt_1]\n',
    );
  });

  it('shows the headers where they are asked for', () => {
    assert.match(
      attemptStartedText(STARTED, { ...single, showsHeaders: true }),
      /\n {4}X-Acme-Signature: sha256=ab\n$/,
    );
  });

  it('names only the provider of a body of one’s own', () => {
    const { eventType: _, variant: __, ...own } = STARTED;
    assert.match(attemptStartedText({ ...own, provider: 'generic' }, single), / generic \[evt_1\]\n$/);
  });

  it('says nothing of one among many, nor when it is to be quiet', () => {
    assert.equal(attemptStartedText(STARTED, many), '');
    assert.equal(attemptStartedText(STARTED, quiet), '');
    assert.notEqual(attemptStartedText(STARTED, { ...many, isVerbose: true }), '');
  });
});

describe('attemptFinishedText', () => {
  it('tells the status, the time and the id', () => {
    assert.equal(attemptFinishedText(FINISHED, single), '<-- 204 No Content in 12 ms [evt_1]\n');
  });

  it('shows the answer of a single delivery, and what was expected of it', () => {
    assert.equal(
      attemptFinishedText(REJECTED, single),
      '<-- 500 Internal Server Error in 12 ms [evt_1]\n    {\n      "error": "out of stock"\n    }\n    ✗ status 500 is not 2xx\n',
    );
  });

  it('shows the answer of one among many only where it was not as expected', () => {
    const body = new TextEncoder().encode('thanks');
    assert.equal(attemptFinishedText({ ...FINISHED, body }, many).split('\n').length, 2);
    assert.match(attemptFinishedText(REJECTED, many), /out of stock/);
  });

  it('is quiet about what went well only', () => {
    assert.equal(attemptFinishedText(FINISHED, quiet), '');
    assert.match(attemptFinishedText(REJECTED, quiet), /500/);
  });

  it('says when the answer was longer than what was read', () => {
    assert.match(
      attemptFinishedText({ ...FINISHED, isBodyTruncated: true }, single),
      /longer than what is read/,
    );
  });

  it('makes everything from the receiver visible', () => {
    const text = attemptFinishedText(
      {
        ...REJECTED,
        statusText: HOSTILE,
        headers: [['X-Evil', HOSTILE]],
        body: new TextEncoder().encode(`"${HOSTILE}`),
        unmet: [HOSTILE],
      },
      { ...single, showsHeaders: true },
    );
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    assert.equal(text.match(/\\x1b\[31m/g)?.length, 4);
  });

  it('paints the status by its class where colours are on', () => {
    const colors = new Chalk({ level: 1 });
    assert.match(
      attemptFinishedText(FINISHED, { ...single, colors }),
      /\u001b\[32m204 No Content\u001b\[39m/,
    );
    assert.match(attemptFinishedText(REJECTED, { ...single, colors }), /\u001b\[31m500 /);
  });
});

describe('attemptFailedText', () => {
  const failed = {
    type: 'attempt.failed' as const,
    deliveryId: 'evt_1',
    attempt: 1,
    url: 'http://localhost:3000/',
    reason: 'refused' as const,
    message: 'nothing listens at localhost:3000',
    next: 'start your receiver',
    tried: [],
    durationMs: 1,
  };

  it('tells what happened and what to do next', () => {
    assert.equal(
      attemptFailedText(failed, single),
      'error: nothing listens at localhost:3000\n  next: start your receiver\n',
    );
  });

  it('calls a cancelled attempt interrupted, not an error', () => {
    assert.equal(
      attemptFailedText({ ...failed, reason: 'cancelled' }, single),
      'interrupted before an answer came [evt_1]\n',
    );
  });
});

describe('runFinishedText', () => {
  it('counts a single delivery without times', () => {
    assert.equal(runFinishedText(RUN, single), '1 delivered, 0 failed\n');
  });

  it('adds times and latencies for many', () => {
    assert.equal(
      runFinishedText(
        {
          ...RUN,
          delivered: 7,
          failed: 2,
          unreachable: 1,
          latencyMs: { min: 1, median: 2, p95: 30, max: 45 },
        },
        many,
      ),
      '7 delivered, 2 failed, 1 without an answer in 20 ms; latency median 2 ms, p95 30 ms, max 45 ms\n',
    );
  });

  it('says that it was interrupted', () => {
    assert.equal(
      runFinishedText({ ...RUN, isInterrupted: true }, single),
      '1 delivered, 0 failed (interrupted)\n',
    );
  });
});
