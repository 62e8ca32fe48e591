import { createSchedule, type Segment } from '../schedule.ts';
import type { LatencyThreshold } from '../thresholds.ts';
import { DELIVERY_CODE } from './delivery-code.ts';
import {
  commandLine,
  dataFile,
  type ExportedLoad,
  type ExportedScript,
  importLine,
  statusRanges,
} from './exported-load.ts';

/** A script for k6 (https://k6.io). */
export function k6Script(load: ExportedLoad): ExportedScript {
  return {
    files: { 'load.js': script(load), 'delivery.mjs': DELIVERY_CODE, 'delivery.json': dataFile(load.data) },
    run: commandLine(load.data, 'k6 run {dir}/load.js'),
  };
}

function script(load: ExportedLoad): string {
  const { data, timeoutMs, expected } = load;
  return `// Written by hooks load --export k6. What is secret comes from the environment:
// ${commandLine(data, 'k6 run load.js')}
${importLine('crypto', 'k6/crypto')}
${importLine('encoding', 'k6/encoding')}
${importLine('http', 'k6/http')}
${importLine('{ createDeliveries }', './delivery.mjs')}

export const options = ${JSON.stringify(options(load), null, 2)};

http.setResponseCallback(http.expectedStatuses(...${JSON.stringify(statusRanges(expected))}));

// k6's base64url has padding; signatures in base64url have none.
const ENCODINGS = { hex: 'hex', base64: 'base64', base64url: 'base64rawurl' };

const nextDelivery = createDeliveries(JSON.parse(open('./delivery.json')), {
  variable: (name) => __ENV[name],
  randomBytes: (count) => new Uint8Array(crypto.randomBytes(count)),
  hmacSha256: (key, text, form) =>
    crypto.hmac('sha256', typeof key === 'string' ? key : key.buffer, text, ENCODINGS[form]),
  base64: (text) => encoding.b64encode(text),
});

export default function () {
  const { url, headers, body } = nextDelivery();
  http.request(${JSON.stringify(data.method)}, url, body, {
    headers,
    timeout: ${JSON.stringify(`${timeoutMs}ms`)},
    redirects: 0,
    // One name for all: each delivery would be a series of its own otherwise.
    tags: { name: 'delivery' },
  });
}
`;
}

function options(load: ExportedLoad) {
  return {
    scenarios: { deliveries: scenario(load) },
    thresholds: thresholds(load),
    summaryTrendStats: ['min', 'avg', 'med', 'p(90)', 'p(95)', 'p(99)', 'p(99.9)', 'p(99.99)', 'max'],
    discardResponseBodies: true,
  };
}

function scenario({ mode, stage }: ExportedLoad) {
  const { segments = [], maxInFlight, durationMs } = stage;
  const duration = `${durationMs}ms`;
  if (mode === 'closed') return { executor: 'constant-vus', vus: maxInFlight, duration };
  const { perUnit, timeUnit } = timeUnitFor(segments);
  const pool = { timeUnit, preAllocatedVUs: maxInFlight, maxVUs: maxInFlight };
  const [first] = segments;
  if (mode === 'constant') {
    return { executor: 'constant-arrival-rate', rate: perUnit(first?.toRate ?? 0), duration, ...pool };
  }
  const stages = segments.map(({ toRate, durationMs: ms }) => ({
    target: perUnit(toRate),
    duration: `${ms}ms`,
  }));
  return { executor: 'ramping-arrival-rate', startRate: perUnit(first?.fromRate ?? 0), stages, ...pool };
}

const UNITS = [
  ['1s', 1],
  ['1m', 60],
  ['1h', 3600],
] as const;

/** k6 takes whole numbers per unit of time. */
function timeUnitFor(segments: readonly Segment[]) {
  const rates = segments.flatMap(({ fromRate, toRate }) => [fromRate, toRate]);
  const isWhole = (value: number) => Math.abs(value - Math.round(value)) < 1e-6;
  const [timeUnit, seconds] =
    UNITS.find(([, factor]) => rates.every((rate) => isWhole(rate * factor))) ?? UNITS[2];
  return { timeUnit, perUnit: (rate: number) => Math.round(rate * seconds) };
}

function thresholds({ thresholds: { latency, errorShare }, stage }: ExportedLoad) {
  const total = stage.segments === undefined ? undefined : createSchedule(stage.segments).total;
  return {
    ...(latency.length > 0 && { http_req_duration: latency.map(latencyRule) }),
    http_req_failed: [`rate<=${errorShare}`],
    // What k6 could not start in time was not tested.
    ...(total !== undefined && { dropped_iterations: [`count<=${Math.floor(total / 100)}`] }),
  };
}

function latencyRule({ of, limitMs }: LatencyThreshold): string {
  if (of === 'mean') return `avg<=${limitMs}`;
  return of === 'max' ? `max<=${limitMs}` : `p(${of})<=${limitMs}`;
}
