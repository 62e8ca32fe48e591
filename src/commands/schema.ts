import { Argument, type Command } from 'commander';
import type { Context } from './context.ts';
import { createCommand } from './lazy-command.ts';

const SCHEMAS = ['output', 'scenario', 'project'] as const;

export function schemaCommand(context: Context): Command {
  return createCommand('schema')
    .description('print a JSON Schema: of the lines that --json prints, of scenario files, or of hooks.yaml')
    .addArgument(new Argument('[name]', 'output, scenario or project').choices(SCHEMAS).default('output'))
    .addHelpText(
      'after',
      `
Examples:
  $ hooks schema > hooks-output.schema.json
  $ hooks schema scenario > scenario.schema.json
  $ hooks schema project > hooks.schema.json`,
    )
    .action(async (name: (typeof SCHEMAS)[number]) => {
      const { printSchema } = await import('./schema.run.ts');
      await printSchema(name, context);
    });
}
