import { formatDuration } from '../duration.ts';
import type { Severity } from '../report.ts';
import type { TimestampUnit } from '../signing/timestamp.ts';
import { type CaseRow, casesFrom } from './case-table.ts';
import type { ExamCase } from './exam-case.ts';
import { type ExamSubject, sourceOf } from './exam-subject.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
// Enough that neither rounding nor a slow network moves a delivery to the other side of the limit.
const MARGIN_SECONDS = 5;

/** Deliveries that are signed right, with times that are old, early or no times at all. */
export function ageCases(subject: ExamSubject): ExamCase[] {
  const { scheme, pack } = subject.plan;
  if (subject.shape === undefined || !scheme.covers.timestamp) return [];
  const table = {
    group: 'authenticity',
    why: 'A recorded delivery can be replayed by whoever has seen it, for as long as the receiver accepts its age.',
    source: sourceOf(subject, pack.manifest.signing),
  } as const;
  return casesFrom(subject, table, [...ageRows(subject), ...formRows(subject.shape.timestampUnit)]);
}

function ageRows({ plan, shape }: ExamSubject): CaseRow[] {
  const { pastSeconds, futureSeconds } = plan.scheme.tolerance;
  const severity: Severity = shape?.isToleranceAdvised ? 'should' : 'must';
  const late = (seconds: number) => formatDuration(seconds * 1000);
  const rows: CaseRow[] = [];
  if (pastSeconds !== null) {
    rows.push(
      {
        name: 'inside-tolerance',
        title: `accepts a delivery signed just under ${late(pastSeconds)} ago`,
        severity: 'must',
        expected: 'accepted',
        sent: `the delivery, signed ${late(pastSeconds - MARGIN_SECONDS)} ago`,
        why: 'A delivery may be late: it waited in a queue, or it is a retry. The provider’s own tolerance has to be enough.',
        changes: { ageSeconds: pastSeconds - MARGIN_SECONDS },
      },
      old('outside-tolerance', pastSeconds + MARGIN_SECONDS),
      old('day-old', pastSeconds + DAY),
      old('year-old', pastSeconds + 365 * DAY),
    );
  }
  if (futureSeconds !== null) {
    rows.push(
      {
        name: 'inside-future-tolerance',
        title: `accepts a delivery whose clock is just under ${late(futureSeconds)} ahead`,
        severity: 'should',
        expected: 'accepted',
        sent: `the delivery, signed ${late(futureSeconds - MARGIN_SECONDS)} ahead of time`,
        why: 'The clocks of two machines differ.',
        changes: { ageSeconds: MARGIN_SECONDS - futureSeconds },
      },
      early('outside-future-tolerance', futureSeconds + MARGIN_SECONDS, severity),
    );
  }
  rows.push(
    early('hour-ahead', HOUR, futureSeconds === null ? 'should' : severity),
    early('year-ahead', 365 * DAY, futureSeconds === null ? 'should' : severity),
  );
  return rows;

  function old(name: string, seconds: number): CaseRow {
    return {
      name,
      title: `refuses a delivery signed ${late(seconds)} ago`,
      severity,
      expected: 'refused',
      sent: `the delivery, signed ${late(seconds)} ago`,
      changes: { ageSeconds: seconds },
    };
  }

  function early(name: string, seconds: number, weight: Severity): CaseRow {
    return {
      name,
      title: `refuses a delivery signed ${late(seconds)} ahead of time`,
      severity: weight,
      expected: 'refused',
      sent: `the delivery, signed ${late(seconds)} ahead of time`,
      why: 'A delivery dated ahead stays fresh for longer than the tolerance: one dated far ahead can be replayed for ever.',
      changes: { ageSeconds: -seconds },
    };
  }
}

/** Texts that are no decimal Unix time, each under a right signature. */
function formRows(unit: TimestampUnit): CaseRow[] {
  const other = unit === 'seconds' ? 'milliseconds' : 'seconds';
  const otherUnit = (seconds: number) => String(unit === 'seconds' ? seconds * 1000 : seconds);
  const forms: [name: string, what: string, text: (seconds: number) => string][] = [
    [other, `a time in ${other}`, otherUnit],
    ['fraction', 'a time with a fraction', (seconds) => `${seconds}.5`],
    ['words', 'the word "now" as time', () => 'now'],
    ['iso-date', 'an ISO 8601 date as time', (seconds) => new Date(seconds * 1000).toISOString()],
    ['negative', 'a negative time', (seconds) => `-${seconds}`],
    ['zero', 'the time 0', () => '0'],
    ['signed-number', 'a time with a plus sign', (seconds) => `+${seconds}`],
    ['leading-zeros', 'a time with leading zeros', (seconds) => `000${seconds}`],
    ['exponent', 'a time written with an exponent', (seconds) => `${seconds / 10}e1`],
    ['hexadecimal', 'a time in hexadecimal', (seconds) => `0x${seconds.toString(16)}`],
    ['trailing-text', 'a time with text behind it', (seconds) => `${seconds}abc`],
    ['huge-number', 'a time of twenty digits', () => '99999999999999999999'],
  ];
  return forms.map(([name, what, timestamp]) => ({
    name: `timestamp-${name}`,
    title: `refuses ${what}`,
    severity: 'should',
    expected: 'refused',
    sent: `the delivery with ${what}, signed right`,
    why: 'A lenient parser reads some of these as times, others as "not a number", which is neither too old nor too new.',
    changes: { timestamp },
  }));
}
