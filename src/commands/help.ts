import type { Command } from 'commander';
import { HooksError } from '../core/errors.ts';
import { suggestion } from '../core/nearest.ts';
import { createCommand } from './lazy-command.ts';

/** `hooks help history list`; Commander's own looks at one word, and shows everything where it knows none. */
export function helpCommand(program: Command): Command {
  return createCommand('help')
    .description('display help for command')
    .argument('[command...]', 'e.g. send, or history list')
    .action((names: string[]) => {
      names.reduce(subcommand, program).help();
    });
}

/** Throws HooksError `unknown-name` with the nearest. */
function subcommand(command: Command, name: string): Command {
  const known = command.commands.map((sub) => sub.name());
  const found = command.commands.find((sub) => sub.name() === name);
  if (found) return found;
  const list = known.length > 0 ? `commands: ${known.join(', ')}` : 'it has no commands of its own';
  throw new HooksError('unknown-name', `${command.name()} has no command '${name}'`, {
    next: suggestion(name, known, list),
  });
}
