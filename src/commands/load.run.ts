import { availableParallelism } from 'node:os';
import { clockMs } from '../adapters/clock.ts';
import type { ConnectionOptions } from '../core/delivery.ts';
import { EXIT } from '../core/errors.ts';
import { bodyTemplate } from '../core/load/body-template.ts';
import type { LoadEngine } from '../core/load/engine.ts';
import { GENERIC } from '../core/provider.ts';
import type { LoadFinished, LoadStarted, Warning } from '../core/run-event.ts';
import { shownUrl } from '../core/shown-url.ts';
import { load } from '../flows/load.ts';
import { openLoadView } from '../views/load-live.ts';
import { openView } from '../views/open.ts';
import { connectionOptions } from './clients.ts';
import type { Context } from './context.ts';
import { timeoutFor } from './deliver.ts';
import { demandsOf, type LoadFlags } from './load-flags.ts';
import { openLoadReport } from './load-report.ts';
import { type LoadShape, shapeOf } from './load-shape.ts';
import { refuseRemote } from './remote-guard.ts';
import { type PreparedSend, prepareSend } from './send-plan.ts';
import { showRun } from './show-run.ts';
import { loadWorkspace } from './workspace.ts';

/** Sends the load, or exports it, shows it, and sets the exit code. */
export async function runLoad(event: string | undefined, flags: LoadFlags, context: Context): Promise<void> {
  const shape = shapeOf(flags);
  if (flags.export !== undefined || flags.output !== undefined) {
    const { exportLoad } = await import('./load-export.ts');
    await exportLoad(event, shape, flags, context);
    return;
  }
  const { io } = context;
  const workspace = await loadWorkspace(context, flags);
  const prepared = await prepareSend(event, flags, context, workspace);
  const url = new URL(prepared.plan.url);
  if (!flags.allowRemote) await refuseRemote(url);
  const timeoutMs = timeoutFor(flags, workspace, prepared.plan.choice?.pack.manifest);
  const connection = await connectionOptions(flags, url, context);
  const engine = await openEngine(prepared, { connection, timeoutMs }, flags);
  const report = flags.html === undefined ? undefined : openLoadReport(flags.html);
  const { createHdrHistogram } = await import('../adapters/load/hdr-histogram.ts');
  const view = openLoadView(openView(flags, io), flags, io);
  for (const warning of [...prepared.warnings, ...sameIdWarning(prepared)]) await view(warning);
  const plan = {
    about: describe(prepared, shape, timeoutMs),
    stage: shape.stage,
    demands: demandsOf(flags, shape),
    ...(shape.search && { search: shape.search }),
  };
  const ports = {
    engine,
    createHistogram: createHdrHistogram,
    now: () => new Date(),
    clockMs,
    signal: io.signal,
  };
  try {
    const events = load(plan, ports);
    const finished = await showRun(report?.noting(events) ?? events, view, 'load.finished');
    await report?.write();
    // After Ctrl-C the exit code is the one of an interruption.
    if (!io.signal.aborted) context.exit(exitCodeOf(finished));
  } finally {
    await engine.close();
  }
}

async function openEngine(
  { plan, parameters, secretTexts }: PreparedSend,
  { connection, timeoutMs }: { connection: ConnectionOptions; timeoutMs: number },
  { workers: wanted = 1, seed }: LoadFlags,
): Promise<LoadEngine> {
  const workers = wanted === 'auto' ? Math.max(1, availableParallelism() - 1) : wanted;
  // Functions and keys do not travel between threads; each makes its own.
  const { scheme: _scheme, secrets: _secrets, ...plain } = plan;
  const task = {
    plan: plain,
    parameters,
    secrets: secretTexts,
    connection,
    timeoutMs,
    ...(seed !== undefined && { seed }),
  };
  const { createLocalEngine } = await import('../adapters/load/local-engine.ts');
  // Also what the threads would refuse is refused here, where it can be told.
  const local = createLocalEngine(task);
  if (workers === 1) return local;
  const { createWorkerEngine } = await import('../adapters/load/worker-engine.ts');
  return createWorkerEngine(task, workers);
}

function describe(
  { plan }: PreparedSend,
  { mode, stage }: LoadShape,
  timeoutMs: number,
): Omit<LoadStarted, 'type' | 'at' | 'workers'> {
  const { choice, pack = choice?.pack } = plan;
  const first = stage.segments?.at(stage.warmupMs > 0 ? 1 : 0) ?? stage.segments?.[0];
  const last = stage.segments?.at(-1);
  return {
    url: shownUrl(plan.url),
    provider: pack?.manifest.id ?? GENERIC,
    ...(choice && { eventType: choice.eventType, slug: choice.event.slug }),
    ...(choice?.variant !== undefined && { variant: choice.variant }),
    scheme: plan.scheme.id,
    isSigned: plan.secrets.length > 0,
    mode,
    ...(first && { rate: first.fromRate }),
    ...(mode === 'ramp' && last && { toRate: last.toRate }),
    maxInFlight: stage.maxInFlight,
    durationMs: stage.durationMs - stage.warmupMs,
    warmupMs: stage.warmupMs,
    timeoutMs,
  };
}

/** A receiver that drops duplicates would process the first delivery alone. */
function sameIdWarning({ plan }: PreparedSend): Warning[] {
  const id = bodyTemplate(plan)?.id;
  if (id?.kind !== 'fixed') return [];
  const message =
    'all deliveries carry the same id, the one in the payload: a receiver may drop them as duplicates';
  return [{ type: 'warning', code: 'same-id', message }];
}

function exitCodeOf({ answered, started, isPassed }: LoadFinished): number {
  if (answered === 0 && started > 0) return EXIT.surroundings;
  return isPassed ? EXIT.ok : EXIT.failed;
}
