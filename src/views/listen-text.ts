import type { ChalkInstance } from 'chalk';
import { formatDuration } from '../core/duration.ts';
import { isTaken } from '../core/forwarding/forward-answer.ts';
import type {
  DeliveryAnswer,
  DeliveryReceived,
  ForwardOutcome,
  ForwardRetried,
  ListenFinished,
  ListenReady,
  RequestRefused,
} from '../core/run-event.ts';
import { formatSize } from '../core/size.ts';
import { isAsExpected, type SchemaCheck, type SchemaProblem, type SignatureCheck } from '../core/verdict.ts';
import { visible } from '../core/visible.ts';
import { type BodyDetail, bodyLines } from './body-text.ts';
import { localTime } from './local-time.ts';
import { headerLines } from './send-text.ts';
import { statusColor } from './status-color.ts';

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
  return `${colors.green('ready')} ${colors.bold(event.url)}${event.channel === undefined ? '' : ` and ${colors.bold(event.channel)}`}  ${colors.dim(`${provider}, ${verifying}; Ctrl-C ends`)}\n`;
}

export function deliveryText(event: DeliveryReceived, options: ListenTextOptions): string {
  if (!event.isShown) return '';
  const { colors } = options;
  const { verdicts } = event;
  if (options.isQuiet && isAsExpected(verdicts) && event.forwards.every(({ result }) => isTaken(result)))
    return '';
  const name =
    verdicts.provider === undefined
      ? colors.yellow('unknown provider')
      : `${colors.cyan(verdicts.provider)} ${colors.bold(visible(event.slug ?? verdicts.eventType ?? 'no event type'))}`;
  const head = [
    colors.dim(localTime(new Date(event.receivedAt))),
    name,
    signatureText(verdicts.signature, colors),
    schemaText(verdicts.schema, colors),
    ...(verdicts.isKnownEventType === false ? [colors.yellow('unknown event type')] : []),
    ...(verdicts.isDuplicate ? [colors.yellow('duplicate')] : []),
    answerText(event.answer, colors),
    colors.dim(
      `${event.method} ${visible(event.target)} ${formatSize(event.body.length)} ${formatDuration(event.durationMs)}`,
    ),
  ];
  const lines = [
    ...(event.highlights.length > 0 ? [visible(event.highlights.join(' · '))] : []),
    ...problemLines(verdicts.schema, colors),
    ...event.forwards
      .filter((forward) => !isSaid(forward, event))
      .map((forward) => forwardText(forward, colors)),
    ...(options.isVerbose ? headerLines(event.headers, colors).map((line) => line.trimStart()) : []),
    ...bodyLines(event.body, options.body, colors),
  ];
  return `${head.join('  ')}\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

/** A further attempt, with the delivery that it belongs to. */
export function forwardRetriedText(event: ForwardRetried, { colors, isQuiet }: ListenTextOptions): string {
  if (isQuiet && isTaken(event.result)) return '';
  return `    ${forwardText(event, colors)}  ${colors.dim(`[${event.deliveryId}] attempt ${event.attempt}`)}\n`;
}

/** What a sender was told. */
export function answerText({ status, silence, from }: DeliveryAnswer, colors: ChalkInstance): string {
  if (status === undefined) return colors.red(silence === undefined ? 'no answer' : SILENCES[silence]);
  const by = from === undefined ? '' : colors.dim(` from ${visible(from)}`);
  return statusColor(status, colors)(String(status)) + by;
}

/** What came of one attempt to pass a delivery on. */
export function forwardText({ target, result, retryInMs }: ForwardOutcome, colors: ChalkInstance): string {
  const what =
    result.kind === 'answered'
      ? statusColor(result.status, colors)(`→ ${result.status}`)
      : colors.red(`→ ${visible(result.message)}`);
  const next = retryInMs === undefined ? '' : colors.yellow(`  again in ${formatDuration(retryInMs)}`);
  return `${what}  ${visible(target)}  ${colors.dim(formatDuration(result.durationMs))}${next}`;
}

/** True where the line of the delivery says all there is. */
function isSaid({ target, result }: ForwardOutcome, { answer }: DeliveryReceived): boolean {
  return result.kind === 'answered' && answer.from === target && answer.status === result.status;
}

const SILENCES = { drop: 'dropped', hang: 'left hanging', reset: 'reset' };

export function requestRefusedText(event: RequestRefused, { colors }: ListenTextOptions): string {
  const status = event.status === undefined ? '' : ` (answered ${event.status})`;
  return `${colors.dim(localTime(new Date(event.at)))}  ${colors.red('refused')}  ${visible(event.message)}${status}  ${colors.dim(event.peer)}\n`;
}

export function listenFinishedText(event: ListenFinished, { colors }: ListenTextOptions): string {
  const counts = [
    `${event.received} received`,
    ...(event.genuine > 0 ? [colors.green(`${event.genuine} genuine`)] : []),
    ...(event.refused > 0 ? [colors.red(`${event.refused} with a refused signature`)] : []),
    ...(event.notVerified > 0 ? [`${event.notVerified} not verified`] : []),
    ...(event.invalid > 0 ? [colors.red(`${event.invalid} with a wrong body`)] : []),
    ...(event.duplicates > 0 ? [colors.yellow(`${event.duplicates} duplicates`)] : []),
    ...(event.notForwarded > 0 ? [colors.red(`${event.notForwarded} not taken by a target`)] : []),
    ...(event.hidden > 0 ? [`${event.hidden} not shown`] : []),
    ...(event.requestsRefused > 0 ? [colors.red(`${event.requestsRefused} requests turned away`)] : []),
  ];
  const unmet = event.unmet.map((problem) => `${colors.red('✗')} ${visible(problem)}\n`).join('');
  const next =
    event.notForwarded > 0 ? `  next: hooks replay --failed --direction received --to <endpoint>\n` : '';
  return `${counts.join(', ')} in ${formatDuration(event.durationMs)}\n${next}${unmet}`;
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
    ...errors.map((problem) => `${colors.red('✗')} ${problemText(problem)}`),
    ...check.warnings.map((problem) => `${colors.yellow('!')} ${problemText(problem)}`),
  ];
  if (lines.length <= SHOWN_PROBLEMS) return lines;
  return [...lines.slice(0, SHOWN_PROBLEMS), colors.dim(`… ${lines.length - SHOWN_PROBLEMS} more`)];
}

/** Where a body departs from its schema, and how. */
export function problemText({ pointer, message }: SchemaProblem): string {
  return visible(`${pointer || '/'} ${message}`);
}
