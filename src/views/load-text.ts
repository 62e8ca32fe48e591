import type { ChalkInstance } from 'chalk';
import { formatDuration } from '../core/duration.ts';
import type { LatencySummary } from '../core/load/histogram.ts';
import type {
  LoadExported,
  LoadFinished,
  LoadResult,
  LoadStarted,
  LoadStep,
  LoadTick,
} from '../core/run-event.ts';
import { visible } from '../core/visible.ts';
import { bar, cell, type Glyphs } from './load-plot.ts';

export interface LoadTextOptions {
  colors: ChalkInstance;
  isQuiet: boolean;
  glyphs: Glyphs;
  /** Columns of the terminal. */
  width: number;
}

const ROWS = [
  ['min', 'min'],
  ['mean', 'mean'],
  ['p50', 'p50'],
  ['p75', 'p75'],
  ['p90', 'p90'],
  ['p95', 'p95'],
  ['p99', 'p99'],
  ['p99.9', 'p999'],
  ['p99.99', 'p9999'],
  ['max', 'max'],
] as const;

/** Below it a sender that was late was kept from its work. */
const SATURATED = 0.9;
const CELL = 16;
const NARROWEST_BAR = 8;

/** `998/s`, `12.5/s`. */
export function formatRate(perSecond: number): string {
  return `${perSecond >= 100 ? Math.round(perSecond) : Number(perSecond.toPrecision(3))}/s`;
}

export function loadStartedText(event: LoadStarted, { colors, isQuiet }: LoadTextOptions): string {
  if (isQuiet) return '';
  const { url, provider, slug, variant, scheme, isSigned, workers } = event;
  const name = `${provider}${slug === undefined ? '' : `/${slug}`}${variant === undefined ? '' : `@${variant}`}`;
  const parts = [
    loadShape(event),
    isSigned ? `signed (${scheme})` : 'unsigned',
    ...(workers > 1 ? [`${workers} workers`] : []),
  ];
  return `${colors.dim('-->')} load ${visible(url)} ${colors.cyan(visible(name))} ${parts.join(', ')}\n`;
}

/** `1000/s for 10 s`. */
export function loadShape({
  mode,
  rate = 0,
  toRate = 0,
  maxInFlight,
  durationMs,
  warmupMs,
}: LoadStarted): string {
  const time = formatDuration(durationMs);
  const warmup = warmupMs > 0 ? ` after ${formatDuration(warmupMs)} of warm-up` : '';
  if (mode === 'closed') return `closed loop, ${maxInFlight} at once for ${time}${warmup}`;
  if (mode === 'ramp') return `${formatRate(rate)} to ${formatRate(toRate)} in ${time}${warmup}`;
  if (mode === 'limit') return `search from ${formatRate(rate)}, ${time} each${warmup}`;
  return `${formatRate(rate)} for ${time}${warmup}`;
}

/** One line of counts and latencies of a second. */
export function loadTickText(tick: LoadTick, { colors }: Pick<LoadTextOptions, 'colors'>): string {
  const { elapsedMs, intervalMs, answered, errors, late, inFlight, latencyMs, targetRate } = tick;
  const rate = intervalMs > 0 ? (answered * 1000) / intervalMs : 0;
  const parts = [
    formatDuration(elapsedMs),
    `${formatRate(rate)}${targetRate === undefined ? '' : ` of ${formatRate(targetRate)}`}`,
    ...(latencyMs ? [`p50 ${formatDuration(latencyMs.p50)}`, `p99 ${formatDuration(latencyMs.p99)}`] : []),
    errors > 0 ? colors.red(`${errors} errors`) : '0 errors',
    ...(late > 0 ? [colors.yellow(`${late} late`)] : []),
    `${inFlight} under way`,
  ];
  return parts.join('  ');
}

export function loadStepText(step: LoadStep, { colors, isQuiet }: LoadTextOptions): string {
  if (isQuiet) return '';
  const verdict = step.isPassed ? colors.green('kept') : colors.red('missed');
  const again = step.isConfirmation ? ' (once more)' : '';
  const told = step.thresholds.map(({ rule, actual, isMet }) =>
    isMet ? `${ruleName(rule)} ${actual}` : colors.red(`${ruleName(rule)} ${actual}`),
  );
  const isSenders = step.limitedBy === 'sender' && !step.isPassed;
  const limited = isSenders ? colors.yellow('  the sender was too slow') : '';
  return `${formatRate(step.targetRate).padStart(10)}  ${verdict}${again}  ${told.join(', ')}${limited}\n`;
}

function ruleName(rule: string): string {
  return rule.replace(/ <=.*$/, '');
}

export function loadFinishedText(event: LoadFinished, options: LoadTextOptions): string {
  if (options.isQuiet && event.isPassed) return '';
  const lines = [
    countsLine(event, options),
    ...statusLines(event),
    ...latencyLines(event, options),
    ...limitLines(event, options),
    ...thresholdLines(event, options),
    ...shortfallLines(event, options),
  ];
  return `${lines.join('\n')}\n`;
}

function countsLine(event: LoadFinished, { colors }: LoadTextOptions): string {
  const { started, answered, delivered, unexpected, failed, rate, durationMs, stopped } = event;
  const bad = (count: number, text: string) =>
    count > 0 ? colors.red(`${count} ${text}`) : `${count} ${text}`;
  const counts = [
    delivered > 0 ? colors.green(`${delivered} delivered`) : '0 delivered',
    bad(unexpected, 'unexpected'),
    bad(failed, 'without an answer'),
  ];
  const early = stopped === 'interrupted' ? ' (interrupted)' : '';
  return `${started} sent, ${answered} answered: ${formatRate(rate)}; ${counts.join(', ')}; took ${formatDuration(durationMs)}${early}`;
}

function statusLines({ statuses, failures }: LoadResult): string[] {
  const answers = Object.entries(statuses).map(([status, count]) => `${status}: ${count}`);
  const missing = Object.entries(failures).map(([reason, count]) => `${reason}: ${count}`);
  const all = [...answers, ...missing];
  return all.length > 1 || missing.length > 0 ? [`  ${all.join(', ')}`] : [];
}

function latencyLines({ latency }: LoadResult, options: LoadTextOptions): string[] {
  if (latency === undefined) return [];
  const { corrected, service } = latency;
  const head = corrected
    ? `${''.padEnd(8)}${'from when due'.padStart(CELL)}${'from when sent'.padStart(CELL)}`
    : `${''.padEnd(8)}${'from when sent'.padStart(CELL)}`;
  const note = corrected ? [] : ['  closed loop: not corrected for coordinated omission'];
  return [
    '',
    options.colors.dim(head),
    ...ROWS.map(([name, key]) => latencyRow(name, key, corrected, service, options)),
    ...note,
    '',
  ];
}

function latencyRow(
  name: string,
  key: keyof LatencySummary,
  corrected: LatencySummary | undefined,
  service: LatencySummary,
  { colors, glyphs, width }: LoadTextOptions,
): string {
  const main = corrected ?? service;
  const cells = corrected ? [corrected[key], service[key]] : [service[key]];
  const room = width - 8 - cells.length * CELL - 2;
  const plot =
    room < NARROWEST_BAR
      ? ''
      : `  ${bar(main.max === 0 ? 0 : main[key] / main.max, Math.min(room, 40), glyphs)}`;
  return `  ${name.padEnd(6)}${cells.map((ms) => cell(ms, CELL)).join('')}${colors.cyan(plot)}`.trimEnd();
}

const BEYOND = {
  sender: 'the sender was too slow, so the receiver may do more',
  'in-flight': 'as many as --max-in-flight allows were under way',
};

function limitLines({ limit, mode }: LoadFinished, { colors }: LoadTextOptions): string[] {
  if (mode !== 'limit' || limit === undefined) return [];
  if (limit.rate === undefined) {
    return [colors.red(`no rate was kept in ${limit.steps} steps`), ''];
  }
  const how = limit.isConfirmed ? 'kept twice' : 'not confirmed';
  const why = limit.limitedBy === undefined ? '' : `; beyond it ${BEYOND[limit.limitedBy]}`;
  return [`${colors.green(`limit: ${formatRate(limit.rate)}`)} (${how}, ${limit.steps} steps${why})`, ''];
}

function thresholdLines({ thresholds }: LoadResult, { colors }: LoadTextOptions): string[] {
  return thresholds.map(({ rule, actual, isMet }) =>
    isMet ? `${colors.green('✓')} ${rule}: ${actual}` : `${colors.red('✗')} ${rule}: ${actual}`,
  );
}

/** What kept the load from being what was asked for. */
function shortfallLines(event: LoadFinished, { colors }: LoadTextOptions): string[] {
  const { limitedBy, late, held, unsent, busy, mode, stopped } = event;
  const head = colors.yellow('limited:');
  const short = [
    ...(late > 0 ? [`${late} sent late`] : []),
    ...(held > 0 ? [`${held} held back`] : []),
    ...(unsent > 0 ? [`${unsent} not sent`] : []),
  ].join(', ');
  if (stopped === 'unreachable') return [];
  if (limitedBy === 'in-flight') {
    const cause = 'because as many as allowed were under way: the receiver answers too slowly, or';
    return [`${head} ${short}, ${cause}`, '  raise --max-in-flight'];
  }
  if (limitedBy !== 'sender') return short === '' ? [] : [`behind: ${short}`];
  const share = `${Math.round(busy * 100)} %`;
  if (mode === 'closed') {
    return [`${head} the sender was busy ${share} of the time, the receiver may do more: try more --workers`];
  }
  const cause =
    busy >= SATURATED
      ? 'try more --workers, or a lower rate'
      : 'something else on this machine may use its cores';
  return [`${head} the sender could not keep up (busy ${share}; ${short}): ${cause}`];
}

/** What the first delivery without an answer died of; the whole story where nothing answered. */
export function loadFailureText(
  { firstFailure, answered }: LoadFinished,
  { colors }: LoadTextOptions,
): string {
  if (firstFailure === undefined) return '';
  const head = answered === 0 ? colors.red('error:') : colors.yellow('note:');
  return `${head} ${visible(firstFailure.message)}\n  next: ${visible(firstFailure.next)}\n`;
}

export function loadExportedText(
  { directory, files, run }: LoadExported,
  { isQuiet }: LoadTextOptions,
): string {
  if (isQuiet) return '';
  const list = files.map((file) => `  ${visible(file)}\n`).join('');
  return `written to ${visible(directory)}:\n${list}run it with:\n  ${visible(run)}\n`;
}
