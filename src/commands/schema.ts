import { Argument, Command } from 'commander';
import type { Context } from './context.ts';

const SCHEMAS = ['output', 'scenario'] as const;

export function schemaCommand(context: Context): Command {
  return new Command('schema')
    .description('print a JSON Schema: of the lines that --json prints, or of scenario files')
    .addArgument(new Argument('[name]', 'output or scenario').choices(SCHEMAS).default('output'))
    .addHelpText(
      'after',
      `
Examples:
  $ hooks schema > hooks-output.schema.json
  $ hooks schema scenario > scenario.schema.json`,
    )
    .action(async (name: (typeof SCHEMAS)[number]) => {
      const { printSchema } = await import('./schema.run.ts');
      await printSchema(name, context);
    });
}
