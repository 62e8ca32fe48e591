import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseAssignment } from '../core/assignment.ts';
import { parseDuration } from '../core/duration.ts';
import { HooksError } from '../core/errors.ts';
import type { Expectations } from '../core/expectation.ts';
import type { Json } from '../core/json.ts';
import { parseStatusMatch, type StatusMatch } from '../core/status-match.ts';

/** Makes a parser of the domain report bad values as commander does, so that the flag is named. */
export function asArgument<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof HooksError)) throw error;
      throw new InvalidArgumentError([error.message, error.why, error.next].filter(Boolean).join('; '));
    }
  };
}

/** For flags that may be given several times: each value is added, in order. */
export function collect<T>(parse: (text: string) => T): (text: string, previous: T[] | undefined) => T[] {
  const one = asArgument(parse);
  return (text, previous = []) => [...previous, one(text)];
}

export function parseCount(minimum: number): (text: string) => number {
  return asArgument((text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= minimum && /^\d+$/.test(text)) return value;
    throw new HooksError('usage', `it must be a whole number from ${minimum} up`);
  });
}

export interface OutputFlags {
  json?: boolean;
  quiet?: boolean;
  verbose?: boolean;
  color?: boolean;
}

/** `--json`, `--quiet`, `--verbose`, `--color`: the same everywhere. */
export function addOutputOptions(command: Command): Command {
  return command
    .optionsGroup('Output:')
    .option('--json', 'print one JSON object a line')
    .option('-q, --quiet', 'print only what went wrong')
    .option('-v, --verbose', 'print more: headers, times, every field')
    .option('--color', 'use colours also where the output is not a terminal')
    .option('--no-color', 'use no colours')
    .option('--config <dir>', 'folder of the settings (default: HOOKS_CONFIG_DIR, else the platform’s own)');
}

export interface ConfigFlag {
  config?: string;
}

export interface ConnectionFlags {
  insecure?: boolean;
  cacert?: string;
  proxy?: string;
}

export function addConnectionOptions(command: Command): Command {
  return command
    .option('--insecure', 'accept any TLS certificate')
    .option('--cacert <file>', 'trust the certificate authorities in this PEM file as well')
    .option('--proxy <url>', 'go through this HTTP proxy (default: HTTP_PROXY, HTTPS_PROXY, NO_PROXY)');
}

export interface SecretFlags {
  secret?: string[];
  secretFile?: string[];
}

export interface SchemeFlags {
  scheme?: string;
  tolerance?: number;
  signatureHeader?: string;
  signaturePrefix?: string;
  signatureEncoding?: 'hex' | 'base64' | 'base64url';
  signatureContent?: string;
  timestampHeader?: string;
  timestampUnit?: 'seconds' | 'milliseconds';
  idHeader?: string;
  tokenHeader?: string;
  secretEncoding?: 'utf8' | 'hex' | 'base64';
}

/** The secret and everything by which one departs from a provider's own signature scheme. */
export function addSigningOptions(command: Command): Command {
  command.optionsGroup('Signature:').option('--provider <id>', 'provider whose conventions hold');
  return addSchemeOptions(command);
}

/** The same for a command whose provider is an argument. */
export function addSchemeOptions(command: Command): Command {
  return command
    .optionsGroup('Signature:')
    .option(
      '--secret-file <path>',
      'read the signing secret from a file, - for stdin; may be repeated',
      collect(String),
    )
    .option(
      '--secret <secret>',
      'the signing secret; HOOKS_SECRET and files keep it out of the shell history',
      collect(String),
    )
    .option('--scheme <scheme>', 'signature scheme instead of the provider’s own')
    .option('--signature-header <name>', 'hmac-sha256: header of the signature')
    .option('--signature-prefix <text>', 'hmac-sha256: text before the value, e.g. sha256=')
    .addOption(
      new Option('--signature-encoding <encoding>', 'hmac-sha256: encoding of the value').choices([
        'hex',
        'base64',
        'base64url',
      ]),
    )
    .option('--signature-content <template>', 'hmac-sha256: what is signed, e.g. {timestamp}.{body}')
    .option('--timestamp-header <name>', 'hmac-sha256: header of the timestamp')
    .addOption(
      new Option('--timestamp-unit <unit>', 'hmac-sha256: unit of the timestamp').choices([
        'seconds',
        'milliseconds',
      ]),
    )
    .option('--id-header <name>', 'hmac-sha256: header of the delivery id')
    .addOption(
      new Option('--secret-encoding <encoding>', 'hmac-sha256: how the secret is written').choices([
        'utf8',
        'hex',
        'base64',
      ]),
    )
    .option('--token-header <name>', 'token: header of the token');
}

export interface ExpectationFlags {
  expect?: { text: string; match: StatusMatch };
  expectBody?: { path: string; value: Json }[];
  maxLatency?: number;
}

/** What an answer has to be to count as delivered. */
export function addExpectationOptions(command: Command): Command {
  return command
    .optionsGroup('Expectations:')
    .option(
      '--expect <status>',
      'statuses that count as delivered, e.g. 200, 2xx or 200,409 (default: 2xx)',
      asArgument(parseExpectedStatus),
    )
    .option('--expect-body <path=value>', 'value in the JSON answer', collect(parseAssignment))
    .option('--max-latency <duration>', 'greatest time to the end of the answer', asArgument(parseDuration));
}

function parseExpectedStatus(text: string) {
  return { text, match: parseStatusMatch(text) };
}

/** The flags as expectations; without any, an answer with such a status is one. */
export function expectationsFrom(
  { expect, expectBody, maxLatency }: ExpectationFlags,
  usual = '2xx',
): Expectations {
  return {
    status: expect ?? parseExpectedStatus(usual),
    body: expectBody ?? [],
    ...(maxLatency !== undefined && { maxLatencyMs: maxLatency }),
  };
}
