import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { HooksError } from '../core/errors.ts';

/** What stdin is called in messages. */
export const STDIN = 'stdin';

/** The bytes of a file or, for `-`, of stdin; `what` names their use in an error. Throws HooksError `file-unreadable`. */
export async function readInput(path: string, stdin: NodeJS.ReadableStream, what?: string): Promise<Buffer> {
  try {
    return path === '-' ? await buffer(stdin) : await readFile(path);
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
