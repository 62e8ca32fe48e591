import { seededRandom } from '../core/identifiers.ts';
import type { CaseFinished, RunEvent, TestFinished, Warning } from '../core/run-event.ts';
import { describeOccurrence } from '../core/scenario/describe-step.ts';
import { expandVariables } from '../core/scenario/template.ts';
import { flatten, independentFrom, type Occurrence, type Planned } from '../core/scenario/unroll.ts';
import { sumUp } from '../core/sum-up.ts';
import { awaitedCalls } from './await-calls.ts';
import { createEventQueue } from './event-queue.ts';
import { keepOrSay } from './keep-course.ts';
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
    keeper: keepOrSay(ports.keep, queue),
    open: 0,
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
  const playing = playAll(plan.planned, run, stopping, 0)
    .then(() => {})
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
  if (run.open > 0 && ports.keep) yield leftOpen(run.open);
  const summary = sumUp(run.finished, 'must', stopped, ports.clockMs() - startedMs);
  yield summary;
  return summary;
}

function leftOpen(count: number): Warning {
  return {
    type: 'warning',
    code: 'open',
    message: `${count === 1 ? 'a delivery has' : `${count} deliveries have`} attempts to come`,
    next: 'go on with `hooks send --resume`; the steps behind are played by a new run alone',
  };
}

/** Plays one after the other from that moment of provider time on; gives the moment at which the last has ended. */
async function playAll(
  planned: readonly Planned[],
  run: Run,
  stopping: AbortController,
  sinceStartMs: number,
): Promise<number> {
  const outageMs = run.plan.retries?.outageMs ?? 0;
  let at = sinceStartMs;
  for (let next = 0; next < planned.length; ) {
    // Events do not wait for each other: what comes in an outage waits for its end, and then comes all at once.
    const together = at < outageMs ? independentFrom(planned, next) : [];
    const one = planned[next];
    if (one === undefined) break;
    if (together.length > 1)
      at = await playBranches(
        together.map((each) => [each]),
        run,
        stopping,
        at,
      );
    else if ('branches' in one) at = await playBranches(one.branches, run, stopping, at);
    else at += await playOccurrence(one, run, at);
    next += Math.max(1, together.length);
  }
  return at;
}

async function playBranches(
  branches: readonly (readonly Planned[])[],
  run: Run,
  stopping: AbortController,
  sinceStartMs: number,
): Promise<number> {
  const playing = branches.map((branch) =>
    playAll(branch, run, stopping, sinceStartMs).catch((error: unknown) => {
      // The others finish what they have begun, and begin nothing more.
      stopping.abort();
      throw error;
    }),
  );
  const ends: number[] = [];
  for (const settled of await Promise.allSettled(playing)) {
    if (settled.status === 'rejected') throw settled.reason;
    ends.push(settled.value);
  }
  return Math.max(sinceStartMs, ...ends);
}

/** Gives how long it took in provider time. */
async function playOccurrence(occurrence: Occurrence, run: Run, sinceStartMs: number): Promise<number> {
  const { plan, ports, signal, digits } = run;
  const startedMs = ports.clockMs();
  const at = ports.now();
  const played = signal.aborted ? undefined : await playStep(occurrence, run, at, sinceStartMs);
  const came =
    played?.came ??
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
  return played?.providerMs ?? 0;
}
