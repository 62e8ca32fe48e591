import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readScenario } from '../../src/adapters/scenario-file.ts';
import { seededRandom } from '../../src/core/identifiers.ts';
import { createSimulation, type SimulatedEvent } from '../../src/core/simulation.ts';

const LONG = await readScenario(
  'name: long\nprovider: acme\nsteps:\n  - send: { event: opened }\n  - wait: 1s\n  - repeat:\n      times: 2\n      steps:\n        - send: { event: changed }\n  - send: { event: closed }\n',
  'long.yaml',
);
const SHORT = await readScenario('name: short\nsteps:\n  - send: { event: ping }\n', 'short.yaml');

function play(seed: string, count: number): SimulatedEvent[] {
  return Array.from({ length: count }, createSimulation([LONG, SHORT], seededRandom(seed)));
}

const told = (events: SimulatedEvent[]) => events.map(({ life, step, at }) => `${life} ${at} ${step.event}`);

describe('a simulation', () => {
  it('follows from its seed alone', () => {
    assert.deepEqual(told(play('friday', 200)), told(play('friday', 200)));
    assert.notDeepEqual(told(play('friday', 200)), told(play('monday', 200)));
  });

  it('tells each life in its order, without what is no delivery', () => {
    const lives = grouped(play('a', 500));
    const stories = [...lives.values()].map((events) => events.map(({ step }) => step.event).join(' '));
    for (const story of stories)
      assert.equal('opened changed changed closed'.startsWith(story) || story === 'ping', true, story);
    assert.equal(stories.includes('opened changed changed closed'), true);
    assert.equal(stories.includes('ping'), true);
  });

  it('has many lives under way at once, and neither ends all of them nor piles them up', () => {
    const events = play('b', 5000);
    const begun = new Set(events.map(({ life }) => life)).size;
    const ended = events.filter(({ step }) => step.event === 'closed' || step.event === 'ping').length;
    assert.equal(begun - ended < 30, true, `${begun} begun, ${ended} ended`);
    const last = told(events).slice(-200);
    assert.equal(new Set(last.map((line) => line.split(' ')[0])).size > 5, true);
  });

  it('leaves out the steps that nobody wants, and the lives that are nothing without', () => {
    const next = createSimulation([LONG, SHORT], seededRandom('c'), ({ event }) => event !== 'ping');
    const events = Array.from({ length: 100 }, next);
    assert.equal(
      events.some(({ step }) => step.event === 'ping'),
      false,
    );
    assert.throws(() => createSimulation([SHORT], seededRandom('c'), () => false), TypeError);
  });
});

function grouped(events: SimulatedEvent[]): Map<number, SimulatedEvent[]> {
  const lives = new Map<number, SimulatedEvent[]>();
  for (const event of events) lives.set(event.life, [...(lives.get(event.life) ?? []), event]);
  return lives;
}
