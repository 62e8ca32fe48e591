import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Has Node keep what V8 compiles from now on for the next call, where it can (22.8 and newer). NODE_COMPILE_CACHE and
 * NODE_DISABLE_COMPILE_CACHE hold as everywhere.
 */
export function keepCompiled(env: Environment): void {
  // Types of Node 20 know no enableCompileCache.
  const nodeModule: object = process.getBuiltinModule('node:module');
  if ('enableCompileCache' in nodeModule && typeof nodeModule.enableCompileCache === 'function')
    nodeModule.enableCompileCache(compileCacheDirectory(env));
}

/**
 * In the user's own cache folder: Node's own default is one folder of the machine's temporary files, where another user
 * could have put code before.
 */
export function compileCacheDirectory(
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): string {
  const home = env.HOME || env.USERPROFILE || homedir();
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'hooks');
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'hooks', 'Cache');
  const own = env.XDG_CACHE_HOME;
  // The XDG specification has a relative path ignored.
  return join(own && isAbsolute(own) ? own : join(home, '.cache'), 'hooks');
}
