import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { EventChoice, ProviderPack } from '../core/catalogue.ts';
import { HooksError } from '../core/errors.ts';
import { eventFileName } from '../core/event-file-name.ts';
import type { ProviderManifest } from '../core/provider.ts';
import { packageRoot } from './package-root.ts';

/** A schema of an event type; several where the provider has several body formats. */
export interface EventSchema {
  variant?: string;
  schema: object;
}

/** A file that holds such a schema. */
export interface SchemaFile {
  variant?: string;
  path: string;
  bytes: Buffer;
}

/**
 * The bundled providers and those of the given folders, each a provider folder or a folder of such. A folder of the
 * user's own takes the place of a bundled provider with the same id. Throws HooksError `invalid-manifest` or
 * `file-unreadable`.
 */
export async function loadProviderPacks(directories: readonly string[] = []): Promise<ProviderPack[]> {
  const own: ProviderPack[] = [];
  // A folder that is named twice, e.g. in the settings and in HOOKS_PROVIDERS, is one folder.
  const folders = new Set(directories.flatMap(ownFolders));
  for (const directory of folders) own.push(await loadOwnPack(directory));
  refuseDoubles(own);
  const taken = new Set(own.map(({ manifest }) => manifest.id));
  const bundled = providerFolders(join(packageRoot(), 'fixtures')).map((directory) =>
    createPack(directory, readManifest(directory) as ProviderManifest, true),
  );
  return [...bundled.filter(({ manifest }) => !taken.has(manifest.id)), ...own];
}

/** Bytes of the sample that was chosen. Throws HooksError `file-unreadable`. */
export async function readExample({ pack, eventType, variant }: EventChoice): Promise<Uint8Array> {
  return readPackFile(join(pack.directory, 'events', eventFileName(eventType, variant)));
}

/** The schemas of an event type, the default format first; empty where there is none. */
export async function readSchemas(pack: ProviderPack, eventType: string): Promise<EventSchema[]> {
  const files = await readSchemaFiles(pack, eventType);
  return files.map((file) => ({
    schema: parseSchema(file.path, file.bytes.toString()),
    ...(file.variant !== undefined && { variant: file.variant }),
  }));
}

/** The files of these schemas, in the same order. Throws HooksError `file-unreadable`. */
export async function readSchemaFiles(pack: ProviderPack, eventType: string): Promise<SchemaFile[]> {
  const directory = join(pack.directory, 'schemas');
  const stem = eventFileName(eventType).slice(0, -'.json'.length);
  const files = listJson(directory).filter((file) => file === `${stem}.json` || file.startsWith(`${stem}@`));
  return files
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
    .map((file) => {
      const path = join(directory, file);
      const variant = file.slice(stem.length + 1, -'.json'.length);
      const bytes = readPackFile(path);
      return variant === '' || file === `${stem}.json` ? { path, bytes } : { variant, path, bytes };
    });
}

/** Throws HooksError `invalid-manifest` for what is not JSON. */
export function parseSchema(path: string, text: string): object {
  return parseJson(path, text) as object;
}

function ownFolders(directory: string): string[] {
  const folders = providerFolders(resolve(directory));
  if (folders.length > 0) return folders;
  throw new HooksError('invalid-manifest', `no provider in ${directory}`, {
    why: 'neither it nor a folder in it has a provider.json',
    next: 'point at a folder with a provider.json, see `hooks provider --help`',
  });
}

function providerFolders(directory: string): string[] {
  if (existsSync(join(directory, 'provider.json'))) return [directory];
  try {
    return readdirSync(directory)
      .sort()
      .map((name) => join(directory, name))
      .filter((folder) => existsSync(join(folder, 'provider.json')));
  } catch (cause) {
    throw new HooksError('file-unreadable', `cannot read the provider folder ${directory}`, {
      why: statSync(directory, { throwIfNoEntry: false })
        ? 'it is not a readable folder'
        : 'it does not exist',
      next: 'point at a folder with a provider.json, see `hooks provider --help`',
      cause,
    });
  }
}

async function loadOwnPack(directory: string): Promise<ProviderPack> {
  const manifest = readManifest(directory);
  const { checkManifest } = await import('./manifest-check.ts');
  const problems = await checkManifest(manifest);
  if (problems.length > 0) {
    throw new HooksError(
      'invalid-manifest',
      `${join(directory, 'provider.json')} is not a provider manifest`,
      {
        why: problems.map(({ pointer, message }) => `${pointer || '/'} ${message}`).join('; '),
        next: 'compare it with a bundled one: `hooks provider show <provider> --json`',
      },
    );
  }
  return createPack(directory, manifest as ProviderManifest, false);
}

function createPack(directory: string, manifest: ProviderManifest, isBundled: boolean): ProviderPack {
  let variants: Record<string, string[]> | undefined;
  return {
    manifest,
    directory,
    isBundled,
    // Most calls look at those of one provider, if at any.
    get variants() {
      variants ??= listVariants(directory, manifest);
      return variants;
    },
  };
}

function listVariants(directory: string, manifest: ProviderManifest): Record<string, string[]> {
  const variants: Record<string, string[]> = Object.create(null);
  const files = listJson(join(directory, 'events')).sort();
  for (const eventType of Object.keys(manifest.events)) {
    const head = `${eventFileName(eventType).slice(0, -'.json'.length)}@`;
    variants[eventType] = files
      .filter((file) => file.startsWith(head))
      .map((file) => file.slice(head.length, -'.json'.length));
  }
  return variants;
}

function refuseDoubles(packs: readonly ProviderPack[]): void {
  for (const [index, { manifest, directory }] of packs.entries()) {
    const earlier = packs.slice(0, index).find((pack) => pack.manifest.id === manifest.id);
    if (earlier === undefined) continue;
    throw new HooksError('invalid-manifest', `two provider folders have the id '${manifest.id}'`, {
      why: `${earlier.directory} and ${directory}`,
      next: 'remove one of them, or give one another id',
    });
  }
}

function readManifest(directory: string): unknown {
  const file = join(directory, 'provider.json');
  try {
    return parseJson(file, readFileSync(file, 'utf8'));
  } catch (cause) {
    if (cause instanceof HooksError) throw cause;
    throw new HooksError('file-unreadable', `cannot read ${file}`, {
      why: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HooksError('invalid-manifest', `${file} is not JSON`, {
      why: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

function readPackFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new HooksError('file-unreadable', `cannot read ${basename(file)} of the provider`, {
      why: `${file} is missing or not readable`,
      next: 'add the file, or check the folder with `hooks provider check`',
      cause,
    });
  }
}

function listJson(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory).filter((file) => file.endsWith('.json')) : [];
}
