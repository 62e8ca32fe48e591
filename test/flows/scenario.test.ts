// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scenarios refer to variables like this
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readScenario } from '../../src/adapters/scenario-file.ts';
import type { AttemptResult, Delivery } from '../../src/core/delivery.ts';
import { HooksError } from '../../src/core/errors.ts';
import type { ProbeAnswer } from '../../src/core/probe-answer.ts';
import type { CaseFinished, RunEvent } from '../../src/core/run-event.ts';
import { expandText } from '../../src/core/scenario/template.ts';
import { type Planned, unroll } from '../../src/core/scenario/unroll.ts';
import { playScenario } from '../../src/flows/scenario.ts';
import type { ScenarioPlan, ScenarioPorts } from '../../src/flows/scenario-step.ts';

const PLACE_OF_ENDPOINT = 'http://localhost:3000/';

function answered(status: number, body = '', headers: [string, string][] = []): AttemptResult {
  return {
    kind: 'answered',
    status,
    statusText: '',
    headers,
    body: Buffer.from(body),
    bodyTruncated: false,
    firstByteMs: 1,
    durationMs: 2,
  };
}

function nobody(): AttemptResult {
  return {
    kind: 'failed',
    reason: 'refused',
    message: 'nothing listens',
    next: 'start it',
    tried: [],
    durationMs: 1,
  };
}

interface Story {
  events: RunEvent[];
  cases: CaseFinished[];
  sent: string[];
  slept: number[];
  error?: unknown;
}

/** Plays a scenario whose sends are texts; `answer` is asked with what is sent, and how many were before. */
async function play(
  steps: string,
  answer: (body: string, index: number) => AttemptResult | Promise<AttemptResult> = () => answered(200),
  {
    probe = () => ({ ok: true, text: '' }),
    signal = new AbortController().signal,
    plan: change = (planned) => planned,
    onSleep = () => {},
  }: {
    probe?: (index: number) => ProbeAnswer;
    signal?: AbortSignal;
    plan?: (planned: Planned[]) => Planned[];
    onSleep?: () => void;
  } = {},
): Promise<Story> {
  const scenario = await readScenario(
    `name: Story\nvariables: { order: 4711 }\nsteps:\n${steps}`,
    'story.yaml',
  );
  let clock = 0;
  let probes = 0;
  const story: Story = { events: [], cases: [], sent: [], slept: [] };
  const plan: ScenarioPlan = {
    scenario,
    planned: change(unroll(scenario.steps, () => 1)),
    started: { url: PLACE_OF_ENDPOINT, seed: 'friday' },
    timeoutMs: 1000,
    reproduce: 'hooks run story.yaml',
    create({ step }, scope, first): Delivery {
      assert.ok(step.kind === 'send' && step.body && 'data' in step.body);
      const text =
        first === undefined ? expandText(String(step.body.data), scope) : Buffer.from(first.body).toString();
      const delivery = { method: 'POST', url: PLACE_OF_ENDPOINT, headers: [], provider: 'acme' };
      return { ...delivery, id: `id-${text}`, body: Buffer.from(text) };
    },
  };
  const ports: ScenarioPorts = {
    deliver: async ({ body }) => {
      story.sent.push(Buffer.from(body).toString());
      return answer(Buffer.from(body).toString(), story.sent.length - 1);
    },
    probe: async () => probe(probes++),
    now: () => new Date(0),
    clockMs: () => clock,
    // Real time does not pass; what waits for the end of a probe waits for ever.
    sleep: async (ms, own) => {
      if (ms >= 5000) return new Promise((resolve) => own.addEventListener('abort', () => resolve()));
      story.slept.push(ms);
      clock += ms;
      onSleep();
    },
    signal,
  };
  try {
    for await (const event of playScenario(plan, ports)) {
      story.events.push(event);
      if (event.type === 'case.finished') story.cases.push(event);
    }
  } catch (error) {
    story.error = error;
  }
  return story;
}

function outcomes({ cases }: Story): string[] {
  return cases.map(({ id, outcome }) => `${id} ${outcome}`);
}

describe('a scenario', () => {
  it('plays its steps in order and tells of each, with its place in the file', async () => {
    const story = await play('  - send: { data: a }\n  - wait: 2s\n  - send: { data: "b ${order}" }\n');
    assert.deepEqual(
      story.events.map(({ type }) => type),
      ['test.started', 'case.finished', 'case.finished', 'case.finished', 'test.finished'],
    );
    assert.deepEqual(outcomes(story), [
      'story/01-own-body passed',
      'story/02-wait passed',
      'story/03-own-body passed',
    ]);
    assert.deepEqual(story.sent, ['a', 'b 4711']);
    assert.deepEqual(story.slept, [2000]);
    assert.deepEqual(story.cases[2]?.location, { file: 'story.yaml', line: 6, column: 5 });
  });

  it('fails for an answer that is not as expected, says why, and goes on', async () => {
    const expect =
      '{ status: 201, headers: { x-id: "7", x-gone: false }, body: { ok: true }, maxLatency: 1ms }';
    const story = await play(`  - send: { data: a, expect: ${expect} }\n  - send: { data: b }\n`, () =>
      answered(200, '{"ok":false}', [['X-Gone', 'no']]),
    );
    assert.deepEqual(outcomes(story), ['story/01-own-body failed', 'story/02-own-body passed']);
    const got = story.cases[0]?.got ?? '';
    assert.match(got, /expected status 201, got 200/);
    assert.match(got, /answered in 2 ms, allowed are 1 ms/);
    assert.match(got, /expected ok of the answer to be true, got false/);
    assert.match(got, /expected the header x-id of the answer to be 7, got none/);
    assert.match(got, /expected no header x-gone in the answer, got no/);
    const last = story.events.at(-1);
    assert.ok(last?.type === 'test.finished' && !last.isPassed && last.failed.must === 1);
  });

  it('takes values from an answer, by path and by header', async () => {
    const story = await play(
      '  - send: { data: a, capture: { token: data.token, place: { header: Location } } }\n  - send: { data: "${token} ${place}" }\n',
      () => answered(200, '{"data":{"token":"t1"}}', [['location', '/orders/1']]),
    );
    assert.deepEqual(story.sent, ['a', 't1 /orders/1']);
  });

  it('fails where there is nothing to capture, and skips what needs it', async () => {
    const story = await play(
      '  - send: { data: a, capture: { token: data.token } }\n  - send: { data: "${token}" }\n  - send: { data: c }\n',
    );
    assert.deepEqual(outcomes(story), [
      'story/01-own-body failed',
      'story/02-own-body skipped',
      'story/03-own-body passed',
    ]);
    assert.match(story.cases[0]?.got ?? '', /the answer has nothing at data\.token to capture as token/);
    assert.equal(story.cases[1]?.got, 'not played: token was not captured before');
  });

  it('counts the rounds of a repeat', async () => {
    const story = await play('  - repeat: { times: 3, steps: [{ send: { data: "${index}" } }] }\n');
    assert.deepEqual(story.sent, ['1', '2', '3']);
    assert.equal(story.cases[1]?.title, 'accepts own body (round 2)');
  });

  it('begins parallel steps before any of them has ended, and goes on when all have', async () => {
    let release = () => {};
    const bothSent = new Promise<void>((resolve) => {
      release = resolve;
    });
    const story = await play(
      '  - parallel: [{ send: { data: a } }, { send: { data: b } }]\n  - send: { data: c }\n',
      async (_, index) => {
        if (index === 1) release();
        await bothSent;
        return answered(200);
      },
    );
    assert.deepEqual([...story.sent.slice(0, 2)].sort(), ['a', 'b']);
    assert.equal(story.sent[2], 'c');
  });

  it('delivers a copy with the body of the first, and says that it is one', async () => {
    const story = await play('  - send: { data: "${uuid}" }\n', undefined, {
      plan: ([only]) => (only === undefined || 'branches' in only ? [] : [only, { ...only, copy: 2 }]),
    });
    assert.equal(story.sent.length, 2);
    assert.equal(story.sent[0], story.sent[1]);
    assert.match(story.cases[1]?.sent ?? '', /^2nd copy of step 1 \(duplicate\): /);
    assert.equal(story.cases[1]?.id, 'story/01-own-body-copy');
  });

  it('does not send what was left out, and does not count it as failed', async () => {
    const story = await play('  - send: { data: a }\n  - send: { data: b }\n', undefined, {
      plan: ([first, ...rest]) =>
        first === undefined || 'branches' in first ? [] : [{ ...first, isDropped: true }, ...rest],
    });
    assert.deepEqual(story.sent, ['b']);
    assert.deepEqual(outcomes(story), ['story/01-own-body skipped', 'story/02-own-body passed']);
    assert.match(story.cases[0]?.sent ?? '', /^step 1 left out \(drop\)/);
  });

  it('ends with an error when the first delivery finds nobody, but not when a later one does', async () => {
    const first = await play('  - send: { data: a }\n', nobody);
    assert.ok(first.error instanceof HooksError && first.error.kind === 'endpoint-unreachable');
    const later = await play('  - send: { data: a }\n  - send: { data: b }\n', (_, index) =>
      index === 0 ? answered(200) : nobody(),
    );
    assert.equal(later.error, undefined);
    assert.deepEqual(outcomes(later), ['story/01-own-body passed', 'story/02-own-body failed']);
  });

  it('plays nothing more when it is interrupted, and says so', async () => {
    const controller = new AbortController();
    const story = await play('  - send: { data: a }\n  - wait: 1s\n  - send: { data: b }\n', undefined, {
      signal: controller.signal,
      onSleep: () => controller.abort(),
    });
    assert.deepEqual(outcomes(story), [
      'story/01-own-body passed',
      'story/02-wait skipped',
      'story/03-own-body skipped',
    ]);
    const last = story.events.at(-1);
    assert.ok(last?.type === 'test.finished' && last.stopped === 'interrupted' && !last.isPassed);
  });
});

describe('an expectation of a side effect', () => {
  const until = (within: string) =>
    `  - expect: { until: { url: /orders, body: { count: 2 } }, within: ${within}, every: 100ms }\n`;

  it('is asked for until it holds', async () => {
    const story = await play(until('20s'), undefined, {
      probe: (index) => ({ ok: true, status: 200, text: JSON.stringify({ count: index }) }),
    });
    assert.deepEqual(outcomes(story), ['story/01-expect passed']);
    assert.equal(story.slept.filter((ms) => ms === 100).length, 2);
  });

  it('fails when the time is over, with the last that came', async () => {
    const story = await play(until('1s'), undefined, {
      probe: () => ({ ok: false, message: 'it answered 500' }),
    });
    assert.deepEqual(outcomes(story), ['story/01-expect failed']);
    assert.match(story.cases[0]?.got ?? '', /^after 1 s: /);
  });

  it('takes a status that is no success, where that is expected', async () => {
    const story = await play('  - expect: { until: { url: /orders, status: 404 } }\n', undefined, {
      probe: () => ({ ok: false, message: 'it answered 404', status: 404, text: '' }),
    });
    assert.deepEqual(outcomes(story), ['story/01-expect passed']);
  });

  it('compares a text, but for space around it', async () => {
    const story = await play('  - expect: { until: { command: count, text: "2" } }\n', undefined, {
      probe: () => ({ ok: true, text: '2\n' }),
    });
    assert.deepEqual(outcomes(story), ['story/01-expect passed']);
  });
});
