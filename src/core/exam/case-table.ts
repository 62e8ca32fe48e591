import type { Moment } from '../outgoing.ts';
import type { Reference, Severity } from '../report.ts';
import type { ExamCase, ExamGroup, Expected } from './exam-case.ts';
import type { ExamSubject } from './exam-subject.ts';
import { type Changes, forge } from './forge.ts';

/** A case as a row of a table: one delivery, or one for each of several changes. */
export interface CaseRow {
  /** The name behind the group. */
  name: string;
  /** What a right receiver does; a sentence without a subject. */
  title: string;
  severity: Severity;
  expected: Expected;
  sent: string;
  /** Where absent, the `why` of the table holds. */
  why?: string;
  source?: Reference | undefined;
  changes: Changes | readonly Changes[];
}

interface CaseTable {
  group: ExamGroup;
  why: string;
  source?: Reference | undefined;
}

/** The rows as cases of a group. */
export function casesFrom(subject: ExamSubject, table: CaseTable, rows: readonly CaseRow[]): ExamCase[] {
  return rows.map(({ name, changes, why = table.why, source = table.source, ...row }) => ({
    ...row,
    id: `${table.group}/${name}`,
    group: table.group,
    why,
    ...(source && { source }),
    deliveries: (moment: Moment) => [changes].flat().map((change) => forge(subject, moment, change)),
  }));
}
