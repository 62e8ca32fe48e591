import type { RunEvent } from '../core/run-event.ts';
import { visible } from '../core/visible.ts';
import type { BodyDetail } from './body-text.ts';
import { callbackText } from './callback-text.ts';
import { type ColorChoice, colorsFor } from './colors.ts';
import { formatEventJson } from './json.ts';
import {
  deliveryText,
  forwardRetriedText,
  type ListenTextOptions,
  listenFinishedText,
  readyText,
  requestRefusedText,
} from './listen-text.ts';
import { glyphsFor } from './load-plot.ts';
import {
  type LoadTextOptions,
  loadExportedText,
  loadFailureText,
  loadFinishedText,
  loadStartedText,
  loadStepText,
  loadTickText,
} from './load-text.ts';
import { type Output, writeAll } from './output.ts';
import { relayAcceptedText, relayFinishedText, relayReaderText, relayReadyText } from './relay-text.ts';
import { givenUpText, retryScheduledText } from './retry-text.ts';
import {
  attemptFailedText,
  attemptFinishedText,
  attemptStartedText,
  runFinishedText,
  type SendTextOptions,
} from './send-text.ts';
import { apiCalledText, deliverySentText, serveFinishedText, serveReadyText } from './serve-text.ts';
import { createTestText, type TestText } from './test-text.ts';
import type { ProgressLine } from './tui/progress.tsx';

/** Shows one event; resolves when the reader has room for the next. */
export interface View {
  (event: RunEvent): Promise<void>;
  /** Gives the terminal back, also where the run did not come to its end. */
  close?: () => void;
}

export interface ViewOptions {
  json?: boolean;
  quiet?: boolean;
  verbose?: boolean;
  color?: boolean;
  /** Headers of what was sent and answered. */
  include?: boolean;
  body?: BodyDetail;
  /** How many deliveries the run sends. */
  deliveries?: number;
  /** To how many endpoints. */
  endpoints?: number;
}

/** The view that the flags ask for: JSON lines, or text. Results go to stdout, everything else to stderr. */
export function openView(
  options: ViewOptions,
  { stdout, stderr, env }: { stdout: Output; stderr: Output; env: ColorChoice['env'] },
): View {
  const choice = { env, ...(options.color !== undefined && { color: options.color }) };
  const plots = { glyphs: glyphsFor(env), width: stdout.columns ?? 80 };
  const forResults = textOptions(options, colorsFor(stdout, choice), plots);
  const forRest = textOptions(options, colorsFor(stderr, choice), plots);
  if (showsProgress(options, stdout)) {
    return withProgress(
      options.deliveries ?? 0,
      { stdout, stderr },
      {
        result: (event) => (isWrong(event) ? resultText(event, forResults) : ''),
        rest: (event) => restText(event, forRest, options),
        end: (event) => resultText(event, forResults),
      },
    );
  }
  return write;

  async function write(event: RunEvent): Promise<void> {
    // A warning is for the person at the terminal, also when a program reads the results.
    if (!options.json || event.type === 'warning') await writeAll(stderr, restText(event, forRest, options));
    await writeAll(stdout, options.json ? formatEventJson(event) : resultText(event, forResults));
  }
}

// Fewer are over before a progress line has been read.
const DELIVERIES_WORTH_PROGRESS = 20;

function showsProgress(
  { json, quiet, verbose, include, deliveries = 1 }: ViewOptions,
  stdout: Output,
): boolean {
  return (
    !json &&
    !quiet &&
    !verbose &&
    !include &&
    deliveries >= DELIVERIES_WORTH_PROGRESS &&
    stdout.isTTY === true
  );
}

/** A progress line on a terminal instead of a line for each delivery; what went wrong stays above it. */
function withProgress(
  total: number,
  { stdout, stderr }: { stdout: Output; stderr: Output },
  text: Record<'result' | 'rest' | 'end', (event: RunEvent) => string>,
): View {
  // Loading Ink does not hold the first deliveries up.
  const loading = import('./tui/progress.tsx');
  let line: ProgressLine | undefined;
  const close = () => {
    line?.end();
    line = undefined;
  };
  const view = async (event: RunEvent) => {
    const rest = text.rest(event);
    // Both streams may be the same terminal.
    if (rest !== '') line?.clear();
    await writeAll(stderr, rest);
    // What is said before the first delivery needs no line; the call may still be refused.
    if (event.type === 'warning' && line === undefined) return;
    // A TTY is always a whole WriteStream.
    line ??= (await loading).openProgressLine(total, stdout as NodeJS.WriteStream);
    line.show(event, text.result(event));
    if (event.type !== 'run.finished') return;
    close();
    await writeAll(stdout, text.end(event));
  };
  return Object.assign(view, { close });
}

function isWrong(event: RunEvent): boolean {
  if (event.type === 'callback.received') return event.command.state === 'invalid';
  return event.type === 'attempt.finished' && !event.isAsExpected;
}

type TextOptions = SendTextOptions & ListenTextOptions & LoadTextOptions & { test: TestText };

function textOptions(
  options: ViewOptions,
  colors: TextOptions['colors'],
  plots: Pick<LoadTextOptions, 'glyphs' | 'width'>,
): TextOptions {
  const isQuiet = options.quiet ?? false;
  const isVerbose = options.verbose ?? false;
  return {
    colors,
    test: createTestText({ colors, isQuiet, isVerbose }),
    isSingle: options.deliveries === 1,
    hasSeveralEndpoints: (options.endpoints ?? 1) > 1,
    isQuiet,
    isVerbose,
    showsHeaders: options.include ?? options.verbose ?? false,
    body: options.body ?? 'short',
    ...plots,
  };
}

function resultText(event: RunEvent, options: TextOptions): string {
  switch (event.type) {
    case 'attempt.started':
      return attemptStartedText(event, options);
    case 'attempt.finished':
      return attemptFinishedText(event, options);
    case 'retry.scheduled':
      return showsRetries(options) ? retryScheduledText(event, options.colors) : '';
    case 'delivery.given-up':
      return options.isQuiet ? '' : givenUpText(event, options.colors);
    case 'callback.received':
      return callbackText(event, options);
    case 'run.finished':
      return runFinishedText(event, options);
    case 'ready':
      return options.isQuiet ? '' : readyText(event, options);
    case 'delivery.received':
      return deliveryText(event, options);
    case 'forward.retried':
      return forwardRetriedText(event, options);
    case 'relay.ready':
      return options.isQuiet ? '' : relayReadyText(event, options.colors);
    case 'relay.accepted':
      return options.isQuiet ? '' : relayAcceptedText(event, options.colors);
    case 'relay.reader':
      return options.isQuiet && event.state !== 'refused' ? '' : relayReaderText(event, options.colors);
    case 'relay.finished':
      return options.isQuiet ? '' : relayFinishedText(event, options.colors);
    case 'serve.ready':
      return serveReadyText(event, options);
    case 'api.called':
      return apiCalledText(event, options);
    case 'delivery.sent':
      return deliverySentText(event, options);
    case 'serve.finished':
      return serveFinishedText(event, options);
    case 'load.started':
      return loadStartedText(event, options);
    case 'load.step':
      return loadStepText(event, options);
    case 'load.finished':
      return loadFinishedText(event, options);
    case 'load.exported':
      return loadExportedText(event, options);
    case 'test.started':
      return options.test.started(event);
    case 'case.finished':
      return options.test.finishedCase(event);
    case 'test.finished':
      return options.test.finished(event);
    case 'listen.finished':
      return options.isQuiet && event.unmet.length === 0 ? '' : listenFinishedText(event, options);
    default:
      return '';
  }
}

function showsRetries({ isSingle, isVerbose, isQuiet }: TextOptions): boolean {
  return !isQuiet && (isSingle || isVerbose);
}

function restText(event: RunEvent, options: TextOptions, { quiet }: ViewOptions): string {
  switch (event.type) {
    case 'attempt.failed':
      return attemptFailedText(event, options);
    case 'request.refused':
      return requestRefusedText(event, options);
    case 'load.finished':
      return quiet && event.isPassed ? '' : loadFailureText(event, options);
    case 'load.tick':
      return options.isVerbose ? `${loadTickText(event, options)}\n` : '';
    case 'warning':
      return quiet ? '' : warningText(event, options);
    default:
      return '';
  }
}

function warningText(
  { message, next }: Extract<RunEvent, { type: 'warning' }>,
  { colors }: TextOptions,
): string {
  const advice = next === undefined ? '' : `  next: ${visible(next)}\n`;
  return `${colors.yellow('note:')} ${visible(message)}\n${advice}`;
}
