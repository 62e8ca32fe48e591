import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { configDirectory } from '../../src/adapters/config-directory.ts';

describe('configDirectory', { skip: process.platform === 'win32' }, () => {
  const rows: { name: string; env: Record<string, string>; platform: NodeJS.Platform; directory: string }[] =
    [
      {
        name: 'HOOKS_CONFIG_DIR before anything else',
        env: { HOOKS_CONFIG_DIR: '/etc/hooks', XDG_CONFIG_HOME: '/xdg', HOME: '/home/ada' },
        platform: 'linux',
        directory: '/etc/hooks',
      },
      {
        name: '~/.config on Linux',
        env: { HOME: '/home/ada' },
        platform: 'linux',
        directory: '/home/ada/.config/hooks',
      },
      {
        name: 'XDG_CONFIG_HOME where it is set',
        env: { HOME: '/home/ada', XDG_CONFIG_HOME: '/xdg' },
        platform: 'linux',
        directory: '/xdg/hooks',
      },
      {
        name: '~/.config where XDG_CONFIG_HOME is empty',
        env: { HOME: '/home/ada', XDG_CONFIG_HOME: '' },
        platform: 'linux',
        directory: '/home/ada/.config/hooks',
      },
      {
        name: '~/.config where XDG_CONFIG_HOME is relative, which its specification has ignored',
        env: { HOME: '/home/ada', XDG_CONFIG_HOME: 'config' },
        platform: 'linux',
        directory: '/home/ada/.config/hooks',
      },
      {
        name: 'the home of the account where HOME is empty, never the working directory',
        env: { HOME: '', HOOKS_CONFIG_DIR: '' },
        platform: 'linux',
        directory: join(homedir(), '.config', 'hooks'),
      },
      {
        name: 'Library/Preferences on a Mac',
        env: { HOME: '/Users/ada' },
        platform: 'darwin',
        directory: '/Users/ada/Library/Preferences/hooks',
      },
      {
        name: 'APPDATA on Windows',
        env: { USERPROFILE: '/c/ada', APPDATA: '/c/ada/roaming' },
        platform: 'win32',
        directory: '/c/ada/roaming/hooks/Config',
      },
      {
        name: 'AppData/Roaming on Windows where APPDATA is empty',
        env: { USERPROFILE: '/c/ada', APPDATA: '' },
        platform: 'win32',
        directory: '/c/ada/AppData/Roaming/hooks/Config',
      },
    ];
  for (const { name, env, platform, directory } of rows) {
    it(`is ${name}`, () => assert.equal(configDirectory(env, platform), directory));
  }
});
