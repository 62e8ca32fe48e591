import type { CallbackReceived, CallbackSummary } from '../core/callbacks/callback-event.ts';
import type { RunEvent, RunFinished } from '../core/run-event.ts';
import { awaitedCalls, type CallPorts } from './await-calls.ts';
import { createEventQueue } from './event-queue.ts';

export interface CallbackPlan {
  /** Names of callbacks that every event has to be answered by. */
  expected: readonly string[];
  /** From the answer to a delivery to the last call that counts; so long calls are waited for. */
  withinMs: number;
}

export interface CallbackPorts extends CallPorts {
  /** Hands over what comes in from now on. */
  listen: (take: (event: RunEvent) => void) => void;
  signal: AbortSignal;
}

const QUEUE_CAPACITY = 1000;

/** A run of deliveries with the calls that come of them, each below the answer of its delivery. */
export async function* withCallbacks(
  run: AsyncIterable<RunEvent>,
  { expected, withinMs }: CallbackPlan,
  ports: CallbackPorts,
): AsyncGenerator<RunEvent> {
  const queue = createEventQueue<RunEvent>(QUEUE_CAPACITY);
  const calls = awaitedCalls(ports);
  const { log } = calls;
  const attempted = new Set<string>();
  const held: CallbackReceived[] = [];
  const counts = { received: 0, invalid: 0 };
  let isLeft = false;

  ports.listen((event) => {
    if (event.type !== 'callback.received') {
      void queue.push(event);
      return;
    }
    counts.received++;
    if (event.command.state === 'invalid') counts.invalid++;
    // A receiver may call before it answers.
    if (attempted.has(event.deliveryId)) void queue.push(event);
    else held.push(event);
    calls.called(event);
  });

  /** Shows what waited for the answer of its delivery; without one all that is left. */
  function show(deliveryId?: string): void {
    for (const call of held.splice(0)) {
      if (deliveryId === undefined || call.deliveryId === deliveryId) void queue.push(call);
      else held.push(call);
    }
  }

  function missing(): CallbackSummary['missing'] {
    return log.answeredIds().flatMap((deliveryId) =>
      expected.flatMap((name) => {
        const message = log.lack(deliveryId, name, withinMs);
        return message === undefined ? [] : [{ deliveryId, name, message }];
      }),
    );
  }

  async function afterCalls(finished: RunFinished): Promise<RunFinished> {
    const isMet = () => expected.length > 0 && missing().length === 0;
    if (!finished.isInterrupted) await calls.wait(isMet, () => log.deadlineMs(withinMs), ports.signal);
    show();
    return { ...finished, callbacks: { ...counts, missing: missing() } };
  }

  async function pump(): Promise<void> {
    for await (const event of run) {
      if (isLeft) return;
      await queue.push(event.type === 'run.finished' ? await afterCalls(event) : event);
      if (!isOutcome(event)) continue;
      attempted.add(event.deliveryId);
      // Of what was not answered nothing is expected.
      if (event.type === 'attempt.finished') log.answered(event.deliveryId, ports.clockMs());
      show(event.deliveryId);
    }
  }

  const pumped = pump().finally(() => queue.end());
  // Told by the await below; until then nobody looks at it.
  pumped.catch(() => {});
  try {
    yield* queue;
  } finally {
    isLeft = true;
    queue.end();
    await pumped;
  }
}

function isOutcome(
  event: RunEvent,
): event is Extract<RunEvent, { type: 'attempt.finished' | 'attempt.failed' }> {
  return event.type === 'attempt.finished' || event.type === 'attempt.failed';
}
