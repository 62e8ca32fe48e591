import type { Command } from 'commander';
import { parseDuration } from '../core/duration.ts';
import { parseChannelName } from '../core/relay/channel-name.ts';
import { parseSize } from '../core/size.ts';
import type { Context } from './context.ts';
import { createCommand } from './lazy-command.ts';
import { parsePort } from './port-option.ts';
import { addOutputOptions, asArgument, collect } from './shared-options.ts';

const EXAMPLES = `
Examples:
  $ openssl rand -hex 24 > relay-token
  $ hooks relay --token-file relay-token                     on a machine that providers reach
  $ HOOKS_RELAY_TOKEN=… hooks listen --channel https://relay.example.com/<channel>      on yours
  $ npx smee-client --url 'https://relay.example.com/<channel>?token=…' --target http://localhost:3000/webhooks

The provider is given the URL of the channel; whoever knows it can deliver to it, so that its name is made up at random
when none is given. Reading needs the token. A delivery is answered 202 once it is on disk, and is kept until it is read.
A listener gets every byte; clients of smee get JSON that is written anew, as they know it.

The relay speaks plain HTTP. Towards the internet, put TLS in front of it: caddy reverse-proxy --from relay.example.com
--to localhost:4100, and listen on 127.0.0.1 as it does by default.

Exit codes: 2 the call was wrong; 3 the port or the buffer cannot be used; 130 Ctrl-C; 143 SIGTERM.`;

export function relayCommand(context: Context): Command {
  const command = createCommand('relay')
    .description('take deliveries for a listener that the internet does not reach, and stream them to it')
    .optionsGroup('Relay:')
    .option('-p, --port <port>', 'port to listen on, 0 for a free one', asArgument(parsePort), 4100)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option(
      '--channel <name>',
      'channel that deliveries are taken for; may be repeated (default: one of a random name, kept over restarts)',
      collect(parseChannelName),
    )
    .option(
      '--token-file <path>',
      'read the token of the readers from a file, - for stdin (default: HOOKS_RELAY_TOKEN)',
    )
    .option(
      '--max-body <size>',
      'largest body that is taken; a larger one is answered 413',
      asArgument(parseSize),
      10 * 1024 * 1024,
    )
    .option(
      '--max-buffer <size>',
      'how large all that nobody has read may be; more is answered 503',
      asArgument(parseSize),
      1024 ** 3,
    )
    .option(
      '--keep <duration>',
      'how long a delivery is kept, read or not',
      asArgument(parseDuration),
      7 * 86_400_000,
    );
  addOutputOptions(command).addHelpText('after', EXAMPLES);
  return command.action(async (flags) => {
    const { runRelay } = await import('./relay.run.ts');
    await runRelay(flags, context);
  });
}
