import type { ChalkInstance } from 'chalk';
import { exactDuration, formatDuration } from '../core/duration.ts';
import type {
  DeliveryGivenUp,
  DisorderSummary,
  RetryScheduled,
  RetrySummary,
  Timeline,
} from '../core/run-event.ts';
import { visible } from '../core/visible.ts';
import { statusColor } from './status-color.ts';

/** When the next attempt comes, and why then. */
export function retryScheduledText(event: RetryScheduled, colors: ChalkInstance): string {
  const here = event.realDelayMs === event.delayMs ? '' : `, here ${formatDuration(event.realDelayMs)}`;
  const notes = event.notes.map((text) => `    ${colors.dim(visible(text))}\n`).join('');
  return `    ${colors.yellow('retry')} ${event.attempt - 1} in ${exactDuration(event.delayMs)}${here}: ${visible(event.why)}\n${notes}`;
}

export function givenUpText(event: DeliveryGivenUp, colors: ChalkInstance): string {
  return `    ${colors.red('given up')}: ${visible(event.message)} ${colors.dim(`[${visible(event.deliveryId)}]`)}\n`;
}

/** The timelines, or for many deliveries what became of each attempt; then when the endpoint is switched off. */
export function retrySummaryText(summary: RetrySummary, colors: ChalkInstance): string {
  const lines = [
    ...(summary.timelines.length > 0
      ? summary.timelines.flatMap((timeline) => timelineLines(timeline, colors))
      : byAttemptLines(summary)),
    ...summary.switchOff.map(({ at, isReached, message }) => {
      const moment = at === undefined ? '' : `${at}${isReached ? ' (reached)' : ''}: `;
      return `${colors.bold('switch-off')}  ${moment}${visible(message)}`;
    }),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function timelineLines({ deliveryId, attemptsBefore, entries, outcome }: Timeline, colors: ChalkInstance) {
  const rows = entries.map((entry) => [
    String(entry.attempt),
    `+${exactDuration(entry.sinceFirstMs)}`,
    entry.providerAt,
    entry.at,
  ]);
  const head = ['attempt', 'after', 'provider time', 'real time'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[], last: string) =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}  ${last}`;
  const before = attemptsBefore === 0 ? '' : `, ${attemptsBefore} before this run`;
  const none = entries.length === 0 ? ', no attempt made' : '';
  const title = `${colors.bold('timeline')}  ${visible(deliveryId)} ${colors.dim(`(${outcome.replace('-', ' ')}${before}${none})`)}`;
  if (entries.length === 0) return [title];
  return [
    title,
    colors.dim(line(head, 'answer')),
    ...entries.map(({ status, answer }, index) =>
      line(
        rows[index] ?? [],
        (status === undefined ? colors.red : statusColor(status, colors))(visible(answer)),
      ),
    ),
  ];
}

function byAttemptLines({ byAttempt }: RetrySummary): string[] {
  return byAttempt.map(
    ({ attempt, made, delivered }) => `  attempt ${attempt}: ${made} made, ${delivered} delivered`,
  );
}

/** What disorder has made of the run. */
export function disorderText({ seed, dropped, duplicated, moved }: DisorderSummary): string {
  return `disorder: ${dropped} left out, ${duplicated} sent twice, ${moved} out of order (--seed ${visible(seed)})\n`;
}
