import { appendFileSync, closeSync, openSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { packageVersion } from '../adapters/package-root.ts';
import { parseBaseline, withBaseline } from '../core/baseline.ts';
import { HooksError } from '../core/errors.ts';
import type { Report } from '../core/report-file.ts';
import type { CaseFinished, RunEvent, TestFinished, TestStarted } from '../core/run-event.ts';
import type { View } from '../views/open.ts';
import type { Context } from './context.ts';
import { readInput } from './input.ts';
import type { ReportFlags } from './report-options.ts';
import { inGitHubActions, withoutCommands } from './workflow-commands.ts';

type Format = (report: Report) => string;
type FormatName = Exclude<keyof ReportFlags, 'baseline'>;

/** How each format is written; loaded only when it is asked for. */
const FORMATS: Record<FormatName, () => Promise<Format>> = {
  junit: async () => (await import('../views/report/junit.ts')).formatJunit,
  tap: async () => (await import('../views/report/tap.ts')).formatTap,
  html: async () => (await import('../views/report/html.ts')).formatHtml,
  sarif: async () => {
    const { formatSarif } = await import('../views/report/sarif.ts');
    return (report) => formatSarif(report, packageVersion());
  },
};

/**
 * Shows a run of `hooks test` or `hooks run`, writes the reports that are asked for and, inside GitHub Actions,
 * annotations and the summary of the step. Gives the last event; `isPassed` heeds the baseline. Throws HooksError
 * `file-unwritable` before anything is sent where a report could not be written.
 */
export async function reportRun(
  events: AsyncIterable<RunEvent>,
  flags: ReportFlags & { json?: boolean },
  { io }: Context,
  view: View,
): Promise<TestFinished> {
  const before = flags.baseline === undefined ? undefined : await readBaseline(flags.baseline, io.stdin);
  const files = (Object.keys(FORMATS) as FormatName[]).flatMap((name): [FormatName, string][] => {
    const file = flags[name];
    return file === undefined ? [] : [[name, file]];
  });
  const isInActions = inGitHubActions(io.env);
  const summary = isInActions && io.env.GITHUB_STEP_SUMMARY ? io.env.GITHUB_STEP_SUMMARY : undefined;
  checkFiles(files);
  if (summary !== undefined) append(summary, '');
  const show = () =>
    showAndCollect(events, view, (finished, cases) =>
      before === undefined ? finished : withBaseline(finished, cases, before),
    );
  // The runner reads both streams; with --json stdout holds nothing but JSON.
  const log = flags.json ? io.stderr : io.stdout;
  const report = isInActions ? await withoutCommands(log, show) : await show();
  for (const [name, file] of files) {
    const text = (await FORMATS[name]())(report);
    attempt(file, () => writeFileSync(file, text));
  }
  if (isInActions) {
    const { githubAnnotations, githubSummary } = await import('../views/report/github.ts');
    log.write(githubAnnotations(report));
    if (summary !== undefined) append(summary, githubSummary(report));
  }
  return report.finished;
}

async function showAndCollect(
  events: AsyncIterable<RunEvent>,
  view: View,
  judge: (finished: TestFinished, cases: readonly CaseFinished[]) => TestFinished,
): Promise<Report> {
  let started: TestStarted | undefined;
  const cases: CaseFinished[] = [];
  let finished: TestFinished | undefined;
  for await (const event of events) {
    if (event.type === 'test.started') started = event;
    if (event.type === 'case.finished') cases.push(event);
    if (event.type === 'test.finished') finished = judge(event, cases);
    await view(event.type === 'test.finished' && finished !== undefined ? finished : event);
  }
  if (started === undefined || finished === undefined) throw new Error('the run ended without test.finished');
  return { started, cases, finished };
}

async function readBaseline(file: string, stdin: NodeJS.ReadableStream) {
  const bytes = await readInput(file, stdin, 'the baseline');
  return parseBaseline(bytes.toString('utf8'), file);
}

/** An empty file stands there until the report is written, so that no old one is taken for it. */
function checkFiles(files: readonly [FormatName, string][]): void {
  const seen = new Map<string, FormatName>();
  for (const [name, file] of files) {
    const same = seen.get(resolve(file));
    if (file === '-' || same !== undefined) {
      const what =
        same === undefined ? 'a report goes to a file' : `--${same} and --${name} name the same file`;
      throw new HooksError('usage', `${what}, not to '${file}'`, {
        next: `name a file of its own: --${name} report.${name}`,
      });
    }
    seen.set(resolve(file), name);
  }
  for (const [, file] of files) attempt(file, () => closeSync(openSync(file, 'w')));
}

function append(file: string, text: string): void {
  attempt(file, () => appendFileSync(file, text));
}

/** Throws HooksError `file-unwritable` where a report cannot be written. */
export function attempt(file: string, action: () => void): void {
  try {
    action();
  } catch (cause) {
    throw new HooksError('file-unwritable', `cannot write the report ${file}`, {
      why: cause instanceof Error ? cause.message : String(cause),
      next: 'check that the folder exists and that you may write to it',
      cause,
    });
  }
}
