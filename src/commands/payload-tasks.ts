import { readSchemas } from '../adapters/provider-packs.ts';
import { stateDirectory } from '../adapters/state-directory.ts';
import type { AttemptResult } from '../core/delivery.ts';
import type { EventSample } from '../core/exam/coverage-cases.ts';
import { type ExamSubject, sourceOf } from '../core/exam/exam-subject.ts';
import { forge } from '../core/exam/forge.ts';
import { describeResult, type Judgement } from '../core/exam/judge-answers.ts';
import type { Json } from '../core/json.ts';
import type { ExamTask } from '../flows/exam.ts';
import type { ExamPorts } from '../flows/exam-case.ts';
import { wireRequest } from '../flows/wire-request.ts';
import type { Context } from './context.ts';
import { type Exam, playedAgain } from './exam-plan.ts';

interface PayloadPlan {
  /** Payloads for each event type. */
  runs: number;
  seed: string;
  /** Further words of the command that plays a task again. */
  more: readonly string[];
  context: Context;
}

/** A task for every event type: payloads made from its schema, all of which the receiver should take. */
export function payloadTasks({ subject, samples }: Exam, plan: PayloadPlan): ExamTask[] {
  if (plan.runs === 0) return [];
  return samples
    .filter(({ choice }) => choice.variant === undefined)
    .map((sample) => payloadTask(subject, sample, plan));
}

function payloadTask(subject: ExamSubject, sample: EventSample, plan: PayloadPlan): ExamTask {
  const { event } = sample.choice;
  const source = sourceOf(subject, event);
  const id = `robustness/payloads-${event.slug}`;
  return {
    id,
    group: 'robustness',
    title: `accepts every ${event.slug} that its schema allows`,
    severity: 'must',
    why: 'A sample shows one payload of many: optional parts are absent, texts are empty, long or in any script, lists have no items.',
    ...(source && { source }),
    sent: `${plan.runs} payloads of ${event.slug}, made from its schema`,
    expected: 'a 2xx answer to each',
    reproduce: playedAgain(subject, id, [
      ...['--seed', plan.seed, '--payloads', String(plan.runs)],
      ...plan.more,
    ]),
    isAlone: false,
    play: (ports) => play(subject, sample, plan, ports),
  };
}

async function play(
  subject: ExamSubject,
  { choice }: EventSample,
  { runs, seed, context }: PayloadPlan,
  ports: ExamPorts,
): Promise<Judgement> {
  const { eventType, pack } = choice;
  const [first] = await readSchemas(pack, eventType);
  if (first === undefined) return { outcome: 'skipped', severity: 'must', got: 'there is no schema' };
  const [{ createAjv }, { findFailingPayload }] = await Promise.all([
    import('../adapters/ajv.ts'),
    import('../core/exam/payload-property.ts'),
  ]);
  const validate = createAjv().compile(first.schema);
  let refusal: { result: AttemptResult; body: Uint8Array } | undefined;
  const isAccepted = async (document: Json): Promise<boolean> => {
    const example = new TextEncoder().encode(JSON.stringify(document));
    const now = ports.now();
    const moment = { eventAt: now, signedAt: now, random: ports.random };
    const delivery = forge({ ...subject, plan: { ...subject.plan, choice, example } }, moment);
    const request = { timeoutMs: subject.limitMs, signal: ports.signal };
    const result = await ports.deliver(wireRequest(delivery), request);
    const isTaken = result.kind === 'answered' && result.status >= 200 && result.status < 300;
    if (!isTaken) refusal = { result, body: delivery.body };
    return isTaken;
  };
  const found = await findFailingPayload({
    schema: first.schema as Record<string, unknown>,
    isValid: (document) => validate(document) === true,
    isAccepted,
    runs,
    seed: `${seed}/${eventType}`,
    signal: ports.signal,
  });
  if (found.kind === 'passed' && found.runs === 0)
    return { outcome: 'skipped', severity: 'must', got: 'no payload could be made from the schema' };
  if (found.kind === 'passed' || refusal === undefined)
    return {
      outcome: 'passed',
      severity: 'must',
      got: `all ${found.kind === 'passed' ? found.runs : runs} answered with 2xx`,
    };
  const { result, body } = refusal;
  const { failingPayloadsFolder, saveFailingPayload } = await import('../adapters/failing-payloads.ts');
  const folder = failingPayloadsFolder(stateDirectory(context.io.env));
  const path = saveFailingPayload(folder, eventType, body);
  const reason = found.difference === undefined ? '' : `; ${found.difference}`;
  const times = found.isRepeatable === false ? ', but not every time' : '';
  const isCrash = result.kind === 'failed' || result.status >= 500;
  return {
    outcome: 'failed',
    // A refusal loses one event; a crash may lose them all.
    severity: isCrash ? 'must' : 'should',
    got: `${describeResult(result)}${times}${reason}; the smallest such payload, ${body.length} bytes, is kept in ${path}: send it with --data @${path}`,
  };
}
