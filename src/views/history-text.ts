import type { ChalkInstance } from 'chalk';
import { formatDuration } from '../core/duration.ts';
import {
  isNotAttempted,
  type RecordedAttempt,
  type Recording,
  type RecordingSummary,
} from '../core/recording.ts';
import { formatSize } from '../core/size.ts';
import { visible } from '../core/visible.ts';
import { bodyLines } from './body-text.ts';
import { schemaText, signatureText } from './listen-text.ts';
import { headerLines } from './send-text.ts';
import { statusColor } from './status-color.ts';

const NOT_ATTEMPTED = 'not attempted yet';

/** One line: id, time, direction, event, status, size. */
export function summaryText(summary: RecordingSummary, colors: ChalkInstance): string {
  const { id, at, direction, provider, isFailed, isInvalid, replayOf } = summary;
  const arrow = direction === 'received' ? '<--' : '-->';
  const name = [provider, summary.slug ?? summary.eventType].filter((part) => part !== undefined).join('/');
  const columns = [
    colors.dim(id),
    localDateTime(at),
    arrow,
    colors.cyan(visible(name || `${summary.method} ${summary.target}`)),
    statusText(summary, colors),
    formatSize(summary.sizeBytes),
    ...(summary.durationMs === undefined ? [] : [formatDuration(summary.durationMs)]),
    ...(isFailed ? [colors.red('failed')] : []),
    ...(isInvalid ? [colors.red('invalid')] : []),
    ...(replayOf === undefined ? [] : [colors.dim(`replay of ${replayOf}`)]),
  ];
  return `${columns.join('  ')}\n`;
}

function statusText(summary: RecordingSummary, colors: ChalkInstance): string {
  if (summary.status !== undefined) return statusColor(summary.status, colors)(String(summary.status));
  return isNotAttempted(summary) ? colors.yellow(NOT_ATTEMPTED) : colors.red('no answer');
}

/** The whole recording: request as it came, verdicts, every attempt, answer. */
export function recordingText(
  recording: Recording,
  { colors, isVerbose }: { colors: ChalkInstance; isVerbose: boolean },
): string {
  const { verdicts, answer } = recording;
  const body = (bytes: Uint8Array) =>
    bodyLines(bytes, isVerbose ? 'full' : 'short', colors).map((line) => `    ${line}`);
  const lines = [
    summaryText(recording, colors).trimEnd(),
    '',
    `${colors.bold('Request')}  ${visible(recording.method)} ${visible(recording.target)}${recording.peer === undefined ? '' : colors.dim(`  from ${visible(recording.peer)}`)}`,
    ...headerLines(recording.headers, colors),
    '',
    ...body(recording.body),
    ...(verdicts === undefined
      ? []
      : [
          '',
          `${colors.bold('Verdicts')}  ${signatureText(verdicts.signature, colors)}  ${schemaText(verdicts.schema, colors)}${verdicts.isDuplicate ? colors.yellow('  duplicate') : ''}`,
        ]),
    ...(answer === undefined
      ? []
      : [
          '',
          `${colors.bold('Answer')}  ${statusColor(answer.status, colors)(String(answer.status))}`,
          ...headerLines(answer.headers, colors),
          ...body(answer.body),
        ]),
    ...(isNotAttempted(recording) ? ['', colors.yellow(NOT_ATTEMPTED)] : []),
    ...recording.attempts.flatMap((attempt) => ['', ...attemptLines(attempt, colors, body)]),
  ];
  return `${lines.join('\n')}\n`;
}

function attemptLines(
  { attempt, url, startedAt, providerAt, result }: RecordedAttempt,
  colors: ChalkInstance,
  body: (bytes: Uint8Array) => string[],
): string[] {
  const provider = providerAt === undefined ? '' : ` (for the provider ${localDateTime(providerAt)})`;
  const to = url === undefined ? '' : `  → ${visible(url)}`;
  const head = `${colors.bold(`Attempt ${attempt}`)}  ${localDateTime(startedAt)}${provider}${to}`;
  if (result.kind === 'failed') return [`${head}  ${colors.red(visible(result.message))}`];
  const status = statusColor(result.status, colors)(visible(`${result.status} ${result.statusText}`.trim()));
  return [
    `${head}  ${status} in ${formatDuration(result.durationMs)}`,
    ...headerLines(result.headers, colors),
    ...body(result.body),
  ];
}

function localDateTime(at: Date): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ');
}
