import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HooksError } from '../../src/core/errors.ts';
import type { Answer, HandleRequest, ReceivedRequest, RunningServer } from '../../src/core/received.ts';
import type { Recording } from '../../src/core/recording.ts';
import type { ListenFinished, RunEvent } from '../../src/core/run-event.ts';
import type { Verdicts } from '../../src/core/verdict.ts';
import { type ListenPlan, type ListenPorts, listen } from '../../src/flows/listen.ts';
import { bytes } from '../helpers/test-bytes.ts';

const GOOD: Verdicts = {
  provider: 'acme',
  eventType: 'order.paid',
  isKnownEventType: true,
  signature: { state: 'genuine', scheme: 'github', secretIndex: 0 },
  schema: { state: 'valid', warnings: [] },
  isDuplicate: false,
};
const FORGED: Verdicts = {
  ...GOOD,
  signature: {
    state: 'refused',
    scheme: 'github',
    reason: 'signature-mismatch',
    message: 'no signature matches',
  },
};
const NOT_JSON: Verdicts = {
  ...GOOD,
  signature: { state: 'not-verified', reason: 'no-secret', message: 'no secret' },
  schema: { state: 'not-json', message: 'the body is empty' },
};
const UNVERIFIED: Verdicts = {
  ...GOOD,
  signature: { state: 'not-verified', reason: 'no-secret', message: 'no secret' },
};
const DUPLICATE: Verdicts = { ...GOOD, isDuplicate: true };
const REFUND: Verdicts = { ...GOOD, eventType: 'refund.made' };

const OK: Answer = { status: 202, headers: [['Content-Type', 'text/plain']], body: bytes('ok\n') };

function request(id: string): ReceivedRequest {
  return {
    id,
    receivedAt: new Date('2026-11-20T09:00:00Z'),
    peer: '127.0.0.1:50000',
    method: 'POST',
    target: '/hooks?a=1',
    httpVersion: '1.1',
    headers: [
      ['X-Signature', 'v1=ab'],
      ['X-Token', 'open sesame'],
    ],
    body: bytes(id),
  };
}

/** A promise that never settles. */
const never = () => new Promise<void>(() => {});

/** A listener with a server in memory; `judges` says what each delivery is found to be, in order. */
function start(
  planned: Partial<ListenPlan>,
  judges: readonly Verdicts[] = [],
  ported: Partial<ListenPorts> = {},
) {
  const plan: ListenPlan = {
    answer: OK,
    delayMs: () => 0,
    isStrict: false,
    isVerifying: true,
    shows: () => true,
    expectsValid: false,
    secretHeaders: ['x-token'],
    signatureHeaders: [],
    ...planned,
  };
  const verdicts = [...judges];
  const stops: number[] = [];
  let on: Parameters<ListenPorts['serve']>[0] | undefined;
  const server: RunningServer = {
    url: 'http://127.0.0.1:4000',
    port: 4000,
    stop: async (graceMs) => void stops.push(graceMs),
  };
  const interrupt = new AbortController();
  const run = listen(plan, {
    async serve(given) {
      on = given;
      return server;
    },
    judge: async () => ({ verdicts: verdicts.shift() ?? GOOD, slug: 'order_paid', highlights: ['A-1'] }),
    clockMs: () => 0,
    now: () => new Date('2026-11-20T09:00:00Z'),
    sleep: never,
    signal: interrupt.signal,
    ...ported,
  });
  const events: RunEvent[] = [];
  const ended = (async (): Promise<ListenFinished> => {
    for (;;) {
      const { value, done } = await run.next();
      if (done) return value;
      events.push(value);
    }
  })();
  // Looked at by each test; until then it is not to count as unhandled.
  ended.catch(() => {});
  const callbacks = async () => {
    while (on === undefined) await new Promise((resolve) => setImmediate(resolve));
    return on;
  };
  return {
    run,
    events,
    ended,
    stops,
    interrupt: () => interrupt.abort(),
    /** As the HTTP server does: what the handler throws is told, and becomes a 500. */
    async receive(id = 'evt_1'): Promise<Answer> {
      const { handle, onError } = await callbacks();
      try {
        const reaction = await handle(request(id));
        assert('body' in reaction, 'answered');
        return reaction;
      } catch (error) {
        onError(error);
        return { status: 500, headers: [], body: new Uint8Array() };
      }
    },
    async refuse(): Promise<void> {
      const { onRefused } = await callbacks();
      const refusedAt = new Date('2026-11-20T09:00:00Z');
      onRefused({
        reason: 'body-too-large',
        message: 'too large',
        peer: '127.0.0.1:1',
        status: 413,
        refusedAt,
      });
    },
  };
}

const textOf = ({ body }: Answer) => new TextDecoder().decode(body);
const typesOf = (events: readonly RunEvent[]) => events.map(({ type }) => type);

describe('listen', () => {
  it('tells of a delivery from the ready line to the summary', async () => {
    const { receive, events, ended, stops } = start({ exitAfter: 1, provider: 'acme' });
    assert.equal(await receive(), OK);
    const finished = await ended;
    assert.deepEqual(events, [
      { type: 'ready', url: 'http://127.0.0.1:4000', provider: 'acme', isVerifying: true },
      {
        type: 'delivery.received',
        deliveryId: 'evt_1',
        receivedAt: '2026-11-20T09:00:00.000Z',
        peer: '127.0.0.1:50000',
        method: 'POST',
        target: '/hooks?a=1',
        headers: [
          ['X-Signature', 'v1=ab'],
          ['X-Token', '••••••'],
        ],
        body: bytes('evt_1'),
        verdicts: GOOD,
        answer: { status: 202 },
        forwards: [],
        durationMs: 0,
        isShown: true,
        slug: 'order_paid',
        highlights: ['A-1'],
      },
      {
        type: 'listen.finished',
        received: 1,
        hidden: 0,
        genuine: 1,
        refused: 0,
        notVerified: 0,
        invalid: 0,
        duplicates: 0,
        notForwarded: 0,
        requestsRefused: 0,
        reason: 'exit-after',
        unmet: [],
        durationMs: 0,
      },
    ]);
    assert.equal(finished, events.at(-1));
    assert.equal(stops.length, 1);
  });

  it('counts what it found', async () => {
    const verdicts = [GOOD, FORGED, NOT_JSON, DUPLICATE];
    const { receive, refuse, ended, interrupt, events } = start({}, verdicts);
    for (const _ of verdicts) await receive();
    await refuse();
    interrupt();
    const { type: _, durationMs: __, ...counts } = await ended;
    assert.deepEqual(counts, {
      received: 4,
      hidden: 0,
      genuine: 2,
      refused: 1,
      notVerified: 1,
      invalid: 1,
      duplicates: 1,
      notForwarded: 0,
      requestsRefused: 1,
      reason: 'interrupted',
      unmet: [],
    });
    assert.deepEqual(events.at(-2), {
      type: 'request.refused',
      at: '2026-11-20T09:00:00.000Z',
      peer: '127.0.0.1:1',
      reason: 'body-too-large',
      message: 'too large',
      status: 413,
    });
  });

  describe('strict', () => {
    const ROWS: { it: string; verdicts: Verdicts; status: number; body: string }[] = [
      { it: 'the usual answer to a good delivery', verdicts: GOOD, status: 202, body: 'ok\n' },
      {
        it: '401 to a forged one',
        verdicts: FORGED,
        status: 401,
        body: '{"error":"no signature matches"}\n',
      },
      {
        it: '422 to one that is no JSON',
        verdicts: NOT_JSON,
        status: 422,
        body: '{"error":"the body is empty"}\n',
      },
    ];
    for (const { it: what, verdicts, status, body } of ROWS) {
      it(`gives ${what}`, async () => {
        const { receive, events, ended } = start({ isStrict: true, exitAfter: 1 }, [verdicts]);
        const answer = await receive();
        assert.deepEqual([answer.status, textOf(answer)], [status, body]);
        await ended;
        const received = events.find((event) => event.type === 'delivery.received');
        const why = status === 202 ? undefined : JSON.parse(body).error;
        assert.deepEqual(received?.answer, { status, ...(why && { why }) });
      });
    }

    it('is not what happens by default', async () => {
      const { receive, ended } = start({ exitAfter: 1 }, [FORGED]);
      assert.equal(await receive(), OK);
      await ended;
    });
  });

  it('answers after the delay', async () => {
    const slept: number[] = [];
    const { receive, ended } = start({ delayMs: () => 700, exitAfter: 1 }, [], {
      sleep: async (ms) => void slept.push(ms),
    });
    await receive();
    await ended;
    assert.deepEqual(slept, [700]);
  });

  it('cuts the delay short when it ends', async () => {
    const sleep: ListenPorts['sleep'] = (_ms, signal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    const { receive, ended, interrupt } = start({ delayMs: () => 60_000 }, [], { sleep });
    const answer = receive();
    await new Promise((resolve) => setImmediate(resolve));
    interrupt();
    assert.equal(await answer, OK);
    await ended;
  });

  describe('ends', () => {
    it('after as many deliveries as asked for', async () => {
      const { receive, ended, events } = start({ exitAfter: 3 });
      for (const id of ['1', '2', '3']) await receive(id);
      assert.equal((await ended).reason, 'exit-after');
      assert.equal(typesOf(events).filter((type) => type === 'delivery.received').length, 3);
    });

    it('when more come at once than asked for', async () => {
      const { receive, ended, events } = start({ exitAfter: 1 });
      const answers = await Promise.all(['1', '2', '3'].map((id) => receive(id)));
      assert.deepEqual(answers, [OK, OK, OK]);
      const { reason, received } = await ended;
      assert.deepEqual([reason, received], ['exit-after', 3]);
      assert.equal(typesOf(events).filter((type) => type === 'delivery.received').length, 3);
    });

    it('by what is shown, not by what is hidden', async () => {
      const shows = ({ eventType }: Verdicts) => eventType === 'refund.made';
      const { receive, ended, events } = start({ exitAfter: 1, shows }, [GOOD, GOOD, REFUND]);
      for (const id of ['1', '2', '3']) await receive(id);
      const { reason, received, genuine, hidden } = await ended;
      assert.deepEqual([reason, received, genuine, hidden], ['exit-after', 1, 1, 2]);
      const shown = events.flatMap((event) => (event.type === 'delivery.received' ? [event.isShown] : []));
      assert.deepEqual(shown, [false, false, true]);
    });

    it('after the delivery that was waited for', async () => {
      const until = {
        text: 'refund.made',
        matches: ({ eventType }: Verdicts) => eventType === 'refund.made',
      };
      const { receive, ended } = start({ until }, [GOOD, REFUND]);
      for (const id of ['1', '2']) await receive(id);
      const { reason, received, unmet } = await ended;
      assert.deepEqual([reason, received, unmet], ['until', 2, []]);
    });

    it('not after a hidden delivery of the type that was waited for', async () => {
      const until = { text: '*', matches: () => true };
      const { receive, ended, interrupt } = start({ until, shows: () => false });
      await receive();
      interrupt();
      assert.deepEqual((await ended).unmet, ['no delivery of * came']);
    });

    const EARLY: { it: string; plan: Partial<ListenPlan>; received: number; unmet: string[] }[] = [
      { it: 'with nothing unmet where nothing was asked for', plan: {}, received: 0, unmet: [] },
      {
        it: 'and misses one delivery',
        plan: { exitAfter: 1 },
        received: 0,
        unmet: ['expected 1 delivery, got 0'],
      },
      { it: 'and misses some', plan: { exitAfter: 3 }, received: 2, unmet: ['expected 3 deliveries, got 2'] },
      {
        it: 'and misses the one waited for',
        plan: { until: { text: 'refund.made', matches: () => false } },
        received: 1,
        unmet: ['no delivery of refund.made came'],
      },
    ];
    for (const { it: how, plan, received, unmet } of EARLY) {
      it(`at the timeout, ${how}`, async () => {
        let timeOut = () => {};
        const sleep = (ms: number) => {
          assert.equal(ms, 5000);
          return new Promise<void>((resolve) => {
            timeOut = resolve;
          });
        };
        const { receive, ended } = start({ ...plan, timeoutMs: 5000 }, [], { sleep });
        for (let count = 0; count < received; count++) await receive();
        await new Promise((resolve) => setImmediate(resolve));
        timeOut();
        const finished = await ended;
        assert.deepEqual([finished.reason, finished.unmet], ['timeout', unmet]);
      });
    }

    it('when it is interrupted', async () => {
      const { ended, interrupt, stops } = start({ exitAfter: 2 });
      interrupt();
      const { reason, unmet } = await ended;
      assert.deepEqual([reason, unmet], ['interrupted', ['expected 2 deliveries, got 0']]);
      assert.equal(stops.length, 1);
    });

    it('at once when it was interrupted before it began, and stops its server', async () => {
      const { ended, events, stops } = start({}, [], { signal: AbortSignal.abort() });
      assert.equal((await ended).reason, 'interrupted');
      assert.deepEqual(typesOf(events), ['ready', 'listen.finished']);
      assert.equal(stops.length, 1);
    });

    it('for the first reason, whatever comes then', async () => {
      const { receive, ended, interrupt } = start({ exitAfter: 1 });
      await receive();
      interrupt();
      assert.equal((await ended).reason, 'exit-after');
    });

    it('after telling of what came while the server stopped', async () => {
      let finishStop = () => {};
      const server: RunningServer = {
        url: 'http://127.0.0.1:4000',
        port: 4000,
        stop: () =>
          new Promise((resolve) => {
            finishStop = resolve;
          }),
      };
      let handle: HandleRequest | undefined;
      const { events, ended, interrupt } = start({}, [], {
        async serve(on) {
          handle = on.handle;
          return server;
        },
      });
      await new Promise((resolve) => setImmediate(resolve));
      interrupt();
      await new Promise((resolve) => setImmediate(resolve));
      await handle?.(request('late'));
      finishStop();
      assert.equal((await ended).received, 1);
      assert.deepEqual(typesOf(events), ['ready', 'delivery.received', 'listen.finished']);
    });
  });

  describe('expecting valid deliveries', () => {
    const ROWS: { it: string; judges: Verdicts[]; shows?: ListenPlan['shows']; unmet: string[] }[] = [
      { it: 'is content with good ones and duplicates', judges: [GOOD, DUPLICATE], unmet: [] },
      { it: 'is content with none', judges: [], unmet: [] },
      { it: 'counts one that is not', judges: [FORGED], unmet: ['1 of 1 delivery not as expected'] },
      {
        it: 'counts those that are not',
        judges: [GOOD, FORGED, NOT_JSON],
        unmet: ['2 of 3 deliveries not as expected'],
      },
      {
        it: 'counts one that was not verified',
        judges: [GOOD, UNVERIFIED],
        unmet: ['1 of 2 deliveries not as expected, 1 of them not verified'],
      },
      { it: 'leaves hidden ones out', judges: [FORGED], shows: () => false, unmet: [] },
    ];
    for (const { it: does, judges, shows = () => true, unmet } of ROWS) {
      it(does, async () => {
        const { receive, ended, interrupt } = start({ expectsValid: true, shows }, judges);
        for (const _ of judges) await receive();
        interrupt();
        assert.deepEqual((await ended).unmet, unmet);
      });
    }

    it('is not what happens by default', async () => {
      const { receive, ended } = start({ exitAfter: 1 }, [FORGED]);
      await receive();
      assert.deepEqual((await ended).unmet, []);
    });
  });

  describe('with a recorder', () => {
    it('keeps a delivery before it answers', async () => {
      const order: string[] = [];
      const kept: Recording[] = [];
      const { receive, ended } = start({ exitAfter: 1 }, [], {
        async record(recording) {
          await new Promise((resolve) => setImmediate(resolve));
          order.push('kept');
          kept.push(recording);
        },
      });
      await receive();
      order.push('answered');
      await ended;
      assert.deepEqual(order, ['kept', 'answered']);
      assert.deepEqual(
        kept.map(({ id, direction, status, isFailed, headers }) => [
          id,
          direction,
          status,
          isFailed,
          headers[1],
        ]),
        [['evt_1', 'received', 202, false, ['X-Token', '••••••']]],
      );
    });

    it('answers 503 where it cannot keep it, and warns once until it can again', async () => {
      const isFull = [true, true, false, true];
      const { receive, ended, events } = start({ exitAfter: 4 }, [], {
        async record() {
          if (isFull.shift()) throw new HooksError('file-unwritable', 'the disk is full');
        },
      });
      const statuses: number[] = [];
      for (const id of ['1', '2', '3', '4']) statuses.push((await receive(id)).status);
      await ended;
      assert.deepEqual(statuses, [503, 503, 202, 503]);
      assert.deepEqual(typesOf(events), [
        'ready',
        'warning',
        'delivery.received',
        'delivery.received',
        'delivery.received',
        'warning',
        'delivery.received',
        'listen.finished',
      ]);
    });

    it('forgets what it could not keep, so that it is no duplicate when it comes again', async () => {
      const forgotten: string[] = [];
      const isFull = [true, false, true];
      const judges = [GOOD, GOOD, DUPLICATE];
      const { receive, ended } = start({ exitAfter: 3 }, [], {
        judge: async () => ({
          verdicts: judges.shift() ?? GOOD,
          repeatKey: `acme:${3 - judges.length}`,
          highlights: [],
        }),
        forget: (key) => void forgotten.push(key),
        async record() {
          if (isFull.shift()) throw new HooksError('file-unwritable', 'the disk is full');
        },
      });
      for (const id of ['1', '2', '3']) await receive(id);
      await ended;
      assert.deepEqual(forgotten, ['acme:1']);
    });

    it('keeps how long the answer takes, its delay included', async () => {
      const kept: Recording[] = [];
      const { receive, ended } = start({ exitAfter: 1, delayMs: () => 700 }, [], {
        sleep: async () => {},
        record: async (recording) => void kept.push(recording),
      });
      await receive();
      await ended;
      assert.equal(kept[0]?.durationMs, 700);
    });

    it('warns once of deliveries that come at once', async () => {
      const { receive, ended, events } = start({ exitAfter: 3 }, [], {
        async record() {
          throw new HooksError('file-unwritable', 'the disk is full');
        },
      });
      await Promise.all(['1', '2', '3'].map((id) => receive(id)));
      await ended;
      assert.equal(typesOf(events).filter((type) => type === 'warning').length, 1);
    });
  });

  describe('when something breaks', () => {
    it('throws what judging threw, after it stopped the server', async () => {
      const { receive, ended, stops } = start({}, [], {
        async judge() {
          throw new TypeError('a bug');
        },
      });
      assert.equal((await receive()).status, 500);
      await assert.rejects(ended, new TypeError('a bug'));
      assert.equal(stops.length, 1);
    });

    it('throws the first of several errors', async () => {
      let count = 0;
      const { receive, ended } = start({}, [], {
        async judge() {
          throw new TypeError(`bug ${++count}`);
        },
      });
      await Promise.all([receive(), receive()]);
      await assert.rejects(ended, new TypeError('bug 1'));
    });

    it('throws where it cannot listen', async () => {
      const { ended, events } = start({}, [], {
        async serve() {
          throw new HooksError('port-unavailable', 'port 4000 is in use');
        },
      });
      await assert.rejects(ended, /port 4000 is in use/);
      assert.deepEqual(events, []);
    });

    it('throws where its server cannot be stopped', async () => {
      const { ended, interrupt } = start({}, [], {
        serve: async () => ({
          url: 'http://127.0.0.1:4000',
          port: 4000,
          stop: () => Promise.reject(new Error('stuck')),
        }),
      });
      interrupt();
      await assert.rejects(ended, /stuck/);
    });
  });

  it('stops its server when the reader leaves', async () => {
    const stops: number[] = [];
    const server = {
      url: 'http://127.0.0.1:4000',
      port: 4000,
      stop: async (graceMs: number) => void stops.push(graceMs),
    };
    const interrupt = new AbortController();
    const run = listen(
      {
        answer: OK,
        delayMs: () => 0,
        isStrict: false,
        isVerifying: true,
        shows: () => true,
        expectsValid: false,
        secretHeaders: [],
        signatureHeaders: [],
      },
      {
        serve: async () => server,
        judge: async () => ({ verdicts: GOOD, highlights: [] }),
        clockMs: () => 0,
        now: () => new Date(),
        sleep: never,
        signal: interrupt.signal,
      },
    );
    for await (const event of run) {
      assert.equal(event.type, 'ready');
      break;
    }
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(stops.length, 1);
  });
});
