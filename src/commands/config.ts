import type { Command } from 'commander';
import { SETTINGS } from '../core/settings.ts';
import type { Context } from './context.ts';
import { createCommand } from './lazy-command.ts';
import { addOutputOptions } from './shared-options.ts';

const KEYS = Object.entries(SETTINGS)
  .map(([key, { description }]) => `  ${key.padEnd(14)} ${description}`)
  .join('\n');

const HELP = `
Settings:
${KEYS}

Each can also be given for one call by an environment variable: HOOKS_PROVIDER, HOOKS_SECRET, …
A flag comes before the environment, the environment before the project, the project before the settings.
The project is hooks.yaml, found from the working directory upward (docs/project.md); it may set provider, endpoint,
timeout, tolerance and port. "set" and "unset" change the user's own settings.

Examples:
  $ hooks config set provider synq
  $ hooks config set secret
  $ hooks config set secret < secret.txt
  $ hooks config list --show-origin`;

export function configCommand(context: Context): Command {
  const config = createCommand('config').description('show and change settings');
  config
    .addCommand(
      addOutputOptions(
        createCommand('list')
          .description('list the settings that are in force')
          .option('--show-origin', 'say where each comes from'),
      ).action(async (flags) => {
        const { listSettings } = await import('./config.run.ts');
        await listSettings(flags, context);
      }),
      { isDefault: true },
    )
    .addCommand(
      addOutputOptions(
        createCommand('get').description('print one setting; secrets only masked').argument('<key>'),
      ).action(async (key, flags) => {
        const { getSetting } = await import('./config.run.ts');
        await getSetting(key, flags, context);
      }),
    )
    .addCommand(
      addOutputOptions(
        createCommand('set')
          .description(
            'change a setting; without a value it is read from stdin, a secret at a terminal without being shown',
          )
          .argument('<key>')
          .argument('[value]'),
      ).action(async (key, value, flags) => {
        const { setSetting } = await import('./config.run.ts');
        await setSetting(key, value, flags, context);
      }),
    )
    .addCommand(
      addOutputOptions(createCommand('unset').description('go back to the default').argument('<key>')).action(
        async (key, flags) => {
          const { unsetSetting } = await import('./config.run.ts');
          await unsetSetting(key, flags, context);
        },
      ),
    )
    .addCommand(
      addOutputOptions(
        createCommand('path').description(
          'print where the settings are kept, and on a line of its own the project file in force',
        ),
      ).action(async (flags) => {
        const { printPath } = await import('./config.run.ts');
        await printPath(flags, context);
      }),
    )
    .addHelpText('after', HELP);
  return config;
}
