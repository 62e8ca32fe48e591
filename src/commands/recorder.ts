import { randomSource } from '../adapters/random.ts';
import { stateDirectory } from '../adapters/state-directory.ts';
import type { Delivery } from '../core/delivery.ts';
import { createUlids } from '../core/identifiers.ts';
import { sentRecording } from '../core/make-recording.ts';
import type { RecordedAttempt } from '../core/recording.ts';
import { retentionFrom } from '../core/retention.ts';
import type { Context } from './context.ts';
import type { Workspace } from './workspace.ts';

export interface Recorder {
  record: (delivery: Delivery, attempt: RecordedAttempt, isFailed: boolean) => Promise<void>;
  close: () => void;
}

/** Keeps deliveries that are sent in the history. */
export async function openRecorder({ io }: Context, { setting }: Workspace): Promise<Recorder> {
  const { createRecordingWriter } = await import('../adapters/store/writer.ts');
  const writer = createRecordingWriter(stateDirectory(io.env), retentionFrom(setting), () => new Date());
  const newId = createUlids(randomSource(undefined));
  return {
    record: (delivery, attempt, isFailed) =>
      writer.write(sentRecording(newId(attempt.startedAt), delivery, [attempt], isFailed)),
    close: () => writer.close(),
  };
}
