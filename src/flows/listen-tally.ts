import type { ListenFinished } from '../core/run-event.ts';
import { isAsExpected, isProven, type Verdicts } from '../core/verdict.ts';

/** What a run of `listen` has counted so far; all but `hidden` and `requestsRefused` of what is shown. */
export type Tally = Omit<ListenFinished, 'type' | 'reason' | 'unmet' | 'durationMs'> & {
  unproven: number;
  unverified: number;
};

export function createTally(): Tally {
  return {
    received: 0,
    hidden: 0,
    unproven: 0,
    unverified: 0,
    genuine: 0,
    refused: 0,
    notVerified: 0,
    invalid: 0,
    duplicates: 0,
    notForwarded: 0,
    requestsRefused: 0,
  };
}

export function count(tally: Tally, verdicts: Verdicts, isShown: boolean): void {
  if (!isShown) {
    tally.hidden++;
    return;
  }
  tally.received++;
  if (!isProven(verdicts)) {
    tally.unproven++;
    // Nothing is wrong with it but that nobody looked.
    if (isAsExpected(verdicts)) tally.unverified++;
  }
  if (verdicts.signature.state === 'genuine') tally.genuine++;
  else if (verdicts.signature.state === 'refused') tally.refused++;
  else tally.notVerified++;
  if (verdicts.schema.state === 'invalid' || verdicts.schema.state === 'not-json') tally.invalid++;
  if (verdicts.isDuplicate) tally.duplicates++;
}

/** What a run was to see and did not, one sentence each. */
export function unmet(
  plan: { exitAfter?: number; until?: { text: string }; expectsValid: boolean },
  reason: ListenFinished['reason'],
  tally: Tally,
): string[] {
  const problems: string[] = [];
  const endedEarly = reason === 'timeout' || reason === 'interrupted';
  if (endedEarly && plan.exitAfter !== undefined) {
    problems.push(`expected ${deliveries(plan.exitAfter)}, got ${tally.received}`);
  }
  if (endedEarly && plan.until !== undefined) problems.push(`no delivery of ${plan.until.text} came`);
  if (plan.expectsValid && tally.unproven > 0) {
    const unverified = tally.unverified > 0 ? `, ${tally.unverified} of them not verified` : '';
    problems.push(`${tally.unproven} of ${deliveries(tally.received)} not as expected${unverified}`);
  }
  return problems;
}

function deliveries(count: number): string {
  return count === 1 ? '1 delivery' : `${count} deliveries`;
}
