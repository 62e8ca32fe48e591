import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RunEvent } from '../../src/core/run-event.ts';
import { doneCount, nextProgress, startProgress } from '../../src/views/tui/progress-state.ts';

const attempt = { deliveryId: 'evt_1', attempt: 1, url: 'http://localhost:3000/', durationMs: 12 };

function answered(isAsExpected: boolean): RunEvent {
  const answer = {
    status: 200,
    statusText: 'OK',
    headers: [],
    body: new Uint8Array(),
    isBodyTruncated: false,
  };
  return { type: 'attempt.finished', ...attempt, ...answer, isAsExpected, unmet: [] };
}

function unanswered(reason: 'refused' | 'cancelled'): RunEvent {
  return { type: 'attempt.failed', ...attempt, reason, message: 'no', next: 'try', tried: [] };
}

describe('the progress of a run', () => {
  it('counts what was delivered, what failed and what got no answer', () => {
    const events = [answered(true), answered(true), answered(false), unanswered('refused')];
    const state = events.reduce(nextProgress, startProgress(10));
    assert.deepEqual(state, {
      total: 10,
      delivered: 2,
      failed: 1,
      unreachable: 1,
      latencyMs: 12,
      isFinished: false,
    });
    assert.equal(doneCount(state), 4);
  });

  it('does not count what the user interrupted', () => {
    assert.equal(doneCount(nextProgress(startProgress(1), unanswered('cancelled'))), 0);
  });
});
