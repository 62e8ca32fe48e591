import type { HeaderOverride } from '../core/delivery-headers.ts';
import { HooksError } from '../core/errors.ts';
import type { RetryContext } from '../core/open-delivery.ts';
import type { ReplaySigning } from '../core/replay.ts';
import { shownUrl } from '../core/shown-url.ts';
import { ofEndpoint } from '../core/subscription.ts';
import type { Context } from './context.ts';
import { type ChosenEndpoint, endpointOf, namerOf } from './endpoints.ts';
import { type Owned, type ReplaySigningFlags, replaySigner } from './replay-signing.ts';
import { secretOfStep, withSecretsRead } from './secrets.ts';
import type { Workspace } from './workspace.ts';

/** Where an interrupted delivery goes. */
export interface ResumedTarget {
  url: string;
  context: Pick<RetryContext, 'to' | 'signing' | 'secret'>;
}

/** How deliveries to one endpoint are signed, and which headers they get besides. */
export interface ResumedSigning {
  signingFor: (one: Owned) => ReplaySigning | undefined;
  headers: readonly HeaderOverride[];
}

/**
 * Finds for each endpoint of interrupted deliveries what signs for it: flags, its own secret, the user's. The rules are
 * those of a first attempt. Throws HooksError where an endpoint is no longer the one that it was, or has no secret.
 */
export async function resumeSigners(
  targets: readonly ResumedTarget[],
  flags: ReplaySigningFlags & { header?: HeaderOverride[] },
  context: Context,
  workspace: Workspace,
): Promise<(target: ResumedTarget) => ResumedSigning> {
  const needsSecret = targets.some((target) => target.context.signing === 'anew');
  const secretFlags = needsSecret ? await withSecretsRead(flags, context) : flags;
  const known = new Map<string, ResumedSigning>();
  for (const target of targets) {
    if (!known.has(keyOf(target))) known.set(keyOf(target), await signingOf(target));
  }
  return (target) => {
    const found = known.get(keyOf(target));
    if (found === undefined) throw new TypeError('this delivery was not among those that are resumed');
    return found;
  };

  async function signingOf(target: ResumedTarget): Promise<ResumedSigning> {
    const { signing, secret } = target.context;
    const ownFlags =
      signing === 'anew' && secret && !isGiven(secretFlags)
        ? { ...secretFlags, secret: await secretOfStep(secret, context) }
        : secretFlags;
    const endpoint = endpointFor(target, isGiven(ownFlags) || signing !== 'anew', workspace);
    const headers = [...endpoint.credentials, ...(flags.header ?? [])];
    // Where nothing is signed anew, no secret is asked for.
    if (signing !== 'anew') return { signingFor: () => undefined, headers };
    const { saved } = endpoint;
    const named = (error: unknown) => (saved === undefined ? error : ofEndpoint(saved, error));
    const signer = await replaySigner(ownFlags, context, workspace, endpoint).catch((error: unknown) => {
      throw named(error);
    });
    const signingFor = (one: Owned) => {
      try {
        return signer(one);
      } catch (error) {
        throw named(error);
      }
    };
    return { signingFor, headers };
  }
}

function keyOf({ url, context: { to, signing, secret } }: ResumedTarget): string {
  return JSON.stringify([url, to?.endpoint, to?.namedBy, signing, secret]);
}

function isGiven({ unsigned, secret }: ReplaySigningFlags): boolean {
  return unsigned === true || secret !== undefined;
}

/** The endpoint as it is saved now, where it is the one that the delivery was begun for. */
function endpointFor(
  { url: text, context: { to } }: ResumedTarget,
  isSecretGiven: boolean,
  workspace: Workspace,
): ChosenEndpoint {
  const url = new URL(text);
  const named = to?.endpoint === undefined ? undefined : workspace.endpoints.get(to.endpoint);
  const saved = named && endpointOf(named);
  // No secret of an endpoint goes to another address than its own.
  if (saved?.url.href === url.href) return saved;
  const recorded = { url, credentials: [], namedBy: to?.namedBy ?? namerOf(url, workspace) };
  if (to?.endpoint === undefined || isSecretGiven) return recorded;
  throw new HooksError(
    'unknown-name',
    saved === undefined
      ? `the endpoint ${to.endpoint}, which interrupted deliveries are for, is no longer saved`
      : `the endpoint ${to.endpoint} is no longer at ${shownUrl(url.href)}, where interrupted deliveries go`,
    {
      why: 'its own secret would have signed them',
      next: 'save it as it was, go on in the folder of its project, or give the secret with --secret-file',
    },
  );
}
