import { EXIT, HooksError } from '../core/errors.ts';
import type { RunFailed } from '../core/run-event.ts';
import { visible, visibleLines } from '../core/visible.ts';
import { type ColorChoice, colorsFor } from './colors.ts';
import { formatEventJson } from './json.ts';
import type { Output } from './output.ts';

interface ErrorView {
  io: { stdout: Output; stderr: Output; env: ColorChoice['env'] };
  /** The last line on stdout is then `run.failed`. */
  isJson: boolean;
  /** `--color` and `--no-color`; absent where neither was given. */
  color?: boolean;
}

/** Tells the user of an error, on stderr and for programs on stdout, and gives the exit code. */
export function showError(error: unknown, { io, isJson, color }: ErrorView): number {
  const colors = colorsFor(io.stderr, { env: io.env, ...(color !== undefined && { color }) });
  if (!(error instanceof HooksError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr.write(
      `${colors.red('error:')} this is a bug of hooks, not yours; please report it with what follows\n`,
    );
    io.stderr.write(`${visibleLines(stack)}\n`);
    if (isJson) io.stdout.write(formatEventJson(bugFound(error)));
    return EXIT.bug;
  }
  io.stderr.write(`${colors.red('error:')} ${visible(error.message)}\n`);
  if (error.why !== undefined) io.stderr.write(`  why:  ${visible(error.why)}\n`);
  if (error.next !== undefined) io.stderr.write(`  next: ${visible(error.next)}\n`);
  if (isJson) io.stdout.write(formatEventJson(runFailed(error)));
  return error.exitCode;
}

function bugFound(error: unknown): RunFailed {
  const message = error instanceof Error ? error.message : String(error);
  return { type: 'run.failed', kind: 'bug', message, exitCode: EXIT.bug };
}

function runFailed({ kind, message, why, next, exitCode }: HooksError): RunFailed {
  return {
    type: 'run.failed',
    kind,
    message,
    ...(why !== undefined && { why }),
    ...(next !== undefined && { next }),
    exitCode,
  };
}
