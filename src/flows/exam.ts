import { isNobodyThere } from '../core/delivery.ts';
import { HooksError, reasonOf } from '../core/errors.ts';
import type { ExamCase } from '../core/exam/exam-case.ts';
import { describeExpected, type Judgement } from '../core/exam/judge-answers.ts';
import type { Severity } from '../core/report.ts';
import type { CaseFinished, RunEvent, TestFinished, TestStarted } from '../core/run-event.ts';
import { sumUp } from '../core/sum-up.ts';
import { type ExamPorts, playCase } from './exam-case.ts';
import { wireRequest } from './wire-request.ts';

/** What is known of a case before it is played. */
type CaseFacts = Omit<CaseFinished, 'type' | 'outcome' | 'got' | 'at' | 'durationMs'>;

/** One thing to do in an examination. */
export interface ExamTask extends CaseFacts {
  play: (ports: ExamPorts) => Promise<Judgement>;
  /** It measures, or watches side effects, so that nothing else may be under way. */
  isAlone: boolean;
}

export interface ExamPlan {
  started: Omit<TestStarted, 'type' | 'at' | 'cases'>;
  baseline: ExamCase;
  tasks: readonly ExamTask[];
  timeoutMs: number;
  concurrency: number;
  failOn: Severity;
  /** The command that sends the delivery of a case again. */
  reproduce: (one: ExamCase) => string;
}

/** A case as a task. */
export function caseTask(
  one: ExamCase,
  { timeoutMs, reproduce }: Pick<ExamPlan, 'timeoutMs' | 'reproduce'>,
): ExamTask {
  const { id, group, title, severity, why, source, sent } = one;
  return {
    id,
    group,
    title,
    severity,
    why,
    ...(source && { source }),
    sent,
    expected: describeExpected(one),
    reproduce: reproduce(one),
    isAlone: group === 'semantics' || group === 'promptness',
    play: (ports) => playCase(one, timeoutMs, ports),
  };
}

// How long a receiver may take to come back after it did not answer.
const REVIVAL_MS = 3000;
const REVIVAL_EVERY_MS = 200;

/**
 * Grades a receiver: first a genuine delivery, then every case. Ends early when the genuine one is not accepted, when
 * nothing answers any more, and when it is interrupted. Throws HooksError `endpoint-unreachable` when nothing is there.
 */
export async function* examine(plan: ExamPlan, ports: ExamPorts): AsyncGenerator<RunEvent, TestFinished> {
  const startedMs = ports.clockMs();
  const finished: CaseFinished[] = [];
  const at = ports.now().toISOString();
  yield { type: 'test.started', ...plan.started, cases: plan.tasks.length + 1, at };
  let stopped: TestFinished['stopped'];
  const baseline = await runTask(caseTask(plan.baseline, plan), ports);
  if (baseline.isUnreachable) throw unreachable(plan, baseline.result.got);
  finished.push(baseline.result);
  yield baseline.result;
  if (baseline.result.outcome === 'failed') stopped = ports.signal.aborted ? 'interrupted' : 'baseline';
  for (const batch of stopped === undefined ? batches(plan) : []) {
    const results = await Promise.all(batch.map((task) => runTask(task, ports)));
    if (ports.signal.aborted) {
      stopped = 'interrupted';
      break;
    }
    for (const { result } of results) {
      finished.push(result);
      yield result;
    }
    if (results.some(({ hasNoAnswer }) => hasNoAnswer) && !(await isAlive(plan, ports))) {
      stopped = ports.signal.aborted ? 'interrupted' : 'unreachable';
      break;
    }
  }
  for (const task of plan.tasks.slice(finished.length - 1)) {
    const result = skippedResult(task, stopped, ports.now());
    finished.push(result);
    yield result;
  }
  const summary = sumUp(finished, plan.failOn, stopped, ports.clockMs() - startedMs);
  yield summary;
  return summary;
}

interface Ran {
  result: CaseFinished;
  hasNoAnswer: boolean;
  /** Nothing was there to answer. */
  isUnreachable: boolean;
}

async function runTask(task: ExamTask, ports: ExamPorts): Promise<Ran> {
  const startedMs = ports.clockMs();
  const at = ports.now().toISOString();
  let hasNoAnswer = false;
  let isUnreachable = false;
  const deliver: ExamPorts['deliver'] = async (request, options) => {
    const result = await ports.deliver(request, options);
    if (result.kind === 'failed') {
      hasNoAnswer = true;
      isUnreachable ||= isNobodyThere(result);
    }
    return result;
  };
  const judgement = await judged(task, { ...ports, deliver });
  const durationMs = ports.clockMs() - startedMs;
  return {
    result: { type: 'case.finished', ...factsOf(task), ...judgement, at, durationMs },
    hasNoAnswer,
    isUnreachable,
  };
}

async function judged(task: ExamTask, ports: ExamPorts): Promise<Judgement> {
  try {
    return await task.play(ports);
  } catch (error) {
    if (!(error instanceof HooksError)) throw error;
    // A probe that fails says nothing about the receiver.
    return {
      outcome: 'skipped',
      severity: task.severity,
      got: reasonOf(error),
    };
  }
}

function factsOf({ play: _play, isAlone: _isAlone, ...facts }: ExamTask): CaseFacts {
  return facts;
}

/** As many at once as allowed; what has to be alone by itself. */
function* batches({ tasks, concurrency }: ExamPlan): Generator<ExamTask[]> {
  let batch: ExamTask[] = [];
  for (const task of tasks) {
    if (batch.length > 0 && (task.isAlone || batch.length >= concurrency)) {
      yield batch;
      batch = [];
    }
    if (task.isAlone) yield [task];
    else batch.push(task);
  }
  if (batch.length > 0) yield batch;
}

/** Whether a genuine delivery is answered, now or soon: a receiver may be started again by its supervisor. */
async function isAlive({ baseline, timeoutMs }: ExamPlan, ports: ExamPorts): Promise<boolean> {
  const { deliver, now, clockMs, sleep, signal, random } = ports;
  const endMs = clockMs() + REVIVAL_MS;
  do {
    const at = now();
    const [delivery] = baseline.deliveries({ eventAt: at, signedAt: at, random });
    if (delivery === undefined) return true;
    const result = await deliver(wireRequest(delivery), { timeoutMs, signal });
    if (result.kind === 'answered') return true;
    await sleep(REVIVAL_EVERY_MS, signal);
  } while (clockMs() < endMs && !signal.aborted);
  return false;
}

function skippedResult(task: ExamTask, stopped: TestFinished['stopped'], at: Date): CaseFinished {
  const got = {
    baseline: 'not played: the receiver does not accept a genuine delivery',
    unreachable: 'not played: the receiver does not answer any more',
    interrupted: 'not played: the run was interrupted',
  }[stopped ?? 'interrupted'];
  return {
    type: 'case.finished',
    ...factsOf(task),
    outcome: 'skipped',
    got,
    at: at.toISOString(),
    durationMs: 0,
  };
}

function unreachable({ started }: ExamPlan, got: string): HooksError {
  return new HooksError('endpoint-unreachable', `nothing to test at ${started.url}`, {
    why: got,
    next: 'start your receiver, let `hooks test` start it with --start, or wait for it with --wait-for-endpoint',
  });
}
