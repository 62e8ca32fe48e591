import type { Command } from 'commander';
import { parseDuration } from '../core/duration.ts';
import { asArgument, collect } from './shared-options.ts';

/** Where the server for callbacks is, and how the receiver reaches it. */
export interface CallbackAddressFlags {
  callbackHost?: string;
  callbackUrl?: string;
}

export interface CallbackFlags extends CallbackAddressFlags {
  callbacks?: boolean;
  expectCallback?: string[];
  within?: number;
}

/** What the callbacks of a payload point at, and what is expected of them. */
export function addCallbackOptions(command: Command): Command {
  command
    .optionsGroup('Callbacks:')
    .option('--callbacks', 'point the callbacks of the payload at a local server, and show what is called')
    .option(
      '--expect-callback <name>',
      'exit 1 unless the receiver calls this one, e.g. mark_fixed; may be repeated',
      collect(String),
    )
    .option(
      '--within <duration>',
      'how long after the answer calls are waited for (default: 5s)',
      asArgument(parseDuration),
    );
  return addCallbackAddress(command);
}

/** Where the server for callbacks is. */
export function addCallbackAddress(command: Command): Command {
  return command
    .option('--callback-host <host>', 'address that the server for callbacks binds to (default: 127.0.0.1)')
    .option('--callback-url <url>', 'how the receiver reaches that server, e.g. through a tunnel');
}
