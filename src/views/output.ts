/** A stream that a view writes to. */
export interface Output {
  write(data: string | Uint8Array): boolean;
  once(event: 'drain' | 'error' | 'close', listener: () => void): unknown;
  removeListener(event: 'drain' | 'error' | 'close', listener: () => void): unknown;
  isTTY?: boolean;
  columns?: number;
  getColorDepth?: () => number;
}

/** Writes, and waits where the reader is slower than we are. */
export function writeAll(output: Output, data: string | Uint8Array): Promise<void> {
  if (data.length === 0 || output.write(data)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      for (const name of ['drain', 'error', 'close'] as const) output.removeListener(name, done);
      resolve();
    };
    for (const name of ['drain', 'error', 'close'] as const) output.once(name, done);
  });
}
