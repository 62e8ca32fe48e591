import type { NamedBy } from './named-endpoint.ts';
import type { RetryRules } from './retry-rules.ts';
import type { SecretReference } from './secret-reference.ts';

/** How the attempts of a delivery are signed: anew, not at all, or as they were recorded. */
export type AttemptSigning = 'anew' | 'unsigned' | 'as-is';

/** What of a run has to be known to go on with one of its deliveries. Holds no secret. */
export interface RetryContext {
  rules: RetryRules;
  /** So many times as fast as the provider. */
  timeScale: number;
  signing: AttemptSigning;
  /** Sign by the real clock although provider time runs ahead. */
  isSigningNow: boolean;
  /** Header that tells the receiver the provider's time. */
  timeHeader?: string;
  timeoutMs: number;
  /** Tells the runs apart; deliveries of one run share its provider time. */
  run: string;
  /** Places the delays within the jitter. */
  jitterSeed: string;
  /** Where the step of a scenario takes a secret of its own from; a file with its whole path. */
  secret?: SecretReference;
  /** Whose endpoint it goes to: tells which secret signs it, and whether that may be sent there. */
  to?: { endpoint?: string; namedBy: NamedBy };
}

/** A delivery that has attempts to come. */
export interface OpenDelivery {
  /** Number of the attempt that comes next. */
  attempt: number;
  /** When it is due, in provider time. */
  dueAt: Date;
  /** Provider time of the first attempt. */
  firstAt: Date;
  /** Provider time of the attempt before; that of the first where there is none. */
  lastAt: Date;
  context: RetryContext;
}
