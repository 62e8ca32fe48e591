import { type EventChoice, findEvent } from '../core/catalogue.ts';
import { HooksError } from '../core/errors.ts';
import { GENERIC } from '../core/provider.ts';
import { subscribersOf } from '../core/subscription.ts';
import { type ChosenEndpoint, chooseEndpoint, endpointOf } from './endpoints.ts';
import type { PayloadFlags } from './send-plan.ts';
import type { Workspace } from './workspace.ts';

/** What is sent and where. */
export interface Targets {
  /** Absent for a body of one's own without a provider's event. */
  choice?: EventChoice;
  /** At least one. */
  endpoints: readonly ChosenEndpoint[];
}

// Stands in a preview that names no endpoint.
const EXAMPLE_ENDPOINT = 'localhost:3000';

/**
 * The event and its endpoints: those that were named; else the saved ones that are subscribed to it; else the default
 * one. Throws HooksError `usage` without any, and for what `chooseEvent` and `chooseEndpoint` refuse.
 */
export function chooseTargets(
  event: string | undefined,
  flags: PayloadFlags & { to?: readonly string[] },
  workspace: Workspace,
): Targets {
  if (flags.to !== undefined) {
    const endpoints = [...new Set(flags.to)].map((to) => chooseEndpoint(to, workspace));
    return targetsOf(chooseEvent(event, flags, workspace, commonProvider(endpoints, flags)), endpoints);
  }
  const fallback = defaultEndpoint(flags, workspace);
  const choice = subscribable(event, flags, workspace, fallback);
  const subscribed = choice
    ? subscribersOf(nameOf(choice), workspace.endpoints.values(), workspace.packs)
    : [];
  if (subscribed.length > 0) return targetsOf(choice, subscribed.map(endpointOf));
  if (fallback === undefined) throw nobodySubscribed(choice, workspace);
  return targetsOf(chooseEvent(event, flags, workspace, fallback.saved?.provider), [fallback]);
}

/** The event that was named; none for a body of one's own without a provider's event. */
export function chooseEvent(
  event: string | undefined,
  flags: PayloadFlags,
  workspace: Workspace,
  endpointProvider: string | undefined,
): EventChoice | undefined {
  const provider = flags.provider === GENERIC ? undefined : (flags.provider ?? endpointProvider);
  if (event !== undefined && flags.provider !== GENERIC) {
    return findEvent(workspace.packs, event, { provider, preferred: workspace.setting('provider') });
  }
  if (flags.data === undefined) {
    throw new HooksError('usage', 'no event to send', {
      next: 'name one (list them with `hooks events`), or give a body of your own with --data',
    });
  }
  if (event !== undefined)
    throw new HooksError('usage', `the provider ${GENERIC} has no events, so '${event}' has no meaning`);
  return undefined;
}

function defaultEndpoint(flags: PayloadFlags, workspace: Workspace): ChosenEndpoint | undefined {
  if (workspace.setting('endpoint') !== undefined) return chooseEndpoint(undefined, workspace);
  // A preview may do without any.
  return flags.dryRun || flags.curl ? chooseEndpoint(EXAMPLE_ENDPOINT, workspace) : undefined;
}

/** The event as its name tells by itself: for a subscription no endpoint narrows the choice. */
function subscribable(
  event: string | undefined,
  flags: PayloadFlags,
  workspace: Workspace,
  fallback: ChosenEndpoint | undefined,
): EventChoice | undefined {
  try {
    return chooseEvent(event, flags, workspace, undefined);
  } catch (error) {
    // The provider of the default endpoint may tell which one is meant.
    if (error instanceof HooksError && error.kind === 'ambiguous-name' && fallback) return undefined;
    throw error;
  }
}

/** The provider of the endpoints that were named, where they have one. Throws HooksError `usage` where it differs. */
function commonProvider(endpoints: readonly ChosenEndpoint[], flags: PayloadFlags): string | undefined {
  const saved = endpoints.flatMap((endpoint) => (endpoint.saved?.provider ? [endpoint.saved] : []));
  const [first] = saved;
  const other = saved.find(({ provider }) => provider !== first?.provider);
  if (first === undefined || other === undefined || flags.provider !== undefined) return first?.provider;
  throw new HooksError(
    'usage',
    `${first.name} receives deliveries of ${first.provider}, ${other.name} those of ${other.provider}`,
    { why: 'an event is of one provider', next: 'send to them one after the other, or say --provider' },
  );
}

function nobodySubscribed(choice: EventChoice | undefined, { endpoints }: Workspace): HooksError {
  const names = [...endpoints.keys()];
  const pattern = choice === undefined ? '*' : choice.event.slug;
  const why =
    choice === undefined
      ? 'without an event there are no subscribers'
      : `none of the saved endpoints is subscribed to ${choice.pack.manifest.id}/${choice.event.slug}: ${names.join(', ')}`;
  return new HooksError('usage', 'no endpoint to deliver to', {
    ...(names.length > 0 && { why }),
    next: `name it with --to localhost:3000, or save one: \`hooks endpoint add local --url localhost:3000 --events '${pattern}'\`, or as the default: \`hooks config set endpoint localhost:3000\``,
  });
}

function nameOf({ pack, eventType }: EventChoice) {
  return { provider: pack.manifest.id, eventType };
}

function targetsOf(choice: EventChoice | undefined, endpoints: readonly ChosenEndpoint[]): Targets {
  return { ...(choice && { choice }), endpoints };
}
