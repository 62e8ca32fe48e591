import { type AttemptResult, type Deliver, type Delivery, isNobodyThere } from '../core/delivery.ts';
import { formatDuration } from '../core/duration.ts';
import { HooksError, reasonOf } from '../core/errors.ts';
import { describeResult } from '../core/exam/judge-answers.ts';
import { seededRandom } from '../core/identifiers.ts';
import type { Json } from '../core/json.ts';
import type { ProbeAnswer } from '../core/probe-answer.ts';
import type { CaseFinished, RunEvent, TestStarted } from '../core/run-event.ts';
import { describeSent } from '../core/scenario/describe-step.ts';
import { captureFrom, unmetByAnswer } from '../core/scenario/judge-step.ts';
import type { ExpectStep, LeafStep, ReplayStep, Scenario, SendStep } from '../core/scenario/scenario.ts';
import { referencedNames, type Scope } from '../core/scenario/template.ts';
import type { Occurrence, Planned } from '../core/scenario/unroll.ts';
import { type Attempted, attemptsOf } from './attempts.ts';
import type { AwaitedCalls } from './await-calls.ts';
import type { EventQueue } from './event-queue.ts';
import type { KeepCourse, Keeper } from './keep-course.ts';
import type { RecordAttempt } from './not-recorded.ts';
import type { RetryPlan } from './retry-run.ts';
import { playExpect } from './scenario-expect.ts';
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
  /** How what fails is tried again, where it is asked for. */
  retries?: ScenarioRetries;
}

export interface ScenarioRetries {
  /** So many times as fast as the provider. */
  timeScale: number;
  /** From the start of the scenario on nothing arrives for so long, in provider time. */
  outageMs: number;
  /** For the delivery of a step; `again` signs it as at that moment. */
  planFor: (
    step: SendStep | ReplayStep,
    again: (delivery: Delivery, signedAt: Date) => Delivery,
  ) => Omit<RetryPlan, 'startsAt' | 'outageMs'>;
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
  /** The same for deliveries that are tried again. */
  keep?: KeepCourse;
}

/** What came of one step. */
export type Came = Pick<CaseFinished, 'outcome' | 'got' | 'sent'>;

/** What came of it, and how long it took in provider time: attempts and expectations take none. */
export interface Played {
  came: Came;
  providerMs: number;
}

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
  keeper: Keeper;
  /** Deliveries that were left with attempts to come. */
  open: number;
}

/**
 * Plays one step, which begins so many milliseconds of provider time after the scenario; undefined where the run was
 * interrupted meanwhile.
 */
export async function playStep(
  occurrence: Occurrence,
  run: Run,
  now: Date,
  sinceStartMs: number,
): Promise<Played | undefined> {
  const { step, number, round, isDropped } = occurrence;
  const sent = describeSent(occurrence, undefined);
  if (isDropped)
    return atOnce({ outcome: 'skipped', got: 'left out by the disorder that was asked for', sent });
  if (step.kind === 'wait') {
    await run.ports.sleep(step.durationMs, run.signal);
    if (run.signal.aborted) return undefined;
    const came = { outcome: 'passed', got: `waited ${formatDuration(step.durationMs)}`, sent } as const;
    return { came, providerMs: step.durationMs * (run.plan.retries?.timeScale ?? 1) };
  }
  const missing = missingVariables(step, run);
  if (missing.length > 0) {
    const got = `not played: ${missing.join(', ')} was not captured before`;
    return atOnce({ outcome: 'skipped', got, sent });
  }
  const variables =
    round === undefined ? run.variables : new Map<string, Json>([...run.variables, ['index', round]]);
  // By its number, so that ids do not depend on the order or on what runs at the same time.
  const random = seededRandom(`${run.plan.started.seed}/${number}`);
  const scope: Scope = { variables, now, random };
  if (step.kind !== 'expect') return playDelivery(occurrence, step, scope, run, sinceStartMs);
  const came = await playExpect(step, sent, scope, run);
  return came && atOnce(came);
}

function atOnce(came: Came): Played {
  return { came, providerMs: 0 };
}

async function playDelivery(
  occurrence: Occurrence,
  step: SendStep | ReplayStep,
  scope: Scope,
  run: Run,
  sinceStartMs: number,
): Promise<Played | undefined> {
  const { signal } = run;
  const delivery = made(occurrence, scope, run);
  if (delivery instanceof HooksError) {
    const sent = describeSent(occurrence, undefined);
    return atOnce({ outcome: 'failed', got: `not sent: ${reasonOf(delivery)}`, sent });
  }
  if (!run.firsts.has(occurrence.number)) run.firsts.set(occurrence.number, delivery);
  run.lastId = delivery.id;
  const { attempts, providerMs, isOpen, finish } = await deliverAll(
    occurrence,
    step,
    delivery,
    scope,
    run,
    sinceStartMs,
  );
  if (isOpen) run.open++;
  const last = attempts.at(-1);
  if (last === undefined || isOpen) return undefined;
  const { result } = last;
  refuseNobody(result, run);
  const unmet = result.kind === 'answered' ? judged(step, result, scope, run) : [describeResult(result)];
  await finish(unmet.length > 0);
  const uncalled = result.kind === 'answered' ? await missingCalls(step, delivery, run) : [];
  if (signal.aborted && (result.kind === 'failed' || uncalled.length > 0)) return undefined;
  unmet.push(...uncalled);
  const sent = describeSent(occurrence, delivery);
  const counted = attempts.length === 1 ? '' : ` (attempt ${attempts.length})`;
  if (unmet.length === 0)
    return { came: { outcome: 'passed', got: describeResult(result) + counted, sent }, providerMs };
  const answer = result.kind === 'answered' ? [describeResult(result)] : [];
  return {
    came: { outcome: 'failed', got: [...unmet, ...answer].join('; ') + counted, sent },
    providerMs,
  };
}

/** All attempts of a delivery: one, or as many as its provider would make. */
async function deliverAll(
  occurrence: Occurrence,
  step: SendStep | ReplayStep,
  delivery: Delivery,
  scope: Scope,
  { plan, ports, signal, record, keeper }: Run,
  sinceStartMs: number,
): Promise<Attempted> {
  const { retries } = plan;
  if (retries === undefined) {
    const startedAt = ports.now();
    const result = await ports.deliver(wireRequest(delivery), { timeoutMs: plan.timeoutMs, signal });
    const attempt = { attempt: 1, startedAt, result };
    const finish = (isFailed: boolean) => record(delivery, attempt, isFailed);
    return { attempts: [attempt], providerMs: 0, isOpen: false, finish };
  }
  const seed = `${plan.started.seed}/${occurrence.number}`;
  // From its seed, so that what is drawn comes out the same for every attempt.
  const again = (first: Delivery, signedAt: Date) =>
    plan.create(occurrence, { ...scope, now: signedAt, random: seededRandom(seed) }, first);
  const outageMs = Math.max(0, retries.outageMs - sinceStartMs);
  const own = { ...retries.planFor(step, again), startsAt: ports.now(), outageMs };
  return attemptsOf(delivery, occurrence.number, own, { ...ports, keeper }, signal);
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

/** Variables that a step needs and that no answer has given. */
function missingVariables(step: LeafStep, { variables }: Run): string[] {
  const { title: _title, ...looked } = step;
  // The shell replaces what a command refers to.
  const isCommand = step.kind === 'expect' && 'command' in step.probe;
  return referencedNames(isCommand ? { ...looked, probe: {} } : looked).filter(
    (name) => !variables.has(name),
  );
}
