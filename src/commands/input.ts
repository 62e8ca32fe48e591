import { HooksError } from '../core/errors.ts';

/** What stdin is called in messages. */
export const STDIN = 'stdin';

/** The bytes of a file or, for `-`, of stdin; `what` names their use in an error. Throws HooksError `file-unreadable`. */
export async function readInput(path: string, stdin: NodeJS.ReadableStream, what?: string): Promise<Buffer> {
  try {
    // Most calls read neither, and Node takes milliseconds to load what does.
    if (path === '-') return await (await import('node:stream/consumers')).buffer(stdin);
    return await (await import('node:fs/promises')).readFile(path);
  } catch (cause) {
    // Ctrl-C: nothing is wrong with the file.
    if (cause instanceof Error && cause.name === 'AbortError') throw cause;
    const name = path === '-' ? STDIN : path;
    throw new HooksError(
      'file-unreadable',
      what === undefined ? `cannot read ${name}` : `cannot read ${what} from ${name}`,
      {
        why: cause instanceof Error ? cause.message : String(cause),
        cause,
      },
    );
  }
}
