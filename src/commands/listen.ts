import { Command, Option } from 'commander';
import { parseDuration } from '../core/duration.ts';
import { HooksError } from '../core/errors.ts';
import { parseSize } from '../core/size.ts';
import type { Context } from './context.ts';
import { addOutputOptions, addSigningOptions, asArgument, collect, parseCount } from './shared-options.ts';

const EXAMPLES = `
Examples:
  $ hooks listen
  $ HOOKS_SECRET=… hooks listen --port 4000 --strict
  $ hooks listen --provider incident-io --secret-file ./secret --events 'public_incident.*'
  $ hooks listen -p 0 --json --exit-after 1 --timeout 30s --expect-valid

Without --strict every delivery is answered 200, whatever its verdict, so that the sender goes on. With --strict the
answer tells the verdict: 401 for the signature, 422 for the body.

--expect-valid asks for proof: a delivery that was not verified, for lack of a secret or of a known provider, is not as
expected. Of a provider that signs nothing, and with --unsigned, a known event type and a body that fits its schema are
enough.

Exit codes: 0 ended as asked for; 1 deliveries were missing, or not as expected (--expect-valid); 2 the call was wrong;
3 the port cannot be used; 130 Ctrl-C; 143 SIGTERM.`;

function parseStatus(text: string): number {
  if (/^[2-5]\d\d$/.test(text)) return Number(text);
  throw new HooksError('usage', 'it must be a status from 200 to 599');
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new HooksError('usage', 'it must be a number from 0 to 65535; 0 picks a free port');
}

export function listenCommand(context: Context): Command {
  const command = new Command('listen')
    .description('receive deliveries: verify their signature, validate them, answer and show them')
    .optionsGroup('Receiving:')
    .option('-p, --port <port>', 'port to listen on, 0 for a free one (default: 4000)', asArgument(parsePort))
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option(
      '--max-body <size>',
      'largest body that is read; a larger one is answered 413',
      asArgument(parseSize),
      10 * 1024 * 1024,
    )
    .option('--no-record', 'do not keep what comes in the history')
    .optionsGroup('Answering:')
    .option('--respond <status>', 'status of the answer', asArgument(parseStatus), 200)
    .option('--respond-body <text>', 'body of the answer: text, or @file')
    .option('--delay <duration>', 'time to wait before the answer', asArgument(parseDuration))
    .option('--strict', 'let the answer tell the verdict: 401 signature, 422 body')
    .optionsGroup('Ending:')
    .option('--exit-after <n>', 'end after that many deliveries; with --events, of those', parseCount(1))
    .option('--until <event>', 'end after a delivery of this event type')
    .option(
      '--timeout <duration>',
      'end after this time; exit 1 if what was waited for has not come',
      asArgument(parseDuration),
    )
    .option('--expect-valid', 'exit 1 if any delivery was not shown to be genuine and valid');
  addSigningOptions(command)
    .option('--unsigned', 'do not look at signatures')
    .option(
      '--tolerance <duration>',
      'greatest accepted age of a signature (default: the provider’s)',
      asArgument(parseDuration),
    );
  addOutputOptions(command)
    .option(
      '--events <pattern>',
      "show and count only these event types, e.g. 'issue_*'; may be repeated; others are answered and kept as well",
      collect(String),
    )
    .addOption(
      new Option('--body <detail>', 'how much of a body is shown')
        .choices(['full', 'short', 'none'])
        .default('short'),
    )
    .addHelpText('after', EXAMPLES);
  return command.action(async (flags) => {
    const { runListen } = await import('./listen.run.ts');
    await runListen(flags, context);
  });
}
