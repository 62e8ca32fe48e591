import { resolve } from 'node:path';
import { checkPack } from '../adapters/pack-check.ts';
import { loadProviderPacks } from '../adapters/provider-packs.ts';
import { changeUserConfig, readUserConfig } from '../adapters/settings.ts';
import { findProvider, type ProviderPack } from '../core/catalogue.ts';
import { EXIT, HooksError } from '../core/errors.ts';
import { visible } from '../core/visible.ts';
import { colorsFor } from '../views/colors.ts';
import { formatEventJson } from '../views/json.ts';
import { writeAll } from '../views/output.ts';
import { providerListText, providerText } from '../views/provider-text.ts';
import type { Context } from './context.ts';
import type { ConfigFlag, OutputFlags } from './shared-options.ts';
import { foldersOf, loadWorkspace, settingsDirectory } from './workspace.ts';

type Flags = OutputFlags & ConfigFlag;

/** Prints the providers, as text or one JSON object a line. */
export async function listProviders(flags: Flags, context: Context): Promise<void> {
  const { stdout, env } = context.io;
  const { packs } = await loadWorkspace(context, flags);
  const text = flags.json
    ? packs.map((pack) => formatEventJson(summary(pack))).join('')
    : providerListText(packs, colorsFor(stdout, { ...flags, env }));
  await writeAll(stdout, text);
}

function summary({ manifest, directory, isBundled, variants }: ProviderPack) {
  const { id, name, description, placeholder, signing, events } = manifest;
  return {
    id,
    name,
    description,
    isPlaceholder: placeholder ?? false,
    isBundled,
    directory,
    scheme: signing.value?.scheme ?? null,
    signingConfidence: signing.confidence,
    eventTypes: Object.keys(events).length,
    samples: Object.keys(events).length + Object.values(variants).flat().length,
  };
}

/** Prints all facts about one provider. */
export async function showProvider(name: string, flags: Flags, context: Context): Promise<void> {
  const { stdout, env } = context.io;
  const { packs } = await loadWorkspace(context, flags);
  const pack = findProvider(packs, name);
  const text = flags.json
    ? formatEventJson(pack.manifest)
    : providerText(pack, colorsFor(stdout, { ...flags, env }));
  await writeAll(stdout, text);
}

/** Says what is wrong with the provider folders at a path; exit code 1 if anything is, 2 where a manifest cannot be read at all. */
export async function checkProvider(folder: string, flags: Flags, context: Context): Promise<void> {
  const { stdout, env } = context.io;
  const colors = colorsFor(stdout, { ...flags, env });
  const packs = (await loadProviderPacks([resolve(folder)])).filter(({ isBundled }) => !isBundled);
  for (const pack of packs) {
    const problems = await checkPack(pack);
    if (problems.length > 0) context.exit(EXIT.failed);
    const { id } = pack.manifest;
    if (flags.json) {
      await writeAll(stdout, formatEventJson({ provider: id, isValid: problems.length === 0, problems }));
      continue;
    }
    const verdict =
      problems.length === 0 ? colors.green('✓ all well') : colors.red(`✗ ${problems.length} problems`);
    await writeAll(
      stdout,
      `${id}  ${verdict}\n${problems.map((problem) => `  ${visible(problem)}\n`).join('')}`,
    );
  }
}

/** Saves a folder among the user's own providers, after looking at it. */
export async function addProvider(folder: string, flags: Flags, context: Context): Promise<void> {
  const path = resolve(folder);
  const { present } = foldersOf(readUserConfig(settingsDirectory(context, flags)));
  // Together with the others: two folders with one id would make every later call fail.
  const packs = await loadProviderPacks([...present.filter((entry) => entry !== path), path]);
  const added = packs.filter(({ isBundled, directory }) => !isBundled && directory.startsWith(path));
  await changeUserConfig(settingsDirectory(context, flags), (config) => {
    config.providers = [...config.providers.filter((entry) => entry !== path), path];
  });
  await noteReplaced(added, context);
  const text = flags.json
    ? added.map((pack) => formatEventJson(summary(pack))).join('')
    : `added ${added.map(({ manifest }) => manifest.id).join(', ')}\n`;
  await writeAll(context.io.stdout, flags.quiet ? '' : text);
}

/** Else nobody would see why a bundled provider is not as it was. */
async function noteReplaced(added: readonly ProviderPack[], { io }: Context): Promise<void> {
  const bundled = new Set((await loadProviderPacks()).map(({ manifest }) => manifest.id));
  for (const { manifest, directory } of added.filter(({ manifest }) => bundled.has(manifest.id))) {
    await writeAll(
      io.stderr,
      `note: this takes the place of the bundled provider ${manifest.id}\n  next: hooks provider remove ${visible(directory)} brings it back\n`,
    );
  }
}

export async function removeProvider(folder: string, flags: Flags, context: Context): Promise<void> {
  const path = resolve(folder);
  const directory = settingsDirectory(context, flags);
  let found = false;
  await changeUserConfig(directory, (config) => {
    found = config.providers.includes(path);
    config.providers = config.providers.filter((entry) => entry !== path);
  });
  if (!found) throw notYours(path, readUserConfig(directory).providers);
  const text = flags.json ? formatEventJson({ removed: path }) : `removed ${visible(path)}\n`;
  await writeAll(context.io.stdout, flags.quiet ? '' : text);
}

function notYours(path: string, providers: readonly string[]): HooksError {
  return new HooksError('unknown-name', `${path} is not among your providers`, {
    next: providers.length > 0 ? `yours are ${providers.join(', ')}` : 'you have added none',
  });
}
