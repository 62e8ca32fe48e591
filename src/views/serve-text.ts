import type { ChalkInstance } from 'chalk';
import { formatDuration } from '../core/duration.ts';
import type { ApiCalled, DeliverySent, ServeFinished, ServeReady } from '../core/run-event.ts';
import { visible } from '../core/visible.ts';
import { statusColor } from './status-color.ts';

export interface ServeTextOptions {
  colors: ChalkInstance;
  isQuiet: boolean;
}

export function serveReadyText(event: ServeReady, { colors, isQuiet }: ServeTextOptions): string {
  if (isQuiet) return '';
  const already = event.resources === 0 ? '' : `, ${event.resources} registered already`;
  return [
    `${colors.green('ready')} ${colors.bold(event.apiUrl)}  ${colors.dim(`stands in for ${event.provider}${already}; Ctrl-C ends`)}`,
    `      page ${event.url}/  document ${event.url}/openapi.json`,
    `      ${colors.yellow(`${event.assumed} details are assumed, not published`)}: listed on the page and in the document\n`,
  ].join('\n');
}

export function apiCalledText(event: ApiCalled, { colors, isQuiet }: ServeTextOptions): string {
  if (isQuiet && event.status < 400) return '';
  const operation = event.operation === undefined ? '' : ` ${colors.cyan(visible(event.operation))}`;
  const why = event.why === undefined ? '' : `  ${visible(event.why)}`;
  return `${colors.dim('<--')} ${visible(event.method)} ${visible(event.target)} ${statusColor(event.status, colors)(String(event.status))}${operation}${why}\n`;
}

export function deliverySentText(event: DeliverySent, { colors, isQuiet }: ServeTextOptions): string {
  if (isQuiet && event.outcome === 'delivered') return '';
  const status =
    event.status === undefined
      ? colors.red('failed')
      : statusColor(event.status, colors)(String(event.status));
  const why = event.why === undefined ? '' : `  ${visible(event.why)}`;
  return `${colors.dim('-->')} ${colors.bold(visible(event.slug ?? event.eventType))} to ${visible(event.url)} ${status} in ${formatDuration(event.durationMs)} ${colors.dim(`[${visible(event.messageId)}]`)}${why}\n`;
}

export function serveFinishedText(event: ServeFinished, { colors, isQuiet }: ServeTextOptions): string {
  if (isQuiet) return '';
  const failed = event.failed > 0 ? colors.red(`${event.failed} failed`) : '0 failed';
  return `${event.calls} calls; ${event.delivered} delivered, ${failed}\n`;
}
