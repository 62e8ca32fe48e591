import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFixture } from '../../../src/core/export/fixture.ts';
import { parseFixture } from '../../../src/core/import/fixture.ts';
import type { Recording } from '../../../src/core/recording.ts';
import { RECEIVED, SENT } from './recordings.ts';

const named = (eventType: string, variant?: string) => {
  const { variant: _, ...rest } = RECEIVED;
  const recording: Recording = { ...rest, eventType, ...(variant !== undefined && { variant }) };
  return createFixture(recording).fileName;
};

const NAMES: { it: string; eventType: string; variant?: string; expected: string }[] = [
  { it: 'the event type', eventType: 'payment.failed', expected: 'payment.failed.json' },
  { it: 'the variant', eventType: 'payment.failed', variant: 'eu', expected: 'payment.failed@eu.json' },
  { it: 'slashes as escapes', eventType: 'orders/create', expected: 'orders%2Fcreate.json' },
  {
    it: 'no way out of the folder',
    eventType: '../../x',
    variant: '../y',
    expected: '..%2F..%2Fx@..%2Fy.json',
  },
  { it: 'no control characters', eventType: 'a\0b\nc', expected: 'a%00b%0Ac.json' },
  { it: 'the id for a name that is too long', eventType: 'ü'.repeat(101), expected: `${RECEIVED.id}.json` },
  { it: 'the id for an empty event type', eventType: '', expected: `${RECEIVED.id}.json` },
];

describe('createFixture', () => {
  for (const { it: takes, eventType, variant, expected } of NAMES) {
    it(`takes ${takes}`, () => assert.equal(named(eventType, variant), expected));
  }

  it('takes the id where the event type is not known', () => {
    const { eventType: _, ...unknown } = SENT;
    assert.equal(createFixture(unknown).fileName, `${SENT.id}.json`);
  });

  it('holds the body as it is', () => assert.equal(createFixture(SENT).bytes, SENT.body));
});

describe('parseFixture', () => {
  it('reads the event type and variant from the name', () => {
    const [recording] = parseFixture(SENT.body, 'events/orders%2Fcreate@eu.json');
    assert.equal(recording?.eventType, 'orders/create');
    assert.equal(recording?.variant, 'eu');
    assert.equal(recording?.body, SENT.body);
  });

  it('knows no event type without a name', () => {
    assert.equal(parseFixture(SENT.body)[0]?.eventType, undefined);
  });
});
