import type { Io } from './commands/context.ts';

/** The surroundings of the real process: its streams, and one AbortSignal for Ctrl-C and SIGTERM. */
export function processIo(): Io {
  const interruption = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    // Once: a second Ctrl-C finds no handler and ends the process at once.
    process.once(name, () => interruption.abort(name));
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // The reader went away (`hooks events | head`): nobody is left to tell.
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    signal: interruption.signal,
  };
}
