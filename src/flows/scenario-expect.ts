import { formatDuration } from '../core/duration.ts';
import type { Json } from '../core/json.ts';
import { unmetByProbe } from '../core/scenario/judge-step.ts';
import type { ExpectStep } from '../core/scenario/scenario.ts';
import type { Scope } from '../core/scenario/template.ts';
import type { Came, Run, ScenarioPorts } from './scenario-step.ts';

/** Looks again and again until the probe tells what is expected, or the time is over. */
export async function playExpect(
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

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
