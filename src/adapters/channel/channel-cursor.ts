import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HooksError } from '../../core/errors.ts';

/** How far a channel has been read, kept over restarts. */
export interface ChannelCursor {
  /** Id of the last event that was handled; undefined before the first. */
  read(): string | undefined;
  /** Resolved on disk when it returns. Throws HooksError `file-unwritable`. */
  save(eventId: string): void;
}

/** The cursor of a channel in the state folder. The name of its file tells nothing of the URL, which may hold a token. */
export function openChannelCursor(stateDirectory: string, channel: URL): ChannelCursor {
  const folder = join(stateDirectory, 'channels');
  const name = createHash('sha256').update(`${channel.origin}${channel.pathname}`).digest('hex').slice(0, 32);
  const file = join(folder, name);
  return {
    read() {
      try {
        return readFileSync(file, 'utf8').trim() || undefined;
      } catch {
        return undefined;
      }
    },
    save(eventId) {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        writeFileSync(`${file}.new`, `${eventId}\n`, { mode: 0o600 });
        renameSync(`${file}.new`, file);
      } catch (cause) {
        throw new HooksError('file-unwritable', `cannot keep how far the channel has been read in ${file}`, {
          why: cause instanceof Error ? cause.message : String(cause),
          cause,
        });
      }
    },
  };
}
