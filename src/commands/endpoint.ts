import type { Command } from 'commander';
import type { Context } from './context.ts';
import { createCommand } from './lazy-command.ts';
import { addOutputOptions, collect } from './shared-options.ts';

const EXAMPLES = `
Examples:
  $ hooks endpoint add staging --url https://staging.example.com/webhooks --provider synq --secret-file ./secret
  $ hooks send issue_created --to staging
  $ hooks endpoint add all-events --url :4000 --events '*'
  $ hooks endpoint add alerts --url :4001 --provider synq --events 'issue_*' --events ping
  $ hooks send issue_created                             delivers to all that are subscribed to it
  $ hooks endpoint list

Subscriptions: --events takes an event type or slug, * stands for any characters, provider/ in front is exact. An endpoint
without --events is only a name for --to; one with --provider is subscribed to events of that provider alone. A body of
your own (--data) without an event has no subscribers.

\`add\` and \`remove\` change your own endpoints. Those of a project stand in its hooks.yaml (docs/project.md) and take the
place of your own of the same name there; the lists say so.`;

export function endpointCommand(context: Context): Command {
  const endpoint = createCommand('endpoint').description(
    'save endpoints under a name: URL, provider, subscriptions, signing secret',
  );
  endpoint
    .addCommand(
      addOutputOptions(createCommand('list').description('list the saved endpoints')).action(
        async (flags) => {
          const { listEndpoints } = await import('./endpoint.run.ts');
          await listEndpoints(flags, context);
        },
      ),
      { isDefault: true },
    )
    .addCommand(
      addOutputOptions(
        createCommand('add')
          .description('save an endpoint, or change a saved one')
          .argument('<name>')
          .requiredOption('--url <endpoint>', 'port, host:port or URL')
          .option('--provider <id>', 'provider whose deliveries it receives')
          .option(
            '--events <pattern>',
            "event types that it is subscribed to, e.g. 'issue_*'; may be repeated",
            collect(String),
          )
          .option(
            '--secret-file <path>',
            'read its signing secret from a file, - for stdin; may be repeated',
            collect(String),
          )
          .option('--secret <secret>', 'its signing secret; may be repeated', collect(String)),
      ).action(async (name, flags) => {
        const { addEndpoint } = await import('./endpoint.run.ts');
        await addEndpoint(name, flags, context);
      }),
    )
    .addCommand(
      addOutputOptions(createCommand('show').description('show a saved endpoint').argument('<name>')).action(
        async (name, flags) => {
          const { showEndpoint } = await import('./endpoint.run.ts');
          await showEndpoint(name, flags, context);
        },
      ),
    )
    .addCommand(
      addOutputOptions(
        createCommand('remove').description('forget a saved endpoint').argument('<name>'),
      ).action(async (name, flags) => {
        const { removeEndpoint } = await import('./endpoint.run.ts');
        await removeEndpoint(name, flags, context);
      }),
    )
    .addHelpText('after', EXAMPLES);
  return endpoint;
}
