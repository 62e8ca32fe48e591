import { Argument, type Command, Option } from 'commander';
import type { Context } from './context.ts';
import { createCommand } from './lazy-command.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'];

const EXAMPLES = `
Set it up:
  bash        echo 'eval "$(hooks completion bash)"' >> ~/.bashrc
  zsh         echo 'eval "$(hooks completion zsh)"' >> ~/.zshrc
  fish        hooks completion fish > ~/.config/fish/completions/hooks.fish
  powershell  hooks completion powershell >> $PROFILE`;

export function completionCommand(context: Context): Command {
  return createCommand('completion')
    .description('print a completion script: commands, flags, event names, saved endpoints')
    .addArgument(new Argument('[shell]').choices(SHELLS))
    .addOption(
      new Option(
        '--candidates <words...>',
        'print what may follow these words; the scripts call it',
      ).hideHelp(),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (shell: string | undefined, flags: { candidates?: string[] }, command) => {
      if (flags.candidates !== undefined) {
        const { printCandidates } = await import('./completion.run.ts');
        await printCandidates(flags.candidates, rootOf(command), context);
        return;
      }
      if (shell === undefined) command.error(`error: name a shell: ${SHELLS.join(', ')}`);
      else {
        const { printScript } = await import('./completion.run.ts');
        await printScript(shell, context);
      }
    });
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}
