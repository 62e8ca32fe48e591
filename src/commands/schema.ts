import { Command } from 'commander';
import type { Context } from './context.ts';

export function schemaCommand(context: Context): Command {
  return new Command('schema')
    .description('print the JSON Schema of the lines that --json prints')
    .addHelpText('after', '\nExample:\n  $ hooks schema > hooks-output.schema.json')
    .action(async () => {
      const { printOutputSchema } = await import('./schema.run.ts');
      await printOutputSchema(context);
    });
}
