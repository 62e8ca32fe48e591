import type { Command } from 'commander';
import { parseSet } from '../core/assignment.ts';
import { parseHeader } from '../core/delivery-headers.ts';
import { parseDuration } from '../core/duration.ts';
import { HooksError } from '../core/errors.ts';
import { parseRate } from '../core/rate.ts';
import type { Context } from './context.ts';
import { createCommand } from './lazy-command.ts';
import { addDisorderOptions, addRetryOptions } from './retry-options.ts';
import { addSelectionOptions } from './selection-options.ts';
import {
  addConnectionOptions,
  addExpectationOptions,
  addOutputOptions,
  addSigningOptions,
  asArgument,
  collect,
  parseCount,
} from './shared-options.ts';

const EXAMPLES = `
Examples:
  $ hooks replay last --to localhost:3000
  $ hooks replay --failed --since 1h --to localhost:3000
  $ hooks replay --event 'issue_*' --to 3000 --original-timing --speed 10
  $ hooks replay 01KAS8 --to 3000 --set issue_created.issue.title='Orders are late'
  $ hooks replay last~2 --as-is --to 3000
  $ hooks replay --last 20 --to 3000 --retries --time-scale 1000 --reorder-window 3

A replay keeps the body and the delivery id and is signed anew, with a fresh timestamp, so that it verifies. --new-id
makes it another event; --as-is sends the recorded bytes and headers, stale signature included. Credentials in headers
(Authorization, Cookie) are not recorded, so a replay goes without them; -H adds them.

Exit codes: 0 all answered as expected; 1 an answer was not; 2 the call was wrong; 3 no answer.`;

function parseSpeed(text: string): number {
  const speed = Number(text);
  if (speed > 0 && Number.isFinite(speed)) return speed;
  throw new HooksError('usage', 'it must be a number above 0');
}

export function replayCommand(context: Context): Command {
  const command = createCommand('replay')
    .description('fire recorded deliveries again, signed anew')
    .argument('[ids...]', 'ids, prefixes of ids, last, last~2');
  addSelectionOptions(command)
    .optionsGroup('Delivery:')
    .option('-t, --to <endpoint>', 'port, host:port, URL or name of a saved endpoint')
    .option('--as-is', 'send the recorded bytes and headers, old signature included')
    .option('--new-id', 'give each a new delivery id')
    .option('--set <path=value>', 'set a field of the body; may be repeated', collect(parseSet))
    .option('-H, --header <header>', "add or replace a header, 'Name: value'", collect(parseHeader))
    .option('--original-timing', 'keep the time between the deliveries')
    .option('--speed <factor>', 'with --original-timing: so many times as fast', asArgument(parseSpeed))
    .option('--rate <rate>', 'deliveries started per time, e.g. 10/s', asArgument(parseRate))
    .option(
      '--concurrency <n>',
      'deliveries under way at once; above 1 the order is not kept',
      parseCount(1),
      1,
    )
    .option(
      '--timeout <duration>',
      'time for each attempt (default: the provider’s, else 15s)',
      asArgument(parseDuration),
    );
  addConnectionOptions(command);
  addRetryOptions(command);
  addDisorderOptions(command, 'several recordings').option(
    '--seed <text>',
    'make disorder, jitter and new ids reproducible',
  );
  addSigningOptions(command).option('--unsigned', 'send without a signature');
  addExpectationOptions(command);
  addOutputOptions(command).option('--no-record', 'do not record the replays').addHelpText('after', EXAMPLES);
  return command.action(async (ids: string[], flags) => {
    const { runReplay } = await import('./replay.run.ts');
    await runReplay(ids, flags, context);
  });
}
