import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAnswerRule } from '../../../src/core/answering/answer-rule.ts';
import { createAnswerScript } from '../../../src/core/answering/answer-script.ts';
import { drawDelayMs, parseDelayRange } from '../../../src/core/answering/delay-range.ts';

const ORDER = { provider: 'acme', eventType: 'order.paid' };
const REFUND = { provider: 'acme', eventType: 'refund.made' };

/** A script of rules as they are typed; a pattern fits an event type that begins with it. */
function script(texts: string[], { chances = [0], isPerDelivery = false } = {}) {
  const rules = texts.map(parseAnswerRule).map((rule) => ({
    ...rule,
    isFor: ({ eventType }: { eventType?: string }) =>
      rule.pattern === undefined || (eventType?.startsWith(rule.pattern) ?? false),
  }));
  const drawn = [...chances];
  return createAnswerScript(rules, { chance: () => drawn.shift() ?? 0, isPerDelivery });
}

describe('a script of answers', () => {
  it('says nothing without rules', () => {
    assert.equal(script([])(ORDER), undefined);
  });

  it('gives a sequence in its order, and its last answer again and again', () => {
    const say = script(['503,hang,200']);
    assert.deepEqual(
      [say(ORDER), say(REFUND), say(ORDER), say(ORDER)],
      [{ status: 503 }, { silence: 'hang' }, { status: 200 }, { status: 200 }],
    );
  });

  it('begins a sequence anew for each delivery where it is to', () => {
    const say = script(['503,200'], { isPerDelivery: true });
    const first = { ...ORDER, idempotencyKey: 'evt_1' };
    const second = { ...ORDER, idempotencyKey: 'evt_2' };
    assert.deepEqual(
      [say(first), say(second), say(first), say(second)],
      [{ status: 503 }, { status: 503 }, { status: 200 }, { status: 200 }],
    );
  });

  it('goes by the first rule that is for the event type', () => {
    const say = script(['refund=202', '503,200']);
    assert.deepEqual(
      [say(REFUND), say(ORDER), say(REFUND), say(ORDER)],
      [{ status: 202 }, { status: 503 }, { status: 202 }, { status: 200 }],
    );
  });

  it('says nothing of an event type that no rule is for', () => {
    assert.equal(script(['refund=202'])(ORDER), undefined);
  });

  const chances: [number, unknown][] = [
    [0, { status: 500 }],
    [0.0999, { status: 500 }],
    [0.1, { silence: 'reset' }],
    [0.2249, { silence: 'reset' }],
    [0.2251, { status: 202 }],
    [0.9999, { status: 202 }],
  ];
  for (const [chance, expected] of chances) {
    it(`leaves to the next rule what the shares leave over, at ${chance}`, () => {
      assert.deepEqual(script(['500:0.1,reset:12.5%', '202'], { chances: [chance] })(ORDER), expected);
    });
  }
});

describe('a range of delays', () => {
  const rows: [string, number, number][] = [
    ['500ms', 500, 500],
    ['100..800ms', 100, 800],
    ['100ms..2s', 100, 2000],
    ['0.5..1.5s', 500, 1500],
  ];
  for (const [text, fromMs, toMs] of rows) {
    it(`reads ${text}`, () => {
      assert.deepEqual(parseDelayRange(text), { fromMs, toMs });
    });
  }
  for (const text of ['', '100', '100..800', '800..100ms', 'a..b', '1s..', '..1s']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseDelayRange(text), { name: 'HooksError' });
    });
  }
  it('is drawn evenly between its ends', () => {
    const range = parseDelayRange('100..300ms');
    assert.deepEqual(
      [0, 0.5, 1].map((chance) => drawDelayMs(range, () => chance)),
      [100, 200, 300],
    );
  });
});
