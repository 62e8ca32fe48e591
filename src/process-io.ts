import type { Io } from './commands/context.ts';
import { EXIT } from './core/errors.ts';

/** The real process. */
export interface ProcessSurroundings {
  /** Its streams, and one AbortSignal for Ctrl-C and SIGTERM. */
  io: Io;
  /** Sets the exit code at the end of a run; output that could not be written comes first. */
  end(exitCode: number): void;
  /** Has `report` tell of an exception that nobody caught, and ends the process with the code that it gives. */
  reportCrashes(report: (error: unknown) => Promise<number>): void;
}

/** The surroundings of the real process. A run goes on where its output cannot be written any more. */
export function processSurroundings(): ProcessSurroundings {
  const interruption = new AbortController();
  const undoing = new Set<() => void>();
  const undo = () => {
    for (const one of undoing) one();
    undoing.clear();
  };
  process.on('exit', undo);
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    const onSignal = () => {
      undo();
      if (!interruption.signal.aborted) return interruption.abort(name);
      // A second Ctrl-C ends the process at once.
      process.removeListener(name, onSignal);
      process.kill(process.pid, name);
    };
    // Not once: packages that look for other listeners of a signal would end the process after the first.
    process.on(name, onSignal);
  }
  // Until `end` says otherwise: a run that stops without coming to its end is no success.
  process.exitCode = EXIT.bug;
  let stdin: NodeJS.ReadStream | undefined;
  let isOutputLost = false;
  discardAfterFailure(process.stdout, (error) => {
    // The reader went away (`hooks events | head`): nobody is left to tell.
    if (error.code === 'EPIPE') return;
    isOutputLost = true;
    process.stderr.write(`error: cannot write the output: ${reason(error)}\n`);
    // Errors of the last writes come after the run has ended.
    process.exitCode = EXIT.surroundings;
  });
  discardAfterFailure(process.stderr, () => {});
  return {
    io: {
      // Opened where it is read: most calls never do, and it takes a tenth of their start-up.
      get stdin() {
        stdin ??= endingWith(interruption.signal, process.stdin);
        return stdin;
      },
      stdout: process.stdout,
      stderr: process.stderr,
      env: process.env,
      signal: interruption.signal,
      ...workingDirectory(),
      atEnd(one) {
        undoing.add(one);
        return () => undoing.delete(one);
      },
    },
    end(exitCode) {
      process.exitCode = isOutputLost ? EXIT.surroundings : exitCode;
    },
    reportCrashes(report) {
      let isReported = false;
      process.on('uncaughtException', (error) => {
        undo();
        // What follows from the first says nothing new.
        if (isReported) return;
        isReported = true;
        void report(error).then(
          (exitCode) => process.exit(exitCode),
          () => process.exit(EXIT.bug),
        );
      });
    },
  };
}

function workingDirectory(): { cwd?: string } {
  try {
    return { cwd: process.cwd() };
  } catch {
    // The folder has been removed; much can be done without it.
    return {};
  }
}

/** Else what waits for the stream, and the process with it, would go on waiting after Ctrl-C. */
function endingWith(signal: AbortSignal, stream: NodeJS.ReadStream): NodeJS.ReadStream {
  const end = () => stream.destroy(new DOMException('interrupted', 'AbortError'));
  stream.on('error', () => {});
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return stream;
}

function discardAfterFailure(
  stream: NodeJS.WriteStream,
  onFailure: (error: NodeJS.ErrnoException) => void,
): void {
  let hasFailed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (hasFailed) return;
    hasFailed = true;
    // A write to it would fail each time, and never drain.
    stream.write = () => true;
    onFailure(error);
  });
}

/** `ENOSPC: no space left on device, write` without what only programmers read. */
function reason({ message }: Error): string {
  return message.replace(/^[A-Z]+: /, '').replace(/, \w+$/, '');
}
