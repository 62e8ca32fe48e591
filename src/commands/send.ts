import { type Command, Option } from 'commander';
import { parseSet } from '../core/assignment.ts';
import { parseHeader } from '../core/delivery-headers.ts';
import { parseDuration } from '../core/duration.ts';
import type { PayloadEdit } from '../core/payload.ts';
import { parseRate } from '../core/rate.ts';
import { parseShare } from '../core/share.ts';
import { addCallbackOptions } from './callback-options.ts';
import type { Context } from './context.ts';
import { createCommand } from './lazy-command.ts';
import { addDisorderOptions, addRetryOptions } from './retry-options.ts';
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
  $ hooks send issue_created --to localhost:3000
  $ hooks send issue_created@minimal --to :3000/webhooks --set issue_created.issue.title='Orders are late'
  $ hooks send synq/issue_closed --to 3000 -n 100 --concurrency 10 --rate 20/s
  $ hooks send public_incident.incident_created_v2 --to staging --expect 2xx --max-latency 500ms
  $ hooks send --data @body.json --to 3000 --scheme github -H 'X-GitHub-Event: push'
  $ hooks send issue_created --to prod-like --to localhost:3000
  $ hooks send issue_created                             to all endpoints that are subscribed to it
  $ hooks send issue_created --to 3000 --retries --time-scale 1000
  $ hooks send issue_created --to 3000 -n 50 --shuffle --duplicate 0.1 --drop 5% --seed friday
  $ hooks send public_incident.incident_updated_v2 --to 3000 -n 20 --twins 0.3
  $ hooks send --resume
  $ hooks send issue_created --to 3000 --expect-callback mark_fixed --within 5s
  $ hooks send ping --dry-run

Without --to the event goes to all saved endpoints that are subscribed to it (\`hooks endpoint add --events\`, or hooks.yaml
of the project); where there are none, to the default endpoint (\`hooks config set endpoint\`); else the call is refused.
All endpoints get the same event: same id, same body, each signed with the endpoint's own secret. A flag holds for all of
them, --secret and -H too. --dry-run and --curl print one request for each endpoint, below a line \`### <name>\`.

--callbacks starts a server on 127.0.0.1 for this run and points the callbacks of the payload at it: calls are recorded,
compared with the schema of the command, and shown below their delivery. docs/callbacks.md.

docs/retries.md explains retries, provider time and disorder.

The secret comes from --secret, --secret-file, the saved endpoint, HOOKS_SECRET or \`hooks config set secret\`.

Exit codes: 0 all answered as expected; 1 an answer was not; 2 the call was wrong; 3 no answer (nothing listens, DNS,
TLS, timeout).`;

function collectEdits(toEdit: (text: string) => PayloadEdit) {
  return (text: string, previous: PayloadEdit[] = []) => [...previous, asArgument(toEdit)(text)];
}

export function sendCommand(context: Context): Command {
  const command = createCommand('send')
    .description('sign a sample payload as its provider would and deliver it to an endpoint')
    .argument('[event]', 'event type or slug, e.g. issue_created, synq/issue_created, issue_created@minimal')
    .optionsGroup('Delivery:')
    .option(
      '-t, --to <endpoint>',
      'port, host:port, URL or name of a saved endpoint; may be repeated',
      collect(String),
    )
    .option('-X, --method <method>', 'HTTP method (default: the provider’s)', (text) => text.toUpperCase())
    .option(
      '-H, --header <header>',
      "add or replace a header, 'Name: value'; 'Name:' removes it",
      collect(parseHeader),
    )
    .option('-n, --count <n>', 'how many events, each for every endpoint', parseCount(1), 1)
    .option('--concurrency <n>', 'deliveries under way at once', parseCount(1), 1)
    .option('--rate <rate>', 'deliveries started per time, e.g. 10/s or 300/m', asArgument(parseRate))
    .option(
      '--timeout <duration>',
      'time for each attempt (default: the provider’s, else 15s)',
      asArgument(parseDuration),
    )
    .option('--no-record', 'do not keep the deliveries in the history')
    .option(
      '--wait-for-endpoint <duration>',
      'first wait until something listens there',
      asArgument(parseDuration),
    );
  addConnectionOptions(command);
  addRetryOptions(command).option(
    '--resume',
    'go on with the retries that interrupted runs have left; needs the secret again',
  );
  addDisorderOptions(command, 'several deliveries (-n)').option(
    '--twins [share]',
    'beside each event (or that share of them) its private twin, which tells the id only',
    asArgument(parseShare),
  );
  command
    .optionsGroup('Payload:')
    .option('--set <path=value>', 'set a field; the value is JSON, else a string', collectEdits(parseSet))
    .option('--unset <path>', 'remove a field', collect(String))
    .option('--merge <file>', 'merge a JSON file into the payload (RFC 7396)', collect(String))
    .option('--data <json>', 'a body of your own, sent byte for byte: text, @file, or - for stdin')
    .option('--edit', 'edit the payload in $EDITOR, then send what was saved, byte for byte')
    .option('--frozen', 'send the sample’s own bytes: no fresh ids and times')
    .addOption(
      new Option(
        '--seed <text>',
        'make ids and times in the payload reproducible, and disorder and jitter',
      ).conflicts('frozen'),
    )
    .option('--id <id>', 'delivery id (idempotency key) to use')
    .option('--case <id>', 'send what this case of `hooks test` sends, e.g. authenticity/wrong-secret')
    .option('--no-validate', 'do not compare an edited payload with its schema');
  addSigningOptions(command)
    .option('--unsigned', 'send without a signature')
    .option('--timestamp <time>', 'sign as if at this time: unix seconds, ISO 8601, or -40m / +10m from now');
  addExpectationOptions(command);
  addCallbackOptions(command);
  addOutputOptions(command)
    .option('-i, --include', 'show the headers that were sent and received')
    .addOption(new Option('--dry-run', 'print the request instead of sending it').conflicts('curl'))
    .option('--curl', 'print an equivalent curl command instead of sending it')
    .addHelpText('after', EXAMPLES);
  return command.action(async (event: string | undefined, flags) => {
    const { runSend } = await import('./send.run.ts');
    await runSend(event, flags, context);
  });
}
