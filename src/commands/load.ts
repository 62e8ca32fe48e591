import { type Command, Option } from 'commander';
import { parseSet } from '../core/assignment.ts';
import { parseHeader } from '../core/delivery-headers.ts';
import { parseDuration } from '../core/duration.ts';
import { HooksError } from '../core/errors.ts';
import { parseRamp } from '../core/load/schedule.ts';
import { parseErrorShare, parseLatencyThreshold } from '../core/load/thresholds.ts';
import type { PayloadEdit } from '../core/payload.ts';
import { parseRate } from '../core/rate.ts';
import { parseStatusMatch } from '../core/status-match.ts';
import type { Context } from './context.ts';
import { createCommand } from './lazy-command.ts';
import {
  addConnectionOptions,
  addOutputOptions,
  addSigningOptions,
  asArgument,
  collect,
  parseCount,
} from './shared-options.ts';

const EXAMPLES = `
With --rate and --ramp each delivery is due at its time, whether or not the ones before it have been answered, and latency
counts from that moment: a receiver that stalls is not spared (coordinated omission). With --concurrency the next delivery
starts when one has ended, and nothing is corrected. Every delivery has its own id, timestamp and signature.

The secret comes from --secret, --secret-file, the saved endpoint, HOOKS_SECRET or \`hooks config set secret\`.
Deliveries of a load are not kept in the history.

Examples:
  $ hooks load issue_created --to localhost:3000 --rate 200/s --duration 30s --max-latency p99=200ms
  $ hooks load issue_created --to :3000 --ramp 100..5000/30s --html load.html
  $ hooks load issue_created --to :3000 --concurrency 20 --workers 2
  $ hooks load issue_created --to :3000 --find-limit --max-latency p99=200ms --max-errors 0.1%
  $ hooks load issue_created --to staging --rate 50/s --allow-remote --json
  $ hooks load issue_created --to https://staging.example --rate 20000/s --export k6 -o load-k6

Exit codes: 0 all limits kept; 1 one was not; 2 the call was wrong; 3 nothing answered; 130 interrupted, after the summary.`;

export function loadCommand(context: Context): Command {
  const command = createCommand('load')
    .description('send signed deliveries at a rate, find the rate at which a receiver breaks')
    .argument('[event]', 'event type or slug, e.g. issue_created, synq/issue_created, issue_created@minimal')
    .optionsGroup('Load:')
    .option('-t, --to <endpoint>', 'port, host:port, URL or name of a saved endpoint')
    .option(
      '--rate <rate>',
      'deliveries per time, e.g. 200/s (default: 50/s); where --find-limit begins',
      asArgument(parseRate),
    )
    .option(
      '--ramp <from..to/time>',
      'a rate per second that grows, e.g. 100..5000/30s, and then stays',
      asArgument(parseRamp),
    )
    .option(
      '--concurrency <n>',
      'a closed loop instead: so many at once, as fast as they are answered',
      parseCount(1),
    )
    .option('--find-limit', 'search the highest rate that keeps --max-latency and --max-errors')
    .option(
      '--duration <duration>',
      'how long (default: 10s, the time of the ramp, 5s for each step of --find-limit)',
      asArgument(parseDuration),
    )
    .option(
      '--warmup <duration>',
      'before that, at the first rate, not measured (default: none, 1s for each step of --find-limit)',
      asArgument(parseDuration),
    )
    .option('--max-in-flight <n>', 'most deliveries under way at once (default: 500)', parseCount(1))
    .option('--workers <n|auto>', 'threads that send; auto leaves one core free (default: 1)', parseWorkers)
    .option('--allow-remote', 'load a host beyond loopback and private addresses')
    .optionsGroup('Limits:')
    .option(
      '--max-latency <name=duration>',
      'p99=200ms; p50 to p99.99, mean and max; may be repeated',
      collect(parseLatencyThreshold),
    )
    .option(
      '--max-errors <share>',
      'greatest share of unexpected and missing answers (default: 1%)',
      asArgument(parseErrorShare),
    )
    .option(
      '--expect <status>',
      'statuses that count as delivered, e.g. 200, 2xx or 200,409 (default: 2xx)',
      asArgument((text) => ({ text, match: parseStatusMatch(text) })),
    )
    .optionsGroup('Delivery:')
    .option('-X, --method <method>', 'HTTP method (default: the provider’s)', (text) => text.toUpperCase())
    .option(
      '-H, --header <header>',
      "add or replace a header, 'Name: value'; 'Name:' removes it",
      collect(parseHeader),
    )
    .option(
      '--timeout <duration>',
      'time for each delivery (default: the provider’s, else 15s)',
      asArgument(parseDuration),
    );
  addConnectionOptions(command)
    .optionsGroup('Payload:')
    .option('--set <path=value>', 'set a field; the value is JSON, else a string', collectEdits)
    .option('--unset <path>', 'remove a field', collect(String))
    .option('--merge <file>', 'merge a JSON file into the payload (RFC 7396)', collect(String))
    .option('--data <json>', 'a body of your own, sent byte for byte: text, @file, or - for stdin')
    .option('--seed <text>', 'make ids reproducible; the sample’s own times stay');
  addSigningOptions(command).option('--unsigned', 'send without a signature');
  command
    .optionsGroup('Reports:')
    .option('--html <file>', 'write a report with plots as one HTML file')
    .addOption(
      new Option(
        '--export <engine>',
        'send nothing; write a script for this engine, which runs on many machines',
      ).choices(['k6', 'artillery']),
    )
    .option('-o, --output <dir>', 'folder for --export');
  addOutputOptions(command).addHelpText('after', EXAMPLES);
  return command.action(async (event: string | undefined, flags) => {
    const { runLoad } = await import('./load.run.ts');
    await runLoad(event, flags, context);
  });
}

function collectEdits(text: string, previous: PayloadEdit[] = []): PayloadEdit[] {
  return [...previous, asArgument(parseSet)(text)];
}

const parseWorkers = asArgument((text: string): number | 'auto' => {
  const count = Number(text);
  if (text === 'auto') return text;
  if (/^\d+$/.test(text) && count >= 1 && count <= 64) return count;
  throw new HooksError('usage', 'it must be a whole number from 1 to 64, or auto');
});
