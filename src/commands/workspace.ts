import { existsSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { configDirectory } from '../adapters/config-directory.ts';
import { loadProviderPacks } from '../adapters/provider-packs.ts';
import { readUserConfig, type UserConfig } from '../adapters/settings.ts';
import { findProvider, type ProviderPack } from '../core/catalogue.ts';
import { HooksError } from '../core/errors.ts';
import { resolveSetting, type SettingKey } from '../core/settings.ts';
import { visible } from '../core/visible.ts';
import { writeAll } from '../views/output.ts';
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
  const { present, gone } = foldersOf(config);
  for (const folder of gone) {
    await writeAll(
      io.stderr,
      `note: the provider folder ${visible(folder)} does not exist, so it is left out\n  next: hooks provider remove ${visible(folder)}\n`,
    );
  }
  const fromEnvironment = (io.env.HOOKS_PROVIDERS ?? '').split(delimiter).filter((entry) => entry !== '');
  const packs = await loadProviderPacks([...fromEnvironment.map((entry) => resolve(entry)), ...present]);
  if (io.env.HOOKS_PROVIDER) refuseUnknownProvider(io.env.HOOKS_PROVIDER, 'HOOKS_PROVIDER', packs);
  return {
    directory,
    config,
    packs,
    setting(key) {
      const resolved = resolveSetting(key, io.env, config.settings);
      // The folder of the provider may have gone since the setting was made.
      if (key === 'provider' && resolved)
        refuseUnknownProvider(resolved.value, 'the setting provider', packs);
      return resolved?.value;
    },
  };
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
