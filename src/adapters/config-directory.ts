import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Folder of the user's settings: HOOKS_CONFIG_DIR, else where the platform keeps settings (XDG on Linux). */
export function configDirectory(env: Environment, platform: NodeJS.Platform = process.platform): string {
  if (env.HOOKS_CONFIG_DIR) return env.HOOKS_CONFIG_DIR;
  const home = env.HOME || env.USERPROFILE || homedir();
  if (platform === 'darwin') return join(home, 'Library', 'Preferences', 'hooks');
  if (platform === 'win32') return join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'hooks', 'Config');
  const own = env.XDG_CONFIG_HOME;
  // The XDG specification has a relative path ignored; secrets must not land in the working directory.
  return join(own && isAbsolute(own) ? own : join(home, '.config'), 'hooks');
}
