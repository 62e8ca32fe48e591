// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scenarios refer to variables like this
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readScenario } from '../../src/adapters/scenario-file.ts';
import { HooksError } from '../../src/core/errors.ts';
import { repoRoot } from '../helpers/repo-root.ts';

async function refusal(text: string): Promise<HooksError> {
  const error = await readScenario(text, 'story.yaml').then(
    () => assert.fail('it was accepted'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof HooksError, String(error));
  assert.equal(error.kind, 'invalid-input');
  return error;
}

const STEPS = 'name: Story\nsteps:\n';

describe('readScenario', () => {
  it('reads steps of every kind', async () => {
    const { name, steps, variables, disorder } = await readScenario(
      `name: Story
variables: { order: "\${uuid}", count: 3 }
disorder: { shuffle: true, drop: 0.1, seed: friday }
steps:
  - send: order_paid
  - send: { event: order_paid, set: { order.id: "\${order}" }, expect: { status: [200, 409], maxLatency: 500ms }, capture: { token: data.token } }
  - replay: last~2
  - wait: 1.5s
  - expect: { until: { url: /orders, status: 404, body: { "items[0].id": "\${token}" } }, within: 5s }
  - repeat: { times: 3, steps: [{ send: { event: order_paid, id: "o-\${index}" } }] }
  - parallel: [{ send: order_paid }, { wait: 10ms }]
`,
      'story.yaml',
    );
    assert.equal(name, 'Story');
    assert.deepEqual(variables, [
      ['order', '${uuid}'],
      ['count', 3],
    ]);
    assert.deepEqual(disorder, { shuffle: true, duplicate: 0, drop: 0.1, seed: 'friday' });
    assert.deepEqual(
      steps.map(({ kind, place }) => `${kind} ${place.line}`),
      ['send 5', 'send 6', 'replay 7', 'wait 8', 'expect 9', 'repeat 10', 'parallel 11'],
    );
    const [, second, , third] = steps;
    assert.ok(second?.kind === 'send' && second.expect.status.match(409) && !second.expect.status.match(201));
    assert.equal(second.expect.maxLatencyMs, 500);
    assert.ok(third?.kind === 'wait' && third.durationMs === 1500);
  });

  it('reads JSON as well', async () => {
    const text = JSON.stringify({ name: 'Story', steps: [{ send: 'ping' }] }, null, 2);
    assert.equal((await readScenario(text, 'story.json')).steps.length, 1);
  });

  const rows: { name: string; text: string; at: string; says: RegExp }[] = [
    { name: 'what is no YAML', text: 'name: [x\nsteps: 3', at: '2:1', says: /not readable as YAML/ },
    { name: 'a key twice', text: 'name: a\nname: b\nsteps: []', at: '2:1', says: /unique/ },
    { name: 'an unknown tag', text: 'name: !secret a\nsteps: []', at: '1:7', says: /!secret/ },
    { name: 'an empty file', text: '', at: '1:1', says: /must be object; is null/ },
    {
      name: 'several documents',
      text: `${STEPS}  - send: a\n---\nname: b`,
      at: '4:1',
      says: /multiple documents/,
    },
    { name: 'a scenario without steps', text: 'name: Story', at: '1:1', says: /lacks "steps"/ },
    { name: 'a step that is none', text: `${STEPS}  - sned: a`, at: '3:5', says: /must not have "sned"/ },
    { name: 'an empty step', text: `${STEPS}  - {}`, at: '3:5', says: /must say what is done/ },
    {
      name: 'two steps in one',
      text: `${STEPS}  - send: a\n    wait: 2s`,
      at: '3:5',
      says: /write two steps/,
    },
    {
      name: 'a wait without a unit',
      text: `${STEPS}  - wait: 5`,
      at: '3:11',
      says: /did you mean 5s or 5ms/,
    },
    {
      name: 'a quoted number as a wait',
      text: `${STEPS}  - wait: "5"`,
      at: '3:11',
      says: /unit, like 500ms or 2s; is "5"/,
    },
    {
      name: 'a status that is none',
      text: `${STEPS}  - send: { event: a, expect: { status: 2xy } }`,
      at: '3:41',
      says: /must be a status/,
    },
    {
      name: 'a header that is none',
      text: `${STEPS}  - send: { event: a, headers: { "a b": c } }`,
      at: '3:41',
      says: /not a header name/,
    },
    {
      name: 'a path that is none',
      text: `${STEPS}  - send: { event: a, set: { "a[": 1 } }`,
      at: '3:36',
      says: /not a path into a body/,
    },
    {
      name: 'an unknown variable',
      text: `${STEPS}  - send: { event: a, id: "\${x}" }`,
      at: '3:27',
      says: /no variable is called 'x'/,
    },
    {
      name: 'a variable that only a later step captures',
      text: `${STEPS}  - send: { event: a, id: "\${t}" }\n  - send: { event: a, capture: { t: x } }`,
      at: '3:27',
      says: /no variable is called 't'/,
    },
    {
      name: 'a variable that a step beside it captures',
      text: `${STEPS}  - parallel:\n      - send: { event: a, capture: { t: x } }\n      - send: { event: a, id: "\${t}" }`,
      at: '5:31',
      says: /no variable is called 't'/,
    },
    {
      name: 'a name with a meaning of its own',
      text: `name: a\nvariables: { now: 1 }\nsteps: [{ send: a }]`,
      at: '2:19',
      says: /meaning of its own/,
    },
    {
      name: 'neither event nor body',
      text: `${STEPS}  - send: { id: a }`,
      at: '3:5',
      says: /no event to send/,
    },
    {
      name: 'two bodies',
      text: `${STEPS}  - send: { data: a, base64: YQ== }`,
      at: '3:30',
      says: /data and base64 both/,
    },
    {
      name: 'a body with edits',
      text: `${STEPS}  - send: { event: a, data: b, set: { c: 1 } }`,
      at: '3:32',
      says: /nothing to change/,
    },
    {
      name: 'a number that cannot be kept',
      text: `${STEPS}  - send: { event: a, set: { b: 12345678901234567890 } }`,
      at: '3:33',
      says: /cannot be kept exactly/,
    },
    {
      name: 'a number that JSON lacks',
      text: `${STEPS}  - send: { event: a, set: { b: .inf } }`,
      at: '3:33',
      says: /not a number that JSON has/,
    },
    {
      name: 'a probe without question',
      text: `${STEPS}  - expect: { until: { status: 200 } }`,
      at: '3:15',
      says: /either url or command/,
    },
    {
      name: 'a share above 1',
      text: `name: a\ndisorder: { drop: 20 }\nsteps: [{ send: a }]`,
      at: '2:19',
      says: /<= 1/,
    },
  ];
  for (const { name, text, at, says } of rows) {
    it(`refuses ${name}, with its place`, async () => {
      const { message } = await refusal(text);
      assert.equal(message.split(': ')[0], `story.yaml:${at}`, message);
      assert.match(message, says);
    });
  }

  it('tells every problem at once, each with its place, and what was probably meant', async () => {
    const error = await refusal(`${STEPS}  - sned: a\n  - wait: 2`);
    assert.match(error.message, /^story\.yaml:3:5: /);
    assert.match(error.why ?? '', /story\.yaml:4:11: /);
    assert.equal(error.next, 'did you mean send?');
  });

  it('says that a reference needs quotes where YAML takes its brace for its own', async () => {
    const { message, next } = await refusal(`${STEPS}  - send: { event: a, id: \${uuid} }`);
    assert.match(message, /^story\.yaml:3:/);
    assert.match(next ?? '', /needs quotes/);
  });

  it('never repeats a secret that stands where a reference belongs', async () => {
    const { message, why } = await refusal(`${STEPS}  - send: { event: a, secret: whsec_abcdef }`);
    assert.match(message, /^story\.yaml:3:31: .*must be a reference/);
    assert.ok(!`${message}${why}`.includes('whsec_abcdef'));
  });

  it('follows aliases, and refuses those that have no end or grow without measure', async () => {
    const { steps } = await readScenario(`name: a\nsteps:\n  - &one { send: a }\n  - *one\n`, 'story.yaml');
    assert.equal(steps.length, 2);
    assert.equal(steps[1]?.place.line, 4);
    await refusal('name: a\nsteps: &all [*all]');
    const levels = Array.from({ length: 12 }, (_, n) => `  v${n + 1}: &l${n + 1} [${`*l${n},`.repeat(9)}]`);
    const { message } = await refusal(
      `name: a\nvariables:\n  v0: &l0 x\n${levels.join('\n')}\nsteps: [{ send: a }]`,
    );
    assert.match(message, /too large or nested too deeply/);
  });

  it('does not let a key change the prototype', async () => {
    const { message } = await refusal(`${STEPS}  - send: { event: a, set: { __proto__: { polluted: 1 } } }`);
    assert.match(message, /^story\.yaml:3:30: /);
  });
});

describe('every example in docs/run.md', () => {
  const page = readFileSync(join(repoRoot, 'docs', 'run.md'), 'utf8');
  const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text = '']) => text);

  it('is found', () => {
    assert.ok(examples.length > 3);
  });

  for (const text of examples) {
    const isWhole = /^name:/m.test(text);
    it(`is a scenario: ${text.split('\n')[0]}`, async () => {
      const variables = 'variables: { order: 1, issue: 2, token: 3 }\n';
      await readScenario(isWhole ? text : `name: Example\n${variables}${text}`, 'docs/run.md');
    });
  }
});
