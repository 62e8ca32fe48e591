import { existsSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { configDirectory } from '../adapters/config-directory.ts';
import { findProjectFile, readProject } from '../adapters/project-file.ts';
import { loadProviderPacks } from '../adapters/provider-packs.ts';
import { readUserConfig, type UserConfig } from '../adapters/settings.ts';
import { findProvider, type ProviderPack } from '../core/catalogue.ts';
import { HooksError } from '../core/errors.ts';
import { type NamedEndpoint, namedEndpoints } from '../core/named-endpoint.ts';
import type { PlacedText, Project } from '../core/project/project.ts';
import { placed } from '../core/scenario/problem.ts';
import { resolveSetting, type SettingKey, type SettingOrigin } from '../core/settings.ts';
import { visible } from '../core/visible.ts';
import { writeAll } from '../views/output.ts';
import type { Context } from './context.ts';

/** What a command knows before it looks at its own flags: the user's settings, the project and the providers. */
export interface Workspace {
  directory: string;
  config: UserConfig;
  /** The project that the call is made in. */
  project?: Project;
  /** Those of the project and the user's own. */
  endpoints: ReadonlyMap<string, NamedEndpoint>;
  packs: ProviderPack[];
  /** The value of a setting that is in force, from the environment, the project or the user's settings. */
  setting(key: SettingKey): string | undefined;
  /** The same with where it comes from. */
  settingWithOrigin(key: SettingKey): { value: string; origin: SettingOrigin } | undefined;
}

/** Folder of the user's settings. */
export function settingsDirectory({ io }: Context, flags: { config?: string }): string {
  return flags.config || configDirectory(io.env);
}

/** The project that a call is made in. Throws HooksError where its file cannot be used. */
export async function loadProject({ io }: Context): Promise<Project | undefined> {
  const file = projectFile(io);
  return file === undefined || io.cwd === undefined ? undefined : readProject(file, io.cwd);
}

/** Path of the project file in force. */
export function projectFile({ cwd, env }: Context['io']): string | undefined {
  return cwd === undefined ? undefined : findProjectFile(cwd, env);
}

/**
 * Reads settings, project and providers; folders of providers that are not bundled come from HOOKS_PROVIDERS, the project
 * and the user's settings.
 */
export async function loadWorkspace(context: Context, flags: { config?: string }): Promise<Workspace> {
  const { io } = context;
  const directory = settingsDirectory(context, flags);
  const config = readUserConfig(directory);
  const project = await loadProject(context);
  const { present, gone } = foldersOf(config);
  for (const folder of gone) {
    await writeAll(
      io.stderr,
      `note: the provider folder ${visible(folder)} does not exist, so it is left out\n  next: hooks provider remove ${visible(folder)}\n`,
    );
  }
  const fromEnvironment = (io.env.HOOKS_PROVIDERS ?? '').split(delimiter).filter((entry) => entry !== '');
  const packs = await loadProviderPacks([
    ...fromEnvironment.map((entry) => resolve(entry)),
    ...(project ? project.providers.map((entry) => projectFolder(entry, project)) : []),
    ...present,
  ]);
  if (io.env.HOOKS_PROVIDER) refuseUnknownProvider(io.env.HOOKS_PROVIDER, 'HOOKS_PROVIDER', packs);
  const levels = { ...(project && { project: project.settings }), user: config.settings };
  return {
    directory,
    config,
    ...(project && { project }),
    endpoints: namedEndpoints(config.endpoints, project),
    packs,
    setting: (key) => settingWithOrigin(key)?.value,
    settingWithOrigin,
  };

  function settingWithOrigin(key: SettingKey) {
    const resolved = resolveSetting(key, io.env, levels);
    const where =
      resolved?.origin === 'project' && project ? `provider in ${project.file}` : 'the setting provider';
    // The folder of the provider may have gone since the setting was made.
    if (key === 'provider' && resolved) refuseUnknownProvider(resolved.value, where, packs);
    return resolved;
  }
}

function projectFolder({ text, place }: PlacedText, { directory }: Project): string {
  const folder = resolve(directory, text);
  if (existsSync(folder)) return folder;
  throw placed(
    place,
    new HooksError('invalid-input', `the provider folder ${text} does not exist`, {
      next: 'paths are relative to the folder of the project file',
    }),
  );
}

/** The user's own provider folders, and those among them that do not exist any more. */
export function foldersOf({ providers }: UserConfig): { present: string[]; gone: string[] } {
  return {
    present: providers.filter((folder) => existsSync(folder)),
    gone: providers.filter((folder) => !existsSync(folder)),
  };
}

function refuseUnknownProvider(name: string, where: string, packs: readonly ProviderPack[]): void {
  try {
    findProvider(packs, name);
  } catch (error) {
    if (!(error instanceof HooksError)) throw error;
    const { kind, message, next } = error;
    throw new HooksError(kind, `${where}: ${message}`, next === undefined ? {} : { next });
  }
}
