import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../../src/core/identifiers.ts';
import type { Disorder, SendStep, Step } from '../../../src/core/scenario/scenario.ts';
import { disturb, flatten, type Occurrence, unroll } from '../../../src/core/scenario/unroll.ts';

const place = { file: 'story.yaml', line: 1, column: 1 };
const NONE: Disorder = { shuffle: false, duplicate: 0, drop: 0 };

function send(event: string, capture: SendStep['capture'] = {}): SendStep {
  return {
    kind: 'send',
    event,
    place,
    set: {},
    unset: [],
    headers: [],
    isUnsigned: false,
    expect: { status: { text: '2xx', match: () => true }, headers: {}, body: {} },
    capture,
  };
}

const wait: Step = { kind: 'wait', place, durationMs: 1 };

function nameOf({ step, copy, isDropped }: Occurrence): string {
  const name = step.kind === 'send' ? (step.event ?? '') : step.kind;
  return name + (copy === undefined ? '' : "'") + (isDropped ? '-' : '');
}

function played(steps: readonly Step[], disorder: Partial<Disorder>, seed = 'friday'): string[] {
  const planned = unroll(steps, () => 1);
  return flatten(disturb(planned, { ...NONE, ...disorder }, seededRandom(seed))).map(nameOf);
}

const many = Array.from({ length: 40 }, (_, index) => send(`e${index}`));

describe('unroll', () => {
  it('writes repeats out, numbers all steps, and knows the round of the innermost repeat', () => {
    const inner: Step = { kind: 'repeat', place, times: 2, steps: [send('b')] };
    const steps: Step[] = [send('a'), { kind: 'repeat', place, times: 2, steps: [inner, wait] }];
    const found = flatten(unroll(steps, () => 1)).map(
      (one) => `${one.number}${nameOf(one)}${one.round ?? ''}`,
    );
    assert.deepEqual(found, ['1a', '2b1', '3b2', '4wait1', '5b1', '6b2', '7wait2']);
  });

  it('keeps steps that happen at the same time together', () => {
    const planned = unroll([{ kind: 'parallel', place, steps: [send('a'), send('b')] }, send('c')], () => 1);
    const [together, after] = planned;
    assert.ok(together !== undefined && 'branches' in together && together.branches.length === 2);
    assert.ok(after !== undefined && 'number' in after && after.number === 3);
  });

  it('makes a step of every recording of a file', () => {
    const found = flatten(
      unroll([send('file'), send('b')], (step) => (step.kind === 'send' && step.event === 'file' ? 3 : 1)),
    );
    assert.deepEqual(
      found.map(({ number, part }) => [number, part]),
      [
        [1, 0],
        [2, 1],
        [3, 2],
        [4, 0],
      ],
    );
  });
});

describe('disturb', () => {
  it('leaves everything as it is where nothing is asked for', () => {
    assert.deepEqual(
      played(many, {}),
      many.map(({ event }) => event),
    );
  });

  it('shuffles, and loses and adds nothing', () => {
    const found = played(many, { shuffle: true });
    assert.notDeepEqual(found, played(many, {}));
    assert.deepEqual([...found].sort(), played(many, {}).sort());
  });

  it('does the same again for the same seed, and something else for another', () => {
    const disorder = { shuffle: true, duplicate: 0.3, drop: 0.2 };
    assert.deepEqual(played(many, disorder), played(many, disorder));
    assert.notDeepEqual(played(many, disorder), played(many, disorder, 'monday'));
  });

  it('delivers about the asked share twice, the copy behind the original', () => {
    const found = played(many, { duplicate: 0.5 });
    const copies = found.filter((name) => name.endsWith("'"));
    assert.ok(copies.length > 8 && copies.length < 32, String(copies.length));
    for (const copy of copies) assert.ok(found.indexOf(copy.slice(0, -1)) < found.indexOf(copy));
    assert.equal(played(many, { duplicate: 1 }).length, 80);
  });

  it('leaves the asked share out, and says so', () => {
    const found = played(many, { drop: 0.5 });
    assert.equal(found.length, 40);
    const dropped = found.filter((name) => name.endsWith('-'));
    assert.ok(dropped.length > 8 && dropped.length < 32, String(dropped.length));
    assert.ok(played(many, { drop: 1 }).every((name) => name.endsWith('-')));
  });

  it('drops the same with and without duplicates', () => {
    const dropped = (disorder: Partial<Disorder>) =>
      played(many, disorder).filter((name) => name.endsWith('-'));
    assert.deepEqual(dropped({ drop: 0.3, duplicate: 0.5 }), dropped({ drop: 0.3 }));
  });

  it('moves nothing across a wait, or across a step from which something is captured', () => {
    for (const border of [wait, send('border', { token: { in: 'body', path: 'token' } })]) {
      const found = played([...many.slice(0, 20), border, ...many.slice(20)], {
        shuffle: true,
        duplicate: 1,
      });
      const at = found.findIndex((name) => name === 'wait' || name === 'border');
      assert.equal(at, 40);
      assert.equal(found.length, 81);
      assert.ok(found.slice(0, at).every((name) => Number.parseInt(name.slice(1), 10) < 20));
    }
  });

  it('marks what comes behind a later one as late', () => {
    const planned = disturb(
      unroll(many, () => 1),
      { ...NONE, shuffle: true },
      seededRandom('friday'),
    );
    const found = flatten(planned);
    let highest = 0;
    for (const { number, isLate } of found) {
      assert.equal(isLate, number < highest);
      highest = Math.max(highest, number);
    }
  });
});
