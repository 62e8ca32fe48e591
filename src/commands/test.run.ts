import { clockMs, pause } from '../adapters/clock.ts';
import { randomHex, randomSource, SEED_BYTES } from '../adapters/random.ts';
import type { Deliver } from '../core/delivery.ts';
import { EXIT, HooksError } from '../core/errors.ts';
import { wildcard } from '../core/event-pattern.ts';
import { CASE_GROUPS, type ExamCase } from '../core/exam/exam-case.ts';
import { parseProbe } from '../core/exam/probe-reading.ts';
import type { Severity } from '../core/report.ts';
import { caseTask, type ExamPlan, type ExamTask, examine } from '../flows/exam.ts';
import type { ExamPorts, ReadProbe } from '../flows/exam-case.ts';
import { formatEventJson } from '../views/json.ts';
import { openView } from '../views/open.ts';
import { connectionOptions } from './clients.ts';
import type { Context } from './context.ts';
import { chooseEndpoint } from './endpoints.ts';
import { type Exam, prepareExam, publishedUrl, reproduction, usualEvent } from './exam-plan.ts';
import { payloadTasks } from './payload-tasks.ts';
import { reportRun } from './report-output.ts';
import { prepareSend } from './send-plan.ts';
import type { TestingFlags } from './testing-flags.ts';
import { withReceiver } from './with-receiver.ts';
import { loadWorkspace, type Workspace } from './workspace.ts';

export interface TestFlags extends TestingFlags {
  only?: string[];
  skip?: string[];
  group?: string[];
  event?: string;
  probe?: string;
  payloads: number;
  failOn: Severity;
  concurrency: number;
}

/** Grades the receiver, shows and reports, and sets the exit code. */
export async function runTest(endpoint: string, flags: TestFlags, context: Context): Promise<void> {
  const { io } = context;
  const workspace = await loadWorkspace(context, flags);
  const event = flags.event ?? usualEvent(workspace.packs, providerName(endpoint, flags, workspace));
  const sent = { ...flags, to: endpoint, ...(flags.list && { unsigned: true }) };
  const prepared = await prepareSend(event, sent, context, workspace);
  const exam = await prepareExam(prepared.plan, prepared.parameters, flags.timeout);
  const { url, pack, scheme } = exam.subject.plan;
  const seed = flags.seed ?? randomHex(SEED_BYTES);
  const probe = flags.probe === undefined ? [] : ['--probe', flags.probe];
  const reproduce = (one: ExamCase) =>
    reproduction(exam.subject, one, [...schemeWords(flags), ...(one.probe ? probe : [])]);
  const timeoutMs = exam.subject.limitMs;
  const plan: ExamPlan = {
    started: {
      command: 'test',
      title: publishedUrl(exam.subject),
      url: publishedUrl(exam.subject),
      provider: pack.manifest.id,
      scheme: scheme.id,
      seed,
    },
    baseline: exam.baseline,
    tasks: chosen(
      [
        ...exam.cases.map((one) => caseTask(one, { timeoutMs, reproduce })),
        ...payloadTasks(exam, { runs: flags.payloads, seed, more: schemeWords(flags), context }),
      ],
      flags,
    ),
    timeoutMs,
    concurrency: flags.concurrency,
    failOn: flags.failOn,
    reproduce,
  };
  if (flags.list) return listCases(exam, plan.tasks, flags, context);
  const view = openView(flags, io);
  for (const warning of prepared.warnings) await view(warning);
  await withReceiver(flags, new URL(url), context, async () => {
    const { createHttpClient } = await import('../adapters/http-client/http-client.ts');
    const client = createHttpClient(await connectionOptions(flags, new URL(url), context));
    const ports: ExamPorts = {
      deliver: client.deliver,
      now: () => new Date(),
      clockMs,
      sleep: pause,
      signal: io.signal,
      random: randomSource(undefined),
      ...(flags.probe !== undefined && { probe: await openProbe(flags.probe, client.deliver) }),
    };
    try {
      const { isPassed } = await reportRun(examine(plan, ports), flags, context, view);
      context.exit(isPassed ? EXIT.ok : EXIT.failed);
      return { isFailed: !isPassed };
    } finally {
      await client.close();
    }
  });
}

/** The provider that was named, by flag, saved endpoint or setting. */
function providerName(endpoint: string, flags: TestFlags, workspace: Workspace): string {
  const name =
    flags.provider ?? chooseEndpoint(endpoint, workspace).saved?.provider ?? workspace.setting('provider');
  if (name !== undefined) return name;
  throw new HooksError('usage', 'no provider to test the receiver for', {
    next: 'name one with --provider; `hooks provider` lists them',
  });
}

/** The tasks that the flags leave. Throws HooksError `unknown-name` for a pattern that names no case. */
function chosen(tasks: readonly ExamTask[], { only, skip = [], group }: TestFlags): ExamTask[] {
  const matches = [...(only ?? []), ...skip].map((pattern) => {
    const isMatch = wildcard(pattern);
    // The baseline is always played.
    if (!isMatch('baseline/genuine') && !tasks.some(({ id }) => isMatch(id))) {
      throw new HooksError('unknown-name', `no case is called '${pattern}'`, {
        next: 'list them with --list; a pattern may hold *, as in authenticity/*',
      });
    }
    return isMatch;
  });
  const onlyMatches = matches.slice(0, only?.length ?? 0);
  const skipMatches = matches.slice(only?.length ?? 0);
  const inOrder = CASE_GROUPS.flatMap((name) => tasks.filter((task) => task.group === name));
  return inOrder.filter(
    ({ id, group: own }) =>
      (only === undefined || onlyMatches.some((isMatch) => isMatch(id))) &&
      !skipMatches.some((isMatch) => isMatch(id)) &&
      (group === undefined || group.includes(own)),
  );
}

/** The flags of the scheme, as they have to stand in a command that signs alike; never the secret. */
function schemeWords(flags: TestFlags): string[] {
  const names: [flag: string, value: string | undefined][] = [
    ['--scheme', flags.scheme],
    ['--signature-header', flags.signatureHeader],
    ['--signature-prefix', flags.signaturePrefix],
    ['--signature-encoding', flags.signatureEncoding],
    ['--signature-content', flags.signatureContent],
    ['--timestamp-header', flags.timestampHeader],
    ['--timestamp-unit', flags.timestampUnit],
    ['--id-header', flags.idHeader],
    ['--token-header', flags.tokenHeader],
    ['--secret-encoding', flags.secretEncoding],
  ];
  return names.flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
}

function listCases(
  { baseline }: Exam,
  tasks: readonly ExamTask[],
  { json }: TestFlags,
  { io }: Context,
): void {
  for (const { id, severity, title } of [baseline, ...tasks]) {
    const line = `${severity.padEnd(6)}  ${id.padEnd(46)}  ${title}\n`;
    io.stdout.write(json ? formatEventJson({ type: 'case', id, severity, title }) : line);
  }
}

async function openProbe(spec: string, deliver: Deliver): Promise<ReadProbe> {
  const { createProbe } = await import('../adapters/probe.ts');
  const probe = createProbe(spec, deliver);
  return async (values) => {
    const answer = await probe(values);
    if (answer.ok) return parseProbe(answer.text);
    throw new HooksError('endpoint-unreachable', `the probe cannot be read: ${answer.message}`);
  };
}
