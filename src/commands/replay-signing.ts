import type { ProviderPack } from '../core/catalogue.ts';
import { HooksError } from '../core/errors.ts';
import type { ReplaySigning } from '../core/replay.ts';
import type { Context } from './context.ts';
import type { ChosenEndpoint } from './endpoints.ts';
import { refuseExposure } from './secret-exposure.ts';
import { resolveSecrets } from './secrets.ts';
import type { SchemeFlags, SecretFlags } from './shared-options.ts';
import { schemeFromFlags } from './signing.ts';
import type { Workspace } from './workspace.ts';

export interface ReplaySigningFlags extends SecretFlags, SchemeFlags {
  asIs?: boolean;
  unsigned?: boolean;
}

/** What of a recording or delivery tells whose it is. */
export interface Owned {
  provider?: string;
}

/** The provider that it is of. */
export function packOf({ provider }: Owned, { packs }: Workspace): ProviderPack | undefined {
  return packs.find(({ manifest }) => manifest.id === provider);
}

/**
 * Makes the function that finds scheme and secrets for a recording or a delivery; each provider is looked at once. Of an
 * endpoint that is left open, no secret can be its own.
 */
export async function replaySigner(
  flags: ReplaySigningFlags,
  context: Context,
  workspace: Workspace,
  endpoint: ChosenEndpoint | undefined,
): Promise<(one: Owned) => ReplaySigning | undefined> {
  const texts =
    flags.asIs || flags.unsigned
      ? undefined
      : await resolveSecrets(flags, context, workspace, endpoint?.saved);
  const known = new Map<string | undefined, ReplaySigning>();
  return (one) => {
    if (flags.asIs) return undefined;
    const cached = known.get(one.provider);
    if (cached) return cached;
    const pack = packOf(one, workspace);
    const { scheme } = schemeFromFlags(pack, flags, workspace);
    if (scheme.needsSecret && texts === undefined && !flags.unsigned) throw noSecret(pack, scheme.id);
    if (endpoint && !flags.unsigned) refuseExposure(scheme, endpoint, flags, workspace);
    const secrets = scheme.needsSecret ? (texts ?? []).map((text) => scheme.parseSecret(text)) : [];
    const signing = { scheme, secrets, ...(pack && { manifest: pack.manifest }) };
    known.set(one.provider, signing);
    return signing;
  };
}

function noSecret(pack: ProviderPack | undefined, scheme: string): HooksError {
  const whose = pack?.manifest.name ?? `the scheme ${scheme}`;
  return new HooksError('secret-missing', `a replay is signed anew, and there is no secret for ${whose}`, {
    next: 'set HOOKS_SECRET (or --secret-file); --as-is sends the old signature, --unsigned none',
  });
}
