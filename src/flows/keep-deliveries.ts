import { HooksError } from '../core/errors.ts';
import type { Judgement } from '../core/judge.ts';
import { type Answer, jsonAnswer } from '../core/received.ts';
import type { Recording } from '../core/recording.ts';
import type { RunEvent } from '../core/run-event.ts';
import type { EventQueue } from './event-queue.ts';
import { notRecorded } from './not-recorded.ts';

export interface KeepPorts {
  /** Resolves once the delivery is on disk; absent keeps nothing. Rejects with HooksError where it cannot be kept. */
  record?: (recording: Recording) => Promise<void>;
  /** Adds answer and attempts to a delivery that was recorded before they were known. As `record` otherwise. */
  complete?: (recording: Recording) => Promise<void>;
  /** Called for a delivery that could not be kept, so that its repetition is not taken for a duplicate. */
  forget?: (repeatKey: string) => void;
}

/** Keeps deliveries as they come; says once when that begins to fail. */
export function createKeeper(ports: KeepPorts, queue: EventQueue<RunEvent>) {
  let hasSaid = false;

  async function say(error: unknown): Promise<HooksError> {
    if (!(error instanceof HooksError)) throw error;
    const isNew = !hasSaid;
    hasSaid = true;
    if (isNew) await queue.push(notRecorded(error));
    return error;
  }

  return {
    /** The answer that has to be given where the delivery could not be kept: the sender shall send it again. */
    async keep(
      recording: Recording,
      { repeatKey, verdicts }: Judgement,
    ): Promise<{ reaction: Answer; why: string } | undefined> {
      try {
        await ports.record?.(recording);
        hasSaid = false;
        return undefined;
      } catch (error) {
        // A duplicate has a predecessor that was kept.
        if (error instanceof HooksError && repeatKey !== undefined && !verdicts.isDuplicate)
          ports.forget?.(repeatKey);
        const { message } = await say(error);
        return { reaction: { ...jsonAnswer(503, { error: message }), isNotKept: true }, why: message };
      }
    },
    /** The delivery itself is on disk already, so that a failure is said and no more. */
    async complete(recording: Recording): Promise<void> {
      try {
        await ports.complete?.(recording);
      } catch (error) {
        await say(error);
      }
    },
  };
}
