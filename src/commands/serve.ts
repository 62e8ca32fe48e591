import type { Command } from 'commander';
import { parseDuration } from '../core/duration.ts';
import type { Context } from './context.ts';
import { createCommand } from './lazy-command.ts';
import { parsePort } from './port-option.ts';
import { addConnectionOptions, addOutputOptions, addSchemeOptions, asArgument } from './shared-options.ts';

const EXAMPLES = `
Examples:
  $ hooks serve acculynx
  $ HOOKS_API_KEY=local-key hooks serve acculynx --port 4200
  $ HOOKS_SECRET=whsec_… hooks serve incident-io
  $ curl -H "Authorization: Bearer $HOOKS_API_KEY" -H 'Content-Type: application/json' \\
      -d '{"eventType":"job_created"}' http://127.0.0.1:4200/_hooks/events

The API is at the address of the first line, its OpenAPI 3.1 document at /openapi.json, a page with buttons at /. What
the provider does not publish is assumed, and marked as such in both.

The API key is made at the first start and shown once, unless HOOKS_API_KEY or --api-key-file gives one; --new-api-key
makes another. Without --secret every subscription gets a signing secret of its own, where the provider has them; both
are kept in the state folder, what is given by flag or environment is not.

Exit codes: 2 the call was wrong; 3 the port or the state folder cannot be used; 130 Ctrl-C; 143 SIGTERM.`;

export function serveCommand(context: Context): Command {
  const command = createCommand('serve')
    .description('stand in for a provider: its API for subscriptions, and the deliveries that follow')
    .argument('<provider>', 'provider to stand in for')
    .optionsGroup('Serving:')
    .option('-p, --port <port>', 'port to listen on, 0 for a free one', asArgument(parsePort), 4200)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--api-key-file <path>', 'read the API key from a file, - for stdin (default: HOOKS_API_KEY)')
    .option('--new-api-key', 'make another API key and show it')
    .optionsGroup('Delivering:')
    .option('--allow-remote', 'deliver to other than loopback and private addresses as well')
    .option(
      '--timeout <duration>',
      'longest time for an answer (default: the provider’s, else 15s)',
      asArgument(parseDuration),
    )
    .option('--no-record', 'do not keep what is sent in the history');
  addConnectionOptions(command);
  addSchemeOptions(command);
  return addOutputOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (provider, options) => {
      const { runServe } = await import('./serve.run.ts');
      await runServe(provider, options, context);
    });
}
