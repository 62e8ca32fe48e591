import { delimiter, resolve } from 'node:path';
import { configDirectory } from '../adapters/config-directory.ts';
import { loadProviderPacks } from '../adapters/provider-packs.ts';
import { readUserConfig, type UserConfig } from '../adapters/settings.ts';
import type { ProviderPack } from '../core/catalogue.ts';
import { resolveSetting, type SettingKey } from '../core/settings.ts';
import type { Context } from './context.ts';

/** What a command knows before it looks at its own flags: the user's settings and the providers. */
export interface Workspace {
  directory: string;
  config: UserConfig;
  packs: ProviderPack[];
  /** The value of a setting that is in force, from the environment or the user's settings. */
  setting(key: SettingKey): string | undefined;
}

/** Folder of the user's settings. */
export function settingsDirectory({ io }: Context, flags: { config?: string }): string {
  return flags.config || configDirectory(io.env);
}

/** Reads settings and providers; the user's own provider folders come from HOOKS_PROVIDERS and the settings. */
export async function loadWorkspace(context: Context, flags: { config?: string }): Promise<Workspace> {
  const { io } = context;
  const directory = settingsDirectory(context, flags);
  const config = readUserConfig(directory);
  const fromEnvironment = (io.env.HOOKS_PROVIDERS ?? '').split(delimiter).filter((entry) => entry !== '');
  return {
    directory,
    config,
    packs: await loadProviderPacks([...fromEnvironment.map((entry) => resolve(entry)), ...config.providers]),
    setting: (key) => resolveSetting(key, io.env, config.settings)?.value,
  };
}
