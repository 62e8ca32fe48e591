import type { Delivery } from '../core/delivery.ts';
import { HooksError } from '../core/errors.ts';
import type { RecordedAttempt } from '../core/recording.ts';
import type { RunEvent, Warning } from '../core/run-event.ts';
import type { EventQueue } from './event-queue.ts';

/** Keeps what was sent and what came of it. */
export type RecordAttempt = (
  delivery: Delivery,
  attempt: RecordedAttempt,
  isFailed: boolean,
  /** Attempts of the delivery before this one. */
  earlier?: readonly RecordedAttempt[],
) => Promise<void>;

/** The note that a delivery could not be kept. */
export function notRecorded({ message, why, next }: HooksError): Warning {
  return {
    type: 'warning',
    code: 'not-recorded',
    message: `not recorded: ${message}${why === undefined ? '' : ` (${why})`}`,
    ...(next !== undefined && { next }),
  };
}

/** Keeps attempts where they can be kept. They have happened either way; one note is enough for the run. */
export function recordOrSay(record: RecordAttempt | undefined, queue: EventQueue<RunEvent>): RecordAttempt {
  let hasSaid = false;
  return async (...attempt) => {
    try {
      await record?.(...attempt);
    } catch (error) {
      if (!(error instanceof HooksError)) throw error;
      if (hasSaid) return;
      hasSaid = true;
      await queue.push(notRecorded(error));
    }
  };
}
