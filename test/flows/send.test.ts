import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AttemptResult, Deliver, Delivery, HttpRequest } from '../../src/core/delivery.ts';
import { HooksError } from '../../src/core/errors.ts';
import type { RunEvent, RunFinished } from '../../src/core/run-event.ts';
import { parseStatusMatch } from '../../src/core/status-match.ts';
import { type SendPlan, type SendPorts, send } from '../../src/flows/send.ts';
import { collect } from '../helpers/collect.ts';
import { bytes } from '../helpers/test-bytes.ts';

const ANSWER: AttemptResult = {
  kind: 'answered',
  status: 204,
  statusText: 'No Content',
  headers: [],
  body: new Uint8Array(),
  bodyTruncated: false,
  firstByteMs: 1,
  durationMs: 10,
};
const REFUSED: AttemptResult = {
  kind: 'failed',
  reason: 'refused',
  message: 'nothing listens at localhost:3000',
  next: 'start your app',
  tried: ['127.0.0.1:3000'],
  durationMs: 2,
};
const CANCELLED: AttemptResult = { ...REFUSED, reason: 'cancelled', message: 'interrupted' };

function order(index: number): Delivery {
  return {
    id: `evt_${index}`,
    provider: 'acme',
    eventType: 'order.paid',
    method: 'POST',
    url: 'http://localhost:3000/',
    headers: [],
    body: bytes(`{"id":${index}}`),
  };
}

function planOf(changes: Partial<SendPlan> = {}): SendPlan {
  return {
    create: order,
    count: 1,
    concurrency: 1,
    timeoutMs: 5000,
    expectations: { status: { match: parseStatusMatch('2xx'), text: '2xx' }, body: [] },
    ...changes,
  };
}

/** Ports whose clock moves on by sleeping alone. */
function portsOf(changes: Partial<SendPorts> = {}): SendPorts {
  let time = 0;
  return {
    deliver: async () => ANSWER,
    now: () => new Date(Date.parse('2026-11-20T09:00:00Z') + time),
    clockMs: () => time,
    async sleep(ms, signal) {
      if (!signal.aborted) time += ms;
    },
    signal: new AbortController().signal,
    ...changes,
  };
}

const brief = (event: RunEvent) => ('deliveryId' in event ? `${event.type} ${event.deliveryId}` : event.type);

function lastOf(events: readonly RunEvent[]): RunFinished {
  const last = events.at(-1);
  assert.ok(last?.type === 'run.finished');
  return last;
}

/** A network whose answers the test gives, one by one. */
function handOperated() {
  const open: { request: HttpRequest; answer: (result: AttemptResult) => void }[] = [];
  const watchers: (() => void)[] = [];
  let mostOpen = 0;
  const deliver: Deliver = (request) =>
    new Promise((resolve) => {
      open.push({ request, answer: resolve });
      mostOpen = Math.max(mostOpen, open.length);
      for (const watch of watchers.splice(0)) watch();
    });
  return {
    deliver,
    mostOpen: () => mostOpen,
    /** Answers the oldest request, as soon as there is one. */
    async answer(result: AttemptResult = ANSWER): Promise<void> {
      while (open.length === 0) await new Promise<void>((resolve) => watchers.push(resolve));
      open.shift()?.answer(result);
    },
    async until(count: number): Promise<void> {
      while (open.length < count) await new Promise<void>((resolve) => watchers.push(resolve));
    },
  };
}

describe('send', () => {
  it('tells of one delivery from start to end', async () => {
    const create = (): Delivery => ({
      ...order(1),
      slug: 'order_paid',
      variant: 'flat',
      headers: [
        { name: 'X-Signature', value: 'v1=ab' },
        { name: 'X-Token', value: 'open sesame', isSecret: true },
      ],
    });
    const answer: AttemptResult = {
      ...ANSWER,
      status: 500,
      statusText: 'Oops',
      headers: [['Set-Cookie', 'session=1']],
      body: bytes('no'),
    };
    const events = await collect(send(planOf({ create }), portsOf({ deliver: async () => answer })));
    assert.deepEqual(events, [
      {
        type: 'attempt.started',
        deliveryId: 'evt_1',
        attempt: 1,
        method: 'POST',
        url: 'http://localhost:3000/',
        provider: 'acme',
        eventType: 'order.paid',
        slug: 'order_paid',
        variant: 'flat',
        headers: [
          ['X-Signature', 'v1=ab'],
          ['X-Token', '••••••'],
        ],
        sizeBytes: 8,
        at: '2026-11-20T09:00:00.000Z',
      },
      {
        type: 'attempt.finished',
        deliveryId: 'evt_1',
        attempt: 1,
        url: 'http://localhost:3000/',
        status: 500,
        statusText: 'Oops',
        durationMs: 10,
        headers: [['Set-Cookie', '••••••']],
        body: bytes('no'),
        isBodyTruncated: false,
        isAsExpected: false,
        unmet: ['expected status 2xx, got 500'],
      },
      {
        type: 'run.finished',
        delivered: 0,
        failed: 1,
        unreachable: 0,
        durationMs: 0,
        latencyMs: { min: 10, median: 10, p95: 10, max: 10 },
        isInterrupted: false,
      },
    ]);
  });

  it('puts the delivery on the wire as it was made', async () => {
    const headers = [
      { name: 'x-a', value: '1' },
      { name: 'X-A', value: '2', isSecret: true },
    ];
    const seen: unknown[] = [];
    const deliver: Deliver = async (request, { timeoutMs }) => {
      seen.push({ ...request, timeoutMs });
      return ANSWER;
    };
    await collect(send(planOf({ create: () => ({ ...order(1), headers }) }), portsOf({ deliver })));
    const { method, url, body } = order(1);
    const fields = [
      ['x-a', '1'],
      ['X-A', '2'],
    ];
    assert.deepEqual(seen, [{ method, url, headers: fields, body, timeoutMs: 5000 }]);
  });

  it('tells why there was no answer', async () => {
    const events = await collect(send(planOf(), portsOf({ deliver: async () => REFUSED })));
    const { kind: _, ...failure } = REFUSED;
    assert.deepEqual(events[1], {
      type: 'attempt.failed',
      deliveryId: 'evt_0',
      attempt: 1,
      url: 'http://localhost:3000/',
      ...failure,
    });
    assert.equal(lastOf(events).unreachable, 1);
    assert.equal('latencyMs' in lastOf(events), false);
  });

  it('delivers one after the other with a concurrency of 1', async () => {
    const events = await collect(send(planOf({ count: 3 }), portsOf()));
    assert.deepEqual(events.map(brief), [
      'attempt.started evt_0',
      'attempt.finished evt_0',
      'attempt.started evt_1',
      'attempt.finished evt_1',
      'attempt.started evt_2',
      'attempt.finished evt_2',
      'run.finished',
    ]);
  });

  it('returns the summary as well', async () => {
    const run = send(planOf(), portsOf());
    for (;;) {
      const { value, done } = await run.next();
      if (!done) continue;
      assert.equal(value.type, 'run.finished');
      assert.equal(value.delivered, 1);
      return;
    }
  });

  it('delivers nothing where nothing is asked for', async () => {
    const events = await collect(send(planOf({ count: 0 }), portsOf()));
    assert.deepEqual(events.map(brief), ['run.finished']);
  });

  for (const { count, concurrency, most } of [
    { count: 20, concurrency: 4, most: 4 },
    { count: 2, concurrency: 50, most: 2 },
  ]) {
    it(`has ${most} of ${count} deliveries under way at once with a concurrency of ${concurrency}`, async () => {
      const network = handOperated();
      const events = collect(send(planOf({ count, concurrency }), portsOf({ deliver: network.deliver })));
      await network.until(most);
      for (let answered = 0; answered < count; answered++) await network.answer();
      assert.equal(lastOf(await events).delivered, count);
      assert.equal(network.mostOpen(), most);
    });
  }

  it('makes each delivery when it is due, once', async () => {
    const made: string[] = [];
    const ports = portsOf();
    const create = (index: number) => {
      made.push(`${index} at ${ports.clockMs()}`);
      return order(index);
    };
    const dueMs = (index: number) => index * 250;
    const events = await collect(send(planOf({ create, count: 4, dueMs }), ports));
    assert.deepEqual(made, ['0 at 0', '1 at 250', '2 at 500', '3 at 750']);
    assert.equal(lastOf(events).durationMs, 750);
  });

  it('does not wait for what is already due', async () => {
    const slept: number[] = [];
    let time = 0;
    const ports = portsOf({
      clockMs: () => time,
      async sleep(ms) {
        slept.push(ms);
        time += ms;
      },
      async deliver() {
        time += 300;
        return ANSWER;
      },
    });
    await collect(send(planOf({ count: 3, dueMs: (index) => index * 100 }), ports));
    assert.deepEqual(slept, [0, 0, 0]);
  });

  it('sums up latencies by the nearest rank', async () => {
    const latencies = [
      50, 10, 40, 20, 30, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200,
    ];
    let index = 0;
    const deliver: Deliver = async () => ({ ...ANSWER, durationMs: latencies[index++] ?? 0 });
    const events = await collect(send(planOf({ count: latencies.length }), portsOf({ deliver })));
    assert.deepEqual(lastOf(events).latencyMs, { min: 10, median: 100, p95: 190, max: 200 });
  });

  describe('when it is interrupted', () => {
    it('ends after the deliveries under way, which count for nothing', async () => {
      const interrupt = new AbortController();
      const deliver: Deliver = async (_request, { signal }) => {
        if (signal?.aborted) return CANCELLED;
        interrupt.abort();
        return CANCELLED;
      };
      const ports = portsOf({ deliver, signal: interrupt.signal });
      const events = await collect(send(planOf({ count: 100 }), ports));
      assert.deepEqual(events.map(brief), ['attempt.started evt_0', 'attempt.failed evt_0', 'run.finished']);
      const { delivered, failed, unreachable, isInterrupted } = lastOf(events);
      assert.deepEqual([delivered, failed, unreachable, isInterrupted], [0, 0, 0, true]);
    });

    it('sends nothing that is not due yet', async () => {
      const interrupt = new AbortController();
      const sleep = async () => interrupt.abort();
      const events = await collect(
        send(planOf({ count: 2, dueMs: () => 1000 }), portsOf({ sleep, signal: interrupt.signal })),
      );
      assert.deepEqual(events.map(brief), ['run.finished']);
    });

    it('sends nothing when it is interrupted before it starts', async () => {
      const events = await collect(send(planOf({ count: 2 }), portsOf({ signal: AbortSignal.abort() })));
      assert.deepEqual(events.map(brief), ['run.finished']);
      assert.equal(lastOf(events).isInterrupted, true);
    });
  });

  describe('when a delivery cannot be made', () => {
    const failAt = (failing: number) => (index: number) => {
      if (index === failing) throw new HooksError('usage', 'the edit does not fit');
      return order(index);
    };

    it('throws what was thrown, after the events so far', async () => {
      const events: RunEvent[] = [];
      await assert.rejects(async () => {
        for await (const event of send(planOf({ create: failAt(1), count: 3 }), portsOf()))
          events.push(event);
      }, /the edit does not fit/);
      assert.deepEqual(events.map(brief), ['attempt.started evt_0', 'attempt.finished evt_0']);
    });

    it('begins no other delivery, and tells of those under way', async () => {
      const network = handOperated();
      const events: RunEvent[] = [];
      const plan = planOf({ create: failAt(2), count: 100, concurrency: 2 });
      const run = (async () => {
        for await (const event of send(plan, portsOf({ deliver: network.deliver }))) events.push(event);
      })();
      await network.until(2);
      await network.answer();
      await network.answer();
      await assert.rejects(run, /the edit does not fit/);
      assert.deepEqual(events.map(brief).sort(), [
        'attempt.finished evt_0',
        'attempt.finished evt_1',
        'attempt.started evt_0',
        'attempt.started evt_1',
      ]);
    });

    it('does not wait for deliveries that are due later', async () => {
      const sleep: SendPorts['sleep'] = (ms, signal) =>
        ms === 0
          ? Promise.resolve()
          : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      const plan = planOf({ create: failAt(0), count: 2, concurrency: 2, dueMs: (index) => index * 60_000 });
      await assert.rejects(collect(send(plan, portsOf({ sleep }))), /the edit does not fit/);
    });
  });

  it('throws what the client throws for a request that cannot be sent', async () => {
    const deliver: Deliver = async () => {
      throw new HooksError('usage', "the header 'Expect' cannot be set like this");
    };
    await assert.rejects(collect(send(planOf({ count: 5 }), portsOf({ deliver }))), /Expect/);
  });

  it('begins nothing more when the reader leaves', async () => {
    const network = handOperated();
    let made = 0;
    const create = (index: number) => {
      made++;
      return order(index);
    };
    const run = send(planOf({ create, count: 100 }), portsOf({ deliver: network.deliver }));
    await run.next();
    const left = run.return({} as RunFinished);
    await network.answer();
    await left;
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(made, 1);
  });

  it('holds back for a slow reader', async () => {
    let made = 0;
    const create = (index: number) => {
      made++;
      return order(index);
    };
    const run = send(planOf({ create, count: 100_000 }), portsOf());
    await run.next();
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(made < 5000, `made ${made} deliveries`);
    await run.return({} as RunFinished);
  });

  describe('with a recorder', () => {
    it('keeps each delivery with its attempt, and whether it failed', async () => {
      const results = [ANSWER, { ...ANSWER, status: 500 }, REFUSED];
      const kept: unknown[] = [];
      const ports = portsOf({
        deliver: async () => results[kept.length] ?? ANSWER,
        async record({ id }, { attempt, startedAt, result }, isFailed) {
          kept.push([id, attempt, startedAt.toISOString(), result.kind, isFailed]);
        },
      });
      await collect(send(planOf({ count: 3 }), ports));
      assert.deepEqual(kept, [
        ['evt_0', 1, '2026-11-20T09:00:00.000Z', 'answered', false],
        ['evt_1', 1, '2026-11-20T09:00:00.000Z', 'answered', true],
        ['evt_2', 1, '2026-11-20T09:00:00.000Z', 'failed', true],
      ]);
    });

    it('warns once where deliveries cannot be kept, and delivers all the same', async () => {
      const record = async () => {
        throw new HooksError('file-unwritable', 'the disk is full', { why: 'ENOSPC', next: 'prune' });
      };
      const events = await collect(send(planOf({ count: 6, concurrency: 3 }), portsOf({ record })));
      assert.deepEqual(
        events.filter(({ type }) => type === 'warning'),
        [
          {
            type: 'warning',
            code: 'not-recorded',
            message: 'not recorded: the disk is full (ENOSPC)',
            next: 'prune',
          },
        ],
      );
      assert.equal(lastOf(events).delivered, 6);
    });

    it('records what is under way before it ends for a reader that leaves', async () => {
      const kept: string[] = [];
      let isDelivering = false;
      const run = send(
        planOf({ count: 3 }),
        portsOf({
          async deliver() {
            isDelivering = true;
            for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
            return ANSWER;
          },
          record: async ({ id }) => void kept.push(id),
        }),
      );
      await run.next();
      while (!isDelivering) await new Promise((resolve) => setImmediate(resolve));
      await run.return({} as RunFinished);
      assert.deepEqual(kept, ['evt_0']);
    });

    it('lets a bug in it rise', async () => {
      const record = async () => {
        throw new TypeError('a bug');
      };
      await assert.rejects(collect(send(planOf(), portsOf({ record }))), TypeError);
    });
  });
});
