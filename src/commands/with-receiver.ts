import type { ReceiverProcess } from '../adapters/receiver-process.ts';
import { formatDuration } from '../core/duration.ts';
import { HooksError } from '../core/errors.ts';
import { MASK } from '../core/secret-headers.ts';
import { isSecretHeader } from '../core/secret-names.ts';
import { visibleLines } from '../core/visible.ts';
import { awaitEndpoint } from './await-endpoint.ts';
import type { Context, Environment } from './context.ts';
import type { ReceiverFlags } from './receiver-options.ts';
import { inGitHubActions, withoutCommands } from './workflow-commands.ts';

const START_MS = 30_000;
const ALREADY_THERE_MS = 250;
// What is shorter is no secret that is worth its name, and would mask half the output.
const SHORTEST_SECRET = 6;

/**
 * Runs while the receiver listens at the URL: starts it with `--start`, hands it over and stops it afterwards, or waits
 * for one that somebody else starts. Its output is shown on stderr when the run failed or the receiver ended first.
 * Throws HooksError `endpoint-unreachable` when it does not listen, `usage` when something else does already, and an
 * AbortError when the run was interrupted.
 */
export async function withReceiver(
  { start, waitForEndpoint }: ReceiverFlags,
  url: URL,
  { io }: Context,
  run: (receiver?: Pick<ReceiverProcess, 'isRunning'>) => Promise<{ isFailed: boolean }>,
): Promise<void> {
  if (start === undefined) {
    if (waitForEndpoint !== undefined) await awaitEndpoint(url, waitForEndpoint, io.signal);
    throwIfInterrupted(io.signal);
    await run();
    throwIfInterrupted(io.signal);
    return;
  }
  if (start.trim() === '') throw nothingToStart();
  await refuseOther(url, io.signal);
  throwIfInterrupted(io.signal);
  const { startReceiver } = await import('../adapters/receiver-process.ts');
  const receiver = startReceiver(start, { env: io.env });
  let isFailed = true;
  let early: string | undefined;
  try {
    await listening(receiver, url, waitForEndpoint ?? START_MS, io.signal);
    ({ isFailed } = await run(receiver));
    throwIfInterrupted(io.signal);
    if (!receiver.isRunning()) early = await receiver.ended;
  } finally {
    await receiver.stop();
    if (early !== undefined) io.stderr.write(`\nthe receiver ended during the run, with ${early}\n`);
    if (isFailed || early !== undefined) {
      const show = async () => void io.stderr.write(outputText(receiver.output(), io.env));
      await (inGitHubActions(io.env) ? withoutCommands(io.stderr, show) : show());
    }
  }
}

/** What already listens there would be tested in place of what is started. */
async function refuseOther(url: URL, signal: AbortSignal): Promise<void> {
  const { waitForEndpoint } = await import('../adapters/http-client/endpoint-ready.ts');
  if (!(await waitForEndpoint(url, { timeoutMs: ALREADY_THERE_MS, signal })) || signal.aborted) return;
  throw new HooksError('usage', `something listens at ${url.host} already`, {
    why: 'it would be tested instead of what --start starts',
    next: 'stop it, leave --start out, or test at another port',
  });
}

async function listening(
  receiver: ReceiverProcess,
  url: URL,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { waitForEndpoint } = await import('../adapters/http-client/endpoint-ready.ts');
  const stopWaiting = new AbortController();
  void receiver.ended.then(() => stopWaiting.abort());
  const either = AbortSignal.any([signal, stopWaiting.signal]);
  const isListening = await waitForEndpoint(url, { timeoutMs, signal: either });
  throwIfInterrupted(signal);
  // Also where something listens: it may be a process that came in between.
  if (!receiver.isRunning()) {
    throw new HooksError('endpoint-unreachable', `the receiver ended before it listened at ${url.host}`, {
      why: `the command of --start ended with ${await receiver.ended}; its output is above`,
      next: 'run the command by itself; it has to stay in the foreground',
    });
  }
  if (isListening) return;
  throw new HooksError(
    'endpoint-unreachable',
    `the receiver did not listen at ${url.host} within ${formatDuration(timeoutMs)}`,
    {
      why: 'the command of --start runs, but nothing accepts connections there; its output is above',
      next: 'compare host and port with those of the receiver, or wait longer with --wait-for-endpoint',
    },
  );
}

function nothingToStart(): HooksError {
  return new HooksError('usage', 'the command of --start is empty', {
    why: 'without a command there is nothing to start',
    next: "name one, e.g. --start 'node receiver.js', or leave --start out",
  });
}

function throwIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw new DOMException('interrupted', 'AbortError');
}

function outputText(output: string, env: Environment): string {
  const text = output.trim() === '' ? '(nothing)' : visibleLines(withoutSecrets(output, env)).trimEnd();
  return `\noutput of the receiver:\n${text}\n`;
}

/** A receiver may print what it was given: the values of variables whose names tell that they are secret. */
function withoutSecrets(output: string, env: Environment): string {
  return Object.entries(env).reduce(
    (text, [name, value = '']) =>
      value.length >= SHORTEST_SECRET && isSecretHeader(name) ? text.replaceAll(value, MASK) : text,
    output,
  );
}
