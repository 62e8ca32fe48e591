import type { Delivery } from '../core/delivery.ts';
import type { AttemptSigning } from '../core/open-delivery.ts';
import type { ReplayStep, SendStep } from '../core/scenario/scenario.ts';
import type { RetryPlan } from '../flows/retry-run.ts';
import type { ScenarioRetries } from '../flows/scenario-step.ts';
import { asksForRetries, attemptAt, type PreparedRetries, prepareRetries } from './retries.ts';
import type { RetryFlags } from './retry-options.ts';
import { type PreparedScenario, secretBeside } from './scenario-plan.ts';

/** The retries of every step that delivers, where the flags ask for them. Throws HooksError `usage`. */
export function preparedRetries(
  { parties, endpoint: { namedBy } }: PreparedScenario,
  flags: RetryFlags & { unsigned?: boolean; seed?: string },
  timeoutMs: number,
): PreparedRetries | undefined {
  if (!asksForRetries(flags)) return undefined;
  const again = (delivery: Delivery) => delivery;
  return prepareRetries(
    flags,
    { parties, signing: flags.unsigned ? 'unsigned' : 'anew', namedBy: () => namedBy, again },
    timeoutMs,
    new Date(),
  );
}

/** The same for the flow; files that steps refer to are relative to the directory. */
export function scenarioRetries(plan: RetryPlan, directory: string): ScenarioRetries {
  return {
    timeScale: plan.timeScale,
    outageMs: plan.outageMs,
    planFor: (step, again) => ({
      ...plan,
      contextOf: (delivery, index) => {
        const context = plan.contextOf(delivery, index);
        const secret = step.secret && secretBeside(step.secret, directory);
        return { ...context, signing: signingOf(step, context.signing), ...(secret && { secret }) };
      },
      again: (delivery, moment) => attemptAt(delivery, moment, again),
    }),
  };
}

function signingOf(step: SendStep | ReplayStep, signing: AttemptSigning): AttemptSigning {
  if (step.kind === 'replay' && step.isAsIs) return 'as-is';
  return step.isUnsigned ? 'unsigned' : signing;
}
