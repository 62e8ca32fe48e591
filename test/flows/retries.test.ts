import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import { describe, it } from 'node:test';
import { loadProviderPacks } from '../../src/adapters/provider-packs.ts';
import type { AttemptResult, Deliver, Delivery } from '../../src/core/delivery.ts';
import type { OpenDelivery } from '../../src/core/open-delivery.ts';
import { retryRules } from '../../src/core/retry-rules.ts';
import type { RunEvent, RunFinished } from '../../src/core/run-event.ts';
import { parseStatusMatch } from '../../src/core/status-match.ts';
import { MOST_KEPT_AHEAD } from '../../src/flows/keep-ahead.ts';
import type { KeepCourse } from '../../src/flows/keep-course.ts';
import type { AttemptMoment, RetryPlan } from '../../src/flows/retry-run.ts';
import { type SendPlan, type SendPorts, send } from '../../src/flows/send.ts';
import { collect } from '../helpers/collect.ts';
import { bytes } from '../helpers/test-bytes.ts';

const START = new Date('2026-11-20T09:00:00Z');
const packs = await loadProviderPacks();
const rulesOf = (id: string) =>
  retryRules(packs.find(({ manifest }) => manifest.id === id)?.manifest, {}).rules;

function answer(status: number, headers: [string, string][] = []): AttemptResult {
  return {
    kind: 'answered',
    status,
    statusText: '',
    headers,
    body: new Uint8Array(),
    bodyTruncated: false,
    firstByteMs: 1,
    durationMs: 10,
  };
}

function order(index: number): Delivery {
  return {
    id: `evt_${index}`,
    provider: 'acme',
    method: 'POST',
    url: 'http://localhost:3000/',
    headers: [],
    body: bytes('{}'),
  };
}

/** A clock that jumps to the next sleeper whenever nothing else is left to do. */
function jumpingClock() {
  let time = 0;
  const sleepers: { at: number; wake: () => void }[] = [];
  function jump(): void {
    sleepers.sort((a, b) => a.at - b.at);
    const next = sleepers.shift();
    if (next === undefined) return;
    time = Math.max(time, next.at);
    next.wake();
  }
  return {
    now: () => new Date(START.getTime() + time),
    clockMs: () => time,
    sleep: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        if (signal.aborted) return resolve();
        setMaxListeners(0, signal);
        sleepers.push({ at: time + ms, wake: resolve });
        signal.addEventListener('abort', () => resolve(), { once: true });
        setImmediate(jump);
      }),
  };
}

function retriesOf(provider: string, changes: Partial<RetryPlan> = {}, timeScale = 1): RetryPlan {
  const rules = rulesOf(provider);
  return {
    contextOf: (_delivery, index) => ({
      rules,
      timeScale,
      signing: 'anew',
      isSigningNow: false,
      timeoutMs: 5000,
      run: 'run',
      jitterSeed: `seed/${index}`,
    }),
    timeScale,
    startsAt: START,
    again: (delivery) => delivery,
    outageMs: 0,
    ...changes,
  };
}

function planOf(retries: RetryPlan, changes: Partial<SendPlan> = {}): SendPlan {
  return {
    create: order,
    count: 1,
    concurrency: 1,
    timeoutMs: 5000,
    expectations: { status: { match: parseStatusMatch('2xx'), text: '2xx' }, body: [] },
    retries,
    ...changes,
  };
}

function portsOf(deliver: Deliver, changes: Partial<SendPorts> = {}): SendPorts {
  return { ...jumpingClock(), deliver, signal: new AbortController().signal, ...changes };
}

/** Fails that often, then accepts. */
function failing(times: number): Deliver {
  let count = 0;
  return async () => answer(count++ < times ? 503 : 204);
}

const startsOf = (events: readonly RunEvent[]) => events.filter((event) => event.type === 'attempt.started');
const sinceStart = (text: string | undefined) => (Date.parse(text ?? '') - START.getTime()) / 1000;

function summaryOf(events: readonly RunEvent[]): RunFinished & Required<Pick<RunFinished, 'retries'>> {
  const last = events.at(-1);
  assert.ok(last?.type === 'run.finished' && last.retries !== undefined);
  return { ...last, retries: last.retries };
}

const SCHEDULES = {
  'incident-io': [0, 5, 305, 2105, 9305, 27_305, 63_305, 99_305],
  synq: [0, 3, 9, 21, 45, 93, 189, 381, 765, 1533],
};

for (const [provider, seconds] of Object.entries(SCHEDULES)) {
  for (const timeScale of [1, 1000]) {
    describe(`retries of ${provider}, ${timeScale} times as fast`, () => {
      for (let failures = 0; failures <= seconds.length; failures++) {
        it(`come at exact times to a receiver that fails ${failures} times`, async () => {
          const ports = portsOf(failing(failures));
          const events = await collect(send(planOf(retriesOf(provider, {}, timeScale)), ports));
          const expected = seconds.slice(0, failures + 1);
          const starts = startsOf(events);
          assert.deepEqual(
            starts.map(({ attempt }) => attempt),
            expected.map((_, index) => index + 1),
          );
          assert.deepEqual(
            starts.map(({ providerAt }) => sinceStart(providerAt)),
            expected,
          );
          // Milliseconds of the fake clock are whole here: the real times are as exact.
          const real = starts.map(({ at }) => Math.round(sinceStart(at) * timeScale));
          assert.deepEqual(real, expected);
          const { delivered, failed, retries } = summaryOf(events);
          const isDelivered = failures < seconds.length;
          assert.deepEqual([delivered, failed], isDelivered ? [1, 0] : [0, 1]);
          assert.equal(retries.givenUp, isDelivered ? 0 : 1);
          assert.deepEqual(
            retries.timelines[0]?.entries.map(({ sinceFirstMs }) => sinceFirstMs / 1000),
            expected,
          );
        });
      }
    });
  }
}

describe('a run with retries', () => {
  it('says when the next attempt comes, why, and that none follows', async () => {
    const deliver = failing(9);
    const rules = { ...rulesOf('incident-io'), mostAttempts: 2 };
    const plan = retriesOf('incident-io', {}, 1000);
    const contextOf: RetryPlan['contextOf'] = (delivery, index) => ({
      ...plan.contextOf(delivery, index),
      rules,
    });
    const events = await collect(send(planOf({ ...plan, contextOf }), portsOf(deliver)));
    assert.deepEqual(
      events.map(({ type }) => type),
      [
        'attempt.started',
        'attempt.finished',
        'retry.scheduled',
        'attempt.started',
        'attempt.finished',
        'delivery.given-up',
        'run.finished',
      ],
    );
    assert.deepEqual(events[2], {
      type: 'retry.scheduled',
      deliveryId: 'evt_0',
      url: 'http://localhost:3000/',
      attempt: 2,
      delayMs: 5000,
      realDelayMs: 5,
      providerAt: '2026-11-20T09:00:05.000Z',
      why: 'status 503',
      notes: [],
    });
    assert.equal(events[1]?.type === 'attempt.finished' && events[1].willBeRetried, true);
    assert.equal(events[4]?.type === 'attempt.finished' && events[4].willBeRetried, undefined);
  });

  it('holds no connection while a retry waits', async () => {
    const order: string[] = [];
    const deliver: Deliver = async ({ url }) => {
      order.push(url);
      return answer(url.endsWith('0') && order.length === 1 ? 503 : 204);
    };
    const create = (index: number): Delivery => ({
      id: `evt_${index}`,
      provider: 'acme',
      method: 'POST',
      url: `http://localhost:3000/${index}`,
      headers: [],
      body: bytes('{}'),
    });
    await collect(send(planOf(retriesOf('synq'), { create, count: 3 }), portsOf(deliver)));
    assert.deepEqual(
      order.map((url) => url.at(-1)),
      ['0', '1', '2', '0'],
    );
  });

  it('gives each attempt its moment to be signed at', async () => {
    const moments: AttemptMoment[] = [];
    const again: RetryPlan['again'] = (delivery, moment) => {
      moments.push(moment);
      return delivery;
    };
    await collect(send(planOf(retriesOf('synq', { again }, 1000)), portsOf(failing(2))));
    assert.deepEqual(
      moments.map(({ providerAt, firstAt }) => [
        sinceStart(providerAt.toISOString()),
        sinceStart(firstAt.toISOString()),
      ]),
      [
        [0, 0],
        [3, 0],
        [9, 0],
      ],
    );
  });

  it('says when the provider would switch the endpoint off: 5 days after the first failure', async () => {
    const failed = summaryOf(await collect(send(planOf(retriesOf('incident-io')), portsOf(failing(99)))));
    assert.equal(failed.retries.switchOff[0]?.at, '2026-11-25T09:00:00.000Z');
    assert.equal(failed.retries.switchOff[0]?.isReached, false);
    const healed = summaryOf(await collect(send(planOf(retriesOf('incident-io')), portsOf(failing(3)))));
    assert.deepEqual(healed.retries.switchOff, []);
  });

  it('says that an answer has switched the endpoint off', async () => {
    const deliver: Deliver = async () => answer(500, [['webhook-delivery', 'disable']]);
    const { retries } = summaryOf(await collect(send(planOf(retriesOf('incident-io')), portsOf(deliver))));
    assert.deepEqual([retries.attempts, retries.switchOff[0]?.isReached], [1, true]);
  });

  it('goes by the provider’s rule of success, and counts by what the user expects', async () => {
    const expectations = { status: { match: parseStatusMatch('409'), text: '409' }, body: [] };
    const deliver: Deliver = async () => answer(409);
    const events = await collect(send(planOf(retriesOf('synq'), { expectations }), portsOf(deliver)));
    const { delivered, failed, retries } = summaryOf(events);
    assert.deepEqual([delivered, failed, retries.attempts], [1, 0, 10]);
  });

  it('sums up many deliveries by attempt', async () => {
    const counts = new Map<string, number>();
    const deliver: Deliver = async ({ url }) => {
      const count = (counts.get(url) ?? 0) + 1;
      counts.set(url, count);
      return answer(count > Number(url.at(-1)) ? 204 : 500);
    };
    const create = (index: number) => ({
      ...order(index),
      url: `http://localhost:3000/${index}/${index % 3}`,
    });
    const events = await collect(
      send(planOf(retriesOf('synq'), { create, count: 30, concurrency: 4 }), portsOf(deliver)),
    );
    const { retries, delivered } = summaryOf(events);
    assert.equal(delivered, 30);
    assert.deepEqual(retries.timelines, []);
    assert.deepEqual(retries.byAttempt, [
      { attempt: 1, made: 30, delivered: 10 },
      { attempt: 2, made: 20, delivered: 10 },
      { attempt: 3, made: 10, delivered: 10 },
    ]);
  });

  describe('with an outage', () => {
    it('sends nothing while it lasts, and all that waits at once when it ends', async () => {
      const sent: number[] = [];
      const clock = jumpingClock();
      const deliver: Deliver = async () => {
        sent.push(clock.clockMs() / 1000);
        return answer(204);
      };
      const retries = retriesOf('incident-io', { outageMs: 600_000 });
      const plan = planOf(retries, { count: 3, concurrency: 3, dueMs: (index) => index * 100_000 });
      const events = await collect(send(plan, portsOf(deliver, clock)));
      // Attempts at 0, 5 and 305 s, and as much later for the others: all fail. Each waits for the end.
      assert.deepEqual(sent, [600, 600, 600]);
      const outages = events.filter((event) => event.type === 'attempt.failed' && event.reason === 'outage');
      assert.equal(outages.length, 9);
      assert.equal(summaryOf(events).delivered, 3);
    });
  });

  describe('when it is interrupted', () => {
    it('leaves its deliveries open, with what is due next', async () => {
      const interrupt = new AbortController();
      const kept: (OpenDelivery | undefined)[] = [];
      const keep: KeepCourse = {
        async begin(_delivery, _at, open) {
          kept.push(open);
          return 'recording';
        },
        async add(_id, { attempt, open }) {
          kept.push(open);
          if (attempt.attempt === 2) interrupt.abort();
        },
      };
      const ports = portsOf(failing(99), { keep, signal: interrupt.signal });
      const events = await collect(send(planOf(retriesOf('incident-io', {}, 1000)), ports));
      assert.deepEqual(
        kept.map((open) => open && [open.attempt, sinceStart(open.dueAt.toISOString())]),
        [
          [1, 0],
          [2, 5],
          [3, 305],
        ],
      );
      const { retries, isInterrupted, failed } = summaryOf(events);
      assert.deepEqual([retries.open, isInterrupted, failed], [1, true, 0]);
    });

    it('has kept every delivery before the first attempt, as of the moment at which it is due', async () => {
      const interrupt = new AbortController();
      const kept: string[] = [];
      const keep: KeepCourse = {
        async begin({ id }, at, open) {
          kept.push(`${id} ${sinceStart(at.toISOString())} ${sinceStart(open?.dueAt.toISOString())}`);
          return id;
        },
        async add() {},
      };
      const deliver: Deliver = async () => {
        kept.push('attempt');
        interrupt.abort();
        return answer(204);
      };
      const plan = planOf(retriesOf('incident-io'), { count: 3, dueMs: (index) => index * 1000 });
      const due = { ...plan, retries: { ...retriesOf('incident-io'), providerDueMs: plan.dueMs as never } };
      const events = await collect(send(due, portsOf(deliver, { keep, signal: interrupt.signal })));
      assert.deepEqual(kept, ['evt_0 0 0', 'evt_1 0 1', 'evt_2 0 2', 'attempt']);
      assert.equal(summaryOf(events).retries.open, 2);
    });

    it('keeps what must be made when it is due no earlier', async () => {
      const kept: string[] = [];
      const keep: KeepCourse = {
        begin: async ({ id }) => String(kept.push(id)),
        async add() {},
      };
      const deliver: Deliver = async () => {
        kept.push('attempt');
        return answer(204);
      };
      const plan = planOf(retriesOf('incident-io', { isMadeWhenDue: true }), { count: 2 });
      await collect(send(plan, portsOf(deliver, { keep })));
      assert.deepEqual(kept, ['evt_0', 'attempt', 'evt_1', 'attempt']);
    });

    it('says that it goes on with a part of very many alone', async () => {
      const begun: string[] = [];
      const interrupt = new AbortController();
      const keep: KeepCourse = {
        begin: async ({ id }) => String(begun.push(id)),
        async add() {
          interrupt.abort();
        },
      };
      const plan = planOf(retriesOf('incident-io'), { count: MOST_KEPT_AHEAD + 1 });
      const ports = portsOf(failing(0), { keep, signal: interrupt.signal });
      const [warning] = await collect(send(plan, ports));
      assert.ok(warning?.type === 'warning' && warning.code === 'kept-ahead');
      assert.match(warning.message, /of 10001 deliveries the first 10000 are kept before they begin/);
      assert.equal(begun.length, MOST_KEPT_AHEAD);
    });

    for (const laterSeconds of [0, 100_000]) {
      it(`goes on where it was left, at the same times of the provider, ${laterSeconds} s later`, async () => {
        const startsAt = new Date(START.getTime() + laterSeconds * 1000);
        const plan = retriesOf('incident-io', { startsAt }, 1000);
        const delivery = order(0);
        const open: OpenDelivery = {
          attempt: 3,
          dueAt: new Date(START.getTime() + 305_000),
          firstAt: START,
          lastAt: new Date(START.getTime() + 5000),
          context: plan.contextOf(delivery, 0),
        };
        const resumed = () => ({ delivery, open, recordingId: 'recording' });
        const events = await collect(
          send(planOf({ ...plan, resumed }, { dueMs: () => 300 }), portsOf(failing(1))),
        );
        assert.deepEqual(
          startsOf(events).map(({ attempt, providerAt }) => [attempt, sinceStart(providerAt)]),
          [
            [3, 305],
            [4, 2105],
          ],
        );
        assert.equal(summaryOf(events).retries.timelines[0]?.attemptsBefore, 2);
      });
    }
  });
});
