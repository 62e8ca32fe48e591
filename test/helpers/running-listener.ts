import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import { main } from '../../src/cli.ts';
import type { DeliveryReceived, RunEvent } from '../../src/core/run-event.ts';
import type { Run } from './run-hooks.ts';
import { createSink } from './sink.ts';

export interface RunningListener {
  url: string;
  port: number;
  /** Of its settings and its history. */
  folder: string;
  interrupt(signal?: 'SIGINT' | 'SIGTERM'): void;
  ended: Promise<Run>;
}

interface Options {
  env?: Record<string, string>;
  stdin?: string;
}

/** Runs `hooks listen` on a free port in this process; resolves once it is ready. It is ended with the test. */
export async function runListener(
  t: TestContext,
  argv: readonly string[],
  { env, stdin = '' }: Options = {},
): Promise<RunningListener> {
  const folder = mkdtempSync(join(tmpdir(), 'hooks-listen-'));
  const interruption = new AbortController();
  const sink = createSink();
  const stderr = createSink();
  let isReady = (_url: string) => {};
  const ready = new Promise<string>((resolve) => {
    isReady = resolve;
  });
  const stdout = {
    ...sink,
    write(data: string | Uint8Array) {
      sink.write(data);
      const url = /http:\/\/[^\s"]+:\d+/.exec(sink.text())?.[0];
      if (url !== undefined) isReady(url);
      return true;
    },
  };
  const ended = main(['listen', '-p', '0', ...argv], {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout,
    stderr,
    env: { HOME: tmpdir(), HOOKS_CONFIG_DIR: folder, HOOKS_STATE_DIR: folder, ...env },
    signal: interruption.signal,
  }).then((exitCode) => ({ exitCode, stdout: sink.text(), stderr: stderr.text(), configDirectory: folder }));
  t.after(async () => {
    interruption.abort('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const tooSoon = ended.then((run): never => {
    throw new Error(`the listener ended before it was ready: ${run.stderr}`);
  });
  tooSoon.catch(() => {});
  const url = await Promise.race([ready, tooSoon]);
  return {
    url,
    port: Number(new URL(url).port),
    folder,
    interrupt: (signal = 'SIGINT') => interruption.abort(signal),
    ended,
  };
}

/** The deliveries among the lines of `--json`. */
export function deliveriesIn(stdout: string): DeliveryReceived[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RunEvent)
    .filter((event) => event.type === 'delivery.received');
}
