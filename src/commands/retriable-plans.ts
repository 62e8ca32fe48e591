import type { OutgoingPlan } from '../core/outgoing.ts';
import { GENERIC } from '../core/provider.ts';
import { signedAgain } from '../core/resign.ts';
import type { Retriable } from './retries.ts';

/**
 * How deliveries of one provider are signed once more, for retries and duplicates: each as its endpoint's plan says.
 * `signedAt` gives the moment of the signature for the moment of an attempt.
 */
export function retriablePlans(
  plans: readonly OutgoingPlan[],
  signedAt: (at: Date) => Date = (at) => at,
): Retriable {
  const planOf = new Map(plans.map((plan) => [endpointKey(plan), plan]));
  const [first] = plans;
  const pack = first?.pack ?? first?.choice?.pack;
  return {
    parties: [{ id: pack?.manifest.id ?? GENERIC, manifest: pack?.manifest, scheme: first?.scheme }],
    namedBy: (delivery) => planOf.get(endpointKey(delivery))?.namedBy ?? 'user',
    signing: plans.some(({ secrets }) => secrets.length > 0) ? 'anew' : 'unsigned',
    again(delivery, at) {
      const plan = planOf.get(endpointKey(delivery));
      return plan === undefined ? delivery : signedAgain(delivery, plan, plan.headers, signedAt(at));
    },
  };
}

/** Tells the endpoints of one run apart; each has secrets of its own. */
function endpointKey({ endpoint, url }: { endpoint?: string; url: string }): string {
  return endpoint ?? url;
}
