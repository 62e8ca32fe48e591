import type { Command } from 'commander';
import { parseDuration } from '../core/duration.ts';
import { asArgument } from './shared-options.ts';

export interface ReceiverFlags {
  start?: string;
  waitForEndpoint?: number;
}

/** The receiver under test: started here, or waited for. */
export function addReceiverOptions(command: Command): Command {
  return command
    .optionsGroup('Receiver:')
    .option('--start <command>', 'start the receiver, wait for it, and stop it with its children at the end')
    .option(
      '--wait-for-endpoint <duration>',
      'first wait until something listens there (with --start: 30s)',
      asArgument(parseDuration),
    );
}
