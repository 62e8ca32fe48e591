import type { Command } from 'commander';
import { parseHeader } from '../core/delivery-headers.ts';
import { parseDuration } from '../core/duration.ts';
import type { Context } from './context.ts';
import { createCommand } from './lazy-command.ts';
import { addOutputOptions, addSigningOptions, asArgument, collect } from './shared-options.ts';

const EXAMPLES = `
Examples:
  $ hooks verify last
  $ hooks verify request.http
  $ hooks verify request.http --provider synq --secret-file ./secret --framework express
  $ hooks listen --json --exit-after 1 | hooks verify
  $ hooks verify --headers-file headers.txt --body-file body.json --scheme github
  $ hooks verify --header 'X-Signature: 1f0c…' --data @body.json --scheme hmac-sha256 --signature-header X-Signature
  $ hooks verify request.http --at 2026-07-14T09:12:43Z

A delivery is one of the history, or a file. A file holds an HTTP request (request line, headers, empty line, body), or JSON lines as printed by \`hooks listen --json\`
and \`hooks send --dry-run --json\`; without a file it is read from stdin. Body bytes are taken as they are.

A delivery that is not genuine is explained by the mistake that was made. A mistake is named only when the signature
comes out exactly as received with it; else the answer is "unknown".

Exit codes: 0 genuine; 1 not genuine; 2 the call was wrong, or its secret cannot be used with the scheme; 3 a file cannot be read.`;

export function verifyCommand(context: Context): Command {
  const command = createCommand('verify')
    .description('say whether a delivery is genuine and, if not, why')
    .argument('[delivery]', 'last, last~2 or the id of a recorded delivery; or a file, - for stdin')
    .optionsGroup('Delivery:')
    .option(
      '-H, --header <header>',
      "a header of the delivery, 'Name: value'; may be repeated",
      collect(parseHeader),
    )
    .option('--headers-file <file>', 'headers of the delivery, one a line, - for stdin')
    .option('--body-file <file>', 'body of the delivery, byte for byte, - for stdin')
    .option('--data <data>', 'body of the delivery: text, @file, or - for stdin');
  addSigningOptions(command)
    .option(
      '--tolerance <duration>',
      'greatest accepted age of a signature (default: the provider’s)',
      asArgument(parseDuration),
    )
    .option(
      '--at <time>',
      'judge the age as of this time: unix seconds, ISO 8601, or -40m / +10m from now (default: when it was received, else now)',
    )
    .optionsGroup('Explanation:')
    .option('--framework <name>', 'say how to fix it there, e.g. express, fastify, flask, rails')
    .option(
      '--show-expected',
      'print the signature that would be right: with it anyone can forge this delivery (a signing oracle)',
    );
  addOutputOptions(command).addHelpText('after', EXAMPLES);
  return command.action(async (file: string | undefined, flags) => {
    const { runVerify } = await import('./verify.run.ts');
    await runVerify(file, flags, context);
  });
}
