import { randomHex, SEED_BYTES } from '../adapters/random.ts';
import type { Delivery } from '../core/delivery.ts';
import { overrideHeaders } from '../core/delivery-headers.ts';
import { formatDuration } from '../core/duration.ts';
import { HooksError } from '../core/errors.ts';
import type { NamedBy } from '../core/named-endpoint.ts';
import type { AttemptSigning, RetryContext } from '../core/open-delivery.ts';
import type { ProviderManifest } from '../core/provider.ts';
import { describeRules, type RetryRules, retryRules } from '../core/retry-rules.ts';
import type { Warning } from '../core/run-event.ts';
import type { SignatureScheme } from '../core/signing/scheme.ts';
import type { AttemptMoment, RetryPlan } from '../flows/retry-run.ts';
import type { DisorderFlags, RetryFlags } from './retry-options.ts';

/** A provider whose deliveries are tried again, and how it signs. */
export interface RetryParty {
  /** As deliveries name it. */
  id: string;
  manifest?: ProviderManifest | undefined;
  scheme?: SignatureScheme | undefined;
}

/** What has to be known of deliveries to try them again. */
export interface Retriable {
  parties: readonly RetryParty[];
  signing: AttemptSigning;
  /** Who says where a delivery goes. */
  namedBy: (delivery: Delivery) => NamedBy;
  /** They hold times that `again` does not put right, so that none is made before it is due. */
  isMadeWhenDue?: boolean;
  /** The delivery signed at that moment: same id, same body. */
  again: (delivery: Delivery, signedAt: Date) => Delivery;
}

export interface PreparedRetries {
  plan: RetryPlan;
  /** What counts as delivered, where the user does not say. */
  success: string;
  warnings: Warning[];
}

/** Whether the flags ask for retries. Throws HooksError `usage` for flags that mean nothing without. */
export function asksForRetries(flags: RetryFlags): boolean {
  if (flags.retries !== undefined || flags.retrySchedule !== undefined) return true;
  const { jitter, timeScale, signNow, timeHeader, outage } = flags;
  const given = Object.entries({
    '--jitter': jitter,
    '--time-scale': timeScale,
    '--sign-now': signNow,
    '--time-header': timeHeader,
    '--outage': outage,
  })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
  if (given.length === 0) return false;
  throw new HooksError('usage', `${given.join(', ')} ${given.length === 1 ? 'is' : 'are'} about retries`, {
    next: 'add --retries',
  });
}

/** The retries that the flags ask for. Throws HooksError `usage` where a provider's schedule is not known. */
export function prepareRetries(
  flags: RetryFlags & DisorderFlags,
  { parties, signing, namedBy, again, isMadeWhenDue = false }: Retriable,
  timeoutMs: number,
  now: Date,
): PreparedRetries {
  const timeScale = flags.timeScale ?? 1;
  const seed = flags.seed ?? randomHex(SEED_BYTES);
  const wishes = {
    ...(typeof flags.retries === 'number' && { most: flags.retries }),
    ...(flags.retrySchedule && { delaysSeconds: flags.retrySchedule.map((ms) => ms / 1000) }),
    ...(flags.jitter !== undefined && { jitter: flags.jitter }),
  };
  const made = parties.map((party) => ({ party, ...retryRules(party.manifest, wishes) }));
  const rulesOf = new Map(made.map(({ party, rules }) => [party.id, rules]));
  const shared = {
    timeScale,
    signing,
    isSigningNow: flags.signNow ?? false,
    ...(flags.timeHeader !== undefined && { timeHeader: flags.timeHeader }),
    timeoutMs,
    run: randomHex(SEED_BYTES),
  };
  const contextOf = (delivery: Delivery, index: number): RetryContext => {
    const { provider, endpoint } = delivery;
    const rules = rulesOf.get(provider);
    if (rules === undefined) throw new TypeError(`there are no rules for ${provider}`);
    const to = { ...(endpoint !== undefined && { endpoint }), namedBy: namedBy(delivery) };
    return { rules, ...shared, jitterSeed: `${seed}/${index}`, to };
  };
  const successes = new Set(made.map(({ rules }) => rules.success));
  const [success = '2xx'] = successes.size === 1 ? successes : [];
  return {
    plan: {
      contextOf,
      timeScale,
      startsAt: now,
      again: (delivery, moment) => attemptAt(delivery, moment, again),
      outageMs: flags.outage ?? 0,
      isMadeWhenDue,
    },
    success,
    warnings: made.flatMap(({ party, rules, caveats }) => [
      note(
        'retries',
        `retries${nameOf(rules)}: ${describeRules(rules)}${rules.jitter > 0 ? ` (seed ${seed})` : ''}`,
      ),
      ...caveats.map((message) => note('assumed', message)),
      ...clockWarnings(rules, party.scheme, flags, signing),
    ]),
  };
}

/** The delivery as the attempt at that moment carries it. */
export function attemptAt(
  delivery: Delivery,
  moment: AttemptMoment,
  again: (delivery: Delivery, signedAt: Date) => Delivery,
): Delivery {
  const { timeHeader, signing } = moment.context;
  const signed = signing === 'anew' ? again(delivery, signedAtOf(moment, new Date())) : delivery;
  if (timeHeader === undefined) return signed;
  const value = String(Math.floor(moment.providerAt.getTime() / 1000));
  return { ...signed, headers: overrideHeaders(signed.headers, [{ name: timeHeader, value }]) };
}

/**
 * When an attempt is signed: at its own moment, or at that of the first. By the real clock, an attempt that keeps the
 * first timestamp is signed as long ago as the provider's would be.
 */
function signedAtOf({ providerAt, firstAt, context }: AttemptMoment, now: Date): Date {
  const isKept = context.rules.timestamp === 'kept';
  if (!context.isSigningNow || context.timeScale === 1) return isKept ? firstAt : providerAt;
  return isKept ? new Date(now.getTime() - (providerAt.getTime() - firstAt.getTime())) : now;
}

/** Whether a receiver that goes by its own clock can accept what is signed by the provider's. */
function clockWarnings(
  rules: RetryRules,
  scheme: SignatureScheme | undefined,
  { timeScale = 1, signNow }: RetryFlags,
  signing: AttemptSigning,
): Warning[] {
  if (timeScale === 1 || signNow || signing !== 'anew' || !scheme?.covers.timestamp) return [];
  const next =
    'sign by the real clock with --sign-now, or tell the receiver the time with --time-header X-Provider-Time';
  if (rules.timestamp === 'kept') {
    const message = `all attempts${nameOf(rules)} carry the first timestamp, which a receiver finds to be as old as the run, not as old as it is for the provider`;
    return [note('provider-time', message, next)];
  }
  const allowed = scheme.tolerance.futureSeconds;
  if (allowed === null) return [];
  let aheadSeconds = 0;
  const attempt = rules.delaysSeconds.slice(0, rules.mostAttempts - 1).findIndex((delay) => {
    aheadSeconds += delay * (1 - 1 / timeScale);
    return aheadSeconds > allowed;
  });
  if (attempt < 0) return [];
  const message = `from attempt ${attempt + 2} on, timestamps are more than ${formatDuration(allowed * 1000)} ahead of a receiver's own clock, so that a right receiver refuses them`;
  return [note('provider-time', message, next)];
}

function nameOf({ provider }: RetryRules): string {
  return provider === undefined ? '' : ` of ${provider}`;
}

function note(code: string, message: string, next?: string): Warning {
  return { type: 'warning', code, message, ...(next !== undefined && { next }) };
}
