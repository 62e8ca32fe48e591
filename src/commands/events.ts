import type { Command } from 'commander';
import type { Context } from './context.ts';
import { createCommand } from './lazy-command.ts';
import { addOutputOptions } from './shared-options.ts';

const EXAMPLES = `
Examples:
  $ hooks events
  $ hooks events --provider synq
  $ hooks events list 'issue_*' --json
  $ hooks events list 'synq/*'
  $ hooks events show issue_created
  $ hooks events schema issue_created > issue_created.schema.json`;

export function eventsCommand(context: Context): Command {
  const events = createCommand('events').description(
    'list the event types that can be sent, and show what is in them',
  );
  events
    .addCommand(
      addOutputOptions(
        createCommand('list')
          .description('list event types with their variants')
          .argument('[pattern]', "only these, e.g. 'issue_*'")
          .option('--provider <id>', 'only this provider’s'),
      ).action(async (pattern, flags) => {
        const { listEvents } = await import('./events.run.ts');
        await listEvents(pattern, flags, context);
      }),
      { isDefault: true },
    )
    .addCommand(
      addOutputOptions(
        createCommand('show')
          .description('show an event type: when it fires, its fields, a sample')
          .argument('<event>', 'event type or slug')
          .option('--provider <id>', 'provider of the event'),
      ).action(async (event, flags) => {
        const { showEvent } = await import('./events.run.ts');
        await showEvent(event, flags, context);
      }),
    )
    .addCommand(
      addOutputOptions(
        createCommand('schema')
          .description('print the JSON Schema of an event type’s payload')
          .argument('<event>', 'event type or slug; @variant where a format has a schema of its own')
          .option('--provider <id>', 'provider of the event'),
      ).action(async (event, flags) => {
        const { printSchema } = await import('./events.run.ts');
        await printSchema(event, flags, context);
      }),
    )
    .addHelpText('after', EXAMPLES);
  return events;
}
