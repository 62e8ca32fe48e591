import { HooksError } from '../core/errors.ts';
import type { Judgement } from '../core/judge.ts';
import { receivedRecording } from '../core/make-recording.ts';
import type {
  Answer,
  HandleRequest,
  ReceivedRequest,
  RefusedRequest,
  RunningServer,
} from '../core/received.ts';
import type { Recording } from '../core/recording.ts';
import type { DeliveryReceived, ListenFinished, RequestRefused, RunEvent } from '../core/run-event.ts';
import { maskSecretHeaders } from '../core/secret-headers.ts';
import { shownUrl } from '../core/shown-url.ts';
import { isAsExpected, isProven, strictStatus, type Verdicts } from '../core/verdict.ts';
import { createEventQueue } from './event-queue.ts';
import { notRecorded } from './not-recorded.ts';

export interface ListenPlan {
  /** The answer to a delivery that is not refused. */
  answer: Answer;
  delayMs: number;
  /** The answer tells the verdict. */
  isStrict: boolean;
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

export interface ListenPorts {
  serve: (on: {
    handle: HandleRequest;
    onRefused: (refused: RefusedRequest) => void;
    onError: (error: unknown) => void;
  }) => Promise<RunningServer>;
  judge: (request: ReceivedRequest) => Promise<Judgement>;
  /** Called for a delivery that could not be kept, so that its repetition is not taken for a duplicate. */
  forget?: (repeatKey: string) => void;
  /** Resolves once the delivery is on disk; absent keeps nothing. Rejects with HooksError where it cannot be kept. */
  record?: (recording: Recording) => Promise<void>;
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
  const ending = new AbortController();
  let reason: ListenFinished['reason'] = 'interrupted';
  let failure: unknown;
  let saidNotRecorded = false;

  function end(why: ListenFinished['reason']): void {
    if (ending.signal.aborted) return;
    reason = why;
    ending.abort();
  }

  async function handle(request: ReceivedRequest): Promise<Answer> {
    const arrivedMs = ports.clockMs();
    const judgement = await ports.judge(request);
    const { verdicts, slug, highlights } = judgement;
    const chosen = chooseAnswer(plan, verdicts);
    const recording = receivedRecording(
      request,
      judgement,
      chosen.answer,
      ports.clockMs() - arrivedMs + plan.delayMs,
      plan,
    );
    const { answer, why } = (await keep(recording, judgement)) ?? chosen;
    if (plan.delayMs > 0) await ports.sleep(plan.delayMs, ending.signal);
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
      answer: { status: answer.status, ...(why !== undefined && { why }) },
      durationMs: ports.clockMs() - arrivedMs,
      isShown,
      ...(slug !== undefined && { slug }),
      highlights,
    } satisfies DeliveryReceived);
    if (isShown && plan.until?.matches(verdicts)) end('until');
    // Not ===: of deliveries that come at once, each may see the count of all.
    else if (plan.exitAfter !== undefined && tally.received >= plan.exitAfter) end('exit-after');
    return answer;
  }

  /** The answer that has to be given instead, where the delivery could not be kept: the sender shall send it again. */
  async function keep(
    recording: Recording,
    { repeatKey, verdicts }: Judgement,
  ): Promise<{ answer: Answer; why: string } | undefined> {
    try {
      await ports.record?.(recording);
      saidNotRecorded = false;
      return undefined;
    } catch (error) {
      if (!(error instanceof HooksError)) throw error;
      // A duplicate has a predecessor that was kept.
      if (repeatKey !== undefined && !verdicts.isDuplicate) ports.forget?.(repeatKey);
      const isNew = !saidNotRecorded;
      saidNotRecorded = true;
      if (isNew) await queue.push(notRecorded(error));
      return { answer: jsonAnswer(503, error.message), why: error.message };
    }
  }

  const server = await ports.serve({
    handle,
    onRefused(refused) {
      tally.requestsRefused++;
      void queue.push(requestRefused(refused));
    },
    onError(error) {
      failure ??= error;
      ending.abort();
    },
  });
  const stopped = aborted(ending.signal)
    .then(() => server.stop(GRACE_MS))
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

function createTally() {
  return {
    received: 0,
    hidden: 0,
    unproven: 0,
    unverified: 0,
    genuine: 0,
    refused: 0,
    notVerified: 0,
    invalid: 0,
    duplicates: 0,
    requestsRefused: 0,
  };
}

type Tally = ReturnType<typeof createTally>;

function count(tally: Tally, verdicts: Verdicts, isShown: boolean): void {
  if (!isShown) {
    tally.hidden++;
    return;
  }
  tally.received++;
  if (!isProven(verdicts)) {
    tally.unproven++;
    // Nothing is wrong with it but that nobody looked.
    if (isAsExpected(verdicts)) tally.unverified++;
  }
  if (verdicts.signature.state === 'genuine') tally.genuine++;
  else if (verdicts.signature.state === 'refused') tally.refused++;
  else tally.notVerified++;
  if (verdicts.schema.state === 'invalid' || verdicts.schema.state === 'not-json') tally.invalid++;
  if (verdicts.isDuplicate) tally.duplicates++;
}

function chooseAnswer(plan: ListenPlan, verdicts: Verdicts): { answer: Answer; why?: string } {
  if (!plan.isStrict) return { answer: plan.answer };
  const { status, why } = strictStatus(verdicts);
  if (status === 200) return { answer: plan.answer };
  return { answer: jsonAnswer(status, why), why };
}

function jsonAnswer(status: number, error: string): Answer {
  const body = new TextEncoder().encode(`${JSON.stringify({ error })}\n`);
  return { status, headers: [['Content-Type', 'application/json']], body };
}

function requestRefused({ refusedAt, ...refused }: RefusedRequest): RequestRefused {
  return { type: 'request.refused', at: refusedAt.toISOString(), ...refused };
}

function unmet(plan: ListenPlan, reason: ListenFinished['reason'], tally: Tally): string[] {
  const problems: string[] = [];
  const endedEarly = reason === 'timeout' || reason === 'interrupted';
  if (endedEarly && plan.exitAfter !== undefined) {
    problems.push(`expected ${deliveries(plan.exitAfter)}, got ${tally.received}`);
  }
  if (endedEarly && plan.until !== undefined) problems.push(`no delivery of ${plan.until.text} came`);
  if (plan.expectsValid && tally.unproven > 0) {
    const unverified = tally.unverified > 0 ? `, ${tally.unverified} of them not verified` : '';
    problems.push(`${tally.unproven} of ${deliveries(tally.received)} not as expected${unverified}`);
  }
  return problems;
}

function deliveries(count: number): string {
  return count === 1 ? '1 delivery' : `${count} deliveries`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
