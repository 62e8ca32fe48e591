import { exactDuration } from './duration.ts';
import type { RetryRules } from './retry-rules.ts';

/** When a provider would switch an endpoint off, as far as it is known. */
export interface SwitchOff {
  url: string;
  /** Provider time; absent where it is not known or the endpoint works. */
  at?: string;
  /** True where the run has come that far. */
  isReached: boolean;
  message: string;
}

/** How an endpoint has fared, in provider time. */
export interface EndpointHistory {
  url: string;
  rules: RetryRules;
  /** First failure with nothing delivered since. */
  failingSince?: Date;
  /** When an answer asked for it. */
  disabledAt?: Date;
  lastAt: Date;
}

/** The moment at which the provider would switch the endpoint off; undefined for one that does not fail. */
export function switchOffOf({
  url,
  rules,
  failingSince,
  disabledAt,
  lastAt,
}: EndpointHistory): SwitchOff | undefined {
  const whose = rules.provider ?? 'the provider';
  if (disabledAt !== undefined) {
    const message = `${whose} would have switched the endpoint off: its answer asked for it`;
    return { url, at: disabledAt.toISOString(), isReached: true, message };
  }
  if (failingSince === undefined) return undefined;
  if (rules.disabling === undefined) {
    if (rules.provider === undefined) return undefined;
    return { url, isReached: false, message: `when ${whose} switches a failing endpoint off is not known` };
  }
  const { afterSeconds, confidence, note } = rules.disabling;
  const at = new Date(failingSince.getTime() + afterSeconds * 1000);
  const after = exactDuration(afterSeconds * 1000);
  return {
    url,
    at: at.toISOString(),
    isReached: at <= lastAt,
    message: `${whose} would switch the endpoint off ${after} after its first failure, if nothing is delivered until then (${confidence})${note === undefined ? '' : `. ${note}`}`,
  };
}
