import { type Argument, Command } from 'commander';

const DEFERRED = ['option', 'requiredOption', 'addOption', 'optionsGroup'] as const;

// What will define the options of commands that nobody has asked for theirs.
const pending = new WeakMap<Command, (() => unknown)[]>();

/**
 * A command whose options are defined when Commander first looks at them: to define those of all commands takes longer
 * than most calls, which need those of one, or, for the help of the whole tool, of none.
 */
export function createCommand(name?: string): Command {
  const command = new Command(name);
  const definitions: (() => unknown)[] = [];
  pending.set(command, definitions);
  const { options } = command;
  for (const method of DEFERRED) {
    const define = command[method].bind(command) as (...args: unknown[]) => unknown;
    Reflect.set(command, method, (...args: unknown[]) => {
      if (pending.has(command)) definitions.push(() => define(...args));
      else define(...args);
      return command;
    });
  }
  Object.defineProperty(command, 'options', {
    get() {
      pending.delete(command);
      for (const define of definitions.splice(0)) define();
      return options;
    },
  });
  command.createCommand = createCommand;
  return command;
}

/** A command in the list of its parent's help, as Commander shows it, without having its options defined. */
export function commandTerm(command: Command): string {
  const hasOptions = pending.has(command) ? pending.get(command)?.length !== 0 : command.options.length > 0;
  return [
    command.name(),
    ...(hasOptions ? ['[options]'] : []),
    ...command.registeredArguments.map(argumentTerm),
  ].join(' ');
}

function argumentTerm(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}
