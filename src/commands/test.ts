import { type Command, Option } from 'commander';
import { parseHeader } from '../core/delivery-headers.ts';
import { parseDuration } from '../core/duration.ts';
import { CASE_GROUPS } from '../core/exam/exam-case.ts';
import { SEVERITIES } from '../core/report.ts';
import type { Context } from './context.ts';
import { createCommand } from './lazy-command.ts';
import { addReceiverOptions } from './receiver-options.ts';
import { addReportOptions } from './report-options.ts';
import {
  addConnectionOptions,
  addOutputOptions,
  addSigningOptions,
  asArgument,
  collect,
  parseCount,
} from './shared-options.ts';

const EXAMPLES = `
The secret comes from --secret, --secret-file, the saved endpoint, HOOKS_SECRET or \`hooks config set secret\`.
Deliveries of a test are not kept in the history.

A probe lets the examiner see what the receiver did: a URL or a command that prints the number of processed events, or
JSON: {"processed": 3, "state": …}. In a URL {id} and {subject} stand for the delivery and for the thing that it is about;
a command finds them in HOOKS_ID and HOOKS_SUBJECT.

Examples:
  $ hooks test localhost:3000/webhooks --provider synq
  $ hooks test :3000 --provider incident-io --probe localhost:3000/stats --junit report.xml --html report.html
  $ hooks test :3000 --provider synq --start 'node receiver.js' --fail-on should
  $ hooks test :3000 --provider synq --only 'authenticity/*' --skip 'authenticity/timestamp-*'
  $ hooks test :3000 --provider synq --list

Exit codes: 0 all demands met; 1 a must was not (with --fail-on should, a should); 2 the call was wrong; 3 the receiver
cannot be reached.`;

export function testCommand(context: Context): Command {
  const command = createCommand('test')
    .description(
      'grade a receiver: forged, stale, malformed, unusual, repeated and late deliveries, every event type',
    )
    .argument('<endpoint>', 'port, host:port, URL or name of a saved endpoint')
    .optionsGroup('Cases:')
    .option(
      '--only <pattern>',
      'only the cases of this name, * for any characters; may be repeated',
      collect(String),
    )
    .option('--skip <pattern>', 'all but the cases of this name; may be repeated', collect(String))
    .addOption(
      new Option('--group <group>', 'only the cases of this group; may be repeated')
        .choices(CASE_GROUPS)
        .argParser(collect(String)),
    )
    .option('--event <event>', 'event that most cases send (default: the provider’s first)')
    .option('--probe <url|command>', 'what tells the receiver’s side effects')
    .option('--payloads <n>', 'generated payloads for each event type', parseCount(0), 20)
    .option('--seed <text>', 'make the generated payloads reproducible')
    .addOption(
      new Option('--fail-on <severity>', 'least severity that fails the test')
        .choices(SEVERITIES)
        .default('must'),
    )
    .option('--list', 'list the cases instead of playing them')
    .optionsGroup('Delivery:')
    .option('-H, --header <header>', "add or replace a header, 'Name: value'", collect(parseHeader))
    .option(
      '--timeout <duration>',
      'time for each answer (default: as long as the provider waits)',
      asArgument(parseDuration),
    )
    .option('--concurrency <n>', 'cases under way at once', parseCount(1), 1);
  addConnectionOptions(command);
  addReceiverOptions(command);
  addSigningOptions(command);
  addReportOptions(command);
  addOutputOptions(command).addHelpText('after', EXAMPLES);
  return command.action(async (endpoint: string, flags) => {
    const { runTest } = await import('./test.run.ts');
    await runTest(endpoint, flags, context);
  });
}
