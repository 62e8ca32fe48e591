import type { AttemptResult, Deliver, Delivery } from '../core/delivery.ts';
import type { ExamCase } from '../core/exam/exam-case.ts';
import { type Judgement, judgeAnswers } from '../core/exam/judge-answers.ts';
import type { ProbeReading } from '../core/exam/probe-reading.ts';
import type { RandomBytes } from '../core/identifiers.ts';
import { parseJsonBytes } from '../core/json.ts';
import { parsePointer, valueAt } from '../core/json-pointer.ts';
import { wireRequest } from './wire-request.ts';

/** Reads the receiver's side effects; the values name what is asked for. Throws HooksError when it cannot be read. */
export type ReadProbe = (values: Readonly<Record<string, string>>) => Promise<ProbeReading>;

export interface ExamPorts {
  deliver: Deliver;
  now: () => Date;
  /** Milliseconds that only ever grow. */
  clockMs: () => number;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  signal: AbortSignal;
  random: RandomBytes;
  /** Absent where side effects cannot be seen. */
  probe?: ReadProbe;
}

// How long a side effect may take to show, and how long a second one is waited for.
const EFFECT_MS = 5000;
const SURPLUS_MS = 800;
const PROBE_EVERY_MS = 50;
// Deliveries that are held back for each other are released after that long, whoever is missing.
const LONGEST_GATHERING_MS = 2000;

/** Plays one case and judges what came of it. */
export async function playCase(one: ExamCase, timeoutMs: number, ports: ExamPorts): Promise<Judgement> {
  const now = ports.now();
  const deliveries = one.deliveries({ eventAt: now, signedAt: now, random: ports.random });
  if (one.probe === undefined) return judgeAnswers(one, await sendAll(one, deliveries, timeoutMs, ports));
  const { probe } = ports;
  if (probe === undefined) return skipped(one, 'no --probe tells what the receiver has done');
  return one.probe.kind === 'processed'
    ? judgeCount(one, one.probe.times, deliveries, timeoutMs, { ...ports, probe })
    : judgeChange(one, deliveries, timeoutMs, { ...ports, probe });
}

function skipped({ severity }: ExamCase, got: string): Judgement {
  return { outcome: 'skipped', severity, got };
}

async function sendAll(
  { isTogether, holdMs }: ExamCase,
  deliveries: readonly Delivery[],
  timeoutMs: number,
  { deliver, signal, sleep }: ExamPorts,
): Promise<AttemptResult[]> {
  const send = (delivery: Delivery, beforeLastByte?: () => Promise<void>) =>
    deliver(wireRequest(delivery), { timeoutMs, signal, ...(beforeLastByte && { beforeLastByte }) });
  if (isTogether) {
    const arrive = gathering(deliveries.length, (ms) => sleep(ms, signal));
    return Promise.all(deliveries.map((delivery) => send(delivery, arrive)));
  }
  const results: AttemptResult[] = [];
  for (const delivery of deliveries) {
    results.push(await send(delivery, holdMs === undefined ? undefined : () => sleep(holdMs, signal)));
  }
  return results;
}

/** Resolves for all as soon as that many have come. */
function gathering(count: number, sleep: (ms: number) => Promise<void>): () => Promise<void> {
  let missing = count;
  let release = () => {};
  const complete = new Promise<void>((resolve) => {
    release = resolve;
  });
  return () => {
    if (--missing === 0) release();
    return Promise.race([complete, sleep(LONGEST_GATHERING_MS)]);
  };
}

type PortsWithProbe = ExamPorts & { probe: ReadProbe };

async function judgeCount(
  one: ExamCase,
  times: number,
  deliveries: readonly Delivery[],
  timeoutMs: number,
  ports: PortsWithProbe,
): Promise<Judgement> {
  const values = probeValues(deliveries.at(0), undefined);
  const before = (await ports.probe(values)).processed;
  if (before === undefined) return skipped(one, 'the probe tells no number of processed events');
  const answers = judgeAnswers(one, await sendAll(one, deliveries, timeoutMs, ports));
  if (answers.outcome === 'failed') return answers;
  const read = async () => ((await ports.probe(values)).processed ?? 0) - before;
  await until(async () => (await read()) >= times, EFFECT_MS, ports);
  await ports.sleep(SURPLUS_MS, ports.signal);
  const count = await read();
  const got = `processed ${count === 1 ? 'once' : `${count} times`}; answered ${answers.got}`;
  return { outcome: count === times ? 'passed' : 'failed', severity: one.severity, got };
}

async function judgeChange(
  one: ExamCase,
  deliveries: readonly Delivery[],
  timeoutMs: number,
  ports: PortsWithProbe,
): Promise<Judgement> {
  const last = deliveries.at(-1);
  if (last === undefined) return skipped(one, 'nothing to send');
  const subject = one.probe?.kind === 'unchanged' ? one.probe.subject : undefined;
  const values = probeValues(last, subject);
  const read = async () => (await ports.probe(values)).state;
  const untouched = await read();
  if (untouched === undefined) return skipped(one, 'the probe tells no state, only a number');
  const first = await sendAll(one, deliveries.slice(0, -1), timeoutMs, ports);
  await until(async () => (await read()) !== untouched, EFFECT_MS, ports);
  const before = await read();
  if (before === untouched)
    return skipped(one, 'the probe did not change with the newer event, so it cannot tell');
  const results = [...first, ...(await sendAll(one, [last], timeoutMs, ports))];
  const answers = judgeAnswers(one, results);
  if (answers.outcome === 'failed') return answers;
  await ports.sleep(SURPLUS_MS, ports.signal);
  const after = await read();
  if (after === before) return { ...answers, got: `nothing changed; answered ${answers.got}` };
  return { outcome: 'failed', severity: one.severity, got: `the probe changed from ${before} to ${after}` };
}

/** What a probe can ask for: the id of the delivery, and that of the thing which it is about. */
function probeValues(delivery: Delivery | undefined, subject: string | undefined): Record<string, string> {
  if (delivery === undefined) return {};
  const parsed = parseJsonBytes(delivery.body);
  const found =
    subject === undefined || !('value' in parsed) ? undefined : valueAt(parsed.value, parsePointer(subject));
  return { id: delivery.id, ...(typeof found === 'string' && { subject: found }) };
}

async function until(
  isTrue: () => Promise<boolean>,
  longestMs: number,
  { clockMs, sleep, signal }: ExamPorts,
): Promise<void> {
  const endMs = clockMs() + longestMs;
  while (!signal.aborted && clockMs() < endMs && !(await isTrue())) await sleep(PROBE_EVERY_MS, signal);
}
