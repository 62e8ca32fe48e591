import type { ChalkInstance } from 'chalk';
import type { DeliveryAnswer, ForwardOutcome } from '../../../core/run-event.ts';
import { forwardText } from '../../listen-text.ts';

/** An answer as the list and the detail show it: a status, or what was done instead of answering. */
export interface ShownAnswer extends Omit<DeliveryAnswer, 'silence'> {
  instead?: string;
}

export function shownAnswer({ silence, ...answer }: DeliveryAnswer): ShownAnswer {
  return { ...answer, ...(silence !== undefined && { instead: silence }) };
}

/** One line an attempt: where it went, what came back, when the next follows. */
export function forwardLines(forwards: readonly ForwardOutcome[], colors: ChalkInstance): string[] {
  return forwards.map(
    (forward) => `${forwardText(forward, colors)}  ${colors.dim(`attempt ${forward.attempt}`)}`,
  );
}
