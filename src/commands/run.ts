import type { Command } from 'commander';
import { parseHeader } from '../core/delivery-headers.ts';
import { parseDuration } from '../core/duration.ts';
import { addCallbackAddress } from './callback-options.ts';
import type { Context } from './context.ts';
import { createCommand } from './lazy-command.ts';
import { addReceiverOptions } from './receiver-options.ts';
import { addReportOptions } from './report-options.ts';
import { addDisorderOptions, addRetryOptions } from './retry-options.ts';
import {
  addConnectionOptions,
  addOutputOptions,
  addSigningOptions,
  asArgument,
  collect,
} from './shared-options.ts';

const EXAMPLES = `
A scenario is a YAML file; \`hooks schema scenario\` prints its JSON Schema, docs/run.md explains it. A scenario that is
given by its path may run commands (expect: until: command); one that is called by its name may not. hooks.yaml of the
project says where its own scenarios are (docs/project.md).

The secret comes from --secret, --secret-file, the saved endpoint, HOOKS_SECRET or \`hooks config set secret\`.

Examples:
  $ hooks run --list
  $ hooks run synq/issue-life --to localhost:3000/webhooks
  $ hooks run ./checkout.yaml --to :3000 --junit report.xml
  $ hooks run ./checkout.yaml --to :3000 --shuffle --duplicate 0.2 --drop 5% --seed friday
  $ hooks run incident-io/incident --dry-run --shuffle
  $ hooks run incident-io/incident --to :3000 --retries --time-scale 10000

Exit codes: 0 every step went as expected; 1 a step did not; 2 the scenario or the call was wrong; 3 the endpoint cannot
be reached.`;

export function runCommand(context: Context): Command {
  const command = createCommand('run')
    .description('play a scenario: deliveries, waits and expectations, in order or disturbed')
    .argument('[scenario]', 'YAML file, - for stdin, or the name of a scenario of the project or a provider')
    .option('--list', 'list the scenarios of the project and of the providers')
    .option('--dry-run', 'print what would be sent, in its order, and send nothing')
    .optionsGroup('Delivery:')
    .option('-t, --to <endpoint>', 'port, host:port, URL or name of a saved endpoint')
    .option('-H, --header <header>', "add or replace a header, 'Name: value'", collect(parseHeader))
    .option(
      '--timeout <duration>',
      'time for each answer (default: the provider’s, else 15s)',
      asArgument(parseDuration),
    )
    .option('--no-record', 'do not keep the deliveries in the history');
  addConnectionOptions(command);
  addRetryOptions(command);
  addDisorderOptions(command, 'consecutive send steps').option(
    '--seed <text>',
    'make the disorder and all ids reproducible',
  );
  addCallbackAddress(command.optionsGroup('Callbacks that a step expects:'));
  addReceiverOptions(command);
  addSigningOptions(command).option('--unsigned', 'send without a signature');
  addReportOptions(command);
  addOutputOptions(command).addHelpText('after', EXAMPLES);
  return command.action(async (scenario: string | undefined, flags) => {
    const { runScenario } = await import('./run.run.ts');
    await runScenario(scenario, flags, context);
  });
}
