import type { ReceiverProcess } from '../adapters/receiver-process.ts';
import { HooksError } from '../core/errors.ts';
import { visibleLines } from '../core/visible.ts';
import { awaitEndpoint } from './await-endpoint.ts';
import type { Context } from './context.ts';
import type { ReceiverFlags } from './receiver-options.ts';

const START_MS = 30_000;
const ALREADY_THERE_MS = 250;

/**
 * Runs while the receiver listens at the URL: starts it with `--start` and stops it afterwards, or waits for it. Its
 * output is shown on stderr when the run failed. Throws HooksError `endpoint-unreachable` when it does not listen, and
 * `usage` when something else does already.
 */
export async function withReceiver(
  { start, waitForEndpoint }: ReceiverFlags,
  url: URL,
  { io }: Context,
  run: () => Promise<{ isFailed: boolean }>,
): Promise<void> {
  if (start === undefined) {
    if (waitForEndpoint !== undefined) await awaitEndpoint(url, waitForEndpoint, io.signal);
    await run();
    return;
  }
  await refuseOther(url, io.signal);
  const { startReceiver } = await import('../adapters/receiver-process.ts');
  const receiver = startReceiver(start, io.env);
  let isFailed = true;
  try {
    await listening(receiver, url, waitForEndpoint ?? START_MS, io.signal);
    ({ isFailed } = await run());
  } finally {
    await receiver.stop();
    if (isFailed) io.stderr.write(outputText(start, receiver.output()));
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
  const stopWaiting = new AbortController();
  const end = receiver.ended.then((how) => {
    stopWaiting.abort();
    return how;
  });
  await awaitEndpoint(url, timeoutMs, AbortSignal.any([signal, stopWaiting.signal]));
  if (receiver.isRunning()) return;
  throw new HooksError('endpoint-unreachable', `the receiver ended before it listened at ${url.host}`, {
    why: `the command of --start ended with ${await end}`,
    next: 'see its output; it has to stay in the foreground',
  });
}

function outputText(command: string, output: string): string {
  const text = output === '' ? '(nothing)\n' : `${visibleLines(output).trimEnd()}\n`;
  return `\noutput of the receiver (${visibleLines(command)}):\n${text}`;
}
