import { HooksError } from '../../errors.ts';
import type { Segment } from '../schedule.ts';
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

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** Percentiles that Artillery reports. */
const PERCENTILES = new Map([
  [50, 'p50'],
  [75, 'p75'],
  [90, 'p90'],
  [95, 'p95'],
  [99, 'p99'],
  [99.9, 'p999'],
]);

/** A script for Artillery 2 (https://www.artillery.io). Throws HooksError `usage` for what it has no words for. */
export function artilleryScript(load: ExportedLoad): ExportedScript {
  if (load.mode === 'closed') {
    throw new HooksError('usage', 'Artillery has no closed loop, so --concurrency cannot be exported to it', {
      next: 'give a --rate, or export to k6',
    });
  }
  if (!METHODS.includes(load.data.method)) {
    throw new HooksError('usage', `Artillery cannot send ${load.data.method}`, { next: 'export to k6' });
  }
  refuseTemplates(load.data);
  return {
    files: {
      'load.yml': script(load),
      'processor.mjs': processor(load),
      'delivery.mjs': DELIVERY_CODE,
      'delivery.json': dataFile(load.data),
    },
    run: commandLine(load.data, 'artillery run {dir}/load.yml'),
  };
}

/** Artillery fills `{{ … }}` in after the delivery has been made; of a body it does so only where that is a text. */
function refuseTemplates({ url = '', before, after }: ExportedLoad['data']): void {
  const isTemplate = (text: string) => text.includes('{{');
  const header = [...before, ...after].find(([, value]) => Array.isArray(value) && value.some(isTemplate));
  if (header === undefined && !isTemplate(url)) return;
  const where = header === undefined ? 'the URL' : `the header ${header[0]}`;
  throw new HooksError('usage', `${where} holds {{, which Artillery would replace`, {
    next: 'export to k6, or load with `hooks load` itself',
  });
}

function script({ data, stage, thresholds, timeoutMs }: ExportedLoad): string {
  const limits = thresholds.latency.map(
    (threshold) => `      - ${JSON.stringify(metricOf(threshold))}: ${Math.ceil(threshold.limitMs)}`,
  );
  const phases = (stage.segments ?? []).map(
    (segment) => `    - ${JSON.stringify(phase(segment, stage.maxInFlight))}`,
  );
  return `# Written by hooks load --export artillery. What is secret comes from the environment:
# ${commandLine(data, 'artillery run load.yml')}
config:
  # The processor sets the whole URL, and HOOKS_URL replaces it.
  target: ${JSON.stringify(data.url === undefined ? 'http://localhost' : new URL(data.url).origin)}
  processor: ./processor.mjs
  http:
    timeout: ${Math.max(1, Math.ceil(timeoutMs / 1000))}
  phases:
${phases.join('\n')}
  plugins:
    ensure: {}
  ensure:
    maxErrorRate: ${Number((thresholds.errorShare * 100).toFixed(4))}
${limits.length > 0 ? `    thresholds:\n${limits.join('\n')}\n` : ''}scenarios:
  - name: delivery
    flow:
      - ${data.method.toLowerCase()}:
          url: "/"
          followRedirect: false
          beforeRequest: makeDelivery
          afterResponse: checkStatus
`;
}

function phase({ fromRate, toRate, durationMs }: Segment, maxVusers: number) {
  const duration = Math.max(1, Math.ceil(durationMs / 1000));
  if (fromRate !== toRate) {
    return {
      duration,
      arrivalRate: Math.max(1, Math.round(fromRate)),
      rampTo: Math.round(toRate),
      maxVusers,
    };
  }
  if (Number.isInteger(fromRate)) return { duration, arrivalRate: fromRate, maxVusers };
  return { duration, arrivalCount: Math.ceil((fromRate * durationMs) / 1000), maxVusers };
}

function metricOf({ name, of }: LatencyThreshold): string {
  const metric = typeof of === 'number' ? PERCENTILES.get(of) : of;
  if (metric !== undefined) return `http.response_time.${metric}`;
  throw new HooksError('usage', `Artillery does not report ${name}`, {
    next: `limit one of ${[...PERCENTILES.keys()].map((percent) => `p${percent}`).join(', ')}, mean and max`,
  });
}

function processor({ expected }: ExportedLoad): string {
  return `// Written by hooks load --export artillery.
${importLine('{ createHmac, randomBytes }', 'node:crypto')}
${importLine('{ readFileSync }', 'node:fs')}
${importLine('{ createDeliveries }', './delivery.mjs')}

const data = JSON.parse(readFileSync(new URL('./delivery.json', import.meta.url), 'utf8'));
const expected = ${JSON.stringify(statusRanges(expected))};

const nextDelivery = createDeliveries(data, {
  variable: (name) => process.env[name],
  randomBytes: (count) => new Uint8Array(randomBytes(count)),
  hmacSha256: (key, text, form) => createHmac('sha256', key).update(text, 'utf8').digest(form),
  base64: (text) => Buffer.from(text, 'utf8').toString('base64'),
});

export function makeDelivery(request, context, events, done) {
  const { url, headers, body } = nextDelivery();
  const template = [url, ...Object.values(headers)].find((text) => text.includes('{{'));
  if (template !== undefined) throw new Error('a header or the URL holds {{, which Artillery would replace');
  request.url = url;
  // Artillery's own headers have names in lower case; only ours of that name may stay.
  const ours = Object.keys(headers).map((name) => name.toLowerCase());
  const kept = Object.entries(request.headers ?? {}).filter(([name]) => !ours.includes(name.toLowerCase()));
  request.headers = { ...Object.fromEntries(kept), ...headers };
  // As bytes: in a text, Artillery would fill in what looks like one of its templates, and the signature be wrong.
  request.body = Buffer.from(body, 'utf8');
  return done();
}

export function checkStatus(request, response, context, events, done) {
  const status = response.statusCode;
  const isExpected = expected.some(({ min, max }) => status >= min && status <= max);
  return done(isExpected ? undefined : new Error(\`unexpected status \${status}\`));
}
`;
}
