import type { Output } from '../views/output.ts';

/** Environment variables of a run. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The surroundings of one run; a test brings its own. */
export interface Io {
  stdin: NodeJS.ReadableStream;
  stdout: Output;
  stderr: Output;
  env: Environment;
  /** Working directory, from which the project file is looked for; absent where there is none any more. */
  cwd?: string;
  /** Aborted by Ctrl-C or SIGTERM; its reason is the name of the signal. */
  signal: AbortSignal;
  /**
   * Has something undone at the first sign of the end: an interruption, a crash, the exit. Gives what takes that back.
   * Absent where nothing but a return ends the run.
   */
  atEnd?: (undo: () => void) => () => void;
}

export interface Context {
  io: Io;
  /** Sets what `main` returns; the last call counts. */
  exit(code: number): void;
}
