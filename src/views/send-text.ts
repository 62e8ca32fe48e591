import type { ChalkInstance } from 'chalk';
import { formatDuration } from '../core/duration.ts';
import type { HeaderList } from '../core/headers.ts';
import type { AttemptFailed, AttemptFinished, AttemptStarted, RunFinished } from '../core/run-event.ts';
import { visible } from '../core/visible.ts';
import { bodyLines } from './body-text.ts';

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
  if (event.reason === 'cancelled')
    return `${colors.yellow('interrupted')} before an answer came${fromText(event, options)} [${visible(event.deliveryId)}]\n`;
  const name = event.endpoint === undefined ? '' : `${visible(event.endpoint)}: `;
  return `${colors.red('error:')} ${name}${visible(event.message)}\n  next: ${visible(event.next)}\n`;
}

function fromText(
  { endpoint, url }: { endpoint?: string; url: string },
  { hasSeveralEndpoints }: SendTextOptions,
): string {
  const name = endpoint ?? (hasSeveralEndpoints ? url : undefined);
  return name === undefined ? '' : ` from ${visible(name)}`;
}

export function runFinishedText(event: RunFinished, { colors, isQuiet, isSingle }: SendTextOptions): string {
  if (isQuiet) return '';
  const { delivered, failed, unreachable, latencyMs } = event;
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
  return `${counts.join(', ')}${took}${latency}${event.isInterrupted ? ' (interrupted)' : ''}\n`;
}

export function headerLines(headers: HeaderList, colors: ChalkInstance): string[] {
  return headers.map(([name, value]) => `    ${colors.cyan(visible(name))}: ${visible(value)}`);
}

export function statusColor(status: number, colors: ChalkInstance): ChalkInstance {
  if (status < 300) return colors.green;
  return status < 400 ? colors.yellow : colors.red;
}
