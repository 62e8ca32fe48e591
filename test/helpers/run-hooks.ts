import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { main } from '../../src/cli.ts';
import { createSink } from './sink.ts';

export interface Run {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** Folder of the settings that the run used; give it to the next run to go on with them. */
  configDirectory: string;
}

interface RunOptions {
  env?: Record<string, string | undefined>;
  stdin?: string | Uint8Array;
  /** Where a project file is looked for; by default a folder without one. */
  cwd?: string;
  isTTY?: boolean;
}

// A test may go on with the folder of an earlier run, so they all stay until the process ends.
const folders: string[] = [];
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hooks-config-'));
  folders.push(folder);
  return folder;
}

/** Runs the whole tool in this process, by default with a fresh folder of settings. */
export async function runHooks(
  argv: readonly string[],
  { env, stdin, cwd, isTTY }: RunOptions = {},
): Promise<Run> {
  const configDirectory = env?.HOOKS_CONFIG_DIR ?? freshFolder();
  const stdout = createSink({ isTTY });
  const stderr = createSink({ isTTY });
  const exitCode = await main(argv, {
    stdin: Readable.from(stdin === undefined ? [] : [Buffer.from(stdin)]),
    stdout,
    stderr,
    env: { HOME: tmpdir(), HOOKS_STATE_DIR: configDirectory, ...env, HOOKS_CONFIG_DIR: configDirectory },
    cwd: cwd ?? configDirectory,
    signal: new AbortController().signal,
  });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text(), configDirectory };
}
