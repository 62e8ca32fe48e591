import { type Command, Option } from 'commander';
import { parseDuration } from '../core/duration.ts';
import { parseSize } from '../core/size.ts';
import type { Context } from './context.ts';
import { createCommand } from './lazy-command.ts';
import { addSelectionOptions } from './selection-options.ts';
import { addOutputOptions, addSigningOptions, asArgument, collect, parseCount } from './shared-options.ts';

const EXAMPLES = `
Examples:
  $ hooks history
  $ hooks history list --event 'issue_*' --since 2h --failed
  $ hooks history show last
  $ hooks history diff last~1 last
  $ hooks history export --format har --since 1h > deliveries.har
  $ hooks history export last --redact issue_created.issue.title --secret-file ./test-secret > sample.ndjson
  $ hooks history import deliveries.har
  $ hooks history prune --older-than 7d`;

const LIST_NOTES = `
On a terminal the deliveries are shown in the view of \`hooks listen\`, the newest at the bottom: Enter opens one, / filters,
r replays it, ? lists all keys, q quits. Elsewhere, and with --plain, --json or --quiet, a line each, the newest first.`;

const FORMATS = ['ndjson', 'har', 'curl', 'http', 'fixture', 'scenario'];

export function historyCommand(context: Context): Command {
  const history = createCommand('history').description(
    'look at recorded deliveries, compare, export and import them',
  );
  history.addCommand(listCommand(context), { isDefault: true });
  history.addCommand(
    addOutputOptions(
      createCommand('show')
        .description('show a recorded delivery: request, verdicts, attempts, answer')
        .argument('[id]', 'id, prefix of an id, last, last~2', 'last')
        .option('--raw', 'print the body alone, byte for byte'),
    ).action(async (id, flags) => {
      const { showRecording } = await import('./history.run.ts');
      await showRecording(id, flags, context);
    }),
  );
  history.addCommand(
    addOutputOptions(
      createCommand('diff')
        .description('compare two recorded deliveries: headers, what was signed, body')
        .argument('<a>')
        .argument('<b>'),
    ).action(async (a, b, flags) => {
      const { diffRecorded } = await import('./history.run.ts');
      await diffRecorded(a, b, flags, context);
    }),
  );
  history.addCommand(exportCommand(context));
  history.addCommand(
    addOutputOptions(
      createCommand('import')
        .description('add deliveries from HAR, NDJSON or raw HTTP files to the history, each once')
        .argument('<files...>', 'files, - for stdin'),
    ).action(async (files, flags) => {
      const { importRecordings } = await import('./history-import.run.ts');
      await importRecordings(files, flags, context);
    }),
  );
  history.addCommand(pruneCommand(context));
  history.addCommand(
    addOutputOptions(createCommand('path').description('print where the history is kept')).action(
      async (flags) => {
        const { printStorePath } = await import('./history.run.ts');
        await printStorePath(flags, context);
      },
    ),
  );
  history.addHelpText('after', EXAMPLES);
  return history;
}

function listCommand(context: Context): Command {
  const command = createCommand('list')
    .description('list recorded deliveries')
    .argument('[ids...]', 'ids, prefixes of ids, last, last~2');
  addSelectionOptions(command)
    .option('--provider <id>', 'only this provider’s')
    .optionsGroup('Page:')
    .option('--limit <n>', 'how many are shown (default: 50; with --json all)', parseCount(1))
    .option('--offset <n>', 'leave out the newest n', parseCount(0), 0);
  addOutputOptions(command)
    .option('--plain', 'print lines also on a terminal, instead of the view one can look around in')
    .addHelpText('after', LIST_NOTES);
  return command.action(async (ids, flags) => {
    const { listRecordings } = await import('./history.run.ts');
    await listRecordings(ids, flags, context);
  });
}

function exportCommand(context: Context): Command {
  const command = createCommand('export')
    .description('write recorded deliveries in another format')
    .argument('[ids...]', 'ids, prefixes of ids, last, last~2; without any the whole selection');
  addSelectionOptions(command)
    .optionsGroup('Format:')
    .addOption(new Option('--format <format>', 'what to write').choices(FORMATS).default('ndjson'))
    .option('-o, --output <path>', 'file to write to; for --format fixture a folder')
    .option('--redact <path>', 'replace a value of the body and sign anew; may be repeated', collect(String));
  addSigningOptions(command);
  return addOutputOptions(command).action(async (ids, flags) => {
    const { exportRecordings } = await import('./history-exchange.run.ts');
    await exportRecordings(ids, flags, context);
  });
}

function pruneCommand(context: Context): Command {
  return addOutputOptions(
    createCommand('prune')
      .description('remove old deliveries; without flags what is beyond the limits that hold anyway')
      .option('--older-than <duration>', 'what is older', asArgument(parseDuration))
      .option('--keep <n>', 'all but the newest n', parseCount(0))
      .option('--max-size <size>', 'the oldest, until the bodies fit', asArgument(parseSize)),
  ).action(async (flags) => {
    const { pruneRecordings } = await import('./history.run.ts');
    await pruneRecordings(flags, context);
  });
}
