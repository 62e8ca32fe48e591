import type { Output } from '../../src/views/output.ts';

export interface Sink extends Output {
  /** Everything written so far. */
  text(): string;
}

/** An output that keeps what is written to it; never a slow reader. */
export function createSink({
  isTTY,
  colorDepth,
}: {
  isTTY?: boolean | undefined;
  colorDepth?: number;
} = {}): Sink {
  const chunks: Buffer[] = [];
  return {
    write(data) {
      chunks.push(Buffer.from(data));
      return true;
    },
    once: () => {},
    removeListener: () => {},
    isTTY: isTTY ?? false,
    getColorDepth: () => colorDepth ?? 8,
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}
