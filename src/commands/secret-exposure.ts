import { isLoopbackHost } from '../core/endpoint-address.ts';
import { HooksError } from '../core/errors.ts';
import type { SignatureScheme } from '../core/signing/scheme.ts';
import type { ChosenEndpoint } from './endpoints.ts';
import type { SecretFlags } from './shared-options.ts';
import type { Workspace } from './workspace.ts';

/**
 * Refuses to hand out the user's own secret (HOOKS_SECRET, the setting) to a host that nobody but a project file names,
 * under a scheme that sends the secret itself: else whoever writes that file could collect it. A signature reveals none.
 * Throws HooksError `secret-unusable`.
 */
export function refuseExposure(
  scheme: SignatureScheme,
  endpoint: ChosenEndpoint,
  { secret, secretFile }: SecretFlags,
  workspace: Pick<Workspace, 'config'>,
): void {
  const { url, saved, namedBy } = endpoint;
  const sendsSecret = scheme.needsSecret && !scheme.covers.body;
  const isGiven = secret !== undefined || secretFile !== undefined;
  const hasOwn = Boolean(saved?.references?.length || saved?.secrets?.length);
  if (!sendsSecret || isGiven || hasOwn || namedBy === 'user' || isLoopbackHost(url.hostname)) return;
  if (isKnownToUser(url, workspace)) return;
  throw new HooksError(
    'secret-unusable',
    `the scheme ${scheme.id} sends the secret itself, and only a file of the project names ${url.host}`,
    {
      why: 'your own secret (HOOKS_SECRET, the setting secret) goes to no host that you have not named',
      next:
        saved === undefined
          ? 'name the host yourself with --to, or give the secret with --secret-file'
          : // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the spelling that is meant
            'give the endpoint a secret of its own (secret: ${env:NAME}), or this call one with --secret-file',
    },
  );
}

function isKnownToUser({ origin }: URL, { config }: Pick<Workspace, 'config'>): boolean {
  const addresses = Object.values(config.endpoints).map(({ url }) => url);
  return addresses.some((address) => URL.canParse(address) && new URL(address).origin === origin);
}
