import { seededRandom } from '../core/identifiers.ts';
import type { CaseFinished, RunEvent, TestFinished } from '../core/run-event.ts';
import { describeOccurrence } from '../core/scenario/describe-step.ts';
import { expandVariables } from '../core/scenario/template.ts';
import { flatten, type Occurrence, type Planned } from '../core/scenario/unroll.ts';
import { sumUp } from '../core/sum-up.ts';
import { awaitedCalls } from './await-calls.ts';
import { createEventQueue } from './event-queue.ts';
import { recordOrSay } from './not-recorded.ts';
import { playStep, type Run, type ScenarioPlan, type ScenarioPorts } from './scenario-step.ts';

const QUEUE_CAPACITY = 1000;

/**
 * Plays a scenario: one `case.finished` for each step. Throws HooksError `endpoint-unreachable` when the first delivery
 * finds nobody.
 */
export async function* playScenario(
  plan: ScenarioPlan,
  ports: ScenarioPorts,
): AsyncGenerator<RunEvent, TestFinished> {
  const startedMs = ports.clockMs();
  const occurrences = flatten(plan.planned);
  const stopping = new AbortController();
  const queue = createEventQueue<RunEvent>(QUEUE_CAPACITY);
  const run: Run = {
    plan,
    ports,
    signal: AbortSignal.any([ports.signal, stopping.signal]),
    queue,
    finished: [],
    digits: Math.max(2, String(occurrences.length).length),
    variables: expandVariables(plan.scenario, {
      now: ports.now(),
      random: seededRandom(`${plan.started.seed}/variables`),
    }),
    firsts: new Map(),
    lastId: '',
    hasHadAnswer: false,
    record: recordOrSay(ports.record, queue),
    calls: awaitedCalls(ports),
  };
  ports.listenForCalls?.((event) => {
    if (event.type === 'callback.received') run.calls.called(event);
    void queue.push(event);
  });
  yield {
    type: 'test.started',
    command: 'run',
    title: plan.scenario.name,
    ...plan.started,
    cases: occurrences.length,
    at: ports.now().toISOString(),
  };
  let failure: { error: unknown } | undefined;
  const playing = playAll(plan.planned, run, stopping)
    .catch((error: unknown) => {
      failure = { error };
    })
    .finally(() => queue.end());
  try {
    yield* queue;
  } finally {
    // A reader that leaves early wants nothing more to be sent.
    stopping.abort();
  }
  await playing;
  if (failure !== undefined) throw failure.error;
  const stopped = ports.signal.aborted ? 'interrupted' : undefined;
  const summary = sumUp(run.finished, 'must', stopped, ports.clockMs() - startedMs);
  yield summary;
  return summary;
}

async function playAll(planned: readonly Planned[], run: Run, stopping: AbortController): Promise<void> {
  for (const one of planned) {
    if (!('branches' in one)) {
      await playOccurrence(one, run);
      continue;
    }
    const branches = one.branches.map((branch) =>
      playAll(branch, run, stopping).catch((error: unknown) => {
        // The others finish what they have begun, and begin nothing more.
        stopping.abort();
        throw error;
      }),
    );
    const failed = (await Promise.allSettled(branches)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }
}

async function playOccurrence(occurrence: Occurrence, run: Run): Promise<void> {
  const { plan, ports, signal, digits } = run;
  const startedMs = ports.clockMs();
  const at = ports.now();
  const came =
    (signal.aborted ? undefined : await playStep(occurrence, run, at)) ??
    ({ outcome: 'skipped', got: 'not played: the run was interrupted', sent: 'nothing' } as const);
  const result: CaseFinished = {
    type: 'case.finished',
    ...describeOccurrence(plan.scenario, occurrence, digits),
    reproduce: plan.reproduce,
    ...came,
    at: at.toISOString(),
    durationMs: ports.clockMs() - startedMs,
  };
  run.finished.push(result);
  await run.queue.push(result);
}
