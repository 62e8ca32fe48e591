import type { LatencySummary } from '../../src/core/load/histogram.ts';
import type {
  LoadExported,
  LoadFinished,
  LoadResult,
  LoadStarted,
  LoadStep,
  LoadTick,
} from '../../src/core/run-event.ts';

const SERVICE: LatencySummary = {
  count: 995,
  min: 0.4,
  mean: 2.5,
  p50: 1.5,
  p75: 2,
  p90: 4,
  p95: 8,
  p99: 20,
  p999: 40,
  p9999: 50,
  max: 50,
};

export const LOAD_STARTED: LoadStarted = {
  type: 'load.started',
  url: 'http://localhost:3000/',
  provider: 'acme',
  eventType: 'order.paid',
  slug: 'order_paid',
  scheme: 'github',
  isSigned: true,
  mode: 'constant',
  rate: 500,
  maxInFlight: 500,
  durationMs: 2000,
  warmupMs: 0,
  timeoutMs: 15_000,
  workers: 1,
  at: '2026-11-20T09:00:00.000Z',
};

export const LOAD_TICK: LoadTick = {
  type: 'load.tick',
  elapsedMs: 1000,
  intervalMs: 1000,
  targetRate: 500,
  started: 500,
  answered: 495,
  errors: 3,
  late: 2,
  inFlight: 5,
  latencyMs: { p50: 1.5, p99: 20, max: 50 },
};

export const LOAD_RESULT: LoadResult = {
  started: 1000,
  answered: 995,
  delivered: 990,
  unexpected: 5,
  failed: 5,
  late: 2,
  held: 0,
  unsent: 0,
  statuses: { 204: 990, 500: 5 },
  failures: { timeout: 5 },
  rate: 497.5,
  busy: 0.3,
  latency: { corrected: { ...SERVICE, p99: 120, p999: 150, p9999: 160, max: 160 }, service: SERVICE },
  thresholds: [
    { rule: 'p99 <= 200 ms', actual: '120 ms', isMet: true },
    { rule: 'errors <= 1 %', actual: '1 %', isMet: true },
  ],
  isPassed: true,
};

export const LOAD_STEP: LoadStep = {
  type: 'load.step',
  targetRate: 500,
  isConfirmation: false,
  ...LOAD_RESULT,
};

export const LOAD_FINISHED: LoadFinished = {
  type: 'load.finished',
  url: 'http://localhost:3000/',
  mode: 'constant',
  ...LOAD_RESULT,
  durationMs: 2010,
  curve: [
    { percent: 0, ms: 0.4 },
    { percent: 50, ms: 1.5 },
    { percent: 90, ms: 4 },
    { percent: 99, ms: 120 },
  ],
};

export const LOAD_EXPORTED: LoadExported = {
  type: 'load.exported',
  engine: 'k6',
  directory: 'load-k6',
  files: ['load.js', 'delivery.mjs', 'delivery.json'],
  run: 'HOOKS_SECRET=… k6 run load-k6/load.js',
};

/** One event of every type of `hooks load`. */
export function loadEvents() {
  return [LOAD_STARTED, LOAD_TICK, LOAD_STEP, LOAD_FINISHED, LOAD_EXPORTED];
}
