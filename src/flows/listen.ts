import {
  answerOf,
  type ChosenReaction,
  chooseReaction,
  type ReactionPlan,
  reactionAfter,
} from '../core/answering/choose-reaction.ts';
import { isTaken } from '../core/forwarding/forward-answer.ts';
import type { Judgement } from '../core/judge.ts';
import { receivedRecording } from '../core/make-recording.ts';
import type {
  HandleRequest,
  Reaction,
  ReceivedRequest,
  RefusedRequest,
  RunningServer,
} from '../core/received.ts';
import type { Recording } from '../core/recording.ts';
import type {
  DeliveryAnswer,
  DeliveryReceived,
  ForwardOutcome,
  ForwardRetried,
  ListenFinished,
  RunEvent,
} from '../core/run-event.ts';
import { maskSecretHeaders } from '../core/secret-headers.ts';
import { shownUrl } from '../core/shown-url.ts';
import type { Verdicts } from '../core/verdict.ts';
import { aborted } from './aborted.ts';
import { createEventQueue } from './event-queue.ts';
import {
  attemptForward,
  type ForwardAttempt,
  type ForwardPlan,
  type ForwardTarget,
  forwardOutcome,
  recordedForwards,
} from './forward.ts';
import { createKeeper, type KeepPorts } from './keep-deliveries.ts';
import { count, createTally, unmet } from './listen-tally.ts';
import { requestRefused } from './request-refused.ts';

export interface ListenPlan extends ReactionPlan {
  /** Time to wait before an answer; asked for each. */
  delayMs: () => number;
  /** Absent where nothing is passed on. */
  forward?: ForwardPlan;
  /** Fixed by the user, for the ready line. */
  provider?: string;
  isVerifying: boolean;
  /** Whether `--events` lets a delivery be shown; what it hides counts for no end condition. */
  shows: (verdicts: Verdicts) => boolean;
  /** Ends after that many deliveries that are shown. */
  exitAfter?: number;
  /** Ends after a delivery of that event type. */
  until?: { text: string; matches: (verdicts: Verdicts) => boolean };
  timeoutMs?: number;
  /** A delivery that is not proven to be right makes the run fail. */
  expectsValid: boolean;
  /** Headers whose values are secrets in this run. */
  secretHeaders: readonly string[];
  /** Headers that signatures are verified by, so that they stay as they are. */
  signatureHeaders: readonly string[];
}

export interface ListenPorts extends KeepPorts {
  serve: (on: {
    handle: HandleRequest;
    onRefused: (refused: RefusedRequest) => void;
    onError: (error: unknown) => void;
  }) => Promise<RunningServer>;
  judge: (request: ReceivedRequest) => Promise<Judgement>;
  now: () => Date;
  clockMs: () => number;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  signal: AbortSignal;
}

const QUEUE_CAPACITY = 1000;
// How long a request under way may take to finish when listening ends.
const GRACE_MS = 2000;

/**
 * Receives deliveries until an end condition holds or the signal is aborted. Each is read whole, judged, answered and
 * shown, in this order. Throws HooksError `port-unavailable` when it cannot listen.
 */
export async function* listen(
  plan: ListenPlan,
  ports: ListenPorts,
): AsyncGenerator<RunEvent, ListenFinished> {
  const startedMs = ports.clockMs();
  const queue = createEventQueue<RunEvent>(QUEUE_CAPACITY);
  const tally = createTally();
  const keeper = createKeeper(ports, queue);
  const ending = new AbortController();
  // Ends attempts at targets that are under way; later than `ending`.
  const givingUp = new AbortController();
  const background = new Set<Promise<void>>();
  let reason: ListenFinished['reason'] = 'interrupted';
  let failure: unknown;

  function end(why: ListenFinished['reason']): void {
    if (ending.signal.aborted) return;
    reason = why;
    ending.abort();
  }

  async function handle(request: ReceivedRequest): Promise<Reaction> {
    const arrivedMs = ports.clockMs();
    const judgement = await ports.judge(request);
    const chosen = chooseReaction(plan, judgement.verdicts);
    const delayMs = plan.delayMs();
    const targets = chosen.isRefused
      ? []
      : (plan.forward?.targets.filter(({ isFor }) => isFor(judgement.verdicts)) ?? []);
    const delivery: Underway = {
      request,
      judgement,
      elapsedMs: () => ports.clockMs() - arrivedMs,
      attempts: [],
    };
    if (targets.length > 0 && plan.forward) return passOn(delivery, chosen, targets, plan.forward, delayMs);
    const recording = recordingOf(delivery, chosen.reaction, delivery.elapsedMs() + delayMs);
    const { reaction, why } = (await keeper.keep(recording, judgement)) ?? chosen;
    if (delayMs > 0) await ports.sleep(delayMs, ending.signal);
    await show(delivery, answerOf(reaction, why), delivery.elapsedMs());
    return reaction;
  }

  /** Keeps the delivery, then passes it on; the sender is answered as soon as its answer is known. */
  async function passOn(
    delivery: Underway,
    chosen: ChosenReaction,
    targets: readonly ForwardTarget[],
    forward: ForwardPlan,
    delayMs: number,
  ): Promise<Reaction> {
    const refusal = await keeper.keep(recordingOf(delivery, undefined, 0), delivery.judgement);
    if (refusal) {
      await show(delivery, answerOf(refusal.reaction, refusal.why), delivery.elapsedMs());
      return refusal.reaction;
    }
    const attempt = (target: ForwardTarget, number: number) =>
      attemptForward(delivery.request, target, number, forward, { now: ports.now, signal: givingUp.signal });
    const firsts = targets.map(async (target) => {
      const made = await attempt(target, 1);
      delivery.attempts.push(made);
      return made;
    });
    // Their failures are met below; until then they are not to count as unhandled.
    for (const first of firsts) first.catch(() => {});
    const first = await (firsts[0] as Promise<ForwardAttempt>);
    const { reaction, answer } = reactionAfter(chosen, {
      target: forwardOutcome(first).target,
      result: first.result,
      willRetry: first.retryInMs !== undefined,
    });
    if (delayMs > 0) await ports.sleep(delayMs, ending.signal);
    const durationMs = delivery.elapsedMs();
    inBackground(async () => {
      const made = await Promise.all(firsts);
      await keeper.complete(recordingOf(delivery, reaction, durationMs));
      await show(delivery, answer, durationMs, made.map(forwardOutcome));
      const ends = await Promise.all(made.map((first) => retry(first)));
      if (ends.some(({ result }) => !isTaken(result))) tally.notForwarded++;
    });
    return reaction;

    async function retry(last: ForwardAttempt): Promise<ForwardAttempt> {
      if (last.retryInMs === undefined) return last;
      await ports.sleep(last.retryInMs, ending.signal);
      if (ending.signal.aborted) return last;
      const next = await attempt(last.target, last.attempt + 1);
      delivery.attempts.push(next);
      await keeper.complete(recordingOf(delivery, reaction, durationMs));
      await queue.push({
        type: 'forward.retried',
        deliveryId: delivery.request.id,
        ...forwardOutcome(next),
      } satisfies ForwardRetried);
      return retry(next);
    }
  }

  async function show(
    { request, judgement }: Underway,
    answer: DeliveryAnswer,
    durationMs: number,
    forwards: ForwardOutcome[] = [],
  ): Promise<void> {
    const { verdicts, slug, highlights } = judgement;
    const isShown = plan.shows(verdicts);
    count(tally, verdicts, isShown);
    await queue.push({
      type: 'delivery.received',
      deliveryId: request.id,
      receivedAt: request.receivedAt.toISOString(),
      peer: request.peer,
      method: request.method,
      target: shownUrl(request.target),
      headers: maskSecretHeaders(request.headers, plan.secretHeaders, plan.signatureHeaders),
      body: request.body,
      verdicts,
      answer,
      forwards,
      durationMs,
      isShown,
      ...(slug !== undefined && { slug }),
      highlights,
    } satisfies DeliveryReceived);
    if (isShown && plan.until?.matches(verdicts)) end('until');
    // Not ===: of deliveries that come at once, each may see the count of all.
    else if (plan.exitAfter !== undefined && tally.received >= plan.exitAfter) end('exit-after');
  }

  function recordingOf(
    { request, judgement, attempts }: Underway,
    reaction: Reaction | undefined,
    durationMs: number,
  ): Recording {
    const outcome = { ...(reaction && { reaction }), durationMs, attempts: recordedForwards(attempts) };
    return receivedRecording(request, judgement, outcome, plan);
  }

  function inBackground(work: () => Promise<void>): void {
    const running = work()
      .catch((error: unknown) => fail(error))
      .finally(() => background.delete(running));
    background.add(running);
  }

  function fail(error: unknown): void {
    failure ??= error;
    ending.abort();
  }

  const server = await ports.serve({
    handle,
    onRefused(refused) {
      tally.requestsRefused++;
      void queue.push(requestRefused(refused));
    },
    onError: fail,
  });
  const stopped = aborted(ending.signal)
    .then(async () => {
      const givesUp = setTimeout(() => givingUp.abort(), GRACE_MS);
      await server.stop(GRACE_MS);
      await Promise.all(background);
      clearTimeout(givesUp);
    })
    .finally(() => queue.end());
  // Its error is thrown below; without this it would count as unhandled while events are still read.
  stopped.catch(() => {});
  const interrupted = () => end('interrupted');
  ports.signal.addEventListener('abort', interrupted, { once: true });
  if (ports.signal.aborted) interrupted();
  if (plan.timeoutMs !== undefined) {
    void ports.sleep(plan.timeoutMs, ending.signal).then(() => end('timeout'));
  }
  try {
    yield {
      type: 'ready',
      url: server.url,
      ...(server.channel !== undefined && { channel: server.channel }),
      ...(plan.provider !== undefined && { provider: plan.provider }),
      isVerifying: plan.isVerifying,
    };
    yield* queue;
  } finally {
    // Also where the reader leaves early.
    ending.abort();
    ports.signal.removeEventListener('abort', interrupted);
  }
  await stopped;
  if (failure !== undefined) throw failure;

  const { unproven: _, unverified: __, ...counts } = tally;
  const finished: ListenFinished = {
    type: 'listen.finished',
    ...counts,
    reason,
    unmet: unmet(plan, reason, tally),
    durationMs: ports.clockMs() - startedMs,
  };
  yield finished;
  return finished;
}

/** A delivery between its arrival and the last that is done with it. */
interface Underway {
  request: ReceivedRequest;
  judgement: Judgement;
  elapsedMs: () => number;
  attempts: ForwardAttempt[];
}
