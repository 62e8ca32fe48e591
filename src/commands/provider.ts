import type { Command } from 'commander';
import type { Context } from './context.ts';
import { createCommand } from './lazy-command.ts';
import { addOutputOptions } from './shared-options.ts';

const EXAMPLES = `
Examples:
  $ hooks provider
  $ hooks provider show synq
  $ hooks provider check ./webhooks/acme
  $ hooks provider add ./webhooks/acme

A provider is a folder of data: provider.json, events/<event type>.json, schemas/<event type>.json. HOOKS_PROVIDERS
names further folders for one call.`;

export function providerCommand(context: Context): Command {
  const provider = createCommand('provider').description(
    'show what is known of the providers, and add your own',
  );
  provider
    .addCommand(
      addOutputOptions(createCommand('list').description('list the providers')).action(async (flags) => {
        const { listProviders } = await import('./provider.run.ts');
        await listProviders(flags, context);
      }),
      { isDefault: true },
    )
    .addCommand(
      addOutputOptions(
        createCommand('show')
          .description('show every fact about a provider with its source and how sure it is')
          .argument('<provider>'),
      ).action(async (name, flags) => {
        const { showProvider } = await import('./provider.run.ts');
        await showProvider(name, flags, context);
      }),
    )
    .addCommand(
      addOutputOptions(
        createCommand('check')
          .description('check a provider folder: manifest, samples, schemas')
          .argument('<folder>'),
      ).action(async (folder, flags) => {
        const { checkProvider } = await import('./provider.run.ts');
        await checkProvider(folder, flags, context);
      }),
    )
    .addCommand(
      addOutputOptions(
        createCommand('add').description('use a provider folder from now on').argument('<folder>'),
      ).action(async (folder, flags) => {
        const { addProvider } = await import('./provider.run.ts');
        await addProvider(folder, flags, context);
      }),
    )
    .addCommand(
      addOutputOptions(
        createCommand('remove').description('no longer use a provider folder').argument('<folder>'),
      ).action(async (folder, flags) => {
        const { removeProvider } = await import('./provider.run.ts');
        await removeProvider(folder, flags, context);
      }),
    )
    .addHelpText('after', EXAMPLES);
  return provider;
}
