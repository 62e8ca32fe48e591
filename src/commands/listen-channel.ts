import { openChannel } from '../adapters/channel/channel.ts';
import { openChannelCursor } from '../adapters/channel/channel-cursor.ts';
import { randomSource } from '../adapters/random.ts';
import { stateDirectory } from '../adapters/state-directory.ts';
import { hasStore } from '../adapters/store/database.ts';
import { openRecordings, type RecordingReader } from '../adapters/store/reader.ts';
import { parseEndpoint } from '../core/endpoint-address.ts';
import { HooksError } from '../core/errors.ts';
import { randomShare } from '../core/identifiers.ts';
import type { ReceivedRequest, RunningServer } from '../core/received.ts';
import type { Warning } from '../core/run-event.ts';
import type { ListenPorts } from '../flows/listen.ts';
import { connectionOptions } from './clients.ts';
import type { Context } from './context.ts';
import { readRelayToken } from './relay-token.ts';
import type { ConnectionFlags } from './shared-options.ts';

export interface ChannelFlags extends ConnectionFlags {
  channel?: string;
  channelTokenFile?: string;
  record: boolean;
}

type On = Parameters<ListenPorts['serve']>[0];

/** Opens the channel that the flags name. Throws HooksError `usage` for a URL that is none. */
export async function prepareChannel(
  flags: ChannelFlags & { channel: string },
  context: Context,
  { newId, now, onNote }: { newId: () => string; now: () => Date; onNote: (note: Warning) => void },
): Promise<(on: On) => RunningServer> {
  const { io } = context;
  const url = parseEndpoint(flags.channel);
  const token = await readRelayToken(flags.channelTokenFile, context);
  const connection = await connectionOptions(flags, url, context);
  const directory = stateDirectory(io.env);
  const random = randomSource(undefined);
  return (on) =>
    openChannel({
      url,
      ...(token !== undefined && { token }),
      connection,
      cursor: openChannelCursor(directory, url),
      isRecorded: flags.record ? (request) => isRecorded(directory, request) : () => false,
      newId,
      now,
      chance: () => randomShare(random),
      handle: on.handle,
      onNote,
      onError: on.onError,
    });
}

function isRecorded(directory: string, { id, body }: ReceivedRequest): boolean {
  if (!hasStore(directory)) return false;
  let recordings: RecordingReader | undefined;
  try {
    recordings = openRecordings(directory);
    return recordings.holds(id, body);
  } catch (error) {
    // Whoever is to keep it will say so, and it waits until it can be kept.
    if (error instanceof HooksError) return false;
    throw error;
  } finally {
    recordings?.close();
  }
}
