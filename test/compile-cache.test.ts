import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { compileCacheDirectory } from '../src/compile-cache.ts';

describe('compileCacheDirectory', () => {
  const cases: { it: string; env: Record<string, string>; platform: NodeJS.Platform; folder: string }[] = [
    {
      it: 'XDG_CACHE_HOME',
      env: { HOME: '/h', XDG_CACHE_HOME: '/c' },
      platform: 'linux',
      folder: '/c/hooks',
    },
    { it: 'the home folder', env: { HOME: '/h' }, platform: 'linux', folder: '/h/.cache/hooks' },
    {
      it: 'the home folder where XDG_CACHE_HOME is relative',
      env: { HOME: '/h', XDG_CACHE_HOME: 'c' },
      platform: 'linux',
      folder: '/h/.cache/hooks',
    },
    { it: 'Caches on macOS', env: { HOME: '/h' }, platform: 'darwin', folder: '/h/Library/Caches/hooks' },
    {
      it: 'LOCALAPPDATA on Windows',
      env: { HOME: '/h', LOCALAPPDATA: '/l' },
      platform: 'win32',
      folder: join('/l', 'hooks', 'Cache'),
    },
  ];
  for (const { it: what, env, platform, folder } of cases) {
    it(`is in ${what}`, () => assert.equal(compileCacheDirectory(env, platform), folder));
  }
});
