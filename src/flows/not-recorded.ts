import type { HooksError } from '../core/errors.ts';
import type { Warning } from '../core/run-event.ts';

/** The note that a delivery could not be kept. */
export function notRecorded({ message, why, next }: HooksError): Warning {
  return {
    type: 'warning',
    code: 'not-recorded',
    message: `not recorded: ${message}${why === undefined ? '' : ` (${why})`}`,
    ...(next !== undefined && { next }),
  };
}
