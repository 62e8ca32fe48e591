import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCallLog } from '../../../src/core/callbacks/call-log.ts';

describe('createCallLog', () => {
  it('waits for calls until so long after the last answer', () => {
    const log = createCallLog();
    log.answered('evt_1', 100);
    log.answered('evt_2', 300);
    assert.equal(log.deadlineMs(50), 350);
    assert.equal(log.deadlineMs(50, 'evt_1'), 150);
  });

  it('has nothing to wait for where nothing was answered', () => {
    assert.equal(createCallLog().deadlineMs(5000) <= 0, true);
  });
});
