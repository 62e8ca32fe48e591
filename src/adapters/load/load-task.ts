import type { ConnectionOptions } from '../../core/delivery.ts';
import type { OutgoingPlan } from '../../core/outgoing.ts';
import type { SchemeParameters } from '../../core/signing/scheme.ts';
import { createScheme } from '../../core/signing/schemes.ts';

/** Everything that a sending thread has to know; plain data, so that it can be handed to one. */
export interface LoadTask {
  plan: Omit<OutgoingPlan, 'scheme' | 'secrets'>;
  parameters: SchemeParameters;
  /** As they were given; empty sends unsigned. */
  secrets: readonly string[];
  connection: ConnectionOptions;
  timeoutMs: number;
  seed?: string;
}

/** The plan with its scheme and keys, which exist once for each thread. */
export function planOf({ plan, parameters, secrets }: LoadTask): OutgoingPlan {
  const scheme = createScheme(parameters);
  return { ...plan, scheme, secrets: secrets.map((secret) => scheme.parseSecret(secret)) };
}
