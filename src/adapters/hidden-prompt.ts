/** What of a terminal a hidden prompt needs. */
export interface Terminal extends NodeJS.ReadableStream {
  isTTY?: boolean;
  setRawMode?: (isRaw: boolean) => unknown;
}

const CTRL_C = '\u0003';
const CTRL_U = '\u0015';
const LINE_ENDS = ['\r', '\n', '\u0004'];
const BACKSPACES = ['\u007f', '\b'];

/**
 * A line that a person types at a terminal, which does not show it. Ctrl-C interrupts the process, as it does elsewhere;
 * rejects with the reason of the signal's abort as an AbortError.
 */
export function readHiddenLine(terminal: Terminal, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const typed: string[] = [];
    const end = (settle: () => void) => {
      terminal.removeListener('data', onData);
      signal.removeEventListener('abort', onAbort);
      terminal.setRawMode?.(false);
      terminal.pause();
      settle();
    };
    const onAbort = () => end(() => reject(new DOMException('interrupted', 'AbortError')));
    const onData = (chunk: Buffer | string) => {
      for (const key of chunk.toString()) {
        if (LINE_ENDS.includes(key)) return end(() => resolve(typed.join('')));
        if (key === CTRL_C) {
          terminal.setRawMode?.(false);
          process.kill(process.pid, 'SIGINT');
          return;
        }
        if (BACKSPACES.includes(key)) typed.pop();
        else if (key === CTRL_U) typed.length = 0;
        else typed.push(key);
      }
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    terminal.setRawMode?.(true);
    terminal.on('data', onData);
    terminal.resume();
  });
}
