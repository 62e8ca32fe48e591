import { exactDuration } from './duration.ts';
import { HooksError } from './errors.ts';
import type { Fact, ProviderManifest, RetryPolicy } from './provider.ts';

/** How a provider tries again, with everything decided; plain JSON, so that an interrupted run can keep it. */
export interface RetryRules {
  /** Whose rules they are, for notes; absent where the user made them. */
  provider?: string;
  /** Delay before attempt 2, 3, …, in provider time. */
  delaysSeconds: readonly number[];
  /** The first one included. */
  mostAttempts: number;
  windowSeconds?: number;
  /** Share by which a delay varies in both directions; 0 for none. */
  jitter: number;
  timestamp: 'renewed' | 'kept';
  /** Statuses that count as delivered, as `parseStatusMatch` reads them. */
  success: string;
  slowDownSeconds?: number;
  /** `Retry-After` is heeded up to so many intervals, null without a limit; absent it is not. */
  retryAfterIntervals?: number | null;
  giveUpOn: readonly number[];
  stopHeader?: { name: string; stop: string; disable?: string };
  /** When a failing endpoint is switched off; absent where it is not known. */
  disabling?: { afterSeconds: number; confidence: string; note?: string };
}

/** What the user says of the retries. */
export interface RetryWishes {
  /** At most so many retries. */
  most?: number;
  /** Delays instead of the provider's own. */
  delaysSeconds?: readonly number[];
  /** True for the provider's jitter, a share for one's own. */
  jitter?: number | true;
}

/**
 * The rules by which a delivery of a provider is tried again, and what of them is assumed or not known, one sentence
 * each. Throws HooksError `usage` where no schedule is known and none is given.
 */
export function retryRules(
  manifest: ProviderManifest | undefined,
  wishes: RetryWishes,
): { rules: RetryRules; caveats: string[] } {
  const known = manifest?.retries.value;
  const delaysSeconds = wishes.delaysSeconds ?? known?.delaysSeconds;
  if (delaysSeconds === undefined) throw noSchedule(manifest);
  const isOwn = wishes.delaysSeconds !== undefined;
  const answers = manifest?.retryAnswers?.value;
  const allAttempts = Math.min(
    (isOwn ? undefined : known?.maxAttempts) ?? Infinity,
    delaysSeconds.length + 1,
  );
  const { disabling } = manifest ?? {};
  const rules: RetryRules = {
    ...(manifest && { provider: manifest.name }),
    delaysSeconds,
    mostAttempts: Math.min(allAttempts, (wishes.most ?? Infinity) + 1),
    ...(!isOwn && known?.windowSeconds !== undefined && { windowSeconds: known.windowSeconds }),
    jitter: (wishes.jitter === true ? known?.jitter : wishes.jitter) ?? 0,
    timestamp: known?.timestamp ?? 'renewed',
    success: manifest?.success.value ?? '2xx',
    ...(answers?.slowDownSeconds !== undefined && { slowDownSeconds: answers.slowDownSeconds }),
    ...retryAfterRule(manifest, answers?.retryAfterIntervals, isOwn),
    giveUpOn: answers?.giveUpOn ?? [],
    ...(answers?.stopHeader && { stopHeader: answers.stopHeader }),
    ...(disabling?.value && {
      disabling: {
        afterSeconds: disabling.value.afterSeconds,
        confidence: disabling.confidence,
        ...(disabling.note !== undefined && { note: disabling.note }),
      },
    }),
  };
  return { rules, caveats: caveatsOf(manifest, wishes, isOwn) };
}

/** With a schedule of one's own and nothing known, Retry-After means what RFC 9110 says: at least so long. */
function retryAfterRule(
  manifest: ProviderManifest | undefined,
  intervals: number | undefined,
  isOwn: boolean,
): Pick<RetryRules, 'retryAfterIntervals'> {
  if (intervals !== undefined) return { retryAfterIntervals: intervals };
  return isOwn && manifest?.retries.value === undefined ? { retryAfterIntervals: null } : {};
}

function caveatsOf(manifest: ProviderManifest | undefined, wishes: RetryWishes, isOwn: boolean): string[] {
  if (manifest === undefined) return [];
  const { name, retries, retryAnswers } = manifest;
  const caveats: string[] = [];
  if (isOwn) caveats.push(`the schedule of the retries is yours, not that of ${name}`);
  else if (isAssumed(retries, 'delaysSeconds')) {
    caveats.push(`the intervals of ${name}'s retries are assumed.${noteOf(retries)}`);
  }
  if (wishes.jitter === true && retries.value?.jitter === undefined) {
    caveats.push(`a jitter of ${name}'s retries is not known, so there is none; --jitter 0.2 gives one`);
  }
  if (retries.value?.timestamp === undefined) {
    caveats.push(`whether ${name} signs a retry anew is not known; each gets a new timestamp here`);
  }
  if (retryAnswers?.confidence === 'assumed') {
    caveats.push(`what an answer changes about ${name}'s retries is assumed.${noteOf(retryAnswers)}`);
  }
  return caveats;
}

function isAssumed({ confidence, value }: Fact<RetryPolicy>, part: keyof RetryPolicy): boolean {
  return confidence === 'assumed' || (value?.assumed ?? []).some((name) => name === part);
}

function noteOf({ note }: Fact<unknown>): string {
  return note === undefined ? '' : ` ${note}`;
}

function noSchedule(manifest: ProviderManifest | undefined): HooksError {
  const note = manifest?.retries.note;
  return new HooksError(
    'usage',
    manifest === undefined
      ? 'a body of your own has no provider whose retries could be played'
      : `how ${manifest.name} tries again is not known`,
    {
      ...(note !== undefined && { why: note }),
      next: 'give a schedule of your own: --retry-schedule 5s,5m,30m',
    },
  );
}

/** The schedule as a line for a person. */
export function describeRules({ delaysSeconds, mostAttempts, jitter, windowSeconds }: RetryRules): string {
  const delays = delaysSeconds.slice(0, mostAttempts - 1).map((seconds) => exactDuration(seconds * 1000));
  return [
    `${mostAttempts} ${mostAttempts === 1 ? 'attempt' : 'attempts'} at most`,
    ...(delays.length === 0 ? [] : [`after ${delays.join(', ')}`]),
    ...(jitter > 0 ? [`± ${Number((jitter * 100).toFixed(1))} %`] : []),
    ...(windowSeconds === undefined ? [] : [`within ${exactDuration(windowSeconds * 1000)}`]),
  ].join('; ');
}
