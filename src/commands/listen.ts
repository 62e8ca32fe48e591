import { type Command, Option } from 'commander';
import { parseAnswerRule } from '../core/answering/answer-rule.ts';
import { parseDelayRange } from '../core/answering/delay-range.ts';
import { parseDuration } from '../core/duration.ts';
import { parseForwardRetries } from '../core/forwarding/forward-retries.ts';
import { parseSize } from '../core/size.ts';
import type { Context } from './context.ts';
import { createCommand } from './lazy-command.ts';
import { parsePort } from './port-option.ts';
import {
  addConnectionOptions,
  addOutputOptions,
  addSigningOptions,
  asArgument,
  collect,
  parseCount,
} from './shared-options.ts';

const EXAMPLES = `
Examples:
  $ hooks listen
  $ HOOKS_SECRET=… hooks listen --port 4000 --strict
  $ hooks listen --provider incident-io --secret-file ./secret --events 'public_incident.*'
  $ hooks listen -p 0 --json --exit-after 1 --timeout 30s --expect-valid
  $ hooks listen --forward-to localhost:3000/webhooks --forward-retries 5
  $ hooks listen --forward-to 'issue_*=localhost:3000' --forward-to 'public_incident.*=localhost:3001'
  $ HOOKS_RELAY_TOKEN=… hooks listen --channel https://relay.example.com/my-channel
  $ hooks listen --respond 503,503,200 --retry-after 30s --respond-per-delivery
  $ hooks listen --respond 500:0.1,reset:5% --respond 'job.*=202' --delay 100..800ms

--forward-to passes each delivery on as it came: body, method, headers with their order, case and repeats. Host and what
frames the connection are made anew (RFC 9110, section 7.6.1). A target without a path gets the path of the delivery. The
sender gets the answer of the first target that the delivery is for: 502 where that is down, 504 where it is too slow, or
202 with --forward-retries, which then asks again (after 502, 503, 504 or no answer). The delivery is kept before it is
passed on; what no target took is replayed with \`hooks replay --failed --to …\`.

--channel reads from \`hooks relay\`, which keeps every byte and what comes while nobody reads, or from smee and its like,
whose bodies are written anew on the way: signatures may then not match.

--respond says what the sender is told instead: statuses one after the other, the last again and again; or with shares, by
chance. drop closes the connection without an answer, reset breaks it, hang leaves it open. 'event=' in front makes it
for some event types; the first that fits counts. Deliveries are passed on all the same.

On a terminal the deliveries are shown in a live view: Enter opens one, / filters, r replays it, e edits and replays it,
y and c copy, x exports, ? lists all keys, q quits. Elsewhere, and with --plain, --json or --quiet, a line each.

Without --strict every delivery is answered 200, whatever its verdict, so that the sender goes on. With --strict the
answer tells the verdict: 401 for the signature, 422 for the body.

--expect-valid asks for proof: a delivery that was not verified, for lack of a secret or of a known provider, is not as
expected. Of a provider that signs nothing, and with --unsigned, a known event type and a body that fits its schema are
enough.

Exit codes: 0 ended as asked for; 1 deliveries were missing, or not as expected (--expect-valid); 2 the call was wrong;
3 the port cannot be used; 130 Ctrl-C; 143 SIGTERM. The key q of the live view ends as asked for: 0, or 1 as above.`;

export function listenCommand(context: Context): Command {
  const command = createCommand('listen')
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
    .option('--channel <url>', 'read deliveries from a channel of a relay; with --port, from both')
    .option(
      '--channel-token-file <path>',
      'read the token of the relay from a file, - for stdin (default: HOOKS_RELAY_TOKEN)',
    )
    .option('--no-record', 'do not keep what comes in the history')
    .optionsGroup('Answering:')
    .option(
      '--respond <answer>',
      "answer instead of 200: 202, 503,503,200, 500:0.1, drop, hang, reset, 'issue_*=503'; may be repeated",
      collect(parseAnswerRule),
    )
    .option(
      '--respond-per-delivery',
      'let --respond begin anew with each delivery, told by its idempotency key',
    )
    .option('--respond-body <text>', 'body of the answer: text, or @file')
    .option('--retry-after <duration>', 'send Retry-After with every 429 and 503', asArgument(parseDuration))
    .option(
      '--delay <duration>',
      'time to wait before the answer; 100..800ms for any between the two',
      asArgument(parseDelayRange),
    )
    .option('--seed <text>', 'make what goes by chance reproducible')
    .option('--strict', 'let the answer tell the verdict: 401 signature, 422 body')
    .optionsGroup('Forwarding:')
    .option(
      '--forward-to <endpoint>',
      "pass each delivery on and answer what it answers; 'issue_*=localhost:3000' for some event types; may be repeated",
      collect(String),
    )
    .option('--forward-timeout <duration>', 'time that a target may take', asArgument(parseDuration), 30_000)
    .option(
      '--forward-retries <n>',
      'ask a target that is down again: 5 times from 1 s on, doubling, or after these times: 1s,5s,30s',
      asArgument(parseForwardRetries),
    );
  addConnectionOptions(command)
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
    .option('--plain', 'print lines also on a terminal, instead of the live view')
    .addHelpText('after', EXAMPLES);
  return command.action(async (flags) => {
    const { runListen } = await import('./listen.run.ts');
    await runListen(flags, context);
  });
}
