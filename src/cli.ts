import { Command, CommanderError } from 'commander';
import { packageVersion } from './adapters/package-root.ts';
import { completionCommand } from './commands/completion.ts';
import { configCommand } from './commands/config.ts';
import type { Context, Io } from './commands/context.ts';
import { endpointCommand } from './commands/endpoint.ts';
import { eventsCommand } from './commands/events.ts';
import { helpCommand } from './commands/help.ts';
import { historyCommand } from './commands/history.ts';
import { commandTerm } from './commands/lazy-command.ts';
import { listenCommand } from './commands/listen.ts';
import { loadCommand } from './commands/load.ts';
import { providerCommand } from './commands/provider.ts';
import { relayCommand } from './commands/relay.ts';
import { replayCommand } from './commands/replay.ts';
import { runCommand } from './commands/run.ts';
import { schemaCommand } from './commands/schema.ts';
import { sendCommand } from './commands/send.ts';
import { serveCommand } from './commands/serve.ts';
import { simulateCommand } from './commands/simulate.ts';
import { testCommand } from './commands/test.ts';
import { verifyCommand } from './commands/verify.ts';
import { EXIT } from './core/errors.ts';
import type { RunFailed } from './core/run-event.ts';

const DESCRIPTION = `Plays webhook providers and receivers: sends signed sample deliveries, receives and explains real ones.
Works offline; no account, no telemetry.`;

const EXIT_CODES = `
Exit codes: 0 as expected, 1 what was tested failed, 2 wrong call, 3 surroundings failed, 70 a bug of ours,
130 and 143 interrupted.

Start with:
  $ hooks events                                        what can be sent
  $ hooks listen --port 4000                            receive, verify, validate
  $ hooks send issue_created --to localhost:4000        send a signed sample`;

/** Runs one call of the tool; gives its exit code. Never throws and never exits. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.ok;
  const context: Context = {
    io,
    exit(code) {
      exitCode = code;
    },
  };
  try {
    await createProgram(context).parseAsync([...argv], { from: 'user' });
  } catch (error) {
    const isInterruption = io.signal.aborted && error instanceof Error && error.name === 'AbortError';
    return isInterruption ? interruptedCode(io) : reportError(error, argv, io);
  }
  return exitCode === EXIT.ok && io.signal.aborted ? interruptedCode(io) : exitCode;
}

function interruptedCode({ signal }: Io): number {
  return signal.reason === 'SIGTERM' ? EXIT.sigterm : EXIT.sigint;
}

/** The whole command tree; completion reads it as well. */
export function createProgram(context: Context): Command {
  const { io } = context;
  const program = new Command('hooks')
    .description(DESCRIPTION)
    .version(packageVersion(), '-V, --version', 'print the version')
    .addHelpText('after', EXIT_CODES)
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureHelp({ subcommandTerm: commandTerm })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: (text, write) => write(withoutValues(text)),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    });
  const commands = [
    sendCommand,
    listenCommand,
    relayCommand,
    replayCommand,
    historyCommand,
    verifyCommand,
    testCommand,
    runCommand,
    loadCommand,
    simulateCommand,
    serveCommand,
    eventsCommand,
    providerCommand,
    endpointCommand,
    configCommand,
    schemaCommand,
    completionCommand,
  ];
  for (const create of commands) program.addCommand(inherit(create(context), program));
  // Last: what is set here is handed on to the commands, which keep Commander's own.
  program.helpCommand(false).addCommand(inherit(helpCommand(program), program));
  return program;
}

// Commander hands these settings on only to commands that it makes itself.
function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inherit(child, command);
  return command;
}

/** Tells of what ended a run, and gives the exit code. */
export async function reportError(error: unknown, argv: readonly string[], io: Io): Promise<number> {
  const isJson = argv.includes('--json');
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok;
    // Commander has told the person already.
    if (isJson) {
      const { formatEventJson } = await import('./views/json.ts');
      io.stdout.write(formatEventJson(usageFailed(error)));
    }
    return EXIT.usage;
  }
  const { showError } = await import('./views/error.ts');
  // The error may be that the flags could not be read.
  const flag = argv.findLast((word) => word === '--color' || word === '--no-color');
  return showError(error, { io, isJson, ...(flag !== undefined && { color: flag === '--color' }) });
}

function usageFailed({ code, message }: CommanderError): RunFailed {
  const [what = '', ...advice] = withoutValues(message)
    .replace(/^error: /, '')
    .split('\n');
  const next = advice.join(' ').replace(/^\((.*)\)$/, '$1');
  return {
    type: 'run.failed',
    kind: 'usage',
    message: code === 'commander.help' ? 'no command was given' : what,
    ...(next !== '' && { next }),
    exitCode: EXIT.usage,
  };
}

/** What Commander says of a wrong call, without the values that may be secrets: of a header, of a mistyped flag. */
function withoutValues(message: string): string {
  return message
    .replace(/^(error: unknown option '[^'=]*)=[\s\S]*?'(?=\n|$)/, "$1'")
    .replace(/^(error: option '-H, --header <header>') argument '[\s\S]*' is invalid\./, '$1 is invalid:');
}
