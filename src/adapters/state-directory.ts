import { homedir } from 'node:os';
import { join } from 'node:path';

/** Folder of what hooks keeps by itself: HOOKS_STATE_DIR, else where the platform keeps state (XDG on Linux). */
export function stateDirectory(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env.HOOKS_STATE_DIR) return env.HOOKS_STATE_DIR;
  const home = env.HOME ?? env.USERPROFILE ?? homedir();
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'hooks');
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'hooks', 'State');
  return join(env.XDG_STATE_HOME || join(home, '.local', 'state'), 'hooks');
}
