import { basename } from 'node:path';
import { changeUserConfig } from '../adapters/settings.ts';
import { findProvider, namesOf, type ProviderPack } from '../core/catalogue.ts';
import { parseEndpoint } from '../core/endpoint-address.ts';
import { HooksError } from '../core/errors.ts';
import type { NamedEndpoint } from '../core/named-endpoint.ts';
import { checkEndpointName, type SavedEndpoint } from '../core/saved-endpoint.ts';
import { MASK } from '../core/secret-headers.ts';
import { visible } from '../core/visible.ts';
import { formatEventJson } from '../views/json.ts';
import { writeAll } from '../views/output.ts';
import type { Context } from './context.ts';
import { shownAddress, unknownEndpoint } from './endpoints.ts';
import { readSecretFiles } from './secrets.ts';
import { namesAnEvent, unknownEventName } from './selection-names.ts';
import type { ConfigFlag, OutputFlags, SecretFlags } from './shared-options.ts';
import { schemeFromFlags } from './signing.ts';
import { loadWorkspace, type Workspace } from './workspace.ts';

type Flags = OutputFlags & ConfigFlag;

interface AddFlags extends Flags, SecretFlags {
  url: string;
  provider?: string;
  events?: string[];
}

/** Saves an endpoint; the secret is checked against the provider's scheme first. */
export async function addEndpoint(name: string, flags: AddFlags, context: Context): Promise<void> {
  checkEndpointName(name);
  const workspace = await loadWorkspace(context, flags);
  const pack = flags.provider === undefined ? undefined : findProvider(workspace.packs, flags.provider);
  const secrets = [...(flags.secret ?? []), ...(await readSecretFiles(flags.secretFile ?? [], context))];
  const { scheme } = schemeFromFlags(pack, {}, workspace);
  for (const secret of secrets) if (scheme.needsSecret) scheme.parseSecret(secret);
  const endpoint: SavedEndpoint = {
    url: parseEndpoint(flags.url).href,
    ...(pack && { provider: pack.manifest.id }),
    ...(flags.events && { events: flags.events }),
    ...(secrets.length > 0 && { secrets }),
  };
  await changeUserConfig(workspace.directory, ({ endpoints }) => {
    endpoints[name] = endpoint;
  });
  const saved: NamedEndpoint = { ...endpoint, name, origin: 'user' };
  await noteUnknownEvents(saved, workspace, flags, context);
  await noteShadowed(name, workspace, flags, context);
  if (!flags.quiet) await print(saved, workspace, flags, context);
}

export async function listEndpoints(flags: Flags, context: Context): Promise<void> {
  const workspace = await loadWorkspace(context, flags);
  if (workspace.endpoints.size === 0 && !flags.json) {
    await writeAll(
      context.io.stderr,
      'no endpoints are saved; save one with `hooks endpoint add <name> --url …`\n',
    );
  }
  for (const endpoint of workspace.endpoints.values()) {
    await noteUnknownEvents(endpoint, workspace, flags, context);
    await print(endpoint, workspace, flags, context);
  }
}

export async function showEndpoint(name: string, flags: Flags, context: Context): Promise<void> {
  const workspace = await loadWorkspace(context, flags);
  const endpoint = workspace.endpoints.get(name);
  if (endpoint === undefined) throw unknownEndpoint(name, [...workspace.endpoints.keys()]);
  await noteUnknownEvents(endpoint, workspace, flags, context);
  await print(endpoint, workspace, flags, context);
}

export async function removeEndpoint(name: string, flags: Flags, context: Context): Promise<void> {
  const { config, endpoints, project, directory } = await loadWorkspace(context, flags);
  if (!Object.hasOwn(config.endpoints, name)) {
    if (endpoints.has(name)) throw ofProject(name, project?.file ?? '');
    throw unknownEndpoint(name, Object.keys(config.endpoints));
  }
  await changeUserConfig(directory, (changed) => {
    delete changed.endpoints[name];
  });
  const text = flags.json ? formatEventJson({ removed: name }) : `removed ${name}\n`;
  await writeAll(context.io.stdout, flags.quiet ? '' : text);
}

function ofProject(name: string, file: string): HooksError {
  return new HooksError('usage', `the endpoint ${name} is not one of your own: it stands in ${file}`, {
    next: 'remove it from that file',
  });
}

/** A pattern that no event type of its provider fits subscribes to nothing that is known. */
async function noteUnknownEvents(
  { name, provider, events = [] }: NamedEndpoint,
  { packs }: Workspace,
  { quiet }: Flags,
  { io }: Context,
): Promise<void> {
  const own = packs.filter((pack) => provider === undefined || isNamed(pack, provider));
  if (own.length === 0) {
    const text = `endpoint ${name}: no provider is called '${provider}', so it gets nothing`;
    await note(text, 'hooks provider lists those that are known');
  }
  for (const pattern of own.length === 0 ? [] : events.filter((one) => !namesAnEvent(one, own))) {
    const { message, next } = unknownEventName(pattern, own);
    await note(`endpoint ${name}: ${message}`, next);
  }

  async function note(message: string, next: string): Promise<void> {
    if (!quiet) await writeAll(io.stderr, `note: ${visible(message)}\n  next: ${visible(next)}\n`);
  }
}

function isNamed({ manifest }: ProviderPack, provider: string): boolean {
  return namesOf(manifest).includes(provider.toLowerCase());
}

/** Else nobody would see why deliveries still go elsewhere. */
async function noteShadowed(
  name: string,
  { project }: Workspace,
  { quiet }: Flags,
  { io }: Context,
): Promise<void> {
  if (quiet || !project?.endpoints.has(name)) return;
  await writeAll(
    io.stderr,
    `note: in this project ${name} is the endpoint of that name in ${visible(project.file)}\n`,
  );
}

async function print(
  { name, url, provider, events = [], secrets, references, origin }: NamedEndpoint,
  { project }: Workspace,
  flags: Flags,
  { io }: Context,
) {
  const shown = shownAddress(url);
  const count = (references ?? secrets ?? []).length;
  const words = [
    name,
    visible(shown),
    ...(provider === undefined ? [] : [visible(provider)]),
    ...(events.length === 0 ? [] : [visible(events.join(' '))]),
    ...(count === 0 ? [] : [`secret ${Array.from({ length: count }, () => MASK).join(' ')}`]),
    ...(origin === 'project' && project ? [`(${visible(basename(project.file))})`] : []),
  ];
  const text = flags.json
    ? formatEventJson({ name, url: shown, provider: provider ?? null, events, secrets: count, origin })
    : `${words.join('  ')}\n`;
  await writeAll(io.stdout, text);
}
