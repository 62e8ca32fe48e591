/** How much a case weighs: `must` fails the run, `should` is a warning, `note` is for information. */
export const SEVERITIES = ['must', 'should', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

export type CaseOutcome = 'passed' | 'failed' | 'skipped';

/** Where a demand comes from: a specification or a provider's own page. */
export interface Reference {
  title: string;
  url?: string;
}

/** One case of `hooks test`, or one step of a scenario, with what came of it. Texts may hold what a receiver answered. */
export interface CaseResult {
  /** `<group>/<name>`, the same in every run. */
  id: string;
  group: string;
  /** What a right receiver does, as a sentence: `refuses a delivery signed with another secret`. */
  title: string;
  /** Of a failed case: how bad this failure is, which may be less than the case's worst. */
  severity: Severity;
  outcome: CaseOutcome;
  /** Why it matters. */
  why: string;
  source?: Reference;
  /** What was sent, one sentence. */
  sent: string;
  /** What was expected, one sentence. */
  expected: string;
  /** What came, one sentence; of a skipped case why it was skipped. */
  got: string;
  /** The one command that sends the same again. */
  reproduce?: string;
  /** Where the case is written, for scenarios. */
  location?: { file: string; line: number; column: number };
  /** When it began, ISO 8601. */
  at: string;
  durationMs: number;
}

/** How many cases came out how. */
export interface Tally {
  passed: number;
  skipped: number;
  /** Failed cases by severity. */
  failed: Record<Severity, number>;
}

export function emptyTally(): Tally {
  return { passed: 0, skipped: 0, failed: { must: 0, should: 0, note: 0 } };
}

/** Adds one case to the tally. */
export function countCase(
  tally: Tally,
  { outcome, severity }: Pick<CaseResult, 'outcome' | 'severity'>,
): void {
  if (outcome === 'failed') tally.failed[severity]++;
  else tally[outcome]++;
}

/**
 * Share of what was asked and answered right, 0 to 100, whole: a `must` weighs three times a `should`, a note and a
 * skipped case nothing. 100 only where none of them failed.
 */
export function scoreOf(cases: Iterable<Pick<CaseResult, 'outcome' | 'severity'>>): number {
  const weights: Record<Severity, number> = { must: 3, should: 1, note: 0 };
  let reached = 0;
  let total = 0;
  for (const { outcome, severity } of cases) {
    if (outcome === 'skipped') continue;
    total += weights[severity];
    if (outcome === 'passed') reached += weights[severity];
  }
  return total === 0 ? 100 : Math.floor((reached * 100) / total);
}
