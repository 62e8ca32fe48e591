import type { Command } from 'commander';
import { parseDuration } from '../core/duration.ts';
import { parseRate } from '../core/rate.ts';
import type { Context } from './context.ts';
import { createCommand } from './lazy-command.ts';
import { addDisorderOptions, addRetryOptions } from './retry-options.ts';
import {
  addConnectionOptions,
  addExpectationOptions,
  addOutputOptions,
  addSchemeOptions,
  asArgument,
  collect,
  parseCount,
} from './shared-options.ts';

const EXAMPLES = `
Examples:
  $ hooks simulate synq --to localhost:3000 --rate 5/s --for 10m
  $ hooks simulate incident-io --to :3000 -n 200 --rate 20/s --seed friday
  $ hooks simulate acculynx --rate 60/m --for 1h         to all endpoints that are subscribed
  $ hooks simulate synq --to :3000 --for 1m --duplicate 5% --shuffle --retries --time-scale 100

Many lives go on at once, each the story of one of the provider's scenarios (\`hooks run --list\`): its events come in their
order and bear the same ids. --seed gives the same lives and ids again. Without --to an event goes to the saved endpoints
that are subscribed to it; an event that nobody wants is left out.

Exit codes: 0 all answered as expected; 1 an answer was not; 2 the call was wrong; 3 no answer.`;

export function simulateCommand(context: Context): Command {
  const command = createCommand('simulate')
    .description('deliver a believable stream: many things that live through the provider’s events')
    .argument('<provider>', 'provider whose events are sent')
    .optionsGroup('Delivery:')
    .option(
      '-t, --to <endpoint>',
      'port, host:port, URL or name of a saved endpoint; may be repeated',
      collect(String),
    )
    .option('--rate <rate>', 'events per time, e.g. 5/s or 300/m', asArgument(parseRate), 1)
    .option('--for <duration>', 'how long (default: 1m)', asArgument(parseDuration))
    .option('-n, --count <n>', 'how many events, instead of how long', parseCount(1))
    .option('--concurrency <n>', 'deliveries under way at once', parseCount(1), 10)
    .option('--seed <text>', 'make the same lives, ids and order again; disorder and jitter as well')
    .option(
      '--timeout <duration>',
      'time for each attempt (default: the provider’s, else 15s)',
      asArgument(parseDuration),
    )
    .option('--no-record', 'do not keep the deliveries in the history');
  addConnectionOptions(command);
  addRetryOptions(command);
  addDisorderOptions(command, 'the events');
  addSchemeOptions(command.optionsGroup('Signature:')).option('--unsigned', 'send without a signature');
  addExpectationOptions(command);
  addOutputOptions(command).addHelpText('after', EXAMPLES);
  return command.action(async (provider: string, flags) => {
    const { runSimulate } = await import('./simulate.run.ts');
    await runSimulate(provider, flags, context);
  });
}
