import { changeUserConfig } from '../adapters/settings.ts';
import { findProvider } from '../core/catalogue.ts';
import { parseEndpoint } from '../core/endpoint-address.ts';
import { checkEndpointName, type SavedEndpoint } from '../core/saved-endpoint.ts';
import { MASK } from '../core/secret-headers.ts';
import { visible } from '../core/visible.ts';
import { formatEventJson } from '../views/json.ts';
import { writeAll } from '../views/output.ts';
import type { Context } from './context.ts';
import { shownAddress, unknownEndpoint } from './endpoints.ts';
import { readSecretFiles } from './secrets.ts';
import type { ConfigFlag, OutputFlags, SecretFlags } from './shared-options.ts';
import { schemeFromFlags } from './signing.ts';
import { loadWorkspace, type Workspace } from './workspace.ts';

type Flags = OutputFlags & ConfigFlag;

/** Saves an endpoint; the secret is checked against the provider's scheme first. */
export async function addEndpoint(
  name: string,
  flags: Flags & SecretFlags & { url: string; provider?: string },
  context: Context,
): Promise<void> {
  checkEndpointName(name);
  const workspace = await loadWorkspace(context, flags);
  const pack = flags.provider === undefined ? undefined : findProvider(workspace.packs, flags.provider);
  const secrets = [...(flags.secret ?? []), ...(await readSecretFiles(flags.secretFile ?? [], context))];
  const { scheme } = schemeFromFlags(pack, {}, workspace);
  for (const secret of secrets) if (scheme.needsSecret) scheme.parseSecret(secret);
  const endpoint: SavedEndpoint = {
    url: parseEndpoint(flags.url).href,
    ...(pack && { provider: pack.manifest.id }),
    ...(secrets.length > 0 && { secrets }),
  };
  await changeUserConfig(workspace.directory, ({ endpoints }) => {
    endpoints[name] = endpoint;
  });
  if (!flags.quiet) await print(name, endpoint, flags, context);
}

export async function listEndpoints(flags: Flags, context: Context): Promise<void> {
  const { config } = await loadWorkspace(context, flags);
  const entries = Object.entries(config.endpoints).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0 && !flags.json) {
    await writeAll(
      context.io.stderr,
      'no endpoints are saved; save one with `hooks endpoint add <name> --url …`\n',
    );
  }
  for (const [name, endpoint] of entries) await print(name, endpoint, flags, context);
}

export async function showEndpoint(name: string, flags: Flags, context: Context): Promise<void> {
  await print(name, known(name, await loadWorkspace(context, flags)), flags, context);
}

export async function removeEndpoint(name: string, flags: Flags, context: Context): Promise<void> {
  const workspace = await loadWorkspace(context, flags);
  known(name, workspace);
  await changeUserConfig(workspace.directory, ({ endpoints }) => {
    delete endpoints[name];
  });
  const text = flags.json ? formatEventJson({ removed: name }) : `removed ${name}\n`;
  await writeAll(context.io.stdout, flags.quiet ? '' : text);
}

function known(name: string, { config }: Workspace): SavedEndpoint {
  const endpoint = Object.hasOwn(config.endpoints, name) ? config.endpoints[name] : undefined;
  if (endpoint === undefined) throw unknownEndpoint(name, config.endpoints);
  return endpoint;
}

async function print(
  name: string,
  { url, provider, secrets = [] }: SavedEndpoint,
  flags: Flags,
  { io }: Context,
) {
  const shown = shownAddress(url);
  const text = flags.json
    ? formatEventJson({ name, url: shown, provider: provider ?? null, secrets: secrets.length })
    : `${name}  ${visible(shown)}${provider === undefined ? '' : `  ${provider}`}${secrets.length > 0 ? `  secret ${secrets.map(() => MASK).join(' ')}` : ''}\n`;
  await writeAll(io.stdout, text);
}
