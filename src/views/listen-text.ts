import type { ChalkInstance } from 'chalk';
import { formatDuration } from '../core/duration.ts';
import type { DeliveryReceived, ListenFinished, ListenReady, RequestRefused } from '../core/run-event.ts';
import { formatSize } from '../core/size.ts';
import { isAsExpected, type SchemaCheck, type SchemaProblem, type SignatureCheck } from '../core/verdict.ts';
import { visible } from '../core/visible.ts';
import { type BodyDetail, bodyLines } from './body-text.ts';
import { headerLines, statusColor } from './send-text.ts';

export interface ListenTextOptions {
  colors: ChalkInstance;
  isQuiet: boolean;
  isVerbose: boolean;
  body: BodyDetail;
}

const SHOWN_PROBLEMS = 8;

export function readyText(event: ListenReady, { colors }: ListenTextOptions): string {
  const verifying = event.isVerifying ? 'verifying signatures' : 'not verifying signatures';
  const provider = event.provider === undefined ? 'any provider' : event.provider;
  return `${colors.green('ready')} ${colors.bold(event.url)}  ${colors.dim(`${provider}, ${verifying}; Ctrl-C ends`)}\n`;
}

export function deliveryText(event: DeliveryReceived, options: ListenTextOptions): string {
  if (!event.isShown) return '';
  const { colors } = options;
  const { verdicts } = event;
  if (options.isQuiet && isAsExpected(verdicts)) return '';
  const name =
    verdicts.provider === undefined
      ? colors.yellow('unknown provider')
      : `${colors.cyan(verdicts.provider)} ${colors.bold(visible(event.slug ?? verdicts.eventType ?? 'no event type'))}`;
  const head = [
    colors.dim(localTime(event.receivedAt)),
    name,
    signatureText(verdicts.signature, colors),
    schemaText(verdicts.schema, colors),
    ...(verdicts.isKnownEventType === false ? [colors.yellow('unknown event type')] : []),
    ...(verdicts.isDuplicate ? [colors.yellow('duplicate')] : []),
    statusColor(event.answer.status, colors)(String(event.answer.status)),
    colors.dim(
      `${event.method} ${visible(event.target)} ${formatSize(event.body.length)} ${formatDuration(event.durationMs)}`,
    ),
  ];
  const lines = [
    ...(event.highlights.length > 0 ? [visible(event.highlights.join(' · '))] : []),
    ...problemLines(verdicts.schema, colors),
    ...(options.isVerbose ? headerLines(event.headers, colors).map((line) => line.trimStart()) : []),
    ...bodyLines(event.body, options.body, colors),
  ];
  return `${head.join('  ')}\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

export function requestRefusedText(event: RequestRefused, { colors }: ListenTextOptions): string {
  const status = event.status === undefined ? '' : ` (answered ${event.status})`;
  return `${colors.dim(localTime(event.at))}  ${colors.red('refused')}  ${visible(event.message)}${status}  ${colors.dim(event.peer)}\n`;
}

export function listenFinishedText(event: ListenFinished, { colors }: ListenTextOptions): string {
  const counts = [
    `${event.received} received`,
    ...(event.genuine > 0 ? [colors.green(`${event.genuine} genuine`)] : []),
    ...(event.refused > 0 ? [colors.red(`${event.refused} with a refused signature`)] : []),
    ...(event.notVerified > 0 ? [`${event.notVerified} not verified`] : []),
    ...(event.invalid > 0 ? [colors.red(`${event.invalid} with a wrong body`)] : []),
    ...(event.duplicates > 0 ? [colors.yellow(`${event.duplicates} duplicates`)] : []),
    ...(event.hidden > 0 ? [`${event.hidden} not shown`] : []),
    ...(event.requestsRefused > 0 ? [colors.red(`${event.requestsRefused} requests turned away`)] : []),
  ];
  const unmet = event.unmet.map((problem) => `${colors.red('✗')} ${visible(problem)}\n`).join('');
  return `${counts.join(', ')} in ${formatDuration(event.durationMs)}\n${unmet}`;
}

/** What is said of a signature. */
export function signatureText(check: SignatureCheck, colors: ChalkInstance): string {
  if (check.state === 'genuine') return colors.green('✓ genuine');
  if (check.state === 'refused') return colors.red(`✗ ${visible(check.message)}`);
  return colors.yellow(`– not verified: ${visible(check.message)}`);
}

/** What is said of a body. */
export function schemaText(check: SchemaCheck, colors: ChalkInstance): string {
  if (check.state === 'valid') {
    return check.warnings.length > 0
      ? colors.yellow(`✓ valid, ${check.warnings.length} to note`)
      : colors.green('✓ valid');
  }
  if (check.state === 'invalid')
    return colors.red(`✗ ${check.errors.length} schema ${check.errors.length === 1 ? 'error' : 'errors'}`);
  return check.state === 'not-json' ? colors.red(`✗ ${visible(check.message)}`) : colors.dim('no schema');
}

function problemLines(check: SchemaCheck, colors: ChalkInstance): string[] {
  if (check.state !== 'valid' && check.state !== 'invalid') return [];
  const errors = check.state === 'invalid' ? check.errors : [];
  const lines = [
    ...errors.map((problem) => `${colors.red('✗')} ${describe(problem)}`),
    ...check.warnings.map((problem) => `${colors.yellow('!')} ${describe(problem)}`),
  ];
  if (lines.length <= SHOWN_PROBLEMS) return lines;
  return [...lines.slice(0, SHOWN_PROBLEMS), colors.dim(`… ${lines.length - SHOWN_PROBLEMS} more`)];
}

function describe({ pointer, message }: SchemaProblem): string {
  return visible(`${pointer || '/'} ${message}`);
}

function localTime(iso: string): string {
  const at = new Date(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
