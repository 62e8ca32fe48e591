import type { Delivery } from '../core/delivery.ts';
import { HooksError } from '../core/errors.ts';
import type { OpenDelivery } from '../core/open-delivery.ts';
import type { RecordedAttempt } from '../core/recording.ts';
import type { RunEvent } from '../core/run-event.ts';
import type { EventQueue } from './event-queue.ts';
import { notRecorded } from './not-recorded.ts';

/** Keeps a delivery with its attempts, and what has to be known to go on with it. */
export interface KeepCourse {
  /** Gives the id of the recording. Without `open`, nobody is to go on with it. */
  begin: (delivery: Delivery, at: Date, open: OpenDelivery | undefined) => Promise<string>;
  add: (recordingId: string, attempt: KeptAttempt) => Promise<void>;
}

/** An attempt, and what it changes about its delivery. */
export interface KeptAttempt {
  attempt: RecordedAttempt;
  isFailed: boolean;
  /** What is to come; absent where the delivery has come to its end. */
  open?: OpenDelivery | undefined;
  /** The delivery as it was sent first, where it was kept before that. */
  begun?: Delivery | undefined;
}

/** The same where something may be missing: what cannot be kept is sent all the same. */
export interface Keeper {
  /** Undefined where it could not be kept. */
  begin: (...values: Parameters<KeepCourse['begin']>) => Promise<string | undefined>;
  add: (recordingId: string | undefined, attempt: KeptAttempt) => Promise<void>;
}

/** Keeps what can be kept; one note is enough for the run. */
export function keepOrSay(keep: KeepCourse | undefined, queue: EventQueue<RunEvent>): Keeper {
  let hasSaid = false;

  async function orSay<T>(kept: Promise<T> | undefined): Promise<T | undefined> {
    try {
      return await kept;
    } catch (error) {
      if (!(error instanceof HooksError)) throw error;
      const isNew = !hasSaid;
      hasSaid = true;
      if (isNew) await queue.push(notRecorded(error));
      return undefined;
    }
  }

  return {
    begin: (...values) => orSay(keep?.begin(...values)),
    async add(recordingId, attempt) {
      if (recordingId !== undefined) await orSay(keep?.add(recordingId, attempt));
    },
  };
}
