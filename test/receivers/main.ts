import { parseArgs } from 'node:util';
import type { MutantName } from './mutants.ts';
import { createReceiver, type ReceiverOptions, type ReceiverProvider } from './receiver.ts';
import { type Stack, serveReceiver } from './stacks.ts';

// A receiver as a process of its own: prints its port, and runs until it is killed.
const { values } = parseArgs({
  options: {
    stack: { type: 'string', default: 'node-http' },
    provider: { type: 'string', default: 'synq' },
    library: { type: 'string' },
    mutant: { type: 'string' },
  },
});
const receiver = createReceiver({
  provider: values.provider as ReceiverProvider,
  secret: process.env.RECEIVER_SECRET ?? '',
  ...(values.library !== undefined && { library: values.library as NonNullable<ReceiverOptions['library']> }),
  ...(values.mutant !== undefined && { mutant: values.mutant as MutantName }),
});
const port = await serveReceiver(values.stack as Stack, receiver, values.mutant === 'gives-up-on-slow-body');
process.stdout.write(`${port}\n`);
