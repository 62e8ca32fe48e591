import type { ChalkInstance } from 'chalk';
import { formatDuration } from '../core/duration.ts';
import type { HeaderList } from '../core/headers.ts';
import type { AttemptFailed, AttemptFinished, AttemptStarted, RunFinished } from '../core/run-event.ts';
import { visible } from '../core/visible.ts';
import { bodyLines } from './body-text.ts';
import { callbackSummaryText, missingCallbacksText } from './callback-text.ts';
import { disorderText, retrySummaryText } from './retry-text.ts';
import { statusColor } from './status-color.ts';

export interface SendTextOptions {
  colors: ChalkInstance;
  /** One delivery is shown with its answer, many with a line each. */
  isSingle: boolean;
  isQuiet: boolean;
  isVerbose: boolean;
  showsHeaders: boolean;
  /** Deliveries go to several endpoints: each line says which. */
  hasSeveralEndpoints?: boolean;
}

export function attemptStartedText(event: AttemptStarted, options: SendTextOptions): string {
  if (options.isQuiet || !(options.isSingle || options.isVerbose)) return '';
  const { colors } = options;
  const name =
    event.eventType === undefined ? event.provider : `${event.provider}/${event.slug ?? event.eventType}`;
  const variant = event.variant === undefined ? '' : `@${event.variant}`;
  const lines = [
    `${colors.dim('-->')} ${event.method} ${visible(event.url)} ${colors.cyan(visible(name + variant))} ${colors.dim(`[${visible(event.deliveryId)}]`)}`,
    ...(options.showsHeaders ? headerLines(event.headers, colors) : []),
  ];
  return `${lines.join('\n')}\n`;
}

export function attemptFinishedText(event: AttemptFinished, options: SendTextOptions): string {
  if (options.isQuiet && event.isAsExpected) return '';
  const { colors } = options;
  const status = statusColor(event.status, colors)(visible(`${event.status} ${event.statusText}`.trim()));
  const showsBody = options.isSingle || options.isVerbose || !event.isAsExpected;
  const lines = [
    `${colors.dim('<--')} ${status}${fromText(event, options)} in ${formatDuration(event.durationMs)} ${colors.dim(`[${visible(event.deliveryId)}]`)}`,
    ...(options.showsHeaders ? headerLines(event.headers, colors) : []),
    ...(showsBody
      ? bodyLines(event.body, options.isVerbose ? 'full' : 'short', colors).map((line) => `    ${line}`)
      : []),
    ...(event.isBodyTruncated && showsBody
      ? [colors.dim('    … the answer is longer than what is read of it')]
      : []),
    ...event.unmet.map((problem) => `    ${colors.red('✗')} ${visible(problem)}`),
  ];
  return `${lines.join('\n')}\n`;
}

export function attemptFailedText(event: AttemptFailed, options: SendTextOptions): string {
  const { colors } = options;
  // Nothing went wrong: it was asked for.
  if (event.reason === 'outage') {
    const isShown = !options.isQuiet && (options.isSingle || options.isVerbose);
    return isShown ? `${colors.dim('···')} ${visible(event.message)}\n` : '';
  }
  if (event.reason === 'cancelled')
    return `${colors.yellow('interrupted')} before an answer came${fromText(event, options)} [${visible(event.deliveryId)}]\n`;
  const name = event.endpoint === undefined ? '' : `${visible(event.endpoint)}: `;
  const message = `${colors.red('error:')} ${name}${visible(event.message)}\n`;
  return event.willBeRetried ? message : `${message}  next: ${visible(event.next)}\n`;
}

function fromText(
  { endpoint, url }: { endpoint?: string; url: string },
  { hasSeveralEndpoints }: SendTextOptions,
): string {
  const name = endpoint ?? (hasSeveralEndpoints ? url : undefined);
  return name === undefined ? '' : ` from ${visible(name)}`;
}

export function runFinishedText(event: RunFinished, { colors, isQuiet, isSingle }: SendTextOptions): string {
  if (isQuiet) return missingCallbacksText(event.callbacks, colors);
  const { delivered, failed, unreachable, latencyMs, retries, disorder, callbacks } = event;
  const counts = [
    delivered > 0 ? colors.green(`${delivered} delivered`) : `${delivered} delivered`,
    failed > 0 ? colors.red(`${failed} failed`) : `${failed} failed`,
    ...(unreachable > 0 ? [colors.red(`${unreachable} without an answer`)] : []),
  ];
  const latency =
    latencyMs === undefined || isSingle
      ? ''
      : `; latency median ${formatDuration(latencyMs.median)}, p95 ${formatDuration(latencyMs.p95)}, max ${formatDuration(latencyMs.max)}`;
  const took = isSingle ? '' : ` in ${formatDuration(event.durationMs)}`;
  const open = retries !== undefined && retries.open > 0 ? `, ${colors.yellow(`${retries.open} open`)}` : '';
  const goOn = open === '' ? '' : '  next: go on with `hooks send --resume`\n';
  return [
    retries === undefined ? '' : retrySummaryText(retries, colors),
    disorder === undefined ? '' : disorderText(disorder),
    callbacks === undefined ? '' : callbackSummaryText(callbacks, colors),
    `${counts.join(', ')}${open}${attemptsText(event)}${took}${latency}${event.isInterrupted ? ' (interrupted)' : ''}\n`,
    goOn,
  ].join('');
}

function attemptsText({ retries }: RunFinished): string {
  return retries === undefined
    ? ''
    : ` with ${retries.attempts} ${retries.attempts === 1 ? 'attempt' : 'attempts'}`;
}

export function headerLines(headers: HeaderList, colors: ChalkInstance): string[] {
  return headers.map(([name, value]) => `    ${colors.cyan(visible(name))}: ${visible(value)}`);
}
