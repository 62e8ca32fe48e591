import { randomSource } from '../adapters/random.ts';
import { stateDirectory } from '../adapters/state-directory.ts';
import { createUlids } from '../core/identifiers.ts';
import { openRecording, sentRecording, statusOf } from '../core/make-recording.ts';
import type { Recording } from '../core/recording.ts';
import { retentionFrom } from '../core/retention.ts';
import { shownHeaders } from '../core/secret-headers.ts';
import type { KeepCourse } from '../flows/keep-course.ts';
import type { RecordAttempt } from '../flows/not-recorded.ts';
import type { Context } from './context.ts';
import type { Workspace } from './workspace.ts';

export interface Recorder {
  record: RecordAttempt;
  /** For deliveries that are tried again. */
  keep: KeepCourse;
  /** For what comes in meanwhile. */
  write: (recording: Recording) => Promise<void>;
  close: () => void;
}

/** Keeps deliveries that are sent in the history. */
export async function openRecorder({ io }: Context, { setting }: Workspace): Promise<Recorder> {
  const { createRecordingWriter } = await import('../adapters/store/writer.ts');
  const writer = createRecordingWriter(stateDirectory(io.env), retentionFrom(setting), () => new Date());
  const newId = createUlids(randomSource(undefined));
  return {
    record(delivery, attempt, isFailed, earlier = []) {
      const attempts = [...earlier, attempt];
      const id = newId(attempts[0]?.startedAt ?? attempt.startedAt);
      return writer.write(sentRecording(id, delivery, attempts, isFailed));
    },
    keep: {
      async begin(delivery, at, open) {
        const id = newId(at);
        await writer.write(openRecording(id, delivery, at), open);
        return id;
      },
      add: (id, { attempt, isFailed, open, begun }) =>
        writer.addAttempt(
          id,
          attempt,
          { ...statusOf(attempt.result), isFailed },
          { open, begun: begun && shownHeaders(begun.headers) },
        ),
    },
    write: (recording) => writer.write(recording),
    close: () => writer.close(),
  };
}
