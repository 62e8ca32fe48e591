import { type AttemptResult, type Deliver, type Delivery, isNobodyThere } from '../core/delivery.ts';
import { formatDuration } from '../core/duration.ts';
import { HooksError, reasonOf } from '../core/errors.ts';
import { describeResult } from '../core/exam/judge-answers.ts';
import { seededRandom } from '../core/identifiers.ts';
import type { Json } from '../core/json.ts';
import type { ProbeAnswer } from '../core/probe-answer.ts';
import type { RecordedAttempt } from '../core/recording.ts';
import type { CaseFinished, RunEvent, TestStarted } from '../core/run-event.ts';
import { describeSent } from '../core/scenario/describe-step.ts';
import { captureFrom, unmetByAnswer, unmetByProbe } from '../core/scenario/judge-step.ts';
import type { ExpectStep, LeafStep, ReplayStep, Scenario, SendStep } from '../core/scenario/scenario.ts';
import { referencedNames, type Scope } from '../core/scenario/template.ts';
import type { Occurrence, Planned } from '../core/scenario/unroll.ts';
import { attemptsOf } from './attempts.ts';
import type { AwaitedCalls } from './await-calls.ts';
import type { EventQueue } from './event-queue.ts';
import type { RecordAttempt } from './not-recorded.ts';
import type { RetryPlan } from './retry-run.ts';
import { wireRequest } from './wire-request.ts';

export interface ScenarioPlan {
  scenario: Scenario;
  /** Unrolled and, where asked for, disturbed. */
  planned: readonly Planned[];
  started: Omit<TestStarted, 'type' | 'command' | 'title' | 'cases' | 'at'>;
  timeoutMs: number;
  /** Makes the delivery of an occurrence; `first` is what a copy repeats. Throws HooksError for what does not fit. */
  create: (occurrence: Occurrence, scope: Scope, first: Delivery | undefined) => Delivery;
  /** The command that plays the scenario again. */
  reproduce: string;
  /** How what fails is tried again, where it is asked for; `again` signs a delivery as at that moment. */
  retries?: (again: (delivery: Delivery, signedAt: Date) => Delivery) => Omit<RetryPlan, 'startsAt'>;
}

export interface ScenarioPorts {
  deliver: Deliver;
  /** Asks the probe of a step; `values` are the variables as texts. */
  probe: (step: ExpectStep, scope: Scope, values: Readonly<Record<string, string>>) => Promise<ProbeAnswer>;
  now: () => Date;
  /** Milliseconds that only ever grow. */
  clockMs: () => number;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  signal: AbortSignal;
  /** Keeps what was sent and what came of it; absent keeps nothing. */
  record?: RecordAttempt;
  /** Hands over the calls of callbacks from now on; absent where none is expected. */
  listenForCalls?: (take: (event: RunEvent) => void) => void;
}

/** What came of one step. */
export type Came = Pick<CaseFinished, 'outcome' | 'got' | 'sent'>;

/** What the steps of one run share. */
export interface Run {
  plan: ScenarioPlan;
  ports: ScenarioPorts;
  /** The user's signal, and the end of the run because of an error. */
  signal: AbortSignal;
  queue: EventQueue<RunEvent>;
  finished: CaseFinished[];
  digits: number;
  variables: Map<string, Json>;
  /** What was delivered for a step first, which its copy repeats. */
  firsts: Map<number, Delivery>;
  lastId: string;
  hasHadAnswer: boolean;
  record: RecordAttempt;
  calls: AwaitedCalls;
}

/** Plays one step; undefined where the run was interrupted meanwhile. */
export async function playStep(occurrence: Occurrence, run: Run, now: Date): Promise<Came | undefined> {
  const { step, number, round, isDropped } = occurrence;
  const sent = describeSent(occurrence, undefined);
  if (isDropped) return { outcome: 'skipped', got: 'left out by the disorder that was asked for', sent };
  if (step.kind === 'wait') {
    await run.ports.sleep(step.durationMs, run.signal);
    return run.signal.aborted
      ? undefined
      : { outcome: 'passed', got: `waited ${formatDuration(step.durationMs)}`, sent };
  }
  const missing = missingVariables(step, run);
  if (missing.length > 0) {
    return { outcome: 'skipped', got: `not played: ${missing.join(', ')} was not captured before`, sent };
  }
  const variables =
    round === undefined ? run.variables : new Map<string, Json>([...run.variables, ['index', round]]);
  // By its number, so that ids do not depend on the order or on what runs at the same time.
  const random = seededRandom(`${run.plan.started.seed}/${number}`);
  const scope: Scope = { variables, now, random };
  return step.kind === 'expect'
    ? playExpect(step, sent, scope, run)
    : playDelivery(occurrence, step, scope, run);
}

async function playDelivery(
  occurrence: Occurrence,
  step: SendStep | ReplayStep,
  scope: Scope,
  run: Run,
): Promise<Came | undefined> {
  const { signal } = run;
  const delivery = made(occurrence, scope, run);
  if (delivery instanceof HooksError) {
    return {
      outcome: 'failed',
      got: `not sent: ${reasonOf(delivery)}`,
      sent: describeSent(occurrence, undefined),
    };
  }
  if (!run.firsts.has(occurrence.number)) run.firsts.set(occurrence.number, delivery);
  run.lastId = delivery.id;
  const attempts = await deliverAll(occurrence, delivery, scope, run);
  const last = attempts.at(-1);
  if (last === undefined) return undefined;
  const { result } = last;
  refuseNobody(result, run);
  const unmet = result.kind === 'answered' ? judged(step, result, scope, run) : [describeResult(result)];
  await run.record(delivery, last, unmet.length > 0, attempts.slice(0, -1));
  const uncalled = result.kind === 'answered' ? await missingCalls(step, delivery, run) : [];
  if (signal.aborted && (result.kind === 'failed' || uncalled.length > 0)) return undefined;
  unmet.push(...uncalled);
  const sent = describeSent(occurrence, delivery);
  const counted = attempts.length === 1 ? '' : ` (attempt ${attempts.length})`;
  if (unmet.length === 0) return { outcome: 'passed', got: describeResult(result) + counted, sent };
  const answer = result.kind === 'answered' ? [describeResult(result)] : [];
  return { outcome: 'failed', got: [...unmet, ...answer].join('; ') + counted, sent };
}

/** All attempts of a delivery: one, or as many as its provider would make. */
async function deliverAll(
  occurrence: Occurrence,
  delivery: Delivery,
  scope: Scope,
  { plan, ports, signal }: Run,
): Promise<RecordedAttempt[]> {
  if (plan.retries === undefined) {
    const startedAt = ports.now();
    const result = await ports.deliver(wireRequest(delivery), { timeoutMs: plan.timeoutMs, signal });
    return [{ attempt: 1, startedAt, result }];
  }
  const seed = `${plan.started.seed}/${occurrence.number}`;
  // From its seed, so that what is drawn comes out the same for every attempt.
  const again = (first: Delivery, signedAt: Date) =>
    plan.create(occurrence, { ...scope, now: signedAt, random: seededRandom(seed) }, first);
  return attemptsOf(delivery, { ...plan.retries(again), startsAt: ports.now() }, ports, signal);
}

/** A scenario is tried out before it is played, so what fails now is what an answer gave. */
function made(occurrence: Occurrence, scope: Scope, { plan, firsts }: Run): Delivery | HooksError {
  try {
    return plan.create(occurrence, scope, firsts.get(occurrence.number));
  } catch (error) {
    if (error instanceof HooksError) return error;
    throw error;
  }
}

function judged(
  step: SendStep | ReplayStep,
  result: Extract<AttemptResult, { kind: 'answered' }>,
  scope: Scope,
  run: Run,
): string[] {
  const { values, missing } = captureFrom(result, step.capture);
  for (const [name, value] of values) run.variables.set(name, value);
  return [...unmetByAnswer(result, step.expect, scope), ...missing];
}

/** What the receiver should have called of the payload's callbacks and did not, one sentence each. */
async function missingCalls(
  { expect: { callbacks } }: SendStep | ReplayStep,
  { id }: Delivery,
  { calls, ports, signal }: Run,
): Promise<string[]> {
  if (callbacks === undefined) return [];
  const { names, withinMs } = callbacks;
  const { log } = calls;
  log.answered(id, ports.clockMs());
  const missing = () =>
    names.flatMap((name) => {
      const lack = log.lack(id, name, withinMs);
      return lack === undefined ? [] : [`the callback ${name} ${lack}`];
    });
  await calls.wait(
    () => missing().length === 0,
    () => log.deadlineMs(withinMs, id),
    signal,
  );
  return missing();
}

/** Where nobody has ever answered, there is nothing to judge. */
function refuseNobody(result: AttemptResult, run: Run): void {
  if (result.kind === 'answered') run.hasHadAnswer = true;
  else if (!run.hasHadAnswer && isNobodyThere(result)) {
    throw new HooksError(
      'endpoint-unreachable',
      `nothing to play the scenario against at ${run.plan.started.url}`,
      {
        why: result.message,
        next: result.next,
      },
    );
  }
}

/** Looks again and again until the probe tells what is expected, or the time is over. */
async function playExpect(
  step: ExpectStep,
  sent: string,
  scope: Scope,
  { ports, signal, lastId }: Run,
): Promise<Came | undefined> {
  const startedMs = ports.clockMs();
  const values = {
    ...Object.fromEntries([...scope.variables].map(([name, value]) => [name, textOf(value)])),
    id: lastId,
  };
  let problem: string | undefined = 'the probe did not answer in time';
  for (;;) {
    const leftMs = Math.max(0, step.withinMs - (ports.clockMs() - startedMs));
    const answer = await withinTime(ports.probe(step, scope, values), leftMs, ports, signal);
    if (signal.aborted) return undefined;
    if (answer !== undefined) problem = unmetByProbe(answer, step, scope);
    const tookMs = ports.clockMs() - startedMs;
    if (problem === undefined) {
      return { outcome: 'passed', got: `as expected after ${formatDuration(tookMs)}`, sent };
    }
    if (answer === undefined || tookMs >= step.withinMs) {
      return { outcome: 'failed', got: `after ${formatDuration(tookMs)}: ${problem}`, sent };
    }
    await ports.sleep(Math.min(step.everyMs, step.withinMs - tookMs), signal);
    if (signal.aborted) return undefined;
  }
}

/** Undefined where the time was over first. A timer left behind would keep the process alive. */
async function withinTime<T>(
  promise: Promise<T>,
  ms: number,
  { sleep }: ScenarioPorts,
  signal: AbortSignal,
): Promise<T | undefined> {
  const decided = new AbortController();
  try {
    return await Promise.race([
      promise,
      sleep(ms, AbortSignal.any([signal, decided.signal])).then(() => undefined),
    ]);
  } finally {
    decided.abort();
  }
}

/** Variables that a step needs and that no answer has given. */
function missingVariables(step: LeafStep, { variables }: Run): string[] {
  const { title: _title, ...looked } = step;
  // The shell replaces what a command refers to.
  const isCommand = step.kind === 'expect' && 'command' in step.probe;
  return referencedNames(isCommand ? { ...looked, probe: {} } : looked).filter(
    (name) => !variables.has(name),
  );
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
