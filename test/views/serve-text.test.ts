import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Chalk } from 'chalk';
import type { ApiCalled, DeliverySent } from '../../src/core/run-event.ts';
import { apiCalledText, deliverySentText, serveFinishedText } from '../../src/views/serve-text.ts';

const options = { colors: new Chalk({ level: 0 }), isQuiet: false };
const CALL: ApiCalled = {
  type: 'api.called',
  at: '',
  peer: '',
  method: 'GET',
  target: '/v2/topics',
  operation: 'listTopics',
  status: 200,
  durationMs: 1,
};
const SENT: DeliverySent = {
  type: 'delivery.sent',
  deliveryId: '01J',
  messageId: 'evt_1',
  eventType: 'order.paid',
  resourceId: 'sub_1',
  url: 'http://localhost:3000/',
  outcome: 'delivered',
  status: 204,
  durationMs: 4,
};

describe('the lines of hooks serve', () => {
  it('are one for each call and one for each delivery', () => {
    assert.equal(apiCalledText(CALL, options), '<-- GET /v2/topics 200 listTopics\n');
    assert.equal(
      deliverySentText(SENT, options),
      '--> order.paid to http://localhost:3000/ 204 in 4 ms [evt_1]\n',
    );
    const { status: _, ...unanswered } = {
      ...SENT,
      outcome: 'failed' as const,
      why: 'nothing listens there',
    };
    assert.equal(
      deliverySentText(unanswered, options),
      '--> order.paid to http://localhost:3000/ failed in 4 ms [evt_1]  nothing listens there\n',
    );
    const finished = { type: 'serve.finished', calls: 2, delivered: 1, failed: 0, durationMs: 9 } as const;
    assert.equal(serveFinishedText(finished, options), '2 calls; 1 delivered, 0 failed\n');
  });

  it('are with --quiet only those of what went wrong', () => {
    const quiet = { ...options, isQuiet: true };
    assert.equal(apiCalledText(CALL, quiet), '');
    assert.equal(deliverySentText(SENT, quiet), '');
    assert.notEqual(apiCalledText({ ...CALL, status: 404 }, quiet), '');
    assert.notEqual(deliverySentText({ ...SENT, outcome: 'failed' }, quiet), '');
  });

  it('let nothing from outside drive the terminal', () => {
    const evil = '\u001b[2J\u202e';
    const call = apiCalledText({ ...CALL, method: evil, target: evil, why: evil }, options);
    const sent = deliverySentText(
      { ...SENT, url: evil, why: evil, messageId: evil, eventType: evil },
      options,
    );
    for (const text of [call, sent]) assert.doesNotMatch(text, /[\u001b\u202e]/);
  });
});
