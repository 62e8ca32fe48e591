import type { Delivery } from '../delivery.ts';
import type { Moment } from '../outgoing.ts';
import type { Reference, Severity } from '../report.ts';

/** Groups of cases, in the order in which they are played. */
export const CASE_GROUPS = ['authenticity', 'robustness', 'semantics', 'promptness', 'coverage'] as const;
/** The first case has a group of its own. */
export type ExamGroup = 'baseline' | (typeof CASE_GROUPS)[number];

/**
 * What a right receiver answers: `accepted` is 2xx, `refused` a 4xx that says no, `answered` anything but a server
 * error, as long as it answers.
 */
export type Expected = 'accepted' | 'refused' | 'answered';

/** What must show at the probe when the deliveries of a case have arrived. */
export type ProbeDemand =
  | { kind: 'processed'; times: number }
  /** The last delivery must change nothing. */
  | { kind: 'unchanged'; subject?: string };

/** One demand on a receiver, and the deliveries that tell whether it is met. Pure data and functions: nothing is sent here. */
export interface ExamCase {
  /** `<group>/<name>`. */
  id: string;
  group: ExamGroup;
  title: string;
  /** How bad it is when the demand is not met. */
  severity: Severity;
  why: string;
  source?: Reference;
  /** One sentence. */
  sent: string;
  expected: Expected;
  /** Made when they are due. Each has to be answered as expected. */
  deliveries: (moment: Moment) => Delivery[];
  /** The deliveries arrive at the same moment instead of one after the other. */
  isTogether?: boolean;
  /** The last byte of a body is held back that long. */
  holdMs?: number;
  /** Greatest time to the answer, where it is less than the provider waits. */
  withinMs?: number;
  probe?: ProbeDemand;
}
