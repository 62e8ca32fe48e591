import type { Io } from './commands/context.ts';
import { EXIT } from './core/errors.ts';
import { preparedAnswer } from './prepared-answers.ts';

/** Runs one call of the tool as this process, and sets its exit code. */
export async function runInProcess(argv: readonly string[]): Promise<void> {
  const { io, end, reportCrashes } = processSurroundings();
  const prepared = preparedAnswer(argv, io.stdout.columns);
  if (prepared !== undefined) {
    io.stdout.write(prepared);
    return end(EXIT.ok);
  }
  const { main, reportError } = await import('./cli.ts');
  reportCrashes((error) => reportError(error, argv, io));
  end(await main(argv, io));
}

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
  let hasEnded = false;
  // A run that stops without coming to its end, because nothing is left to wait for, is no success.
  process.once('exit', (code) => {
    if (!hasEnded && code === EXIT.ok) process.exitCode = EXIT.bug;
  });
  let isOutputLost = false;
  discardAfterFailure(process.stdout, (error) => {
    // The reader went away (`hooks events | head`): nobody is left to tell.
    if (error.code === 'EPIPE') return;
    isOutputLost = true;
    process.stderr.write(`error: cannot write the output: ${reason(error)}\n`);
    // Errors of the last writes come after the run has ended.
    process.exitCode = EXIT.surroundings;
  });
  const stdin = once(() => endingWith(interruption.signal, process.stdin));
  const stderr = once(() => discardAfterFailure(process.stderr, () => {}));
  return {
    io: {
      // Opened when they are used: most calls never do, and each takes Node a millisecond or more.
      get stdin() {
        return stdin();
      },
      get stderr() {
        return stderr();
      },
      stdout: process.stdout,
      env: process.env,
      signal: interruption.signal,
      ...workingDirectory(),
      atEnd(one) {
        undoing.add(one);
        return () => undoing.delete(one);
      },
    },
    end(exitCode) {
      hasEnded = true;
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

function once<T>(create: () => T): () => T {
  let created: T | undefined;
  return () => {
    created ??= create();
    return created;
  };
}

function discardAfterFailure(
  stream: NodeJS.WriteStream,
  onFailure: (error: NodeJS.ErrnoException) => void,
): NodeJS.WriteStream {
  let hasFailed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (hasFailed) return;
    hasFailed = true;
    // A write to it would fail each time, and never drain.
    stream.write = () => true;
    onFailure(error);
  });
  return stream;
}

/** `ENOSPC: no space left on device, write` without what only programmers read. */
function reason({ message }: Error): string {
  return message.replace(/^[A-Z]+: /, '').replace(/, \w+$/, '');
}
