import type { Command } from 'commander';
import { parseDuration } from '../core/duration.ts';
import { HooksError } from '../core/errors.ts';
import { parseShare, parseShareOrCount } from '../core/share.ts';
import { asArgument, parseCount } from './shared-options.ts';

export interface RetryFlags {
  /** True without a number. */
  retries?: number | true;
  /** Delays in milliseconds. */
  retrySchedule?: number[];
  /** True without a share. */
  jitter?: number | true;
  timeScale?: number;
  signNow?: boolean;
  timeHeader?: string;
  outage?: number;
}

/** What the provider does when a delivery fails. */
export function addRetryOptions(command: Command, { hasOutage = true } = {}): Command {
  command
    .optionsGroup('Retries:')
    .option(
      '--retries [n]',
      'try what fails again, on the provider’s own schedule; at most n times',
      parseRetries,
    )
    .option(
      '--retry-schedule <durations>',
      'delays of your own instead of the provider’s, e.g. 5s,5m,30m',
      asArgument(parseSchedule),
    )
    .option(
      '--jitter [share]',
      'vary the delays: by the provider’s share, or e.g. 0.2',
      asArgument(parseShare),
    )
    .option(
      '--time-scale <factor>',
      'let provider time pass so many times as fast, e.g. 1000; signatures carry it',
      asArgument(parseFactor),
    )
    .option('--sign-now', 'with --time-scale: sign so that the receiver’s own clock finds the right age')
    .option('--time-header <name>', 'tell the receiver the provider’s time in this header (unix seconds)');
  if (!hasOutage) return command;
  return command.option(
    '--outage <duration>',
    'nothing arrives for so long (provider time), then all that waits comes at once',
    asArgument(parseDuration),
  );
}

const parseNumber = parseCount(0);

/** Says where the number belongs: without one, commander takes the word behind the flag for it. */
function parseRetries(text: string): number {
  return asArgument((value) => {
    if (/^\d+$/.test(value)) return parseNumber(value);
    throw new HooksError('usage', 'it must be a whole number from 0 up', {
      next: 'without a number, put --retries at the end',
    });
  })(text);
}

function parseSchedule(text: string): number[] {
  return text.split(',').map((part) => parseDuration(part.trim()));
}

function parseFactor(text: string): number {
  const factor = Number(text);
  if (factor >= 1 && Number.isFinite(factor)) return factor;
  throw new HooksError('usage', 'it must be a number from 1 up');
}

export interface DisorderFlags {
  shuffle?: boolean;
  /** From 0 to 1 a share, from 2 on a number. */
  duplicate?: number;
  drop?: number;
  reorderWindow?: { places: number } | { ms: number };
  seed?: string;
}

/** Deliveries as they arrive in practice: late, twice, or never. */
export function addDisorderOptions(command: Command, what: string): Command {
  return command
    .optionsGroup(`Disorder, of ${what}:`)
    .option('--shuffle', 'deliver them in another order')
    .option(
      '--duplicate <amount>',
      'deliver that share of them twice, e.g. 0.2 or 20%; from 2 on: so many',
      asArgument(parseShareOrCount),
    )
    .option('--drop <share>', 'leave that share of them out', asArgument(parseShare))
    .option(
      '--reorder-window <n>',
      'let each be overtaken by at most n others, or be late by up to a duration',
      asArgument(parseWindow),
    );
}

function parseWindow(text: string): { places: number } | { ms: number } {
  return /^\d+$/.test(text) ? { places: parseCount(1)(text) } : { ms: parseDuration(text) };
}
